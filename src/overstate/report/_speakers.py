"""Who spoke, who asked, and who let what pass: counts by speaker and by side."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overstate.report._face_value import at_face_value, other_sides, questioners, receiver
from overstate.report._summary import hedged_flags
from overstate.sides import UNKNOWN
from overstate.types import Claim, Status

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = ["SpeakerStats", "by_side", "speaker_stats"]

_MARK = re.compile(r"\?+")
_STOP = re.compile(r"[.!?]")
# transcripts of machines often have no punctuation; a turn that opens so is then one question
_ASKING = re.compile(
    r"(?:(?:and|but|so|okay|ok|well|uh|um|right)\s+)*"
    r"(?:who|what|when|where|why|how|which|whose|is|are|was|were|do|does|did|can|could|will|would|have|has)\b",
    re.I,
)


@dataclass(frozen=True)
class SpeakerStats:
    """What one speaker said and asked, or all speakers of one side together.

    Attributes:
        name: The speaker, or the side.
        side: Their side; "unknown" where nobody knows it.
        turns: Turns they took.
        words: Words they said, cut at white space.
        words_of_call: Words that everybody said.
        questions: Questions they asked, by question marks (by first words where the turn has no punctuation).
        claims: Claims they made.
        hedged: How many of these have a hedge in them.
        to_clarify: How many of these need clarification.
        verified: How many of these are verified.
        questioned: Claims of other sides that they questioned or denied; 0 where sides are unknown.
        accepted: Claims of other sides that their side took at face value, and to which this speaker was the first of
            that side to speak (or the last, where none spoke again); 0 where sides are unknown.
    """

    name: str
    side: str
    turns: int
    words: int
    words_of_call: int
    questions: int
    claims: int
    hedged: int
    to_clarify: int
    verified: int
    questioned: int
    accepted: int

    @property
    def share_of_words(self) -> float | None:
        """Their words as a share of all, 0 to 1; None where nobody said any."""
        return _share(self.words, self.words_of_call)

    @property
    def share_hedged(self) -> float | None:
        """Hedged claims as a share of theirs, 0 to 1; None without claims."""
        return _share(self.hedged, self.claims)

    @property
    def share_to_clarify(self) -> float | None:
        """Claims that need clarification as a share of theirs, 0 to 1; None without claims."""
        return _share(self.to_clarify, self.claims)

    @property
    def share_verified(self) -> float | None:
        """Verified claims as a share of theirs, 0 to 1; None without claims."""
        return _share(self.verified, self.claims)

    @property
    def share_asking(self) -> float | None:
        """Questions as a share of questions and claims: 0 only tells, 1 only asks; None with neither."""
        return _share(self.questions, self.questions + self.claims)

    @property
    def share_questioned(self) -> float | None:
        """Questioned claims as a share of those questioned or accepted, 0 to 1; None with neither."""
        return _share(self.questioned, self.questioned + self.accepted)


def speaker_stats(report: Report) -> tuple[SpeakerStats, ...]:
    """The counts of each speaker, in order of appearance."""
    turns = report.transcript.turns
    total = sum(len(turn.text.split()) for turn in turns)
    mine: dict[str, list[tuple[Claim, bool]]] = defaultdict(list)
    for claim, hedged in zip(report.claims, hedged_flags(report.claims, report.hedges), strict=True):
        mine[claim.speaker].append((claim, hedged))
    spoken = Counter(turn.speaker for turn in turns)
    words: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for turn in turns:
        words[turn.speaker] += len(turn.text.split())
        asked[turn.speaker] += _questions(turn.text)
    questioned: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    for claim in report.claims:
        questioned.update(questioners(report, claim))
        for side in other_sides(report, claim):
            if at_face_value(report, claim, side):
                accepted[receiver(report, claim, side)] += 1
    return tuple(
        SpeakerStats(
            name=name,
            side=report.sides.get(name, UNKNOWN),
            turns=spoken[name],
            words=words[name],
            words_of_call=total,
            questions=asked[name],
            claims=len(mine[name]),
            hedged=sum(hedged for _, hedged in mine[name]),
            to_clarify=sum(claim.status is Status.NEEDS_CLARIFICATION for claim, _ in mine[name]),
            verified=sum(claim.status is Status.VERIFIED for claim, _ in mine[name]),
            questioned=questioned[name],
            accepted=accepted[name],
        )
        for name in report.transcript.speakers
    )


def by_side(speakers: Iterable[SpeakerStats]) -> dict[str, SpeakerStats]:
    """The counts of speakers summed by side, sides in order of appearance."""
    together: dict[str, SpeakerStats] = {}
    for one in speakers:
        so_far = together.get(one.side)
        counts = {
            key: getattr(one, key) + (getattr(so_far, key) if so_far else 0)
            for key in SpeakerStats.__dataclass_fields__
            if key not in ("name", "side", "words_of_call")
        }
        together[one.side] = SpeakerStats(one.side, one.side, words_of_call=one.words_of_call, **counts)
    return together


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _questions(text: str) -> int:
    marks = len(_MARK.findall(text))
    if marks or _STOP.search(text):
        return marks
    return int(_ASKING.match(text) is not None)
