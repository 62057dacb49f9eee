"""What the text, terminal and Markdown views list, and in which order: what to ask first, then the rest."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overstate.report._summary import worth_asking
from overstate.report._words import (
    STATUS_LABELS,
    STATUS_ORDER,
    STATUS_SIGNS,
    base_name,
    counted,
    percent,
    place,
    reason_words,
    relation_label,
    speaker_name,
    status_count,
    topic_label,
)
from overstate.types import Claim, Evidence, Status

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = [
    "Group",
    "Item",
    "Section",
    "all_notes",
    "evidence_place",
    "headline",
    "one_line",
    "outline",
    "tally",
]

# Directions of writing can be overridden so that a line reads as something it does not say.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Item:
    """One claim, in words.

    Attributes:
        status: The verdict.
        verdict: Status, probability and reasons: "needs clarification (87%): vague".
        place: "turn 12, 3:05".
        words: The claim, on one line.
        question: What to ask, on one line; "" where nothing needs asking.
        topic: The field of a framework that the question is about, in words; "" if there is none.
        evidence: For each piece of evidence how it bears on the claim and where it stands
            ("contradicted by Lee, turn 30 (forty / twelve)"), and the words quoted.
    """

    status: Status
    verdict: str
    place: str
    words: str
    question: str
    topic: str
    evidence: tuple[tuple[str, str], ...]

    @property
    def ask(self) -> str:
        """What stands before the question: "Ask:", or "Ask (Economic buyer):"."""
        return f"Ask ({self.topic}):" if self.topic else "Ask:"

    @property
    def sign(self) -> str:
        """The sign of the status, which does not depend on colour."""
        return STATUS_SIGNS[self.status]


@dataclass(frozen=True)
class Group:
    """Claims of one speaker."""

    speaker: str
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Section:
    """Claims of one status."""

    title: str
    status: Status
    groups: tuple[Group, ...]


def outline(report: Report, ask: int | None) -> tuple[Section, ...]:
    """The claims as sections by status, each grouped by speaker; empty sections are left out.

    Speakers of claims to ask about come in order of their most urgent claim, all others in order of appearance.

    Args:
        report: The report.
        ask: Keep only this many claims to ask about, and nothing else; None for every claim.
    """
    ranked = worth_asking(report.claims)
    if ask is not None:
        return _sections(report, [(f"To ask about ({_of(ask, len(ranked))})", ranked[:ask])])
    ordered = sorted(report.claims, key=lambda claim: (claim.turn, claim.start, claim.end))
    silent = [c for c in ordered if c.status is Status.NEEDS_CLARIFICATION and not c.question]
    others = {status: [c for c in ordered if c.status is status] for status in STATUS_ORDER[1:]}
    return _sections(
        report,
        [
            (f"To ask about ({len(ranked)})", ranked),
            (f"Needs clarification, no question ({len(silent)})", silent),
            (f"Verified ({len(others[Status.VERIFIED])})", others[Status.VERIFIED]),
            (f"Plausible ({len(others[Status.PLAUSIBLE])})", others[Status.PLAUSIBLE]),
        ],
    )


def headline(report: Report) -> str:
    """The first line: "call.vtt: 41 claims, 9 to ask about"."""
    name = one_line(base_name(report.transcript.source))
    found = counted(len(report.claims), "claim") if report.claims else "no claims found"
    asked = len(worth_asking(report.claims))
    return f"{f'{name}: ' if name else ''}{found}{f', {asked} to ask about' if report.claims else ''}"


def tally(report: Report) -> list[str]:
    """Counts by status, each with its sign, and the share hedged; empty without claims."""
    summary = report.summary
    if summary.share_hedged is None:
        return []
    counts = [f"{STATUS_SIGNS[status]} {status_count(status, summary.by_status[status])}" for status in STATUS_ORDER]
    return [*counts, f"{summary.hedged} of {summary.claims} hedged"]


def all_notes(report: Report) -> list[str]:
    """What the reader and then the analysis took for granted, each note once."""
    return list(dict.fromkeys(one_line(note) for note in (*report.transcript.notes, *report.notes)))


def one_line(text: str) -> str:
    """Text on one line, without characters that would move a terminal's cursor or turn the writing round."""
    kept = (char for char in text if char.isspace() or unicodedata.category(char) not in {"Cc", "Cs"})
    return " ".join(_DIRECTIONS.sub("", "".join(kept)).split())


def _of(limit: int, number: int) -> str:
    return f"{limit} of {number}" if limit < number else f"{number}"


def _sections(report: Report, parts: Iterable[tuple[str, list[Claim]]]) -> tuple[Section, ...]:
    return tuple(Section(title, claims[0].status, _groups(report, claims)) for title, claims in parts if claims)


def _groups(report: Report, claims: Iterable[Claim]) -> tuple[Group, ...]:
    of_speaker: dict[str, list[Item]] = {}
    for claim in claims:
        of_speaker.setdefault(claim.speaker, []).append(_item(report, claim))
    return tuple(Group(one_line(speaker_name(speaker)), tuple(items)) for speaker, items in of_speaker.items())


def _item(report: Report, claim: Claim) -> Item:
    reasons = reason_words(claim)
    verdict = f"{STATUS_LABELS[claim.status]} ({percent(claim.confidence)})"
    return Item(
        status=claim.status,
        verdict=f"{verdict}: {reasons}" if reasons else verdict,
        place=place(claim.turn, report.transcript.turns[claim.turn]),
        words=one_line(claim.text),
        question=one_line(claim.question or ""),
        topic=one_line(topic_label(claim.topic)),
        evidence=tuple((_origin(report, piece), one_line(piece.text)) for piece in claim.evidence),
    )


def _origin(report: Report, evidence: Evidence) -> str:
    detail = f" ({evidence.detail})" if evidence.detail else ""
    return one_line(f"{relation_label(evidence)} {evidence_place(report, evidence)}{detail}")


def evidence_place(report: Report, evidence: Evidence) -> str:
    """Who or what is quoted, and where: "Lee, turn 30, 8:02", or the source of a passage."""
    if evidence.turn is None:
        return evidence.source or "material handed over"
    turn = report.transcript.turns[evidence.turn]
    return f"{speaker_name(turn.speaker)}, {place(evidence.turn, turn)}"
