"""Text with a speaker's name before what was said, in the layouts people and tools write.

"Ann: …", "[00:01:02] Ann: …", "Ann (00:12): …", "**Ann:** …", "Ann  0:12" or "Ann" and "00:12" above
the text.
`_labels` decides what is a name.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from overstate.readers import _labels
from overstate.readers._labels import Head
from overstate.readers._parsed import Parsed, assemble, plural, quote, seconds
from overstate.types import Turn

__all__ = ["read"]

_FOOTERS = re.compile(
    r"(?:transcribed by https?://otter\.ai.*|transcription ended after \S+|end of transcript\.?"
    r"|this editable transcript was computer generated and might contain errors\b.*)",
    re.IGNORECASE,
)
_BLANK = re.compile(r"\n{3,}")
_RULE = re.compile(r"[-=_*~#\s]{3,}")


@dataclass
class _Left:
    """Lines that are in no turn, for the notes."""

    preamble: list[str] = field(default_factory=list)
    stamps: int = 0
    rules: int = 0
    footers: list[str] = field(default_factory=list)
    wall_clock: int = 0

    def notes(self) -> list[str]:
        notes = []
        if self.preamble:
            quoted = "; ".join(quote(line) for line in self.preamble[:3])
            more = " and so on" if len(self.preamble) > 3 else ""
            lines = plural(len(self.preamble), "line")
            notes.append(f"{lines} before the first speaker left out: {quoted}{more}.")
        if self.footers:
            notes.append(f"{plural(len(self.footers), 'footer line')} left out: {quote(self.footers[0])}.")
        if self.stamps:
            notes.append(f"{plural(self.stamps, 'time')} between the texts taken out of them.")
        if self.rules:
            notes.append(f"{plural(self.rules, 'line')} of dashes or the like left out.")
        if self.wall_clock:
            clocks = plural(self.wall_clock, "time")
            notes.append(f"{clocks} of day (AM, PM, or with a date) not used: not of the recording.")
        return notes


def read(text: str, *, source: object = None) -> Parsed:
    """Turns of labelled text; of text without labels, its paragraphs, with speaker "".

    Lines without a label belong to the turn before. Times are seconds where the text gives any.

    Raises:
        TranscriptError: There are no words.
    """
    # Runs of blank lines mean no more than one.
    lines = [line.strip() for line in _BLANK.sub("\n\n", text).split("\n")]
    stamps = {at: found for at, line in enumerate(lines) if (found := _lone_stamp(line))}
    heads = {at: head for at, line in enumerate(lines) if line and (head := _labels.head(line))}
    names = _names_above_stamps(lines, stamps, heads)
    heads |= names
    used = [at for at, line in enumerate(lines) if line]
    paragraphs = sum(at == 0 or not lines[at - 1] for at in used)
    speakers = _labels.Speakers(
        heads.values(), lines=paragraphs if paragraphs > 1 else len(used), opens=used[0] in heads
    )
    accepted = {at: found for at, found in heads.items() if speakers.accepts(found)}
    accepted = _without_header(lines, accepted)
    left = _Left()
    if not accepted:
        return _paragraphs(lines, stamps, left, source)
    for at in names.keys() & accepted.keys():
        lines[at + 1] = ""  # the time below the name is the head's already
    pieces = _turns(lines, accepted, left)
    return assemble(pieces, left.notes() + _doubtful(accepted), source=source)


def _lone_stamp(line: str) -> re.Match[str] | None:
    return _labels.LONE_STAMP.fullmatch(line) if line and len(line) < 60 else None


def _names_above_stamps(lines: list[str], stamps: dict[int, re.Match[str]], heads: dict[int, Head]) -> dict[int, Head]:
    """Google Meet's layout: a line with the name, one with the time, then the text."""
    found = {}
    for at, stamp in stamps.items():
        name = lines[at - 1].strip("*") if at else ""
        alone = not {at - 1, at - 2} & stamps.keys() and at - 1 not in heads
        if name and alone and _labels.grade(name) == 2 and any(lines[at + 1 : at + 2]):
            found[at - 1] = Head(name, "header", "", *_times(stamp), bool(stamp["half"] or stamp["date"]))
    return found


