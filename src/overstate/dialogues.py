"""Short dialogues with the links that must and must not be found in them, in a form that people can write.

    == two-reps discovery
    Ann: We run the field with forty reps.
    Bo: Forty? Where do you have that from?
    Ann: Payroll, the March run lists every one of them.
    must question 1:"Where do you have that from" > 0:"forty reps"
    must answer 2:"the March run lists" > 1:"Where do you have that from" answered
    not corroboration 2:"Payroll" > 0:"forty reps"

A dialogue opens with `==`, a name and the setting. Turns count from 0; a link goes from what was said later to what was
said earlier, each end a turn and words copied from it. Lines that begin with `#` are comments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from overstate.corpus import LINKED, GoldLink, LabelledTranscript, Place
from overstate.errors import DataError
from overstate.transcript import Transcript
from overstate.types import Outcome, Relation, Turn

__all__ = ["Dialogue", "read_dialogues"]

_LINK = re.compile(
    rf"(?P<kind>must|not) (?P<relation>{'|'.join(LINKED)}) "
    r'(?P<later>\d+):"(?P<said>.*?)" > (?P<earlier>\d+):"(?P<before>.*?)"'
    r"(?: (?P<outcome>answered|evaded))?"
)


@dataclass(frozen=True)
class Dialogue:
    """A dialogue and its links.

    Attributes:
        record: The turns, with the links that hold; its claims are not labelled.
        barred: Links that a careless reader would see, and that do not hold.
    """

    record: LabelledTranscript
    barred: tuple[GoldLink, ...]


def read_dialogues(path: str | PathLike[str]) -> list[Dialogue]:
    """Read a file of dialogues.

    Raises:
        DataError: The file cannot be read, a line has another form, a name is there twice, or words are not in the turn
            that is said to hold them; the message names file and line.
    """
    source = Path(path)
    try:
        text = source.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", source=source) from None
    except UnicodeDecodeError as error:
        raise DataError(f"is not UTF-8 (byte {error.start})", source=source) from None
    reader = _Reader(source)
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            reader.line(line.strip(), number)
    return reader.finish()


class _Reader:
    def __init__(self, source: Path) -> None:
        self._source = source
        self._dialogues: dict[str, Dialogue] = {}
        self._name, self._setting = "", ""
        self._turns: list[Turn] = []
        self._links: dict[str, list[GoldLink]] = {"must": [], "not": []}

    def line(self, line: str, number: int) -> None:
        if line.startswith("=="):
            self._close()
            self._name, _, self._setting = line[2:].strip().partition(" ")
            if not self._name or self._name in self._dialogues:
                raise self._error(f"got the name {self._name!r}, expected one of its own", number)
        elif line.startswith(("must ", "not ")) and re.match(r"\w+ \w+ \d", line):
            self._link(line, number)
        else:
            speaker, colon, text = line.partition(": ")
            if not colon or not self._name:
                raise self._error(f"got {line!r:.60}, expected '== name', 'Name: words' or a link", number)
            self._turns.append(Turn(speaker, text))

    def finish(self) -> list[Dialogue]:
        self._close()
        if not self._dialogues:
            raise DataError("holds no dialogues", source=self._source)
        return list(self._dialogues.values())

    def _link(self, line: str, number: int) -> None:
        match = _LINK.fullmatch(line)
        if match is None:
            raise self._error(f'got {line!r:.80}, expected: must KIND 1:"words" > 0:"words"', number)
        later = self._place(int(match["later"]), match["said"], number)
        earlier = self._place(int(match["earlier"]), match["before"], number)
        relation = Relation(match["relation"])
        if (later.turn, later.start) < (earlier.turn, earlier.start):
            raise self._error("points forward, expected the later words first", number)
        if match["kind"] == "must" and (match["outcome"] is not None) != (relation is Relation.ANSWER):
            raise self._error("expected 'answered' or 'evaded' for answers alone", number)
        outcome = Outcome(match["outcome"]) if match["outcome"] else None
        self._links[match["kind"]].append(GoldLink(relation, later, earlier, outcome))

    def _place(self, turn: int, words: str, number: int) -> Place:
        start = self._turns[turn].text.find(words) if turn < len(self._turns) and words else -1
        if start < 0:
            raise self._error(f"turn {turn} does not hold the words {words!r}", number)
        return Place(turn, start, start + len(words))

    def _close(self) -> None:
        if self._name:
            # the part after the last hyphen does not count as the name of a conversation
            record = LabelledTranscript(
                f"{self._name}-dialogue",
                self._setting,
                Transcript(tuple(self._turns), self._name),
                (),
                (),
                tuple(self._links["must"]),
                judged=False,
            )
            self._dialogues[self._name] = Dialogue(record, tuple(self._links["not"]))
        self._name, self._turns, self._links = "", [], {"must": [], "not": []}

    def _error(self, message: str, line: int) -> DataError:
        return DataError(message, source=self._source, line=line)
