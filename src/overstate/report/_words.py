"""The words and signs every view uses for the same thing. A label is decided here and nowhere else."""

from __future__ import annotations

import re

from overstate.types import Claim, Evidence, HedgeType, Outcome, Reason, Relation, Status, Turn

__all__ = [
    "HEDGE_LABELS",
    "REASON_LABELS",
    "RELATION_LABELS",
    "STATUS_LABELS",
    "STATUS_ORDER",
    "STATUS_SIGNS",
    "base_name",
    "clock",
    "counted",
    "estimate_note",
    "percent",
    "place",
    "reason_words",
    "relation_label",
    "speaker_name",
    "status_count",
]

STATUS_ORDER = (Status.NEEDS_CLARIFICATION, Status.PLAUSIBLE, Status.VERIFIED)
"""Most worth a listener's attention first."""

STATUS_LABELS = {
    Status.NEEDS_CLARIFICATION: "needs clarification",
    Status.PLAUSIBLE: "plausible",
    Status.VERIFIED: "verified",
}

STATUS_SIGNS = {Status.NEEDS_CLARIFICATION: "?", Status.PLAUSIBLE: "·", Status.VERIFIED: "✓"}

REASON_LABELS = {
    Reason.SOURCE: "points at a source",
    Reason.CORROBORATION: "confirmed by somebody else",
    Reason.ANSWERED: "challenged and answered",
    Reason.EVIDENCE: "backed by evidence handed over",
    Reason.VAGUE: "vague",
    Reason.OVERSTATED: "overstated",
    Reason.HEDGED: "the speaker's own doubt",
    Reason.HEARSAY: "second-hand",
    Reason.UNSUPPORTED_FORECAST: "forecast without a basis",
    Reason.CONTRADICTED: "contradicted elsewhere",
    Reason.EVADED: "question not answered",
}

HEDGE_LABELS = {
    HedgeType.EPISTEMIC: "the speaker may be wrong",
    HedgeType.APPROXIMATOR: "the amount or category is loose",
    HedgeType.ATTRIBUTION: "somebody else vouches for it",
    HedgeType.CONDITIONAL: "holds only under a condition",
}

RELATION_LABELS = {
    Relation.QUESTION: ("questioned by", "questions"),
    Relation.ANSWER: ("answered by", "answers"),
    Relation.CORROBORATION: ("confirmed by", "confirms"),
    Relation.DENIAL: ("denied by", "denies"),
    Relation.CONTRADICTION: ("contradicted by", "contradicts"),
    Relation.CORRECTION: ("corrected by", "corrects"),
    Relation.REPETITION: ("said again by", "said before by"),
    Relation.SUPPORT: ("backed by", "backed by"),
}
"""What a link is to a claim, by where the far end stands: after the claim (or in a document), before it."""


def relation_label(evidence: Evidence) -> str:
    """What the far end is to the claim: "denied by", "evades"."""
    near, far = evidence.claim, evidence.other
    before = near.turn is not None and far.turn is not None and (far.turn, far.start) < (near.turn, near.start)
    label = RELATION_LABELS[evidence.relation][before]
    if evidence.outcome is Outcome.EVADED:
        label = "evades" if before else "evaded by"
    return label


def percent(probability: float) -> str:
    """A probability from 0 to 1 as a whole percentage; never "0%" or "100%", which would claim certainty."""
    rounded = round(100 * probability)
    if rounded >= 100:
        return "over 99%"
    return "under 1%" if rounded <= 0 else f"{rounded}%"


def clock(seconds: float | None) -> str:
    """Seconds from the start as `m:ss` or `h:mm:ss`; "" for None."""
    if seconds is None:
        return ""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def place(index: int, turn: Turn) -> str:
    """Where a turn stands, for people: "turn 12, 3:05".

    Args:
        index: Index of the turn, from 0. People count from 1, so the number shown is one higher.
        turn: The turn itself, for its time.
    """
    time = clock(turn.start)
    return f"turn {index + 1}, {time}" if time else f"turn {index + 1}"


def speaker_name(name: str) -> str:
    """The name, or words that say there is none."""
    return name.strip() or "speaker not named"


def base_name(source: str | None) -> str:
    """The file name without its folders, which are nobody else's business; "" for None."""
    return "" if source is None else re.split(r"[/\\]", source.rstrip("/\\"))[-1]


def counted(number: int, noun: str) -> str:
    """A number and its noun: "1 claim", "2 claims"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def status_count(status: Status, number: int) -> str:
    """A count of one status as part of a sentence: "1 needs clarification", "9 need clarification"."""
    if status is Status.NEEDS_CLARIFICATION and number != 1:
        return f"{number} need clarification"
    return f"{number} {STATUS_LABELS[status]}"


def reason_words(claim: Claim) -> str:
    """The reasons of a claim in plain words, main one first, joined by commas."""
    return ", ".join(REASON_LABELS[reason] for reason in claim.reasons)


def topic_label(topic: str | None) -> str:
    """The field of a framework in plain words: "Economic buyer" for "economic_buyer"; "" for None."""
    return (topic or "").replace("_", " ").capitalize()


def estimate_note(model: str) -> str:
    """The line every view carries, so that no reader takes a status for a finding of fact.

    Args:
        model: Name and version of the model that judged, or "".
    """
    whose = f"of the model {model}" if model else "of a model"
    return (
        f"Statuses are estimates {whose}, each with its probability; they are not findings of fact. "
        "Read a claim in its place before acting on it."
    )