def _times(stamp: re.Match[str]) -> tuple[float | None, float | None]:
    if stamp["half"] or stamp["date"]:
        return None, None
    return seconds(stamp["start"]), seconds(stamp["end"] or "")


def _without_header(lines: list[str], accepted: dict[int, Head]) -> dict[int, Head]:
    """Take the fields of a file header ("Rep: Ann", "Stage: trial") out of the speakers.

    They are short, stand together at the top, and never come back, while two speakers below do.
    """
    first = next(at for at, line in enumerate(lines) if line)
    stop = next((at for at in range(first, len(lines)) if not lines[at]), 0)
    top = [at for at in accepted if at < stop]
    below = Counter(found.label for at, found in accepted.items() if at > stop)
    fields = all(accepted[at].label not in below and len(lines[at]) < 80 for at in top)
    timed = any(accepted[at].start is not None for at in top)
    if len(top) < 2 or not fields or timed or sum(count > 1 for count in below.values()) < 2:
        return accepted
    return {at: found for at, found in accepted.items() if at > stop}


def _turns(lines: list[str], accepted: dict[int, Head], left: _Left) -> list[Turn]:
    pieces: list[tuple[Head, list[str]]] = []
    pending: float | None = None
    for at, line in enumerate(lines):
        if head := accepted.get(at):
            left.wall_clock += head.wall_clock
            timed = replace(head, start=pending) if pending is not None and head.start is None else head
            pieces.append((timed, [head.rest]))
            pending = None
        elif not line:
            continue
        elif stamp := _lone_stamp(line):
            pending = _times(stamp)[0]
            left.stamps += 1
        elif not pieces:
            left.preamble.append(line)
        elif _RULE.fullmatch(line[:200]) and len(line) <= 200:
            left.rules += 1
        elif _FOOTERS.fullmatch(line[:300]):
            left.footers.append(line)
        else:
            if stamp := _opening_stamp(line):
                line = line[stamp.end() :].strip()
                left.stamps += 1
            pieces[-1][1].append(line)
            pending = None
    return [Turn(h.label, " ".join(filter(None, said)), h.start, h.end) for h, said in pieces]


def _doubtful(accepted: dict[int, Head]) -> list[str]:
    """Name the labels seen once in a file whose other speakers come back: they may be no speakers."""
    counts = Counter(found.label for found in accepted.values())
    once = [label for label in counts if counts[label] == 1]
    if not once or len(accepted) < 6 or len(once) == len(counts):
        return []
    names = ", ".join(sorted(quote(label) for label in once)[:10])
    return [f"Taken for speakers though they speak once only: {names}."]


def _paragraphs(lines: list[str], stamps: dict[int, re.Match[str]], left: _Left, source: object) -> Parsed:
    timed = {at: found for at, line in enumerate(lines) if (found := _opening_stamp(line))}
    # Without blank lines, lines too long to have been wrapped by hand are paragraphs themselves.
    by_line = all(lines[:-1]) and max(map(len, lines)) > 200
    pieces: list[Turn] = []
    said: list[str] = []
    start: float | None = None
    end: float | None = None
    for at, line in enumerate([*lines, ""]):
        found = timed.get(at)
        if said and (not line or found or by_line):
            pieces.append(Turn("", " ".join(said), start, end))
            said, start, end = [], None, None
        if found:
            left.stamps += 1
            start, end = _times(found)
            line = line[found.end() :].strip()
        if line:
            said.append(line)
    note = "No speaker labels found: each paragraph is a turn, its speaker ''."
    return assemble(pieces, [note, *left.notes()], source=source, join=bool(timed))


def _opening_stamp(line: str) -> re.Match[str] | None:
    """The time a line begins with, if it is all there is, or in brackets ("10:30 works for me" has none)."""
    found = _labels.LONE_STAMP.match(line[:60])
    return found if found and (found["open"] or found.end() == len(line)) else None
