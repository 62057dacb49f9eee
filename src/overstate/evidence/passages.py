"""What was handed over with a call, cut into passages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from os import PathLike
from pathlib import Path

from overstate.errors import DataError
from overstate.evidence._files import SUFFIXES, read_document
from overstate.evidence._passage import Passage
from overstate.evidence._prose import prose_passages

__all__ = ["MOST_PASSAGES", "Passages"]

#: Passages used at most; what is beyond is left out, and said so.
MOST_PASSAGES = 20_000


@dataclass(frozen=True)
class Passages:
    """Passages of all pieces of evidence that could be read.

    Attributes:
        items: The passages, in order.
        notes: What was left out, a sentence each.
        errors: What could not be read, an error for each broken piece.
    """

    items: tuple[Passage, ...]
    notes: tuple[str, ...] = ()
    errors: tuple[DataError, ...] = ()

    @classmethod
    def read(cls, evidence: Iterable[str | PathLike[str]]) -> Passages:
        """Read files and texts. A piece that is broken goes to `errors`, the others are read nevertheless.

        Args:
            evidence: Paths of text, Markdown, CSV, TSV, JSON, JSON Lines, PDF or Word files; or strings with white
                space in them, which are taken as the text itself unless they name a file or end like one.

        Raises:
            DataError: A single string, or something that is no list, was given; a piece is neither path nor text.
        """
        pieces = _checked(evidence)
        items: list[Passage] = []
        errors: list[DataError] = []
        notes: list[str] = []
        for number, piece in enumerate(pieces, 1):
            try:
                # one more than is used, so that it shows whether something was left out
                room = MOST_PASSAGES + 1 - len(items)
                if isinstance(piece, str) and _is_text(piece):
                    items += islice(prose_passages(piece.replace("\r\n", "\n"), f"evidence {number}"), room)
                else:
                    # a file that breaks off in the middle gives no passages at all
                    items += list(islice(read_document(Path(piece)), room))
            except DataError as error:
                errors.append(error)
                notes.append(f"Evidence left out: {error}.")
        if len(items) > MOST_PASSAGES:
            notes.append(f"Only the first {MOST_PASSAGES:,} passages of the evidence were used.")
        return cls(tuple(items[:MOST_PASSAGES]), tuple(notes), tuple(errors))


def _checked(evidence: Iterable[str | PathLike[str]]) -> list[str | PathLike[str]]:
    if isinstance(evidence, (str, PathLike)):
        raise DataError("got one string or path, expected a list of them", field="evidence")
    if not isinstance(evidence, Iterable):
        raise DataError(f"got {type(evidence).__name__}, expected a list of paths or texts", field="evidence")
    pieces = list(evidence)
    for number, piece in enumerate(pieces, 1):
        if not isinstance(piece, (str, PathLike)):
            raise DataError(f"got {type(piece).__name__}, expected a path or a text", field=f"evidence {number}")
        if not str(piece).strip():
            raise DataError("is blank, expected a path or a text", field=f"evidence {number}")
    return pieces


def _is_text(piece: str) -> bool:
    """Whether a string is a text, not a path: a path has no line breaks and, as a rule, no white space."""
    if len(piece.split()) < 2:
        return False
    if "\n" in piece:
        return True
    try:
        # a mistyped path must not pass for a text that says nothing
        return not (Path(piece).is_file() or piece.lower().endswith(SUFFIXES))
    except (OSError, ValueError):  # longer than a file name may be, or with a NUL
        return True
