"""Labelled transcripts: what is read, what is refused and how the refusal reads, and copies without punctuation."""

from __future__ import annotations

import copy
import dataclasses
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from overstate.corpus import (
    LINKED,
    GoldClaim,
    GoldHedge,
    GoldLink,
    LabelledTranscript,
    Place,
    augmented,
    read_labelled,
    unpunctuated,
)
from overstate.errors import DataError
from overstate.transcript import Transcript
from overstate.types import HedgeType, Outcome, Reason, Relation, Status, Turn

RECORD: dict[str, Any] = {
    "id": "call-1",
    "source": "sales",
    "turns": [
        {"speaker": "Ann", "text": "I think we grew forty percent."},
        {"speaker": "Bob", "text": "We have 12 reps."},
    ],
    "claims": [
        {"turn": 1, "start": 0, "end": 15, "status": "plausible", "reasons": []},
        {"turn": 0, "start": 0, "end": 29, "status": "needs_clarification", "reasons": ["hedged", "vague"]},
    ],
    "hedges": [{"turn": 0, "start": 0, "end": 7, "type": "epistemic"}],
}
#: What was said later, in the second turn, and what it is about, in the first.
LATER, EARLIER = {"turn": 1, "start": 0, "end": 15}, {"turn": 0, "start": 8, "end": 29}
LINKED_RECORD: dict[str, Any] = {
    **RECORD,
    "links": [
        {"relation": "denial", "later": LATER, "earlier": EARLIER, "outcome": None},
        {"relation": "answer", "later": LATER, "earlier": EARLIER, "outcome": "evaded"},
        {"relation": "question", "later": LATER, "earlier": None},
    ],
}


def made(
    change: Callable[[dict[str, Any]], Any] = lambda record: None, record: dict[str, Any] = RECORD
) -> dict[str, Any]:
    record = copy.deepcopy(record)
    change(record)
    return record


