"""What all views of a comparison say, in words, and in which order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from overstate.comparison._types import Commitment, CommitmentState, Mention, OpenQuestion, Thread, ThreadKind
from overstate.report._outline import one_line
from overstate.report._words import STATUS_LABELS, STATUS_SIGNS, counted, estimate_note, speaker_name
from overstate.types import Outcome

if TYPE_CHECKING:
    from overstate.comparison._comparison import Comparison

__all__ = [
    "KIND_LABELS",
    "STATE_LABELS",
    "STATE_SIGNS",
    "Item",
    "Section",
    "drifted",
    "found",
    "notes",
    "outline",
    "place",
]

KIND_LABELS = {
    ThreadKind.CONTRADICTED: "contradicted",
    ThreadKind.DRIFTED: "changed",
    ThreadKind.STATUS_CHANGED: "judged differently",
    ThreadKind.STEADY: "steady",
}
STATE_LABELS = {
    CommitmentState.KEPT: "kept",
    CommitmentState.DROPPED: "not mentioned again",
    CommitmentState.MOVED: "moved",
    CommitmentState.OPEN: "open",
}
STATE_SIGNS = {
    CommitmentState.KEPT: "✓",
    CommitmentState.DROPPED: "?",
    CommitmentState.MOVED: "→",
    CommitmentState.OPEN: "·",
}
_MOST_QUESTIONS = 20
"""Claims to ask about can be hundreds; pages and text show the first of them and say how many there are."""


@dataclass(frozen=True)
class Item:
    """One thread, commitment or question: a heading, and the mentions below it as (place, words)."""

    heading: str
    mentions: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """A heading, what stands below it, and how many more there are."""

    title: str
    items: tuple[Item, ...]
    more: int = 0


def place(mention: Mention) -> str:
    """ "Ann, call.vtt, turn 3"; people count turns from 1."""
    return f"{speaker_name(mention.speaker)}, {mention.name}, turn {mention.turn + 1}"


def drifted(thread: Thread) -> str:
    """What moved, in words: "forty reps → twelve reps"."""
    return ", ".join(
        f"{one_line(d.before.text)} → {one_line(d.after.text)}" if d.unit else "not yet → done" for d in thread.drifts
    )


def found(comparison: Comparison) -> str:
    """Counts in one line."""
    dropped = len(comparison.in_state(CommitmentState.DROPPED))
    moving = [thread for thread in comparison.threads if thread.kind in (ThreadKind.DRIFTED, ThreadKind.CONTRADICTED)]
    return (
        f"{counted(len(comparison.calls), 'call')}: {counted(len(comparison.threads), 'thread')}, "
        f"{len(moving)} changed or contradicted; {counted(len(comparison.commitments), 'commitment')}, "
        f"{dropped} not mentioned again; {counted(len(comparison.open_questions), 'open question')}"
    )


def notes(comparison: Comparison) -> tuple[str, ...]:
    """What no reader of a comparison should take for granted."""
    return (
        estimate_note(comparison.model),
        "“Kept” and “not mentioned again” go by what the calls say; what was done without a word there is not known.",
    )


def outline(comparison: Comparison) -> list[Section]:
    """The sections of a comparison: what changed first."""
    order = list(KIND_LABELS)
    threads = sorted(comparison.threads, key=lambda thread: order.index(thread.kind))
    shown = comparison.open_questions[:_MOST_QUESTIONS]
    sections = [
        Section("Claims that recur", tuple(map(_thread, threads))),
        Section("Commitments", tuple(map(_commitment, comparison.commitments))),
        Section("Still open", tuple(map(_question, shown)), len(comparison.open_questions) - len(shown)),
    ]
    return [section for section in sections if section.items]


def _thread(thread: Thread) -> Item:
    moved = drifted(thread)
    mentions = tuple((f"{_sign(m)}{place(m)}", one_line(m.text)) for m in thread.mentions)
    return Item(f"{KIND_LABELS[thread.kind]}{f': {moved}' if moved else ''}", mentions)


def _sign(mention: Mention) -> str:
    return "" if mention.status is None else f"{STATUS_SIGNS[mention.status]} {STATUS_LABELS[mention.status]}; "


def _commitment(commitment: Commitment) -> Item:
    due = " → ".join(one_line(mention.text) for mention in commitment.due)
    owner = one_line(commitment.owner) or "owner not named"
    heading = f"{STATE_SIGNS[commitment.state]} {STATE_LABELS[commitment.state]}: {owner}"
    mentions = [(place(mention), one_line(mention.text)) for mention in commitment.mentions]
    if commitment.settled_by is not None:
        mentions.append((f"done: {place(commitment.settled_by)}", one_line(commitment.settled_by.text)))
    return Item(f"{heading}{f', {due}' if due else ''}", tuple(mentions))


def _question(question: OpenQuestion) -> Item:
    mentions = [(f"asked: {place(mention)}", one_line(mention.text)) for mention in question.asked]
    if question.claim is not None:
        mentions.append((f"about: {place(question.claim)}", one_line(question.claim.text)))
    state = "not asked yet" if not question.asked else "evaded" if question.outcome is Outcome.EVADED else "no answer"
    return Item(f"{one_line(question.question)} ({state})", tuple(mentions))
