"""Which claims the listeners took at face value, and the words with which they let them pass."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from overstate.sides import UNKNOWN
from overstate.types import Claim, Quote, Relation, Status

if TYPE_CHECKING:
    from overstate.lexicons.phrases import Phrases
    from overstate.report._report import Report

__all__ = ["agreement_after", "at_face_value", "face_value", "other_sides", "questioners", "receiver"]

#: Relations by which a listener who speaks later does not take a claim at face value.
_PUSHED_BACK = frozenset({Relation.QUESTION, Relation.DENIAL, Relation.CONTRADICTION})
#: Those by which a claim counts as questioned.
_QUESTIONED = frozenset({Relation.QUESTION, Relation.DENIAL})
#: Words of a turn among which agreement with what was just said is looked for.
_OPENING = 8

_STOP = re.compile(r"[.!?]")


def face_value(report: Report, side: str) -> list[Claim]:
    """Claims of other sides that need clarification, and that nobody on `side` questioned, denied or backed.

    The likeliest to need it come first.
    """
    taken = [c for c in report.claims if side in other_sides(report, c) and at_face_value(report, c, side)]
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


def other_sides(report: Report, claim: Claim) -> set[str]:
    """The sides that a claim was made to; none where the speaker's own is unknown."""
    own = report.sides.get(claim.speaker, UNKNOWN)
    return set() if own == UNKNOWN else set(report.sides.values()) - {own, UNKNOWN}


def questioners(report: Report, claim: Claim) -> set[str]:
    """Speakers of other sides who questioned or denied a claim."""
    others = other_sides(report, claim)
    found = {_speaker(report, e.other) for e in claim.evidence if e.relation in _QUESTIONED and _later(e.other, claim)}
    found |= {_speaker(report, q.asked) for q in report.questions if q.claim is not None and _overlap(q.claim, claim)}
    return {speaker for speaker in found if report.sides.get(speaker) in others}


def at_face_value(report: Report, claim: Claim, side: str) -> bool:
    """Whether a claim that needs clarification met with no question, denial or knowledge of somebody on `side`."""
    if claim.status is not Status.NEEDS_CLARIFICATION:
        return False
    if any(report.sides.get(speaker) == side for speaker in questioners(report, claim)):
        return False
    for piece in claim.evidence:
        pushed = piece.relation in _PUSHED_BACK and _later(piece.other, claim)
        counts = pushed or piece.relation is Relation.CORROBORATION
        if counts and report.sides.get(_speaker(report, piece.other)) == side:
            return False
    return True


def receiver(report: Report, claim: Claim, side: str) -> str:
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
