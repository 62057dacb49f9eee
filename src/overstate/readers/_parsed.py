"""What every reader returns, and the two steps all file readers share: reading clocks and joining pieces."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from overstate.errors import TranscriptError
from overstate.types import Turn

__all__ = ["CLOCK", "Parsed", "assemble", "one_line", "plural", "quote", "seconds"]

# Either m:ss with up to three digits of minutes, or h:mm:ss; milliseconds after a dot or a comma.
CLOCK = r"[0-9]{1,3}:[0-5][0-9](?::[0-5][0-9])?(?:[.,][0-9]{1,6})?"
_CLOCK = re.compile(CLOCK)
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’)\]]*$")
_PAUSE = 2.0
"""Seconds of silence that end a turn whose speaker is not named."""


@dataclass(frozen=True)
class Parsed:
    """What a reader made of a file, a string or a list.

    Attributes:
        turns: The turns, in order; never empty.
        notes: What was taken for granted, changed or left out, one sentence each.
    """

    turns: list[Turn]
    notes: list[str]


def seconds(clock: str) -> float | None:
    """Seconds of `m:ss` or `h:mm:ss`, with or without a fraction; None for anything else."""
    clock = clock.strip()
    if not _CLOCK.fullmatch(clock):
        return None
    total = 0.0
    for part in clock.replace(",", ".").split(":"):
        total = total * 60 + float(part)
    return round(total, 6)


def one_line(text: str) -> str:
    """The lines of `text`, each stripped, joined by one space; white space within a line is left alone."""
    return " ".join(part for part in map(str.strip, text.split("\n")) if part)


def quote(text: str, limit: int = 60) -> str:
    """`text` in quotation marks, cut to `limit` characters, for messages and notes."""
    text = text[: limit * 2].strip().replace("\n", " ")
    return repr(text if len(text) <= limit else text[: limit - 1] + "…")


def plural(count: int, noun: str, many: str | None = None) -> str:
    """`count` with its noun: "1 cue", "2 cues"."""
    return f"{count} {noun}" if count == 1 else f"{count} {many or noun + 's'}"


def assemble(pieces: Iterable[Turn], notes: Iterable[str] = (), *, source: object = None, join: bool = True) -> Parsed:
    """Make turns of the pieces (cues, lines, segments, rows) a file holds.

    Empty pieces are dropped. With `join`, successive pieces of one speaker become one turn. Both are noted.

    Raises:
        TranscriptError: No piece holds any words.
    """
    notes = list(notes)
    found = list(pieces)
    spoken = [_sound(piece) for piece in found if piece.text.strip()]
    if not spoken:
        raise TranscriptError("there are no turns with words in it", source=source)
    if len(found) > len(spoken):
        notes.append(f"{plural(len(found) - len(spoken), 'empty piece')} without words left out.")
    if mended := sum(a is not b for a, b in zip(_with_words(found), spoken, strict=True)):
        notes.append(f"{plural(mended, 'piece')} held broken characters, now shown as U+FFFD.")
    if nameless := sum(not piece.speaker for piece in spoken):
        notes.append(f"No speaker is named in {nameless} of {plural(len(spoken), 'piece')}; it is '' there.")
    turns = [_merge(run) for run in _runs(spoken)] if join else spoken
    if joined := len(spoken) - len(turns):
        notes.append(f"{plural(joined, 'piece')} joined to the one before, of the same speaker.")
    return Parsed(turns, notes)


def _with_words(pieces: list[Turn]) -> Iterator[Turn]:
    return (piece for piece in pieces if piece.text.strip())


def _sound(piece: Turn) -> Turn:
    # Half a surrogate pair (a cut emoji in JSON) cannot be written out again by anybody downstream.
    if not _HALF_CHARACTER.search(piece.text) and not _HALF_CHARACTER.search(piece.speaker):
        return piece
    return replace(
        piece,
        text=_HALF_CHARACTER.sub("\ufffd", piece.text),
        speaker=_HALF_CHARACTER.sub("\ufffd", piece.speaker),
    )


def _runs(pieces: list[Turn]) -> Iterator[list[Turn]]:
    run = pieces[:1]
    for piece in pieces[1:]:
        if _continues(run[-1], piece):
            run.append(piece)
        else:
            yield run
            run = [piece]
    yield run


def _continues(before: Turn, after: Turn) -> bool:
    if before.speaker != after.speaker:
        return False
    if before.speaker:
        return True
    # Nobody knows whether two nameless pieces have one speaker. Joining all would make one turn of a whole
    # meeting, joining none would cut sentences; so they are joined up to the end of a sentence or a pause.
    if _SENTENCE_END.search(before.text[-8:].rstrip()):
        return False
    return before.end is None or after.start is None or after.start - before.end < _PAUSE


def _merge(run: list[Turn]) -> Turn:
    ends = [piece.end for piece in run if piece.end is not None]
    starts = [piece.start for piece in run if piece.start is not None]
    text = " ".join(piece.text.strip() for piece in run)
    return Turn(run[0].speaker, text, starts[0] if starts else None, ends[-1] if ends else None)
