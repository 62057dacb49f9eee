"""Documents handed over with a call: amounts, passages, verdicts. A case whose name says "limit" is known to be wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overstate import evidence as module
from overstate.errors import DataError
from overstate.evidence import DOCUMENT_TRUST, Passage, Passages, amounts, weigh_evidence
from overstate.types import Claim, Cue, Evidence, Quote, Reason, Relation, Status

# --- amounts -----------------------------------------------------------------------------------------------------------

AMOUNTS: list[tuple[str, list[tuple[float, str]]]] = [
    # figures and their units
    ("we have 42 seats", [(42, "seat")]),
    ("1 seat", [(1, "seat")]),
    ("5KM away", [(5, "km")]),
    ("1,200 seats", [(1200, "seat")]),
    ("1,200,000", [(1_200_000, "")]),
    ("3.5 days", [(3.5, "day")]),
    ("(42)", [(42, "")]),
    ("10x", [(10, "x")]),
    ("3 and 4 seats", [(3, ""), (4, "seat")]),
    ("40 of them in 2024", [(40, ""), (2024, "")]),
    ("in 2023, revenue rose", [(2023, "")]),
    ("we have 40, 1000 of them", [(40, ""), (1000, "")]),
    ("forty, no, fifty", [(40, ""), (50, "")]),
    ("It was 12.", [(12, "")]),
    ("12 \n seats", [(12, "seat")]),
    ("50 1000", [(50, ""), (1000, "")]),
    # per cent
    ("42%", [(42, "percent")]),
    ("12 % of users", [(12, "percent")]),
    ("99.9 percent uptime", [(99.9, "percent")]),
    ("45 per cent", [(45, "percent")]),
    ("12pct", [(12, "percent")]),
    (".5% and 0.5%", [(0.5, "percent"), (0.5, "percent")]),
    ("30–40%", [(30, ""), (40, "percent")]),
    ("thirty to forty percent", [(30, ""), (40, "percent")]),
    # money
    ("$500", [(500, "$")]),
    ("$ 500 a seat", [(500, "$")]),
    ("500 dollars or 1 dollar", [(500, "$"), (1, "$")]),
    ("€40, 40 euros, 40 €", [(40, "€")] * 3),
    ("5 $10 plans", [(5, ""), (10, "$")]),
    ("£3bn", [(3e9, "£")]),
    # thousands and more
    ("$12.6 million in revenue", [(12_600_000, "$")]),
    ("12.6 million dollars", [(12_600_000, "$")]),
    ("$12.6M", [(12_600_000, "$")]),
    ("5 thousand seats", [(5000, "seat")]),
    ("3k users", [(3000, "user")]),
    ("5kg, 5 kilos", [(5, "kg"), (5, "kilo")]),
    ("5 members, 5 bones", [(5, "member"), (5, "bone")]),
    ("1.5 bn users", [(1.5e9, "user")]),
    ("2 trillion", [(2e12, "")]),
    ("12 millions", [(12e6, "")]),
    # spoken
    ("forty two percent", [(42, "percent")]),
    ("Forty-two percent", [(42, "percent")]),
    ("five hundred seats", [(500, "seat")]),
    ("two thousand three hundred users", [(2300, "user")]),
    ("seventy-five thousand dollars", [(75_000, "$")]),
    ("one hundred and twenty", [(120, "")]),
    ("a million dollars", [(1e6, "$")]),
    ("two point five million dollars", [(2.5e6, "$")]),
    ("zero point five percent", [(0.5, "percent")]),
    ("half a million users", [(500_000, "user")]),
    ("two and a half million", [(2.5e6, "")]),
    ("3 and a half percent", [(3.5, "percent")]),
    # no amount
    ("", []),
    ("we grew", []),
    ("one of them", []),
    ("no seats, none", []),
    ("the first seat", []),
    ("hundreds of users", []),
    ("tens of thousands of users", []),
    ("millions", []),
    ("a couple of seats", []),
]  # fmt: skip

LIMITS: list[tuple[str, str, list[tuple[float, str]]]] = [
    ("one and two standing alone are not read", "one seat or two seats", []),
    ("a dozen is not read", "a dozen seats", []),
    ("zero standing alone is not read", "zero tickets", []),
    ("a spoken trillion is not read", "two trillion dollars", []),
    ("a fraction of a million is the million", "a quarter of a million", [(1e6, "")]),
    ("spoken fractions are ordinals", "two-thirds", [(3, "rd")]),
    ("an ordinal is an amount", "a third party", [(3, "rd")]),
    ("written fractions are two numbers", "1/2", [(1, ""), (2, "")]),
    ("the sign is lost", "minus five percent, -5%", [(5, "percent")] * 2),
    ("spoken years are two numbers", "nineteen ninety nine", [(19, ""), (99, "")]),
    ("dates are three numbers", "2024-03-01", [(2024, ""), (3, ""), (1, "")]),
    ("clock times are two numbers", "10:30", [(10, ""), (30, "")]),
    ("decimal commas are two numbers", "99,9 %", [(99, ""), (9, "percent")]),
    ("numbers in names are amounts", "Q3 and ISO 27001", [(3, ""), (27001, "")]),
    ("a metre is a million", "5 m", [(5e6, "")]),
    ("currency codes before are not read", "USD 500", [(500, "")]),
    ("an adjective is taken for the unit", "40 active users", [(40, "active")]),
    ("only a plural s is cut", "4 companies, 1 company", [(4, "companie"), (1, "company")]),
    ("the scale counts for the last of a range only", "3 to 4 million", [(3, ""), (4e6, "")]),
]


@pytest.mark.parametrize(("text", "expected"), AMOUNTS, ids=[text or "empty" for text, _ in AMOUNTS])
def test_amounts(text: str, expected: list[tuple[float, str]]) -> None:
    assert [(pytest.approx(value), unit) for value, unit in expected] == amounts(text)


@pytest.mark.parametrize(("text", "expected"), [pytest.param(t, e, id=f"limit: {i}") for i, t, e in LIMITS])
def test_limits_of_amounts(text: str, expected: list[tuple[float, str]]) -> None:
    assert amounts(text) == expected


@given(st.integers(0, 10**9 - 1), st.sampled_from(["seats", "days", "users"]))
def test_figures_are_read_with_and_without_commas(value: int, unit: str) -> None:
    assert amounts(f"about {value:,} {unit}") == amounts(f"about {value} {unit}") == [(value, unit[:-1])]


@given(st.text(st.sampled_from("0123456789.,-$€%kmb \nthousandillion½²٣'"), max_size=40))
def test_amounts_takes_whatever_comes(text: str) -> None:
    for value, unit in amounts(text):
        assert value >= 0
        assert unit == unit.lower()


# --- passages ----------------------------------------------------------------------------------------------------------


def put(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


FILES: list[tuple[str, str, list[tuple[str, str]]]] = [
    ("a.txt", "One\ntwo.\n\n\nThree.\n", [("One two.", "line 1"), ("Three.", "line 5")]),
    ("a.md", "# Head\ntext\n- item\n* item\n  more\n2. last", [("# Head text", "line 1"), ("- item", "line 3"), ("* item more", "line 4"), ("2. last", "line 6")]),
    ("table.md", "| a | b |\n| 1 | 2 |", [("| a | b |", "line 1"), ("| 1 | 2 |", "line 2")]),
    ("a", "no suffix", [("no suffix", "line 1")]),
    ("a.csv", 'site,seats\nLyon,40\n"Ghent,\nold",\n', [("site: Lyon; seats: 40", "line 2"), ("site: Ghent,\nold", "line 4")]),
    ("blank.csv", "site,seats\nLyon,40\n\n,\nGhent,2\n", [("site: Lyon; seats: 40", "line 2"), ("site: Ghent; seats: 2", "line 5")]),
    ("A.TSV", "site\tseats\nLyon\t40\n", [("site: Lyon; seats: 40", "line 2")]),
    ("head.csv", "site,seats\n", []),
    ("a.json", '[{"site": "Lyon", "seats": 40}, "text", 7]', [("site: Lyon; seats: 40", "record 1"), ("text", "record 2"), ("7", "record 3")]),
    ("one.json", '{"site": "Lyon"}', [("site: Lyon", "record 1")]),
    ("a.jsonl", '{"seats": 40}\n\n{"seats": 2}\n', [("seats: 40", "line 1"), ("seats: 2", "line 3")]),
    ("crlf.txt", "\ufeffOne\r\n\r\nTwo\r\n", [("One", "line 1"), ("Two", "line 3")]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "expected"), FILES, ids=[name for name, *_ in FILES])
def test_files_are_cut_into_passages(tmp_path: Path, name: str, content: str, expected: list[tuple[str, str]]) -> None:
    path = put(tmp_path, name, content)
    passages = Passages.read([path])
    assert passages == Passages.read([str(path)])
    assert passages.items == tuple(Passage(text, f"{name}, {place}") for text, place in expected)
    assert passages.notes == ()


def test_texts_are_named_by_their_number() -> None:
    passages = Passages.read(["We have seats.\n\nForty.", "And more."])
    assert passages.items == (
        Passage("We have seats.", "evidence 1"),
        Passage("Forty.", "evidence 1"),
        Passage("And more.", "evidence 2"),
    )


@pytest.mark.parametrize("size", [300, 5_000])
def test_a_text_longer_than_a_file_name_may_be_is_a_text(size: int) -> None:
    assert Passages.read(["word " * size]).items == (Passage(("word " * size).strip(), "evidence 1"),)


def test_a_path_with_a_space_in_it_is_a_path_if_the_file_is_there(tmp_path: Path) -> None:
    path = put(tmp_path, "the offer.txt", "Forty seats.")
    assert Passages.read([str(path)]).items == (Passage("Forty seats.", "the offer.txt, line 1"),)


WRONG_FILES: list[tuple[str, str | bytes, str]] = [
    ("empty.txt", "", "empty"),
    ("blank.txt", " \n ", "empty"),
    ("bits.txt", b"\x00\x01\x02\x03" * 50, "binary"),
    ("a.pdf", b"%PDF-1.7", "PDF"),
    ("a.json", "{'site': 1}", "is not JSON"),
    ("deep.json", "[" * 100_000, "is not JSON"),
    ("a.jsonl", '{"a": 1}\n{"a"', "is not JSON"),
    ("a.csv", "1,2\n3,4\n", r"got the first row \['1', '2'\], expected a header"),
    ("wide.csv", "a,b\n1," + "x" * 200_000, "is not CSV"),
]


@pytest.mark.parametrize(("name", "content", "words"), WRONG_FILES, ids=[name for name, *_ in WRONG_FILES])
def test_files_that_cannot_be_read_are_named(tmp_path: Path, name: str, content: str | bytes, words: str) -> None:
    path = put(tmp_path, name, content)
    with pytest.raises(DataError, match=words) as caught:
        Passages.read([path])
    assert caught.value.source == str(path)


@pytest.mark.parametrize("give", [str, Path], ids=["str", "Path"])
def test_a_missing_file_and_a_folder_are_named(tmp_path: Path, give: Callable[[Path], Any]) -> None:
    with pytest.raises(DataError, match="there is no such file") as caught:
        Passages.read([give(tmp_path / "none.txt")])
    assert caught.value.source == str(tmp_path / "none.txt")
    with pytest.raises(DataError, match="folder"):
        Passages.read([give(tmp_path)])


@pytest.mark.parametrize("word", ["Forty", "", "   "])
def test_a_string_without_two_words_is_taken_for_a_path(word: str) -> None:
    with pytest.raises(DataError):
        Passages.read([word])


@pytest.mark.parametrize("evidence", ["forty seats in all", Path("offer.txt")])
def test_a_single_piece_instead_of_a_list_is_refused(evidence: Any) -> None:
    with pytest.raises(DataError, match="got one string or path, expected a list of them"):
        Passages.read(evidence)


@pytest.mark.parametrize("piece", [7, None, b"forty seats", {"a": 1}])
def test_pieces_that_are_neither_path_nor_text_are_refused(piece: Any) -> None:
    with pytest.raises(DataError, match=f"evidence 2.*got {type(piece).__name__}, expected a path or a text"):
        Passages.read(["forty seats", piece])


def test_too_many_passages_are_cut_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PASSAGES", 2)
    passages = Passages.read(["one a\n\ntwo b\n\nthree c", "four d"])
    assert [p.text for p in passages.items] == ["one a", "two b"]
    assert passages.notes == ("Of 4 passages of evidence, the first 2 were used.",)
    assert Passages.read(["one a\n\ntwo b"]).notes == ()


# --- verdicts ----------------------------------------------------------------------------------------------------------

CHANCE = {"verified": 0.2, "plausible": 0.5, "needs_clarification": 0.3}


def claim(text: str, status: Status = Status.PLAUSIBLE, reasons: tuple[Reason, ...] = (), **more: Any) -> Claim:
    return Claim(0, 4, 4 + len(text), text, "Ann", status, CHANCE[status], CHANCE, reasons, **more)


def verdict(said: str, *written: str) -> str:
    (out,) = weigh_evidence([claim(said)], Passages.read(written))
    if not out.evidence:
        assert out == claim(said)
        return "silent"
    return str(out.evidence[0].relation)


SEATS = "The contract covers 40 seats in the Lyon office."
VERDICTS = [
    # supports
    ("we have forty seats in the Lyon office", SEATS, "support"),
    ("the Lyon office has 40 seats", SEATS, "support"),
    ("the Lyon contract covers 40", SEATS, "support"),
    ("revenue was $12.6 million last year", "Revenue for last year: $12,600,000", "support"),
    ("revenue was twelve point six million dollars", "Revenue: $12.6M", "support"),
    ("revenue was $12.6 million last year", "Revenue for last year: $12.61 million", "support"),
    ("churn is two point five percent", "Churn rate is 2.5% and falling", "support"),
    ("churn fell from 5 to 3 percent", "churn: 5% before, 3% after", "support"),
    # contradicts
    ("we have fifty seats in the Lyon office", SEATS, "contradiction"),
    ("revenue was $12.6 million last year", "Revenue for last year: $12.6 billion", "contradiction"),
    ("revenue was $40 million last year", "Revenue for last year: $4.0 million", "contradiction"),
    ("revenue was 12.6 million dollars", "Revenue: $13 million", "contradiction"),
    ("half a million users signed up", "1,000,000 users signed up", "contradiction"),
    ("churn fell from 5 to 3 percent", "churn: 5% before, 4% after", "contradiction"),
    # silent
    ("we hired forty engineers in Ghent", SEATS, "silent"),
    ("the train leaves in 40 minutes", SEATS, "silent"),
    ("we have many seats in the Lyon office", SEATS, "silent"),
    ("we have fifty seats in the Lyon office", "There are seats in the Lyon office.", "silent"),
    ("the Lyon office has fifty desks", SEATS, "silent"),
    ("churn is 3 percent", "churn cost us $3,000", "silent"),
    ("the Lyon contract covers 50", SEATS, "silent"),
    ("churn is 3 percent", "churn took 3 days", "silent"),
    (
        "the office has 40",
        "The printing office, opened after long renovation work by the mayor, holds rare books, maps of rivers, deserts, mountains, seas, harbours, castles, bridges, gardens, poems, letters, coins: 40",
        "silent",
    ),
    ("millions of users signed up", "2,400,000 users signed up", "silent"),
    ("churn is 3 percent", "1. 2. 3", "silent"),
    ("it is 3 percent", "3% it is", "silent"),
]


@pytest.mark.parametrize(("said", "written", "expected"), VERDICTS)
def test_a_passage_supports_contradicts_or_stays_silent(said: str, written: str, expected: str) -> None:
    assert verdict(said, written) == expected


LIMIT_VERDICTS = [
    (
        "words of the claim that no document has do not count",
        "the Tokyo office has 40 seats",
        "Lyon office: 40",
        "support",
    ),
    (
        "another thing of the same unit at another place contradicts",
        "we have 12 seats in the Ghent office",
        "The Lyon office has 40 seats",
        "contradiction",
    ),
    ("a number without a unit supports any unit", "the Lyon contract runs 40 months", "Lyon contract: 40", "support"),
    (
        "a denial with the same number supports",
        "the Lyon office has 40 seats",
        "The Lyon office does not have 40 seats",
        "support",
    ),
    (
        "a bound is read as the number itself",
        "we have over 40 seats in the Lyon office",
        "The Lyon office has 45 seats",
        "contradiction",
    ),
    (
        "a claim without amounts is never judged",
        "the contract covers Lyon",
        "The contract does not cover Lyon",
        "silent",
    ),
]


@pytest.mark.parametrize(
    ("said", "written", "expected"), [pytest.param(*c, id=f"limit: {i}") for i, *c in LIMIT_VERDICTS]
)
def test_limits_of_verdicts(said: str, written: str, expected: str) -> None:
    assert verdict(said, written) == expected


def test_support_anywhere_goes_before_contradiction_and_the_likest_passage_is_quoted() -> None:
    others = ["The Lyon office has 12 seats", "Lunch is at noon"]
    assert verdict("the Lyon office has 40 seats", *others, "Lyon office of the firm: 40 seats") == "support"
    assert verdict("the Lyon office has 40 seats", *others) == "contradiction"
    (out,) = weigh_evidence(
        [claim("the Lyon office has 40 seats")],
        Passages.read(["Seats in some other Lyon office and more words: 40", *others, "the Lyon office has 40 seats"]),
    )
    assert out.evidence[0].source == "evidence 4"


@pytest.mark.parametrize(("value", "same"), [(1000, True), (1004, True), (996, True), (1006, False), (994, False)])
def test_equal_means_within_half_a_percent(value: int, same: bool) -> None:
    assert verdict("Lyon has 1000 seats", f"Lyon has {value} seats") == ("support" if same else "contradiction")


def trusted(after: Claim, status: Status) -> None:
    """The status that a document decides is as probable as documents are trusted, the others keep their ratio."""
    assert after.confidence == after.probabilities[status] == DOCUMENT_TRUST > CHANCE[status]
    assert sum(after.probabilities.values()) == pytest.approx(1)
    a, b = (name for name in CHANCE if name != status)
    assert after.probabilities[a] / after.probabilities[b] == pytest.approx(CHANCE[a] / CHANCE[b])


def test_a_supported_claim_is_verified_and_its_doubts_go() -> None:
    doubt = Cue("maybe", 4, 9, "epistemic", Reason.HEDGED)
    ground = Cue("contract", 4, 9, "evidence", Reason.SOURCE)
    link = Evidence(Relation.QUESTION, Quote("the"), Quote("Really?", 1, 0, 7))
    for reasons, cues, kept, kept_cues in [
        ((Reason.HEDGED, Reason.VAGUE), (doubt,), (), ()),
        ((Reason.SOURCE,), (ground,), (Reason.SOURCE,), (ground,)),
    ]:
        before = claim(
            "the Lyon office has 40 seats",
            Status.NEEDS_CLARIFICATION,
            reasons,
            cues=cues,
            evidence=(link,),
            question="Sure?",
        )
        (after,) = weigh_evidence([before], Passages.read([SEATS]))
        assert (after.status, after.question) == (Status.VERIFIED, None)
        assert after.reasons == (Reason.EVIDENCE, *kept)
        assert after.cues == (Cue("40", 24, 26, "number", Reason.EVIDENCE), *kept_cues)
        assert after.evidence[0].other == Quote(SEATS, None, 0, len(SEATS), source="evidence 1")
        assert after.evidence[1:] == (link,)
        trusted(after, Status.VERIFIED)


def test_a_contradicted_claim_needs_clarification_whatever_else_speaks_for_it() -> None:
    before = claim("the Lyon office has 50 seats", Status.VERIFIED, (Reason.SOURCE, Reason.CORROBORATION))
    (after,) = weigh_evidence([before], Passages.read([SEATS]))
    assert after.status is Status.NEEDS_CLARIFICATION
    assert after.reasons == (Reason.CONTRADICTED,)
    trusted(after, Status.NEEDS_CLARIFICATION)
    assert after.question is not None
    assert "the Lyon office has 50 seats" in after.question
    assert f"“{SEATS.removesuffix('.')}”" in after.question
    assert "evidence 1" in after.question
    assert after.question.endswith("?")
    assert after.cues[0].text == "50"
    again = claim(before.text, Status.NEEDS_CLARIFICATION, (Reason.VAGUE, Reason.CONTRADICTED, Reason.HEDGED))
    assert weigh_evidence([again], Passages.read([SEATS]))[0].reasons == (
        Reason.CONTRADICTED,
        Reason.VAGUE,
        Reason.HEDGED,
    )


@pytest.mark.parametrize("reason", [Reason.CONTRADICTED, Reason.EVADED])
def test_support_does_not_verify_what_was_contradicted_or_evaded(reason: Reason) -> None:
    before = claim(
        "the Lyon office has 40 seats", Status.NEEDS_CLARIFICATION, (Reason.VAGUE, reason), question="Which?"
    )
    (after,) = weigh_evidence([before], Passages.read([SEATS]))
    assert (after.status, after.reasons, after.question) == (before.status, before.reasons, before.question)
    assert [e.relation for e in after.evidence] == [Relation.SUPPORT]


CUES = [("has 40 seats", "40"), ("costs $12.6 million", "$12.6"), ("is 2.5% now", "2.5%"), ("is 7", "7"), ("has 1,200, in all", "1,200"), ("has forty seats", "has forty seats")]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), CUES)
def test_the_cue_is_the_first_amount_in_its_place_or_the_whole_claim(text: str, expected: str) -> None:
    before = claim(f"the Lyon office {text}")
    cue = module._amount_cue(before, Reason.EVIDENCE)
    words = expected if re.search(r"\d", expected) else before.text
    assert (cue.text, cue.kind, cue.reason) == (words, "number", Reason.EVIDENCE)
    assert before.text[cue.start - before.start : cue.end - before.start] == cue.text


def test_each_claim_is_weighed_by_itself_and_stays_in_its_place(tmp_path: Path) -> None:
    path = put(tmp_path, "crm.json", json.dumps([{"Lyon seats": 40}, {"Ghent churn": "3 percent"}]))
    claims = [
        claim("we like trains"),
        claim("Ghent churn is 9 percent"),
        claim("Lyon has 40 seats"),
        claim("lunch costs $9"),
    ]
    out = weigh_evidence(claims, Passages.read([path]))
    assert [c.text for c in out] == [c.text for c in claims]
    assert [[str(e.relation) for e in c.evidence] for c in out] == [[], ["contradiction"], ["support"], []]
    assert out[1].evidence[0].source == "crm.json, record 2"


@pytest.mark.parametrize("written", [[], ["the of and"], ["12 34"]])
def test_nothing_to_weigh_changes_nothing(written: list[str]) -> None:
    claims = (claim("we have 40 seats"), claim("we grew"))
    assert weigh_evidence(claims, Passages.read(written)) == claims
    assert weigh_evidence((), Passages.read(["the Lyon office"])) == ()
