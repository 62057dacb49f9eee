"""What is found across calls: threads, commitments, questions left open. Frozen, with both ends of everything."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from overstate.types import Outcome, Status

__all__ = ["Call", "Commitment", "CommitmentState", "Drift", "Mention", "OpenQuestion", "Thread", "ThreadKind"]


class ThreadKind(StrEnum):
    """What became of a claim from call to call; where several hold, the first of these.

    Attributes:
        CONTRADICTED: It was denied in one call and stated in another.
        DRIFTED: An amount or date of it moved, or what had not happened yet was later said to have happened.
        STATUS_CHANGED: The same, but judged differently in the last call than in the first.
        STEADY: The same, judged the same.
    """

    CONTRADICTED = "contradicted"
    DRIFTED = "drifted"
    STATUS_CHANGED = "status_changed"
    STEADY = "steady"


class CommitmentState(StrEnum):
    """What became of a promise, by the calls alone; the first that holds.

    Attributes:
        KEPT: A later call says it was done.
        DROPPED: Not mentioned again: at least one call follows the last that speaks of it. That may mean nothing.
        MOVED: The last call speaks of it, and its date is another than at first.
        OPEN: The last call makes it or speaks of it, and does not say it was done.
    """

    KEPT = "kept"
    DROPPED = "dropped"
    MOVED = "moved"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Call:
    """One of the calls compared.

    Attributes:
        name: File name of the transcript, or "call 1"; no two calls have the same.
        date: The day of the call, or None.
        claims: Number of claims in it.
    """

    name: str
    date: datetime.date | None
    claims: int


@dataclass(frozen=True, slots=True)
class Mention:
    """Words of one of the calls.

    Attributes:
        call: Index of the call, from 0, in the order compared.
        name: Name of the call.
        turn: Index of the turn in that call, from 0.
        start: Character offset in that turn's text.
        end: Its end, exclusive.
        text: The words.
        speaker: Who said them; "" where the transcript names nobody.
        status: The verdict, if the words are a claim; None for other words.
    """

    call: int
    name: str
    turn: int
    start: int
    end: int
    text: str
    speaker: str
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """What changed between two mentions of one thread.

    Attributes:
        before: The amount or date as it was first (or the whole claim, where only its polarity changed).
        after: What it became.
        unit: Unit of the amount as `overstate.quantities` has it ("rep", "$", "%", "day"), "date" for dates, and ""
            where something had not happened yet and then had.
    """

    before: Mention
    after: Mention
    unit: str


@dataclass(frozen=True, slots=True)
class Thread:
    """One proposition that two or more calls state.

    Attributes:
        mentions: The claims, in the order of calls and turns.
        kind: What became of it.
        drifts: What changed, in order; empty for other kinds than drifted, as a rule.
    """

    mentions: tuple[Mention, ...]
    kind: ThreadKind
    drifts: tuple[Drift, ...] = ()

    @property
    def statuses(self) -> tuple[Status | None, ...]:
        """The verdict of each mention, in order."""
        return tuple(mention.status for mention in self.mentions)


@dataclass(frozen=True, slots=True)
class Commitment:
    """A claim that promises something.

    Attributes:
        mentions: The promise, each time it was made.
        owner: Who owes it: the speaker of "I" and "we", or whoever is named ("Legal will sign").
        due: The words for its date, in the order said; empty where none was said.
        state: What became of it.
        settled_by: The words of a later call that say it was done, or None.
        last_mention: Index of the last call that speaks of it.
    """

    mentions: tuple[Mention, ...]
    owner: str
    due: tuple[Mention, ...]
    state: CommitmentState
    settled_by: Mention | None = None
    last_mention: int = 0


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """Something that was asked, or needs asking, and that no call settles.

    Attributes:
        question: What to ask.
        asked: Each time somebody asked it; empty where nobody did.
        claim: The claim it is about, or None.
        outcome: What came of it when it was last asked: evaded or open.
    """

    question: str
    asked: tuple[Mention, ...]
    claim: Mention | None
    outcome: Outcome
