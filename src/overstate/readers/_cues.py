"""The cues of WebVTT and SubRip: times and lines, block by block.

`webvtt-py` 0.6 is not used: it drops a cue with a bad timing line without a word (even when strict, if the
arrow itself is wrong), gives no line numbers, and loses the text after a blank line inside a cue. Here such a
line is an error with its number, and whatever is left out is counted in the notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from overstate.errors import TranscriptError
from overstate.readers._parsed import plural, quote

__all__ = ["EXPECTED", "TIMING", "Cue", "Cues"]

_TIME = r"(?:[0-9]{1,4}:)?[0-5]?[0-9]:[0-5]?[0-9](?:[.,][0-9]{1,6})?"
TIMING = re.compile(rf"\s*({_TIME})\s*-->\s*({_TIME})(?:\s.*)?")
# What was meant as a timing line: two times side by side, whatever stands between them.
_TIMES = re.compile(r"\s*[0-9]{1,4}:[0-9]{1,2}[0-9:.,]*\s*\W{0,5}\s*[0-9]{1,4}:[0-9]{1,2}[0-9:.,]*(?:\s|$)")
EXPECTED = "expected 'hh:mm:ss.mmm --> hh:mm:ss.mmm'"


@dataclass
class Cue:
    """What is shown from `start` to `end` (seconds), as the lines of the file."""

    start: float
    end: float
    lines: list[str] = field(default_factory=list)


class Cues:
    """Cues of a file, collected block by block, and notes on the rest."""

    def __init__(self, lines: list[str], source: object, *, webvtt: bool) -> None:
        self.lines, self.source, self.webvtt = lines, source, webvtt
        self.cues: list[Cue] = []
        self.stray: list[str] = []
        self.comments: list[str] = []
        self.adopted: list[str] = []
        for first, block in _blocks(lines):
            self._take(first, block)

    def _take(self, first: int, block: list[str]) -> None:
        if self.webvtt and not self.cues and block[0].lstrip().startswith("WEBVTT"):
            # Some tools forget the blank line after the header.
            end = self._next_cue(block, 1)
            self.comments += [" ".join(block[:end])] if block[:end] != ["WEBVTT"] else []
            first, block = first + end, block[end:]
        while block:
            at = self._timing_index(first, block)
            if at is None:
                self._take_other(block)
                return
            end = self._next_cue(block, at + 1)
            self.cues.append(self._cue(first + at, block[at], block[at + 1 : end]))
            first, block = first + end, block[end:]

    def _timing_index(self, first: int, block: list[str]) -> int | None:
        """Index of the timing line in the block: its first line, or the second, after the cue's name."""
        if self._is_comment(block):
            return None
        for at, line in enumerate(block[:2]):
            if TIMING.fullmatch(line):
                return at
            numbered = at == 1 and block[0].strip() == str(len(self.cues) + 1)
            if "-->" in line or _TIMES.match(line) or numbered:
                message = f"bad timing line {quote(line)}; {EXPECTED}"
                raise TranscriptError(message, source=self.source, line=first + at)
        return None

    def _next_cue(self, block: list[str], start: int) -> int:
        """Where the next cue of the block begins, when the blank line between the two is missing."""
        for at in range(start, len(block)):
            if TIMING.fullmatch(block[at]):
                return at - 1 if at > start and block[at - 1].strip().isdecimal() else at
        return len(block)

    def _cue(self, number: int, line: str, text: list[str]) -> Cue:
        found = TIMING.fullmatch(line)
        times = [_seconds(value) for value in found.groups()] if found else []
        if len(times) != 2:
            raise TranscriptError(f"bad timing line {quote(line)}; {EXPECTED}", source=self.source, line=number)
        return Cue(times[0], times[1], text)

    def _is_comment(self, block: list[str]) -> bool:
        word = block[0].split(maxsplit=1)[0]
        return self.webvtt and (word == "NOTE" or block[0].strip() in ("STYLE", "REGION"))

    def _take_other(self, block: list[str]) -> None:
        if self._is_comment(block):
            self.comments.append(" ".join(block))
        elif self.cues and not (len(block) == 1 and block[0].strip().isdecimal()):
            # A blank line inside a cue: the words after it are still said in it.
            self.cues[-1].lines += block
            self.adopted.append(block[0])
        else:
            self.stray.append(" ".join(block))

    def notes(self) -> Iterator[str]:
        if self.comments:
            what = "header, NOTE, STYLE or REGION block"
            yield f"{plural(len(self.comments), what)} left out, the first: {quote(self.comments[0])}."
        if self.stray:
            text = plural(len(self.stray), "text")
            yield f"{text} outside any cue left out, the first: {quote(self.stray[0])}."
        if self.adopted:
            text = plural(len(self.adopted), "text")
            yield f"{text} after a blank line put to the cue before, the first: {quote(self.adopted[0])}."
        if backwards := sum(cue.end < cue.start for cue in self.cues):
            yield f"{plural(backwards, 'cue')} with an end before the start; the times stand as given."


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Each run of lines that are not blank, with the number of its first line, from 1."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], start=1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _seconds(value: str) -> float:
    total = 0.0
    for part in value.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return round(total, 6)