def put(*path: str | int, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        place: Any = record
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value

    return change


def drop(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        place: Any = record
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]

    return change


def written(folder: Path, *records: dict[str, Any], end: str = "\n", mark: bytes = b"") -> Path:
    path = folder / "calls.jsonl"
    path.write_bytes(mark + "".join(json.dumps(record, ensure_ascii=False) + end for record in records).encode())
    return path


# --- what is read ------------------------------------------------------------------------------------------------------


def test_labels_come_in_order_of_place_with_their_types() -> None:
    (record,) = read_labelled(RECORD)
    assert record.claims == (
        GoldClaim(0, 0, 29, Status.NEEDS_CLARIFICATION, (Reason.HEDGED, Reason.VAGUE)),
        GoldClaim(1, 0, 15, Status.PLAUSIBLE, ()),
    )
    assert record.hedges == (GoldHedge(0, 0, 7, HedgeType.EPISTEMIC),)
    assert record.transcript.turns == (Turn("Ann", "I think we grew forty percent."), Turn("Bob", "We have 12 reps."))
    assert (record.id, record.source, record.transcript.source) == ("call-1", "sales", "call-1")


@pytest.mark.parametrize(
    ("end", "mark"), [("\n", b""), ("\r\n", b""), ("\n\n \n", b""), ("\n", b"\xef\xbb\xbf"), ("\r\n", b"\xef\xbb\xbf")]
)
def test_line_ends_blank_lines_and_a_byte_order_mark_do_not_matter(tmp_path: Path, end: str, mark: bytes) -> None:
    second = made(put("id", value="call-2"))
    path = written(tmp_path, RECORD, second, end=end, mark=mark)
    assert [r.to_dict() for r in read_labelled(path)] == [r.to_dict() for r in read_labelled([RECORD, second])]


def test_a_line_separator_within_a_text_does_not_end_the_line(tmp_path: Path) -> None:
    record = made(put("turns", 0, "text", value="I think\u2028we\x85grew forty percent."))
    assert read_labelled(written(tmp_path, record))[0].transcript.turns[0].text == record["turns"][0]["text"]


def test_a_record_survives_being_written_and_read(tmp_path: Path) -> None:
    (record,) = read_labelled(RECORD)
    assert read_labelled(written(tmp_path, record.to_dict())) == [record]


@pytest.mark.parametrize(
    "give",
    [
        lambda p, r: p,
        lambda p, r: str(p),
        lambda p, r: [p],
        lambda p, r: RECORD,
        lambda p, r: [RECORD],
        lambda p, r: r,
        lambda p, r: iter([r]),
    ],
    ids="path str paths mapping mappings record records".split(),
)
def test_every_way_to_hand_records_over(tmp_path: Path, give: Callable[[Path, LabelledTranscript], Any]) -> None:
    (record,) = read_labelled(RECORD)
    assert read_labelled(give(written(tmp_path, RECORD), record)) == [record]


def test_speaker_source_reasons_and_hedges_may_be_left_out() -> None:
    (record,) = read_labelled(
        {
            "id": "a",
            "turns": [{"text": "We grew."}],
            "claims": [{"turn": 0, "start": 0, "end": 7, "status": "plausible"}],
        }
    )
    assert (record.source, record.hedges, record.transcript.turns, record.claims[0].reasons) == (
        "",
        (),
        (Turn("", "We grew."),),
        (),
    )


def test_links_come_as_they_stand_with_their_types() -> None:
    (record,) = read_labelled(LINKED_RECORD)
    later, earlier = Place(1, 0, 15), Place(0, 8, 29)
    assert record.links == (
        GoldLink(Relation.DENIAL, later, earlier),
        GoldLink(Relation.ANSWER, later, earlier, Outcome.EVADED),
        GoldLink(Relation.QUESTION, later, None),
    )
    assert read_labelled(record.to_dict()) == [record]


@pytest.mark.parametrize("relation", LINKED)
def test_every_relation_of_two_turns(relation: Relation) -> None:
    outcome = "answered" if relation is Relation.ANSWER else None
    link = {"relation": str(relation), "later": LATER, "earlier": EARLIER, "outcome": outcome}
    (record,) = read_labelled({**RECORD, "links": [link]})
    assert record.to_dict()["links"] == [link]


def test_no_links_are_not_the_same_as_links_that_nobody_labelled() -> None:
    (unlabelled,), (none,) = read_labelled(RECORD), read_labelled({**RECORD, "links": []})
    assert (unlabelled.links, none.links) == (None, ())
    assert "links" not in unlabelled.to_dict() and none.to_dict()["links"] == []


def test_claims_that_are_null_are_not_judged() -> None:
    (record,) = read_labelled({**LINKED_RECORD, "claims": None, "hedges": []})
    assert (record.judged, record.claims, record.hedges) == (False, (), ())
    assert record.links is not None and len(record.links) == 3
    assert record.to_dict()["claims"] is None
    assert read_labelled(record.to_dict()) == [record]
    (empty,) = read_labelled({**RECORD, "claims": []})
    assert empty.judged and empty.to_dict()["claims"] == []


@pytest.mark.parametrize(
    ("name", "group"), [("call-1", "call"), ("call-a-2", "call-a"), ("call", "call"), ("-1", ""), ("call-", "call")]
)
def test_group_is_the_id_up_to_its_last_hyphen(name: str, group: str) -> None:
    assert read_labelled(made(put("id", value=name)))[0].group == group


# --- what is refused ---------------------------------------------------------------------------------------------------

#: What is wrong, the field named, words of the message.
WRONG: list[tuple[Callable[[dict[str, Any]], None], str | None, str]] = [
    (drop("id"), "id", "is missing, expected a str"),
    (drop("turns"), "turns", "is missing, expected a list"),
    (drop("claims"), "claims", "is missing, expected a list"),
    (put("id", value=7), "id", "got 7, expected a str"),
    (put("source", value=None), "source", "got None, expected a str"),
    (put("turns", value={}), "turns", "got {}, expected a list"),
    (put("turns", value=[]), "turns", "got no turns"),
    (put("turns", 1, value="Bob: hi"), "turns[1]", "got str, expected an object with speaker and text"),
    (drop("turns", 1, "text"), "turns[1].text", "is missing, expected a str"),
    (put("turns", 1, "text", value=None), "turns[1].text", "got None, expected a str"),
    (put("turns", 1, "speaker", value=3), "turns[1].speaker", "got 3, expected a str"),
    (put("claims", 0, value=[1, 0, 15]), "claims[0]", "got list, expected an object with turn, start and end"),
    (drop("claims", 0, "turn"), "claims[0].turn", "is missing, expected a int"),
    (drop("claims", 0, "start"), "claims[0].start", "is missing"),
    (drop("claims", 0, "end"), "claims[0].end", "is missing"),
    (drop("claims", 0, "status"), "claims[0].status", "is missing"),
    (put("claims", 0, "turn", value=2), "claims[0].turn", "got 2, expected 0 to 1"),
    (put("claims", 0, "turn", value=-1), "claims[0].turn", "got -1, expected 0 to 1"),
    (put("claims", 0, "turn", value=True), "claims[0].turn", "got True, expected a int"),
    (put("claims", 0, "start", value=False), "claims[0].start", "got False, expected a int"),
    (put("claims", 0, "end", value=True), "claims[0].end", "got True, expected a int"),
    (put("claims", 0, "start", value=0.0), "claims[0].start", "got 0.0, expected a int"),
    (put("claims", 0, "end", value="15"), "claims[0].end", "got '15', expected a int"),
    (put("claims", 0, "end", value=17), "claims[0].start", "got 0 to 17, expected a stretch of 0 to 16"),
    (put("claims", 0, "end", value=0), "claims[0].start", "got 0 to 0"),
    (put("claims", 0, "start", value=-1), "claims[0].start", "got -1 to 15"),
    (put("claims", 0, "start", value=16), "claims[0].start", "got 16 to 15"),
    (put("claims", 0, "status", value="true"), "claims[0].status", "got 'true', expected verified or plausible or needs_clarification"),
    (put("claims", 0, "status", value=True), "claims[0].status", "got True, expected a str"),
    (put("claims", 0, "reasons", value="vague"), "claims[0].reasons", "got 'vague', expected a list"),
    (put("claims", 0, "reasons", value=["vague"]), "claims[0].reasons", "got 'vague', expected none"),
    (put("claims", 1, "reasons", value=["source"]), "claims[1].reasons", "got 'source', expected vague or overstated"),
    (put("claims", 1, "reasons", value=["vague", "odd"]), "claims[1].reasons", "got 'odd'"),
    (put("claims", 1, "reasons", value=[None]), "claims[1].reasons", "got 'None'"),
    (lambda r: r["claims"][0].update(status="verified", reasons=["hedged"]), "claims[0].reasons", "expected source or corroboration"),
    (put("hedges", value=None), "hedges", "got None, expected a list"),
    (put("hedges", 0, value=7), "hedges[0]", "got int, expected an object"),
    (put("hedges", 0, "type", value="doubt"), "hedges[0].type", "got 'doubt', expected epistemic or approximator"),
    (drop("hedges", 0, "type"), "hedges[0].type", "is missing"),
    (put("hedges", 0, "end", value=99), "hedges[0].start", "got 0 to 99, expected a stretch of 0 to 30"),
    (put("links", value=None), "links", "got None, expected a list"),
    (put("links", value={}), "links", "got {}, expected a list"),
    (put("links", 0, value=7), "links[0]", "got int, expected an object with relation, later and earlier"),
    (put("links", 0, "kind", value="x"), "links[0]", "unknown fields kind; expected relation, later, earlier, outcome"),
    (drop("links", 0, "relation"), "links[0].relation", "is missing, expected a str"),
    (put("links", 0, "relation", value="doubt"), "links[0].relation", "got 'doubt', expected question or answer"),
    (put("links", 0, "relation", value="support"), "links[0].relation", "got 'support', expected question or answer"),
    (drop("links", 0, "later"), "links[0]", "lacks an end, expected later and earlier"),
    (put("links", 0, "later", value=None), "links[0]", "lacks an end"),
    (put("links", 2, "later", value=None), "links[2]", "lacks an end"),
    (drop("links", 0, "earlier"), "links[0]", "lacks an end"),
    (put("links", 1, "earlier", value=None), "links[1]", "lacks an end"),
    (put("links", 0, "later", value=3), "links[0].later", "got int, expected an object with turn, start and end"),
    (put("links", 0, "later", "turn", value=2), "links[0].later.turn", "got 2, expected 0 to 1"),
    (put("links", 0, "later", "turn", value=True), "links[0].later.turn", "got True, expected a int"),
    (drop("links", 0, "earlier", "end"), "links[0].earlier.end", "is missing, expected a int"),
    (put("links", 0, "earlier", "end", value=99), "links[0].earlier.start", "got 8 to 99, expected a stretch of 0 to 30"),
    (put("links", 0, "later", value={"turn": 0, "start": 0, "end": 4}), "links[0]", "points forward, expected earlier to stand before later"),
    (put("links", 0, "outcome", value="answered"), "links[0].outcome", "got 'answered', expected an outcome for answers alone"),
    (put("links", 1, "outcome", value=None), "links[1].outcome", "got None, expected an outcome for answers alone"),
    (drop("links", 1, "outcome"), "links[1].outcome", "got None, expected an outcome for answers alone"),
    (put("links", 1, "outcome", value="open"), "links[1].outcome", "got 'open', expected answered or evaded"),
    (put("links", 1, "outcome", value=1), "links[1].outcome", "got '1', expected answered or evaded"),
    (put("claims", value={}), "claims", "got {}, expected a list"),
    (put("note", value="x"), None, "unknown fields note; expected id, source, turns, claims, hedges, links"),
    (lambda r: r.update(b=1, a=2), None, "unknown fields a, b;"),
    (put("turns", 1, "speeker", value="Bob"), "turns[1]", "unknown fields speeker; expected speaker, text, start, end"),
    (put("claims", 0, "reason", value="vague"), "claims[0]", "unknown fields reason;"),
    (put("hedges", 0, "kind", value="epistemic"), "hedges[0]", "unknown fields kind;"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "field", "words"), WRONG)
def test_a_wrong_field_is_named_with_file_and_line(
    tmp_path: Path, change: Callable[[dict[str, Any]], None], field: str | None, words: str
) -> None:
    path = written(tmp_path, made(put("id", value="first")), made(change, LINKED_RECORD))
    with pytest.raises(DataError) as caught:
        read_labelled(path)
    assert (caught.value.source, caught.value.line, caught.value.field) == (str(path), 2, field)
    assert words in caught.value.message
    assert str(caught.value).startswith(f"{path}, line 2")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "is not JSON"),
        ("{'id': 1}", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "got a JSON list, expected an object"),
        ("null", "got a JSON NoneType, expected an object"),
        ('"text"', "got a JSON str, expected an object"),
    ],
    ids=lambda value: value[:12],
)
def test_a_line_that_is_no_json_object_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(f"{json.dumps(RECORD)}\n\n{line}\n")
    with pytest.raises(DataError, match=re.escape(words)) as caught:
        read_labelled(path)
    assert (caught.value.source, caught.value.line) == (str(path), 3)


