"""Who spoke, who asked, and who took what at face value: counts by speaker and by side."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from overstate.report._summary import hedged_flags
from overstate.sides import UNKNOWN
from overstate.types import Claim, Quote, Relation, Status

if TYPE_CHECKING:
    from overstate.lexicons.phrases import Phrases
    from overstate.report._report import Report

__all__ = ["SpeakerStats", "agreement_after", "by_side", "face_value", "speaker_stats"]

#: Relations by which a listener who speaks later does not take a claim at face value.
_PUSHED_BACK = frozenset({Relation.QUESTION, Relation.DENIAL, Relation.CONTRADICTION})
#: Those by which a claim counts as questioned.
_QUESTIONED = frozenset({Relation.QUESTION, Relation.DENIAL})
#: Words of a turn among which agreement with what was just said is looked for.
_OPENING = 8

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
        questioned.update(_questioners(report, claim))
        for side in _other_sides(report, claim):
            if _at_face_value(report, claim, side):
                accepted[_receiver(report, claim, side)] += 1
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


def face_value(report: Report, side: str) -> list[Claim]:
    """Claims of other sides that need clarification and that nobody on `side` questioned, denied or backed; worst first."""
    taken = [c for c in report.claims if side in _other_sides(report, c) and _at_face_value(report, c, side)]
    status = Status.NEEDS_CLARIFICATION
    return sorted(taken, key=lambda claim: (-claim.probabilities.get(status, 0.0), claim.turn, claim.start))


def agreement_after(report: Report, claim: Claim, side: str) -> Quote | None:
    """The words of agreement ("sounds good") with which `side` opens its next turn, if nobody spoke between."""
    turns = report.transcript.turns
    at = claim.turn + 1
    while at < len(turns) and turns[at].speaker == claim.speaker:
        at += 1
    if at == len(turns) or report.sides.get(turns[at].speaker) != side:
        return None
    from overstate.lexicons.phrases import words  # in here: a report that is only read needs no word lists

    text = words(turns[at].text)[:_OPENING]
    found = next(_acceptance().find(text), None)
    before = {word.text for word in text[: found.first]} if found else set()
    if found is None or before & {"not", "n't", "no", "?"} or _asks(turns[at].text, text[found.last - 1].end):
        return None
    start, end = text[found.first].start, text[found.last - 1].end
    return Quote(turns[at].text[start:end], at, start, end, turns[at].speaker)


@cache
def _acceptance() -> Phrases:
    from overstate.lexicons import acceptance
    from overstate.lexicons.phrases import Phrases

    return Phrases(acceptance())


def _asks(text: str, end: int) -> bool:
    """Whether the sentence that holds the character before `end` is a question."""
    stop = _STOP.search(text, end)
    return stop is not None and stop.group() == "?"


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _questions(text: str) -> int:
    marks = len(_MARK.findall(text))
    if marks or _STOP.search(text):
        return marks
    return int(_ASKING.match(text) is not None)


def _other_sides(report: Report, claim: Claim) -> set[str]:
    """The sides that a claim was made to; none where the speaker's own is unknown."""
    own = report.sides.get(claim.speaker, UNKNOWN)
    return set() if own == UNKNOWN else set(report.sides.values()) - {own, UNKNOWN}


def _questioners(report: Report, claim: Claim) -> set[str]:
    """Speakers of other sides who questioned or denied a claim."""
    others = _other_sides(report, claim)
    found = {_speaker(report, e.other) for e in claim.evidence if e.relation in _QUESTIONED and _later(e.other, claim)}
    found |= {_speaker(report, q.asked) for q in report.questions if q.claim is not None and _overlap(q.claim, claim)}
    return {speaker for speaker in found if report.sides.get(speaker) in others}


def _at_face_value(report: Report, claim: Claim, side: str) -> bool:
    if claim.status is not Status.NEEDS_CLARIFICATION:
        return False
    if any(report.sides.get(speaker) == side for speaker in _questioners(report, claim)):
        return False
    for piece in claim.evidence:
        pushed = piece.relation in _PUSHED_BACK and _later(piece.other, claim)
        counts = pushed or piece.relation is Relation.CORROBORATION
        if counts and report.sides.get(_speaker(report, piece.other)) == side:
            return False
    return True


def _receiver(report: Report, claim: Claim, side: str) -> str:
    """Who of a side spoke first after a claim, or else last before it."""
    turns = report.transcript.turns
    order: Sequence[int] = [*range(claim.turn + 1, len(turns)), *range(claim.turn - 1, -1, -1)]
    return next(turns[at].speaker for at in order if report.sides.get(turns[at].speaker) == side)


def _later(quote: Quote, claim: Claim) -> bool:
    return quote.turn is not None and (quote.turn, quote.start) > (claim.turn, claim.start)


def _overlap(quote: Quote, claim: Claim) -> bool:
    return quote.turn == claim.turn and quote.start < claim.end and claim.start < quote.end


def _speaker(report: Report, quote: Quote) -> str:
    """Who said it, also where the quotation does not say so."""
    return quote.speaker if quote.turn is None else report.transcript.turns[quote.turn].speaker
