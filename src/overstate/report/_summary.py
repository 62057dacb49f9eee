"""Counts over the claims of a report."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from overstate.report._stakes import urgency
from overstate.types import Claim, Hedge, Status

__all__ = ["Summary", "hedged_flags", "summarize", "worth_asking"]


@dataclass(frozen=True)
class Summary:
    """How many claims there are, of which status, whose, and how many are hedged.

    Attributes:
        turns: Number of turns in the transcript.
        to_ask: Number of claims that need clarification and have a question.
        hedged: Number of claims that at least one hedge overlaps.
        by_status: Number of claims of each status; all three statuses are there.
        by_speaker: For each speaker of the transcript, in order of appearance, the same counts.
    """

    turns: int
    to_ask: int
    hedged: int
    by_status: Mapping[Status, int] = field(hash=False)
    by_speaker: Mapping[str, Mapping[Status, int]] = field(hash=False)

    @property
    def claims(self) -> int:
        """Number of claims."""
        return sum(self.by_status.values())

    @property
    def share_hedged(self) -> float | None:
        """Hedged claims as a share of all claims, 0 to 1; None where there are no claims."""
        return self.hedged / self.claims if self.claims else None


def summarize(speakers: Iterable[str], turns: int, claims: Sequence[Claim], hedges: Iterable[Hedge]) -> Summary:
    """Count the claims of a transcript.

    Args:
        speakers: Names of the speakers in the order they are to be listed.
        turns: Number of turns.
        claims: The claims.
        hedges: The hedges of the same transcript.
    """
    by_status = dict.fromkeys(Status, 0)
    by_speaker = {speaker: dict.fromkeys(Status, 0) for speaker in speakers}
    for claim in claims:
        by_status[claim.status] += 1
        by_speaker.setdefault(claim.speaker, dict.fromkeys(Status, 0))[claim.status] += 1
    hedged = sum(hedged_flags(claims, hedges))
    return Summary(turns, len(_to_ask(claims)), hedged, by_status, by_speaker)


def hedged_flags(claims: Iterable[Claim], hedges: Iterable[Hedge]) -> list[bool]:
    """For each claim, whether at least one character of a hedge lies inside it."""
    of_turn: dict[int, list[Hedge]] = defaultdict(list)
    for hedge in hedges:
        of_turn[hedge.turn].append(hedge)
    return [
        any(hedge.start < claim.end and claim.start < hedge.end for hedge in of_turn.get(claim.turn, ()))
        for claim in claims
    ]


def worth_asking(claims: Iterable[Claim]) -> list[Claim]:
    """Claims that need clarification and have a question, most urgent first, ties in order of position.

    Urgency is the probability of needing clarification times what hangs on the claim: `stakes_of` gives the formula.
    """
    return sorted(_to_ask(claims), key=lambda claim: (-urgency(claim), claim.turn, claim.start, claim.end))


def _to_ask(claims: Iterable[Claim]) -> list[Claim]:
    return [claim for claim in claims if claim.status is Status.NEEDS_CLARIFICATION and claim.question]