def test_records_in_memory_are_counted_instead_of_lines() -> None:
    with pytest.raises(DataError, match=r"^records, line 2, field 'id': "):
        read_labelled([RECORD, made(drop("id"))])


def test_a_missing_file_a_folder_and_bytes_that_are_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": "caf\xe9"}')
    for name, words in [
        ("none.jsonl", "No such file"),
        (".", "cannot be read"),
        ("latin.jsonl", r"is not UTF-8 \(byte 11\)"),
    ]:
        with pytest.raises(DataError, match=words) as caught:
            read_labelled(tmp_path / name)
        assert caught.value.source == str(tmp_path / name)


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n \n")
    for nothing in ([], tmp_path / "empty.jsonl"):
        with pytest.raises(DataError, match="got no labelled transcripts"):
            read_labelled(nothing)


@pytest.mark.parametrize("item", [7, None, b"calls.jsonl", ["calls.jsonl"]])
def test_things_that_are_neither_path_nor_record_are_refused(item: Any) -> None:
    with pytest.raises(DataError, match=f"got {type(item).__name__}, expected a path or a record"):
        read_labelled([item])


def test_an_id_that_is_there_twice_is_refused_across_files_and_records(tmp_path: Path) -> None:
    path = written(tmp_path, RECORD)
    for twice in ([RECORD, RECORD], [path, path], [path, RECORD], read_labelled(RECORD) * 2):
        with pytest.raises(DataError, match="id 'call-1' is there twice") as caught:
            read_labelled(twice)
        assert caught.value.field == "id"


