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
    "Outcome",
    "Question",
    "Quote",
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
    """How two places bear on each other: something said later on something said earlier, or a document on a claim.

    Attributes:
        QUESTION: Somebody doubts the claim, or asks how the speaker knows, or for what it lacks.
        ANSWER: What came back to a question; see `Outcome`.
        CORROBORATION: Another speaker states the same thing or confirms it, with substance.
        DENIAL: Another speaker rejects the claim, with substance.
        CONTRADICTION: Two claims that cannot both be true; or a document that says otherwise.
        CORRECTION: The same speaker takes an earlier claim back, or mends it.
        REPETITION: The same speaker says the same thing again.
        SUPPORT: A document that agrees.
    """

    QUESTION = "question"
    ANSWER = "answer"
    CORROBORATION = "corroboration"
    DENIAL = "denial"
    CONTRADICTION = "contradiction"
    CORRECTION = "correction"
    REPETITION = "repetition"
    SUPPORT = "support"


class Outcome(StrEnum):
    """What became of a question: the missing piece came, something else came, or nothing did."""

    ANSWERED = "answered"
    EVADED = "evaded"
    OPEN = "open"


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
class Quote:
    """Words quoted from a turn of the call, or from a document.

    Attributes:
        text: The words.
        turn: Index of the turn, from 0; None for a document.
        start: Character offset in the text of that turn (in the passage, for a document).
        end: Its end, exclusive.
        speaker: Who said it; "" for a document, or where the transcript names nobody.
        source: File and line of a document; None for a turn.
    """

    text: str
    turn: int | None = None
    start: int = 0
    end: int = 0
    speaker: str = ""
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A link between a claim and something outside it, with both its ends.

    Attributes:
        relation: How the two bear on each other.
        claim: The near end: the words of the claim that carries this evidence.
        other: The far end: another turn, or a passage of a document.
        outcome: For an answer whether the missing piece came; None for everything else.
        detail: What agrees or differs, in short, as in "40 rep / 12 rep"; "" where there is nothing to add.
        probability: How likely the link holds, 0 to 1, by the model that found it; 1 for what follows from amounts.
    """

    relation: Relation
    claim: Quote
    other: Quote
    outcome: Outcome | None = None
    detail: str = ""
    probability: float = 1.0

    @property
    def text(self) -> str:
        """The words at the far end."""
        return self.other.text

    @property
    def turn(self) -> int | None:
        """Index of the turn at the far end, from 0; None for a document."""
        return self.other.turn

    @property
    def start(self) -> int:
        """Character offset of the far end in its turn or passage."""
        return self.other.start

    @property
    def end(self) -> int:
        """End of the far end, exclusive."""
        return self.other.end

    @property
    def speaker(self) -> str:
        """Who said the words at the far end."""
        return self.other.speaker

    @property
    def source(self) -> str | None:
        """File and line of the far end; None for a turn."""
        return self.other.source


@dataclass(frozen=True, slots=True)
class Question:
    """A question that somebody asked in the call, and what became of it.

    Attributes:
        asked: The words of the question.
        claim: The claim that it questions, or None where it asks for something new.
        answer: What came back, or None.
        outcome: Whether the piece asked for came.
    """

    asked: Quote
    claim: Quote | None
    answer: Quote | None
    outcome: Outcome


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
        evidence: What else in the conversation, or in documents, bears on the claim.
        question: What to ask next, or None where nothing needs asking.
        topic: The field of a sales framework that the question is about, as in "economic_buyer"; None without a
            framework or where no field fits.
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
    topic: str | None = None
