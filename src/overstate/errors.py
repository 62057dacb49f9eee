"""Errors a user can meet. Each message says what was got, what was expected, and where."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["DataError", "EvidenceError", "ModelError", "OverstateError", "TranscriptError"]


class OverstateError(ValueError):
    """Base of every error this package raises on purpose.

    Args:
        message: What was got and what was expected.
        source: File (or other name) the problem is in, if there is one.
        line: Line number from 1, if known.
        field: Name of the offending field or column, if known.
    """

    def __init__(
        self,
        message: str,
        *,
        source: object = None,
        line: int | None = None,
        field: str | None = None,
    ) -> None:
        self.message = message
        self.source = None if source is None else str(source)
        self.line = line
        self.field = field
        where = ", ".join(
            part
            for part in (
                self.source,
                None if line is None else f"line {line}",
                None if field is None else f"field {field!r}",
            )
            if part
        )
        super().__init__(f"{where}: {message}" if where else message)


class TranscriptError(OverstateError):
    """A transcript that cannot be read."""


class DataError(OverstateError):
    """Labelled data, a lexicon or a setting that does not have the documented form."""


class EvidenceError(DataError):
    """Pieces of evidence that cannot be read. The call was analysed with the others: see `report`.

    Args:
        message: What is wrong with each broken piece.
        report: The `overstate.Report` made without them; its notes say what was left out.
        errors: The error of each broken piece.
    """

    def __init__(self, message: str, *, report: Any = None, errors: Sequence[DataError] = ()) -> None:
        self.report = report
        self.errors = tuple(errors)
        super().__init__(message)


class ModelError(OverstateError):
    """A model folder that is missing, damaged, of another version, or not to be trusted."""