# --- copies without punctuation ----------------------------------------------------------------------------------------


def labelled(text: str, spans: list[tuple[int, int]], name: str = "call-1") -> LabelledTranscript:
    claims = tuple(GoldClaim(0, a, b, Status.PLAUSIBLE, ()) for a, b in spans)
    hedges = tuple(GoldHedge(0, a, b, HedgeType.EPISTEMIC) for a, b in spans)
    return LabelledTranscript(name, "", Transcript((Turn("Ann", text, 1.0, 2.0),), name), claims, hedges)


PLAIN = [
    ("We grew. Right?", "we grew right"),
    ("Yes, we grew; fast: very!", "yes we grew fast very"),
    ("We grew 12.5 percent, to $1,200.", "we grew 12.5 percent to $1,200"),
    ("In 2023, 40 of us.", "in 2023 40 of us"),
    ("I don’t; it's a well-known fact", "i don’t its a well-known fact".replace("its", "it's")),
    ("one - two", "one  two"),
    ("“Fine” (she said) [laughs]", "fine she said laughs"),
    ("So… well... yes", "so well yes"),
    ("we grew—no, fell", "we grew no fell"),
    ("we grew – no", "we grew  no"),
    ("30–40 percent", "30 40 percent"),
    ("at 10:30,sharp", "at 10 30 sharp"),
    ("wait...what", "wait what"),
    ("the U.S. team, e.g. Ann", "the us team eg ann"),
    ("İstanbul ÄRGER", "İstanbul ärger"),
    ("", ""),
]


