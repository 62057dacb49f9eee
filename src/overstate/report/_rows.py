"""Claims and hedges as rows, for data frames and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from overstate.report._summary import hedged_flags
from overstate.sides import UNKNOWN
from overstate.types import Status

if TYPE_CHECKING:
    import pandas as pd

    from overstate.report._report import Report

__all__ = ["CLAIM_COLUMNS", "HEDGE_COLUMNS", "claim_rows", "csv_text", "frame", "hedge_rows"]

Cell = str | int | float | bool | None

CLAIM_COLUMNS = (
    "speaker",
    "side",
    "turn",
    "start",
    "end",
    "seconds",
    "status",
    "confidence",
    "p_verified",
    "p_plausible",
    "p_needs_clarification",
    "reasons",
    "hedged",
    "text",
    "question",
    "topic",
)
HEDGE_COLUMNS = ("speaker", "turn", "start", "end", "seconds", "type", "text")

# What spreadsheets take for the start of a formula, by OWASP's list: full-width forms and line feeds too.
_FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def claim_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    """One tuple a claim, in the order of `CLAIM_COLUMNS`; `seconds` is the start of its turn or None."""
    turns = report.transcript.turns
    for claim, hedged in zip(report.claims, hedged_flags(report.claims, report.hedges), strict=True):
        yield (
            claim.speaker,
            report.sides.get(claim.speaker, UNKNOWN),
            claim.turn,
            claim.start,
            claim.end,
            turns[claim.turn].start,
            claim.status.value,
            claim.confidence,
            *(claim.probabilities.get(status) for status in Status),
            ", ".join(claim.reasons),
            hedged,
            claim.text,
            claim.question,
            claim.topic,
        )


def hedge_rows(report: Report) -> Iterator[tuple[Cell, ...]]:
    """One tuple a hedge, in the order of `HEDGE_COLUMNS`; `seconds` is the start of its turn or None."""
    for hedge in report.hedges:
        turn = report.transcript.turns[hedge.turn]
        yield turn.speaker, hedge.turn, hedge.start, hedge.end, turn.start, hedge.type.value, hedge.text


def frame(columns: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> pd.DataFrame:
    """A data frame with these columns, also where there are no rows.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ImportError("data frames need pandas: pip install overstate[notebook]") from error
    table = pd.DataFrame(list(rows), columns=list(columns))
    # A transcript without times would otherwise give a column of None, which no arithmetic works on.
    return table.astype({"seconds": "float64"})


def csv_text(columns: Sequence[str], rows: Iterable[tuple[Cell, ...]]) -> str:
    """RFC 4180 text with a header line; None is an empty cell, True and False are `true` and `false`."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: Cell) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return "'" + value
    return value
