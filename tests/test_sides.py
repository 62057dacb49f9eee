"""Sides: given by name or guessed; and what reports count by them."""

from __future__ import annotations

import json
import re

import pytest
from conftest import CALLS
from typer.testing import CliRunner

import overstate
from overstate.cli import app
from overstate.errors import DataError
from overstate.report import Report
from overstate.sides import given_sides, guess_sides
from overstate.transcript import Transcript
from overstate.types import Claim, Evidence, Hedge, HedgeType, Outcome, Question, Quote, Relation, Status, Turn

ASK, PLAUSIBLE, VERIFIED = Status.NEEDS_CLARIFICATION, Status.PLAUSIBLE, Status.VERIFIED


@pytest.mark.parametrize(
    ("sides", "exact", "expected"),
    [
        ({"A": "us", "B": "customer", "C": "customer"}, True, ["us", "customer", "customer"]),
        ({"A": "us"}, True, ["us", "them", "them"]),
        ({"A": "us", "B": "bank"}, True, ["us", "bank", "unknown"]),
        ({"B": "bank"}, True, ["unknown", "bank", "unknown"]),
        ({}, True, ["unknown"] * 3),
        ({"A": "us", "Z": "us"}, False, ["us", "them", "them"]),
    ],
)
def test_given_sides(sides: dict, exact: bool, expected: list[str]) -> None:
    found = given_sides(["A", "B", "C"], sides, exact=exact)
    assert (list(found.of.values()), found.guessed) == (expected, False)
    assert bool(found.notes) == bool(sides and len({*sides} & {*"ABC"}) < 3)


@pytest.mark.parametrize(
    ("sides", "exact", "words"),
    [
        ({"Z": "us"}, True, "no speaker 'Z' in this call; its speakers are 'A', 'B'"),
        ({"A": "us", "Z": "us"}, True, "no speaker 'Z'"),
        ({"Z": "us"}, False, "no speaker 'Z'"),
        ({"A": " "}, True, "got ' ' for 'A', expected the name of a side"),
        ({"A": None}, True, "got None for 'A'"),
        (["A"], True, "got list, expected a mapping"),
    ],
)
def test_sides_that_are_refused(sides: object, exact: bool, words: str) -> None:
    with pytest.raises(DataError, match=re.escape(words)):
        given_sides(["A", "B"], sides, exact=exact)


SELLS = "We offer three plans. I'll send you the quote."
BUYS = "What does it cost? You charged us twice last year, and our budget is gone."
GUESSES = [
    ("seller and buyer", [("A", SELLS), ("B", BUYS)], {"A": "us", "B": "them"}),
    ("only a seller speaks of it", [("A", SELLS), ("B", "Fine.")], {"A": "us", "B": "them"}),
    ("an introduction", [("A", "Hi, this is Ann from Acme."), ("B", "Hello.")], {"A": "us", "B": "them"}),
    ("nothing to go by", [("A", "Hello."), ("B", "Hello.")], {"A": "unknown", "B": "unknown"}),
    ("both alike", [("A", SELLS), ("B", SELLS)], {"A": "unknown", "B": "unknown"}),
    ("one speaker", [("A", SELLS)], {"A": "unknown"}),
    (
        "of one firm, by their labels",
        [("Ann (Acme)", SELLS), ("Jo (Acme)", "Hm."), ("Bo | Bravo", BUYS), ("Cy | Bravo", "Hm.")],
        {"Ann (Acme)": "us", "Jo (Acme)": "us", "Bo | Bravo": "them", "Cy | Bravo": "them"},
    ),
    (
        "of one firm, by their addresses",
        [("ann@acme.com", SELLS), ("jo@acme.com", "Hm."), ("bo@bravo.org", BUYS)],
        {"ann@acme.com": "us", "jo@acme.com": "us", "bo@bravo.org": "them"},
    ),
    (
        "introduced together",
        [("Ann", f"I've got Priya with me. {SELLS}"), ("Priya", "Hi."), ("Bo", BUYS), ("Zed", "Hm.")],
        {"Ann": "us", "Priya": "us", "Bo": "them", "Zed": "unknown"},
    ),
    (
        "colleagues among themselves",
        [(s, "He said they commit this quarter, she told him, and their lawyer has the order.") for s in "ABC"],
        {"A": "us", "B": "us", "C": "us"},
    ),
]