@pytest.mark.parametrize(("text", "plain"), PLAIN)
def test_unpunctuated_writes_what_speech_recognition_would(text: str, plain: str) -> None:
    assert unpunctuated(labelled(text, [])).transcript.turns == (Turn("Ann", plain, 1.0, 2.0),)


@pytest.mark.parametrize(
    ("text", "span", "words"),
    [
        ("So, we grew. Fast.", (4, 11), "we grew"),
        ("So, we grew. Fast.", (4, 12), "we grew"),
        ("So, we grew. Fast.", (0, 18), "so we grew fast"),
        ("we grew—fast", (0, 7), "we grew"),
        ("we grew—fast", (8, 12), "fast"),
        ("We grew 12.5 percent.", (8, 20), "12.5 percent"),
        ("“We”, she said", (1, 3), "we"),
    ],
)
def test_unpunctuated_moves_labels_along(text: str, span: tuple[int, int], words: str) -> None:
    copied = unpunctuated(labelled(text, [span]))
    for mark in (*copied.claims, *copied.hedges):
        assert copied.transcript.turns[0].text[mark.start : mark.end] == words


def test_unpunctuated_moves_links_along() -> None:
    said = (Turn("Ann", "Well, we grew: fast."), Turn("Bob", "“Grew”, by what?"))
    links = (
        GoldLink(Relation.QUESTION, Place(1, 8, 16), Place(0, 6, 19)),
        GoldLink(Relation.QUESTION, Place(1, 0, 16), None),
        GoldLink(Relation.ANSWER, Place(1, 1, 5), Place(0, 0, 20), Outcome.EVADED),
    )
    copied = unpunctuated(LabelledTranscript("call-1", "", Transcript(said, "call-1"), (), (), links, judged=False))
    turns = copied.transcript.turns
    assert copied.links is not None and not copied.judged
    assert [
        (link.relation, link.outcome, *(p and turns[p.turn].text[p.start : p.end] for p in (link.later, link.earlier)))
        for link in copied.links
    ] == [
        (Relation.QUESTION, None, "by what", "we grew fast"),
        (Relation.QUESTION, None, "grew by what", None),
        (Relation.ANSWER, Outcome.EVADED, "grew", "well we grew fast"),
    ]
    assert unpunctuated(labelled("Yes.", [])).links is None


