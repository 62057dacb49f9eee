"""A transcript: turns, where they came from, and what its reader took for granted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from overstate import readers
from overstate.types import Turn

__all__ = ["Transcript"]


@dataclass(frozen=True)
class Transcript:
    """The turns of one call or meeting.

    Attributes:
        turns: The turns, in order.
        source: File name (or other name) it was read from, if any.
        notes: What the reader took for granted, one sentence each.
    """

    turns: tuple[Turn, ...]
    source: str | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.turns)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Names of the speakers, in order of their first turn."""
        return tuple(dict.fromkeys(turn.speaker for turn in self.turns))

    @classmethod
    def from_file(cls, path: str | Path, *, columns: Mapping[str, str] | None = None) -> Transcript:
        """Read a transcript file; the reader is chosen by the file's content and suffix.

        Args:
            path: WebVTT, SubRip, labelled text, JSON, or CSV/TSV.
            columns: For a CSV/TSV file whose header is not recognised: which column holds which of
                `speaker`, `text`, `start`, `end`.

        Raises:
            TranscriptError: The file is missing, empty, binary, or not a transcript; the message
                names the file, the line where known, and what was expected.
        """
        parsed = readers.read_file(Path(path), columns=columns)
        return cls(tuple(parsed.turns), str(path), tuple(parsed.notes))

    @classmethod
    def from_text(cls, text: str, *, source: str | None = None) -> Transcript:
        """Read a transcript from a string in any of the text formats `from_file` knows.

        Raises:
            TranscriptError: Nothing in the text can be read as turns.
        """
        parsed = readers.read_text(text, source=source)
        return cls(tuple(parsed.turns), source, tuple(parsed.notes))

    @classmethod
    def from_turns(
        cls, turns: Iterable[Turn | Mapping[str, Any] | tuple[str, str]], *, source: str | None = None
    ) -> Transcript:
        """Make a transcript of turns already in memory, kept one to one and in order.

        Args:
            turns: `Turn` objects, mappings with `speaker` and `text` (and `start`, `end` in seconds), or
                (speaker, text) pairs.
            source: A name for messages and reports.

        Raises:
            TranscriptError: An item has another form; the message names its index.
        """
        parsed = readers.read_turns(turns, source=source)
        return cls(tuple(parsed.turns), source, tuple(parsed.notes))
