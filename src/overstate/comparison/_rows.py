"""A comparison as plain dicts, and as rows of a data frame."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from overstate.comparison._types import Mention

if TYPE_CHECKING:
    import pandas as pd

    from overstate.comparison._comparison import Comparison

__all__ = ["COLUMNS", "FORMAT", "encode", "frame", "rows"]

#: Version of the form; it rises when a key is added, renamed, removed or changes its meaning.
FORMAT = 1

COLUMNS = (
    "what",
    "number",
    "state",
    "call",
    "name",
    "date",
    "turn",
    "start",
    "end",
    "speaker",
    "status",
    "text",
    "detail",
)


def encode(comparison: Comparison) -> dict[str, Any]:
    """Everything in a comparison as JSON-ready objects."""
    return {"format": FORMAT, **_plain(comparison)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def rows(comparison: Comparison) -> Iterator[tuple[str | int | None, ...]]:
    """One tuple for each mention, in the order of `COLUMNS`; `number` counts the items of a kind from 0."""
    dates = [None if call.date is None else call.date.isoformat() for call in comparison.calls]

    def row(what: str, number: int, state: str, mention: Mention, detail: str) -> tuple[str | int | None, ...]:
        place = (mention.call, mention.name, dates[mention.call], mention.turn, mention.start, mention.end)
        status = None if mention.status is None else mention.status.value
        return what, number, state, *place, mention.speaker, status, mention.text, detail

    for number, thread in enumerate(comparison.threads):
        moved = "; ".join(f"{drift.before.text} -> {drift.after.text}" for drift in thread.drifts if drift.unit)
        for mention in thread.mentions:
            yield row("thread", number, thread.kind.value, mention, moved)
    for number, promise in enumerate(comparison.commitments):
        due = " -> ".join(mention.text for mention in promise.due)
        for mention in (*promise.mentions, *([promise.settled_by] if promise.settled_by else [])):
            yield row("commitment", number, promise.state.value, mention, due)
    for number, question in enumerate(comparison.open_questions):
        for mention in (*([question.claim] if question.claim else []), *question.asked):
            yield row("question", number, question.outcome.value, mention, question.question)


def frame(comparison: Comparison) -> pd.DataFrame:
    """The rows as a data frame, with its columns also where there are none.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("data frames need pandas: pip install overstate[notebook]") from error
    return pd.DataFrame(list(rows(comparison)), columns=list(COLUMNS))