def test_unpunctuated_drops_labels_of_which_nothing_is_left() -> None:
    copied = unpunctuated(labelled("Yes. No!", [(3, 4), (5, 7)]))
    assert [(c.start, c.end) for c in copied.claims] == [(4, 6)]
    assert [(h.start, h.end) for h in copied.hedges] == [(4, 6)]


@pytest.mark.parametrize("name", ["call-1", "call-a-1", "call", "a~plain-1"])
def test_a_copy_has_an_id_of_its_own_and_stays_in_the_group_of_its_original(name: str) -> None:
    record = labelled("Yes.", [], name)
    assert unpunctuated(record).id != name
    assert unpunctuated(record).group == record.group


_WORD = st.sampled_from(
    ["we", "Grew", "12.5", "1,200", "don't", "it’s", "U.S", "x-y", "ÄRGER", "İs", "👍", "cafe\u0301", "%"]
)
_GLUE = st.sampled_from(
    [" ", ", ", ". ", "... ", " - ", "—", " – ", "? ", ":", "; ", " (", ") ", "\n", "…", "” ", ' "', "..."]
)


@given(st.lists(st.tuples(_WORD, _GLUE), min_size=1, max_size=12), st.data())
def test_unpunctuated_keeps_labels_on_the_same_words(pieces: list[tuple[str, str]], data: st.DataObject) -> None:
    text, places = "", []
    for word, glue in pieces:
        places.append((len(text), len(text) + len(word)))
        text += word + glue
    a = data.draw(st.integers(0, len(places) - 1))
    b = data.draw(st.integers(a, len(places) - 1))
    over = data.draw(st.integers(0, len(pieces[b][1])))  # the label may reach into the marks after its last word
    copied = unpunctuated(labelled(text, [(places[a][0], places[b][1] + over)]))
    plain = copied.transcript.turns[0].text
    (claim,), (hedge,) = copied.claims, copied.hedges
    letters = lambda words: re.sub(r"[^\w%👍\u0301]", "", words).lower()  # noqa: E731
    assert letters(plain[claim.start : claim.end]) == letters("".join(word for word, _ in pieces[a : b + 1]))
    assert (claim.start, claim.end) == (hedge.start, hedge.end)
    assert not re.search(r"[?!;:…“”()\[\]—–\"]|[.,](?!\d)", plain)
    # no two words grow together, and none is lost
    assert len(plain.split()) == len(pieces)


def test_unpunctuated_leaves_the_original_alone_and_twice_changes_nothing_more() -> None:
    (record,) = read_labelled(RECORD)
    before = record.to_dict()
    once = unpunctuated(record)
    assert record.to_dict() == before
    twice = unpunctuated(once)
    assert dataclasses.replace(twice, id=once.id) == once


def test_augmented_is_reproducible_and_adds_the_wanted_share() -> None:
    records = [labelled("Yes, we grew.", [(5, 12)], f"call-{i}") for i in range(20)]
    for share, many in [(0.0, 0), (0.25, 5), (0.5, 10), (1.0, 20)]:
        out = augmented(records, share, seed=3)
        assert out[:20] == records
        assert len(out) == 20 + many
        assert out == augmented(records, share, seed=3)
        assert len({record.id for record in out}) == len(out)
        assert all(record.transcript.turns[0].text == "yes we grew" for record in out[20:])
    assert augmented(records, 0.5, 3) != augmented(records, 0.5, 4)
