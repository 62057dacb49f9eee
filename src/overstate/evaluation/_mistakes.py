"""The worst mistakes, with the words, so that somebody can look at them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from overstate.corpus import LabelledTranscript
from overstate.report import Report
from overstate.types import Status

__all__ = ["KINDS", "Mistake", "mistakes_of", "worst"]

#: The kinds of mistake, in the order in which they are shown.
KINDS = ("wrong", "invented", "missed")


@dataclass(frozen=True, slots=True)
class Mistake:
    """A claim that was judged otherwise than labelled, found where none is labelled, or not found.

    Attributes:
        kind: "wrong" (status), "invented" (matches no label) or "missed" (no claim found matches it).
        transcript: Id of the transcript.
        turn: Index of the turn, from 0.
        speaker: Who says it.
        text: The words: of the claim found or, where it was missed, of the labelled one.
        labelled: The status labelled; None for an invented claim.
        predicted: The status found; None for a missed claim.
        probability: Calibrated probability of the status found, 0 to 1; None for a missed claim.
    """

    kind: str
    transcript: str
    turn: int
    speaker: str
    text: str
    labelled: Status | None
    predicted: Status | None
    probability: float | None

    def to_dict(self) -> dict[str, Any]:
        """The mistake as JSON-ready values."""
        return {
            "kind": self.kind,
            "transcript": self.transcript,
            "turn": self.turn,
            "speaker": self.speaker,
            "text": self.text,
            "labelled": None if self.labelled is None else str(self.labelled),
            "predicted": None if self.predicted is None else str(self.predicted),
            "probability": self.probability,
        }


def mistakes_of(record: LabelledTranscript, report: Report, pairs: Sequence[tuple[int, int]]) -> list[Mistake]:
    """All mistakes in one transcript, in order of place within each kind.

    Args:
        record: The labels.
        report: What was found.
        pairs: (index of labelled claim, index of claim found) of matched claims.
    """
    labels = {p: record.claims[g].status for g, p in pairs}
    made = []
    for p, claim in enumerate(report.claims):
        label = labels.get(p)
        if label != claim.status:
            kind = "invented" if label is None else "wrong"
            chance = float(claim.confidence)
            made.append(Mistake(kind, record.id, claim.turn, claim.speaker, claim.text, label, claim.status, chance))
    reached = {g for g, _ in pairs}
    for g, gold in enumerate(record.claims):
        if g not in reached:
            turn = record.transcript.turns[gold.turn]
            text = turn.text[gold.start : gold.end]
            made.append(Mistake("missed", record.id, gold.turn, turn.speaker, text, gold.status, None, None))
    return made


def worst(mistakes: Iterable[Mistake], most: int) -> tuple[Mistake, ...]:
    """The worst mistakes of each kind, wrong statuses first.

    Wrong statuses and invented claims come the most confident first. Missed claims have no confidence: those that need
    clarification come first, then the longest.

    Args:
        mistakes: All of them.
        most: How many of each kind at most.
    """
    mistakes = list(mistakes)
    chosen: list[Mistake] = []
    for kind in KINDS:
        chosen += sorted((mistake for mistake in mistakes if mistake.kind == kind), key=_badness)[:most]
    return tuple(chosen)


def _badness(mistake: Mistake) -> tuple[float, bool, int]:
    asked = mistake.labelled is Status.NEEDS_CLARIFICATION
    return -(mistake.probability or 0.0), not asked, -len(mistake.text.split())
