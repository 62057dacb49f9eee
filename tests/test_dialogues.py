"""Dialogues as people write them: what a good file gives, and how what is wrong is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from overstate.corpus import GoldLink, Place, read_labelled
from overstate.dialogues import read_dialogues
from overstate.errors import DataError
from overstate.types import Outcome, Relation, Turn

GOOD = """\
# A comment.

== two-reps discovery
Ann: We run the field with forty reps.
Bo: Forty? Where do you have that from?
Ann: Payroll, the March run lists every one: forty of them.
must question 1:"Where do you have that from" > 0:"forty reps"
must answer 2:"the March run lists" > 1:"Where do you have that from" answered
not corroboration 2:"Payroll" > 0:"forty reps"

== short
: must we go?
Cy: not now, must go.
must answer 1:"not now, must" > 0:"must we" evaded
not answer 1:"not now" > 0:"we go"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "some.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file(tmp_path):
    first, second = read_dialogues(written(tmp_path, GOOD))
    assert (first.record.id, first.record.group, first.record.source) == ("two-reps-dialogue", "two-reps", "discovery")
    assert not first.record.judged and (first.record.claims, first.record.hedges) == ((), ())
    assert first.record.transcript.turns == (
        Turn("Ann", "We run the field with forty reps."),
        Turn("Bo", "Forty? Where do you have that from?"),
        Turn("Ann", "Payroll, the March run lists every one: forty of them."),
    )
    assert first.record.links == (
        GoldLink(Relation.QUESTION, Place(1, 7, 34), Place(0, 22, 32)),
        GoldLink(Relation.ANSWER, Place(2, 9, 28), Place(1, 7, 34), Outcome.ANSWERED),
    )
    assert first.barred == (GoldLink(Relation.CORROBORATION, Place(2, 0, 7), Place(0, 22, 32)),)
    # a speaker may be left out, and talk may begin as a link does
    assert second.record.source == "" and [turn.speaker for turn in second.record.transcript] == ["", "Cy"]
    assert [link.outcome for link in (*second.record.links, *second.barred)] == [Outcome.EVADED, None]


def test_a_dialogue_can_be_written_and_read_as_a_record(tmp_path):
    records = [dialogue.record.to_dict() for dialogue in read_dialogues(written(tmp_path, GOOD))]
    assert [record.to_dict() for record in read_labelled(records)] == records
    assert all(record["claims"] is None and record["links"] for record in records)


#: What stands in the place of a line of GOOD, counted from 1; the line that is named, and words of the message.
WRONG: dict[str, tuple[int, str, str]] = {
    "no name": (3, "==", "got the name '', expected one of its own"),
    "a name twice": (11, "== two-reps demo", "got the name 'two-reps', expected one of its own"),
    "talk before a name": (1, "Ann: Hello.", "got 'Ann: Hello.', expected '== name', 'Name: words' or a link"),
    "talk of nobody": (4, "We run the field.", "got 'We run the field.', expected '== name'"),
    "no colon after the name": (5, "Bo - Forty?", "got 'Bo - Forty?', expected"),
    "an unknown relation": (7, 'must doubt 1:"Forty" > 0:"forty reps"', "expected: must KIND"),
    "support is for documents": (7, 'must support 1:"Forty" > 0:"forty reps"', "expected: must KIND"),
    "no second end": (7, 'must question 1:"Forty"', "expected: must KIND"),
    "no quotation marks": (7, "must question 1:Forty > 0:forty", "expected: must KIND"),
    "an unknown outcome": (8, 'must answer 2:"March" > 1:"Forty" open', "expected: must KIND"),
    "words of another turn": (7, 'must question 1:"Payroll" > 0:"forty reps"', "turn 1 does not hold the words 'Payroll'"),
    "words in other letters": (7, 'must question 1:"forty" > 0:"forty reps"', "turn 1 does not hold the words 'forty'"),
    "a turn there is not": (7, 'must question 3:"Forty" > 0:"forty reps"', "turn 3 does not hold the words 'Forty'"),
    "no words": (7, 'must question 1:"" > 0:"forty reps"', "turn 1 does not hold the words ''"),
    "a link forward": (7, 'must question 0:"forty reps" > 1:"Forty"', "points forward, expected the later words first"),
    "forward in one turn": (7, 'must repetition 2:"March" > 2:"forty of"', "points forward"),
    "an answer without outcome": (8, 'must answer 2:"March" > 1:"Forty"', "expected 'answered' or 'evaded' for answers"),
    "a question with outcome": (7, 'must question 1:"Forty" > 0:"forty" evaded', "expected 'answered' or 'evaded' for"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "text", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_named(tmp_path, line, text, words):
    lines = GOOD.splitlines()
    lines[line - 1] = text
    path = written(tmp_path, "\n".join(lines))
    with pytest.raises(DataError, match=re.escape(words)) as caught:
        read_dialogues(path)
    assert (caught.value.source, caught.value.line) == (str(path), line)
    assert str(caught.value).startswith(f"{path}, line {line}")


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "holds no dialogues"), (b"# nothing\n\n", "holds no dialogues"), (b"== a\nAnn: caf\xe9", "is not UTF-8 (byte 13)"), (None, "cannot be read: No such file")],
)  # fmt: skip
def test_a_file_that_holds_none(tmp_path, content, words):
    path = tmp_path / "some.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(DataError, match=re.escape(words)) as caught:
        read_dialogues(path)
    assert caught.value.source == str(path)