@pytest.mark.parametrize(("turns", "expected"), [case[1:] for case in GUESSES], ids=[case[0] for case in GUESSES])
def test_guessed_sides(turns: list, expected: dict) -> None:
    found = guess_sides([Turn(*turn) for turn in turns])
    assert (found.of, found.guessed, len(found.notes)) == (expected, True, 1)


@pytest.mark.parametrize(("file", "right", "wrong"), [("labelled", 0.7, 0.05), ("held_out", 0.55, 0.05)])
def test_the_guess_abstains_rather_than_errs(file: str, right: float, wrong: float) -> None:
    labels = json.loads((CALLS / "sides.json").read_text(encoding="utf-8"))
    pairs = []
    for record in overstate.read_labelled(CALLS / f"{file}.jsonl"):
        if record.id in labels:
            found = guess_sides(record.transcript.turns).of
            pairs += [(found[name], side) for name, side in labels[record.id].items()]
    assert sum(a == b != "unknown" for a, b in pairs) / len(pairs) >= right
    assert sum(a not in (b, "unknown") for a, b in pairs) / len(pairs) <= wrong


TURNS = (
    Turn("Ann", "How many seats? And since when?"),
    Turn("Bo", "Everyone loves it. We will double soon."),
    Turn("Ann", "Perfect, sounds good."),
    Turn("Jo", "Based on what will you double?"),
    Turn("Bo", "It will be huge."),
    Turn("Cy", "Our product is the best."),
)
SIDES = {"Ann": "us", "Jo": "us", "Bo": "customer", "Cy": "unknown"}


def claim(turn: int, words: str, status: Status = ASK, p: float = 0.8, **more) -> Claim:
    start = TURNS[turn].text.index(words)
    chance = {name.value: p if name is status else (1 - p) / 2 for name in Status}
    return Claim(turn, start, start + len(words), words, TURNS[turn].speaker, status, p, chance, **more)


def quote(turn: int, words: str) -> Quote:
    start = TURNS[turn].text.index(words)
    return Quote(words, turn, start, start + len(words), TURNS[turn].speaker)


LOVES, DOUBLE = quote(1, "Everyone loves it"), quote(1, "We will double soon")
BASED = quote(3, "Based on what will you double?")


def link(relation: Relation, other: Quote = BASED, near: Quote = DOUBLE) -> Evidence:
    return Evidence(relation, near, other)


def report(*claims: Claim, **more) -> Report:
    hedges = (Hedge(1, 27, 31, "doub", HedgeType.EPISTEMIC),)
    return Report(Transcript(TURNS), claims, hedges, **{"sides": SIDES} | more)


@pytest.fixture
def full() -> Report:
    return report(
        claim(1, "Everyone loves it", p=0.7),
        claim(1, "We will double soon", evidence=(link(Relation.QUESTION),)),
        claim(4, "It will be huge", p=0.9),
        claim(5, "Our product is the best"),
    )


def test_counts_by_speaker(full: Report) -> None:
    ann, bo, jo, cy = full.speakers
    assert [s.name for s in (ann, bo, jo, cy)] == ["Ann", "Bo", "Jo", "Cy"]
    assert (ann.side, ann.turns, ann.words, ann.words_of_call, ann.questions, ann.claims) == ("us", 2, 9, 31, 2, 0)
    assert (bo.claims, bo.hedged, bo.to_clarify, bo.verified) == (3, 1, 3, 0)
    assert [(s.questioned, s.accepted) for s in (ann, bo, jo, cy)] == [(0, 1), (0, 0), (1, 1), (0, 0)]
    assert (bo.share_hedged, bo.share_verified, ann.share_hedged) == (pytest.approx(1 / 3), 0, None)
    assert (ann.share_asking, bo.share_asking, jo.share_questioned) == (1.0, 0.0, 0.5)
    assert ann.share_of_words == pytest.approx(9 / 31)
    assert (ann.share_to_clarify, bo.share_to_clarify, cy.share_questioned) == (None, 1.0, None)


