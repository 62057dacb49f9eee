"""The data that comes with the package: calls that read back exactly, sound labels, and labels without text."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict

import pytest
from conftest import CALLS, ROOT

from overstate import Status, Transcript
from overstate.corpus import LINKED, LabelledTranscript, Place, read_labelled
from overstate.types import ASK_REASONS, VERIFIED_REASONS, HedgeType, Outcome, Relation

SIDES = CALLS / "sides.json"
FILES = sorted(path for path in CALLS.iterdir() if path.suffix != ".jsonl" and path != SIDES)
LABELS = ROOT / "data" / "public" / "labels.jsonl"
JOIN = ROOT / "data" / "join.py"
REASONS = {
    Status.VERIFIED: {str(reason) for reason in VERIFIED_REASONS},
    Status.PLAUSIBLE: set(),
    Status.NEEDS_CLARIFICATION: {str(reason) for reason in ASK_REASONS},
}
#: Word sequences that more than three calls may share because everybody says them: a number and a date.
SET_PHRASES = {tuple(words.split()) for words in ("a hundred and eighty six", "on the second of may")}


def test_there_is_a_file_a_call(records):
    assert [path.stem for path in FILES] == sorted(record["id"] for record in records)
    assert {path.suffix for path in FILES} == {".vtt", ".srt", ".txt", ".json", ".csv"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_file_reads_back_to_the_labelled_turns(path, records):
    record = next(record for record in records if record["id"] == path.stem)
    turns = Transcript.from_file(path).turns
    assert [(turn.speaker, turn.text) for turn in turns] == [(t["speaker"], t["text"]) for t in record["turns"]]
    times = [turn.start for turn in turns if turn.start is not None]
    assert times == sorted(times)


def test_there_are_enough_long_calls(records):
    sizes = [len(record["turns"]) for record in records]
    held_out = [json.loads(line)["id"] for line in (CALLS / "held_out.jsonl").read_text(encoding="utf-8").splitlines()]
    learned = [record for record in records if record["id"] not in held_out]
    assert len(held_out) >= 20 and len(learned) >= 150
    assert sum(len(turn["text"].split()) for record in learned for turn in record["turns"]) >= 120_000
    assert min(sizes) >= 30 and max(sizes) <= 90
    assert len({record["id"] for record in records}) == len(records)


def test_every_kind_of_label_is_there(records):
    claims = [claim for record in records for claim in record["claims"]]
    assert {claim["status"] for claim in claims} == set(Status)
    # nothing was handed over with these calls, so nothing can be verified by it
    assert {r for claim in claims for r in claim["reasons"]} == set.union(*REASONS.values()) - {"evidence"}
    assert {hedge["type"] for record in records for hedge in record["hedges"]} == set(HedgeType)


def test_labels_are_sound(records):
    for record in records:
        # not every call has its links labelled
        assert set(record) - {"links"} == {"id", "source", "turns", "claims", "hedges"}
        for kind in ("claims", "hedges"):
            reached = (0, 0)
            for mark in record[kind]:
                text = record["turns"][mark["turn"]]["text"]
                words = text[mark["start"] : mark["end"]]
                where = (record["id"], kind, mark)
                assert 0 <= mark["start"] < mark["end"] <= len(text), where
                assert words == words.strip() and re.search(r"\w", words), where
                assert (mark["turn"], mark["start"]) >= reached, ("overlaps, or out of order", where)
                reached = (mark["turn"], mark["end"])
                edges = (text[: mark["start"]][-1:], words[0]), (words[-1], text[mark["end"] :][:1])
                assert not any(a.isalpha() and b.isalpha() for a, b in edges), ("begins or ends inside a word", where)


@pytest.fixture(scope="module")
def linked(records) -> list[LabelledTranscript]:
    """The calls whose links are labelled; reading them checks that every place exists and that none points forward."""
    return [record for record in read_labelled(records) if record.links is not None]


def test_links_are_many_and_of_every_kind(linked, records):
    assert len(linked) >= 0.6 * len(records)
    links = [link for record in linked for link in record.links]
    assert {link.relation for link in links} == set(LINKED)
    assert {link.outcome for link in links} == {None, Outcome.ANSWERED, Outcome.EVADED}
    assert all(len(record.links) >= 20 for record in linked)


#: Who is at the two ends of a link.
SELF, OTHERS = {True}, {False}
WHO = {
    Relation.QUESTION: OTHERS,
    Relation.ANSWER: OTHERS,
    Relation.CORROBORATION: OTHERS,
    Relation.DENIAL: OTHERS,
    Relation.CONTRADICTION: SELF | OTHERS,
    Relation.CORRECTION: SELF,
    Relation.REPETITION: SELF,
}
BETWEEN_CLAIMS = {Relation.CONTRADICTION, Relation.CORRECTION, Relation.REPETITION}
TO_TURNS = {Relation.ANSWER}


def test_links_join_claims_and_turns(linked):
    for record in linked:
        turns = record.transcript.turns
        claims = {Place(claim.turn, claim.start, claim.end) for claim in record.claims}
        whole = {Place(i, 0, len(turn.text)) for i, turn in enumerate(turns)}
        for link in record.links:
            where = (record.id, link)
            assert link.later in (claims if link.relation in BETWEEN_CLAIMS else claims | whole), where
            if link.earlier is None:
                assert link.relation is Relation.QUESTION, where
                continue
            assert link.earlier in (whole | claims if link.relation in TO_TURNS else claims), where
            assert link.earlier != link.later, where
            alike = turns[link.later.turn].speaker == turns[link.earlier.turn].speaker
            assert alike in WHO[link.relation], where


def test_links_are_there_once(linked):
    for record in linked:
        ends = [(link.relation, link.later, link.earlier) for link in record.links]
        assert len(set(ends)) == len(ends), record.id
        joined = [(k.later, k.earlier) for k in record.links if k.relation not in (Relation.QUESTION, Relation.ANSWER)]
        assert len(set(joined)) == len(joined), (record.id, "two places are joined in one way")


def test_what_is_answered_was_asked(linked):
    for record in linked:
        asked = {link.later for link in record.links if link.relation is Relation.QUESTION}
        answered = {link.earlier for link in record.links if link.relation is Relation.ANSWER}
        assert answered <= asked, record.id


def test_reasons_fit_their_status(records):
    for record in records:
        for claim in record["claims"]:
            allowed = REASONS[Status(claim["status"])]
            assert set(claim["reasons"]) <= allowed, (record["id"], claim)
            assert bool(claim["reasons"]) == bool(allowed), (record["id"], claim)
            assert len(set(claim["reasons"])) == len(claim["reasons"])


def test_turns_have_a_speaker_and_words(records):
    for record in records:
        for turn in record["turns"]:
            assert set(turn) == {"speaker", "text"}
            assert turn["speaker"].strip() and turn["text"] == " ".join(turn["text"].split()) != ""


def test_calls_are_not_cut_from_one_cloth(records):
    """No five words in a row stand in more than three calls."""
    calls = defaultdict(set)
    for record in records:
        for turn in record["turns"]:
            words = re.findall(r"\w+(?:'\w+)*", turn["text"].lower().replace("’", "'"))
            for i in range(len(words) - 4):
                calls[tuple(words[i : i + 5])].add(record["id"])
    common = {" ".join(words): sorted(ids) for words, ids in calls.items() if len(ids) > 3 and words not in SET_PHRASES}
    assert common == {}


def test_sides_are_given_to_every_speaker_of_their_calls(records):
    sides = json.loads(SIDES.read_text(encoding="utf-8"))
    speakers = {record["id"]: {turn["speaker"] for turn in record["turns"]} for record in records}
    assert {name: set(of) for name, of in sides.items()} == {name: speakers[name] for name in sides}
    assert {side for of in sides.values() for side in of.values()} == {"us", "them", "unknown"}


# Labels of public talk, without its words.


@pytest.fixture(scope="module")
def labels() -> list[dict]:
    return [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def test_public_labels_hold_no_text(labels):
    assert len(labels) > 100
    assert len({record["id"] for record in labels}) == len(labels)
    types = set(HedgeType)
    for record in labels:
        assert set(record) == {"id", "source", "turns", "claims", "hedges"}
        assert re.fullmatch(r"[\w.+~-]{1,100}", record["id"]), record["id"]
        assert re.fullmatch(r"[a-z]+\d*", record["source"]), record["source"]
        assert all(re.fullmatch(r"[0-9a-f]{16}", digest) for digest in record["turns"]), record["id"]
        for turn, start, end, status, reasons in record["claims"]:
            assert 0 <= turn < len(record["turns"]) and 0 <= start < end
            assert set(reasons) <= REASONS[Status(status)]
        for turn, start, end, kind in record["hedges"]:
            assert 0 <= turn < len(record["turns"]) and 0 <= start < end
            assert kind in types


def test_public_labels_are_small_sources(labels):
    """Sources are kinds of talk, few enough to be names and not words of a transcript."""
    assert len({record["source"] for record in labels}) <= 12


def join(*args: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, JOIN, *map(str, args)], capture_output=True, text=True)


def test_labels_taken_off_and_joined_again_are_the_same(tmp_path):
    records = [json.loads(line) for line in (CALLS / "labelled.jsonl").read_text(encoding="utf-8").splitlines()]
    bare, out = tmp_path / "labels.jsonl", tmp_path / "out.jsonl"
    assert join(CALLS / "labelled.jsonl", bare, "--strip").returncode == 0
    stripped = bare.read_text(encoding="utf-8")
    for record in records:
        assert not any(turn["text"] in stripped for turn in record["turns"] if len(turn["text"]) > 20)
    done = join(CALLS / "labelled.jsonl", out, "--labels", bare)
    assert (done.returncode, done.stderr) == (0, f"{len(records)} written, 0 left out\n")
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    # labels of public talk have no links
    assert written == [{key: value for key, value in record.items() if key != "links"} for record in records]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda record: record["turns"][3].update(text=record["turns"][3]["text"] + "."), "turn 3 is not the text"),
        (lambda record: record["turns"].pop(), "turns, expected"),
        (lambda record: record.update(id="another"), "is not in the text file"),
    ],
)
def test_a_text_that_was_not_labelled_is_left_out_and_named(records, tmp_path, change, words):
    source, bare, out = (tmp_path / name for name in ("text.jsonl", "labels.jsonl", "out.jsonl"))
    changed = json.loads(json.dumps(records[:2]))
    source.write_text("".join(json.dumps(record) + "\n" for record in changed), encoding="utf-8")
    assert join(source, bare, "--strip").returncode == 0
    change(changed[0])
    source.write_text("".join(json.dumps(record) + "\n" for record in changed), encoding="utf-8")
    done = join(source, out, "--labels", bare)
    assert done.returncode == 1
    assert records[0]["id"] in done.stderr and words in done.stderr
    assert [json.loads(line)["id"] for line in out.read_text(encoding="utf-8").splitlines()] == [records[1]["id"]]
