"""The plain, frozen objects that everything else passes around. No spaCy and no scikit-learn here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

__all__ = [
    "ASK_REASONS",
    "REASONS_OF",
    "VERIFIED_REASONS",
    "Claim",
    "Cue",
    "Evidence",
    "Hedge",
    "HedgeType",
    "Reason",
    "Relation",
    "Status",
    "Turn",
]


class Status(StrEnum):
    """What a careful listener may do with a claim (annotation guideline, section 3)."""

    VERIFIED = "verified"
    PLAUSIBLE = "plausible"
    NEEDS_CLARIFICATION = "needs_clarification"


class HedgeType(StrEnum):
    """What a hedge does (annotation guideline, section 2)."""

    EPISTEMIC = "epistemic"
    APPROXIMATOR = "approximator"
    ATTRIBUTION = "attribution"
    CONDITIONAL = "conditional"


class Reason(StrEnum):
    """Why a claim is verified, or why it needs clarification (annotation guideline, section 3)."""

    SOURCE = "source"
    CORROBORATION = "corroboration"
    ANSWERED = "answered"
    EVIDENCE = "evidence"
    VAGUE = "vague"
    OVERSTATED = "overstated"
    HEDGED = "hedged"
    HEARSAY = "hearsay"
    UNSUPPORTED_FORECAST = "unsupported_forecast"
    CONTRADICTED = "contradicted"
    EVADED = "evaded"


VERIFIED_REASONS = (Reason.SOURCE, Reason.CORROBORATION, Reason.ANSWERED, Reason.EVIDENCE)
ASK_REASONS = (
    Reason.VAGUE,
    Reason.OVERSTATED,
    Reason.HEDGED,
    Reason.HEARSAY,
    Reason.UNSUPPORTED_FORECAST,
    Reason.CONTRADICTED,
    Reason.EVADED,
)


#: The reasons that belong to each status.
REASONS_OF = {
    Status.VERIFIED: VERIFIED_REASONS,
    Status.PLAUSIBLE: (),
    Status.NEEDS_CLARIFICATION: ASK_REASONS,
}


class Relation(StrEnum):
    """How a piece of evidence bears on the claim it is attached to."""

    SUPPORTS = "supports"
    CONTRADICTS = "contradicts"
    QUESTIONS = "questions"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says before somebody else speaks.

    Attributes:
        speaker: Name as the transcript gives it; "" where it gives none.
        text: The words, exactly as read. All offsets elsewhere count characters of this string.
        start: Seconds from the start of the recording, or None.
        end: Seconds from the start of the recording, or None.
    """

    speaker: str
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Cue:
    """Words of a claim that gave one of its reasons away.

    Attributes:
        text: The words.
        start: Character offset in the text of the claim's turn.
        end: Character offset in the text of the claim's turn, exclusive.
        kind: The lexicon category or hedge type of the words.
        reason: The reason they speak for.
    """

    text: str
    start: int
    end: int
    kind: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something outside the claim that supports, contradicts, questions or answers it.

    Attributes:
        relation: How it bears on the claim.
        text: The words, quoted.
        turn: Index of the turn quoted, from 0; None for a passage of a document.
        start: Character offset of the quotation in that turn (or passage).
        end: Its end, exclusive.
        source: Where a passage of a document comes from; None for a turn.
    """

    relation: Relation
    text: str
    turn: int | None = None
    start: int = 0
    end: int = 0
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Hedge:
    """A word or phrase that lowers the speaker's commitment.

    Attributes:
        turn: Index of the turn, from 0.
        start: Character offset in that turn's text.
        end: Character offset in that turn's text, exclusive.
        text: The words.
        type: What the hedge does.
    """

    turn: int
    start: int
    end: int
    text: str
    type: HedgeType


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of one turn put forward as true, and what to make of it.

    Attributes:
        turn: Index of the turn, from 0.
        start: Character offset in that turn's text.
        end: Character offset in that turn's text, exclusive.
        text: The words.
        speaker: Who made the claim.
        status: The verdict.
        confidence: Calibrated probability of that verdict, 0 to 1.
        probabilities: Calibrated probability of each status, by status name; sums to 1.
        reasons: Why, main reason first; empty for a plausible claim.
        cues: The words that gave the reasons away, in order.
        evidence: What else in the conversation bears on the claim.
        question: What to ask next, or None where nothing needs asking.
    """

    turn: int
    start: int
    end: int
    text: str
    speaker: str
    status: Status
    confidence: float
    probabilities: Mapping[str, float] = field(hash=False)
    reasons: tuple[Reason, ...] = ()
    cues: tuple[Cue, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    question: str | None = None
