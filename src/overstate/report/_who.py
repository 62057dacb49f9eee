"""The small table of who said and who asked, and what was taken at face value, as strings for every view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overstate.report._outline import one_line
from overstate.report._words import STATUS_LABELS, STATUS_ORDER, STATUS_SIGNS, place, speaker_name
from overstate.sides import UNKNOWN, US
from overstate.types import Claim, Status

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = ["TAKEN", "Column", "Taken", "Who", "taken", "who"]

TAKEN = 5
"""How many claims taken at face value a view shows."""


@dataclass(frozen=True)
class Column:
    """A column: its head, what that means, and the status it counts (its value) or ""."""

    head: str
    meaning: str
    status: str = ""


@dataclass(frozen=True)
class Who:
    """The table. Each row begins with the speaker; cells are as many as columns."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Taken:
    """One claim that was taken at face value, `how` being the words with which, or ""."""

    claim: Claim
    words: str
    speaker: str
    place: str
    how: str


def who(report: Report) -> Who:
    """A row a speaker, our own side first; columns about sides only where there are some."""
    known = {side for side in report.sides.values() if side != UNKNOWN}
    columns = [Column("Speaker", "")]
    if known:
        columns.append(Column("Side", "whose side the speaker is on"))
    columns += [Column("Words", "share of all words"), Column("Asked", "questions asked")]
    columns += [
        Column(STATUS_SIGNS[status], f"claims: {STATUS_LABELS[status]}", status.value) for status in STATUS_ORDER
    ]
    if len(known) > 1:
        columns.append(Column("Questioned", "claims of the other side that the speaker questioned or denied"))
        columns.append(Column("Let pass", "claims of the other side that were taken at face value"))
    rows = []
    # sorting keeps the order of appearance within a side
    for one in sorted(report.speakers, key=lambda one: (one.side != US, one.side == UNKNOWN)):
        row = [one_line(speaker_name(one.name))]
        if known:
            row.append(one_line(one.side))
        row += [f"{100 * (one.share_of_words or 0):.0f}%", str(one.questions)]
        counts = {Status.NEEDS_CLARIFICATION: one.to_clarify, Status.VERIFIED: one.verified}
        rest = one.claims - sum(counts.values())
        row += [str(counts.get(status, rest)) for status in STATUS_ORDER]
        if len(known) > 1:
            row += ["–", "–"] if one.side == UNKNOWN else [str(one.questioned), str(one.accepted)]
        rows.append(tuple(row))
    guessed = " (sides were guessed)" if report.sides_guessed and known else ""
    return Who(f"Who said, who asked{guessed}", tuple(columns), tuple(rows))


def taken(report: Report) -> tuple[Taken, ...]:
    """What our own side took at face value, the `TAKEN` worst."""
    turns = report.transcript.turns
    found = []
    for claim in report.accepted_at_face_value()[:TAKEN]:
        quote = report.agreement_after(claim)
        how = "" if quote is None else one_line(f"{speaker_name(quote.speaker)}: “{quote.text}”")
        where = place(claim.turn, turns[claim.turn])
        found.append(Taken(claim, one_line(claim.text), one_line(speaker_name(claim.speaker)), where, how))
    return tuple(found)