def test_counts_by_side(full: Report) -> None:
    sides = full.by_side()
    assert list(sides) == ["us", "customer", "unknown"]
    us = sides["us"]
    assert (us.name, us.turns, us.words, us.words_of_call, us.questions) == ("us", 3, 15, 31, 3)
    assert (us.questioned, us.accepted) == (1, len(full.accepted_at_face_value()))


def test_what_was_taken_at_face_value_is_worst_first(full: Report) -> None:
    assert [c.text for c in full.accepted_at_face_value()] == ["It will be huge", "Everyone loves it"]
    assert full.accepted_at_face_value("customer") == []
    with pytest.raises(DataError, match="got 'bank', expected a side of this call: 'us', 'customer', 'unknown'"):
        full.accepted_at_face_value("bank")
    assert report(claim(4, "It will be huge"), sides={}).accepted_at_face_value() == []


HERE = quote(4, "It will be huge")
PUSHED = [
    ("questioned", {"evidence": (link(Relation.QUESTION),)}, False),
    ("denied", {"evidence": (link(Relation.DENIAL),)}, False),
    ("backed", {"evidence": (link(Relation.CORROBORATION),)}, False),
    ("contradicted later", {"evidence": (link(Relation.CONTRADICTION),)}, False),
    ("contradicts what was said before", {"evidence": (link(Relation.CONTRADICTION, quote(0, "How many")),)}, True),
    ("questioned by their own", {"evidence": (link(Relation.QUESTION, HERE),)}, True),
    ("repeated", {"evidence": (link(Relation.REPETITION, HERE),)}, True),
    ("denied by a document", {"evidence": (link(Relation.CONTRADICTION, Quote("no", source="a.txt")),)}, True),
    ("plausible", {"status": PLAUSIBLE}, False),
]


@pytest.mark.parametrize(("more", "taken"), [case[1:] for case in PUSHED], ids=[case[0] for case in PUSHED])
def test_what_counts_as_not_taking_it_at_face_value(more: dict, taken: bool) -> None:
    assert bool(report(claim(1, "We will double soon", **more)).accepted_at_face_value()) is taken


def test_questions_listed_in_the_report_count() -> None:
    asked = Question(BASED, DOUBLE, None, Outcome.OPEN)
    found = report(claim(1, "Everyone loves it"), claim(1, "We will double soon"), questions=(asked,))
    assert [c.text for c in found.accepted_at_face_value()] == ["Everyone loves it"]
    assert [s.questioned for s in found.speakers] == [0, 0, 1, 0]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("Perfect, thanks.", "Perfect"),
        ("Okay, that sounds good to me.", "sounds good"),
        ("That's not great.", None),
        ("Great? How so?", None),
        ("Sounds good, but how do you know?", None),
        ("And what is it that you all find great", None),
        ("Hm.", None),
    ],
)
def test_words_of_agreement(reply: str, words: str | None) -> None:
    turns = (Turn("Bo", "We grew a lot."), Turn("Bo", "Really."), Turn("Ann", reply))
    grew = Claim(0, 0, 13, "We grew a lot", "Bo", ASK, 1.0, {})
    found = Report(Transcript(turns), (grew,), (), sides={"Bo": "them", "Ann": "us"}).agreement_after(grew)
    assert (found and found.text) == words
    if found is not None:
        assert (found.turn, found.speaker, turns[2].text[found.start : found.end]) == (2, "Ann", words)


def test_the_last_word_is_not_agreed_to(full: Report) -> None:
    assert full.agreement_after(full.claims[3]) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("Who? When?", 2), ("Really?!", 1), ("No.", 0), ("how many is that", 1), ("and so do you pay", 1), ("we do", 0)],
)
def test_questions_asked(text: str, number: int) -> None:
    assert Report(Transcript((Turn("A", text),)), (), ()).speakers[0].questions == number


def test_sides_of_strangers_are_refused() -> None:
    with pytest.raises(DataError, match="no speaker 'Zed', expected one of 'Ann', 'Bo', 'Jo', 'Cy'"):
        report(sides={"Zed": "us"})


def test_sides_survive_json_and_stand_in_rows(full: Report) -> None:
    data = json.loads(full.to_json())
    assert (data["sides"], data["sides_guessed"]) == (SIDES, False)
    assert Report.from_dict(data) == full
    assert full.to_frame()["side"].tolist() == ["customer", "customer", "customer", "unknown"]
    for wrong in ({"sides": {"Ann": 1}}, {"sides": []}, {"sides_guessed": 1}):
        with pytest.raises(DataError, match="sides"):
            Report.from_dict(data | wrong)


def rich_text(found: Report) -> str:
    from rich.console import Console

    console = Console(width=110)
    with console.capture() as capture:
        console.print(found)
    return capture.get()


VIEWS = {"html": Report.to_html, "markdown": Report.to_markdown, "text": Report.to_text, "terminal": rich_text}


@pytest.mark.parametrize("view", VIEWS)
def test_views(view: str, full: Report) -> None:
    text = VIEWS[view](full)
    for words in ("Who said, who asked", "Questioned", "Let pass", "Taken at face value", "Perfect", "customer"):
        assert words in text
    assert "sides were guessed" not in text
    assert "sides were guessed" in VIEWS[view](report(*full.claims, sides_guessed=True))
    alone = VIEWS[view](report(*full.claims, sides={}))
    assert "Who said, who asked" in alone and "Let pass" not in alone and "Taken at face value" not in alone


CALL = [("S1", "He's a jerk, that buyer. We offer three plans."), ("S2", "Everyone loves the old tool.")]


def test_analyze_takes_sides(small_model) -> None:
    ours = small_model.analyze(CALL, sides={"S1": "us", "S2": "bank"})
    assert (ours.sides, ours.sides_guessed) == ({"S1": "us", "S2": "bank"}, False)
    assert any(cue.kind == "loaded" for c in ours.claims for cue in c.cues)
    theirs = small_model.analyze(CALL, sides={"S2": "us"})
    assert not any(cue.kind == "loaded" for c in theirs.claims for cue in c.cues)
    assert small_model.analyze(CALL).sides_guessed
    with pytest.raises(DataError, match="no speaker 'S3' in this call"):
        small_model.analyze(CALL, sides={"S3": "us"})
    (piped,) = small_model.pipe([CALL], sides={"S1": "us", "S3": "us"})
    assert piped.sides == {"S1": "us", "S2": "them"}


def test_sides_on_the_command_line(saved, tmp_path) -> None:
    one, two = tmp_path / "one.txt", tmp_path / "two.txt"
    one.write_text("Ann: We offer three plans.\nBo: What does it cost?\n" * 3, encoding="utf-8")
    two.write_text("Ann: We offer three plans.\nCy: What does it cost?\n" * 3, encoding="utf-8")

    def run(*args: object):
        return CliRunner().invoke(app, ["analyze", *map(str, args), "--model", str(saved), "--format", "jsonl"])

    done = run(one, "--side", "Ann=us", "--side", "Bo = bank")
    assert json.loads(done.stdout)["sides"] == {"Ann": "us", "Bo": "bank"}
    both = run(one, two, "--side", "Ann=us", "--side", "Bo=bank")
    assert [json.loads(line)["sides"]["Ann"] for line in both.stdout.splitlines()] == ["us", "us"]
    assert run(two, "--side", "Bo=bank").exit_code == 1
    assert run(one, "--side", "Ann").exit_code == 2
