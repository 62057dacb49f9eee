"""Does a passage support or contradict a claim? The verdict on one pair, once both are taken apart.

Silence is the rule: a wrong link costs a reader more than a missing one. Support and contradiction both need the same
subject, the same names, and amounts that are of the same kind; what makes a passage speak of something else (another
name, a plan instead of a fact, a condition) silences it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from overstate.evidence._statements import Statement
from overstate.evidence._words import stem
from overstate.quantities import Quantity, QuantityKind, clash, same
from overstate.types import Relation

_TO = re.compile(r"\b(?:to|through|ends?|expires?|due)(?: on)?\s+$", re.I)

__all__ = ["SHARED", "SHARED_IF_BARE", "SHARED_IF_DIFFERENT", "Verdict", "judge"]

#: Share of a claim's content words, weighed by rarity, that must be in a passage which supports its amounts,
SHARED = 0.5
#: in one that gives another amount,
SHARED_IF_DIFFERENT = 0.65
#: and in one that is judged by its words alone.
SHARED_IF_BARE = 0.8
#: Share of a passage's content words that must be in a claim which it contradicts, or supports by words alone.
SHARED_BACK = 0.5
#: How many times the bound an amount may be that "over forty" is said of.
MOST_OVER = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a passage says about a claim.

    Attributes:
        relation: Support or contradiction.
        shared: Share of the claim's subject in the passage, 0 to 1.
        detail: What agrees or differs, "40 / 12 seats".
        start: Character offset, in the claim, of the words that agree or differ.
        end: Its end, exclusive.
        found: The words of the passage that agree or differ.
        kind: What they are: "number", or "agreement" or "denial" for words of state.
    """

    relation: Relation
    shared: float
    detail: str
    start: int
    end: int
    found: str
    kind: str = "number"


def judge(
    claim: Statement, passage: Sequence[Statement], names: frozenset[str], weights: Mapping[str, float]
) -> Verdict | None:
    """The verdict on a claim by one passage, or None.

    Args:
        claim: The claim.
        passage: The sentences or fields of the passage.
        names: Stems that are names wherever they stand.
        weights: How rare each stem is.
    """
    if any(q.kind is not QuantityKind.DATE or _comparable(q) for q in claim.quantities):
        return _by_quantities(claim, passage, names, weights)
    verdicts = [v for s in passage if (v := _by_words(claim, s, names, weights)) is not None]
    return max(verdicts, key=lambda v: (v.shared, v.relation is Relation.CONTRADICTION), default=None)


def _comparable(q: Quantity) -> bool:
    """Whether a date can be compared at all; "today" cannot."""
    return q.date is not None and q.date.offset is None


# --- by quantities ---------------------------------------------------------------------------------------------------


def _by_quantities(
    claim: Statement, passage: Sequence[Statement], names: frozenset[str], weights: Mapping[str, float]
) -> Verdict | None:
    asked = [q for q in claim.quantities if q.kind is not QuantityKind.DATE or _comparable(q)]
    pairs: list[tuple[Quantity, tuple[Statement, Quantity] | None]] = []
    for q in asked:
        met = _met(q, passage)
        if met is None and q.before is not None:  # a passage may give both ends as values, but one value is no change
            ends = [(end, _met(end, passage)) for end in _ends(q)]
            if any(pair is not None for _, pair in ends):
                pairs += ends
                continue
        pairs.append((q, met))
    if all(pair is not None for _, pair in pairs):
        found = [(q, *pair) for q, pair in pairs if pair is not None]
        agreed = _agreement(claim, [s for _, s, _ in found], [(q, r) for q, _, r in found], passage, names, weights)
        if agreed is not None:
            return agreed
    # where the same amount is one of something else, another sentence may still give another one of this
    elsewhere = all(pair is not None for _, pair in pairs)
    verdicts = [
        verdict
        for q, pair in pairs
        if (pair is None or elsewhere) and (q.kind is not QuantityKind.DATE or _is_value(q, claim))
        for s in passage
        if (verdict := _difference(claim, q, s, names, weights)) is not None
    ]
    return max(verdicts, key=lambda v: v.shared, default=None)


def _met(q: Quantity, passage: Sequence[Statement]) -> tuple[Statement, Quantity] | None:
    return next(((s, r) for s in passage for r in s.quantities if _agree(q, r, s)), None)


def _ends(q: Quantity) -> tuple[Quantity, Quantity]:
    """The two values of a change "from 21% to 23%"."""
    low, high = q.before or (q.low, q.high)
    value = replace(q, kind=QuantityKind.AMOUNT, before=None)
    return replace(value, low=low, high=high), value


def _agreement(
    claim: Statement,
    met: Sequence[Statement],
    pairs: Sequence[tuple[Quantity, Quantity]],
    passage: Sequence[Statement],
    names: frozenset[str],
    weights: Mapping[str, float],
) -> Verdict | None:
    known = frozenset().union(*(s.subject | s.around for s in met))
    units = {(r.kind, r.unit) for _, r in pairs}
    if not any((r.kind, r.unit) in units for s in passage if s not in met for r in s.quantities):
        # then no sentence beside it gives such an amount of something else, so all go on about one thing
        known |= frozenset().union(*(s.subject for s in passage if not s.keys))
    shared = _share(claim.subject, known, weights)
    own = frozenset().union(*(s.subject for s in met))
    # "it covers 40" may be about anything, so everything else must fit
    bare = any(not q.unit and r.unit.isalpha() and stem(r.unit) not in claim.subject for q, r in pairs)
    if (
        shared < (SHARED_IF_BARE if bare else SHARED)
        or not _names(claim, names) <= known
        or not claim.subject & (own | _around(met))
    ):
        return None
    if any(s.has("if") for s in met) or any(_marks(claim) ^ _marks(s) for s in met):
        return None
    if any(s.keys and not claim.subject & frozenset().union(*s.keys) for s in met):
        return None  # a row about something the claim does not name
    if len(claim.subject) == 1 and not any(
        s.keys or _share(s.subject, claim.subject, weights) >= SHARED_BACK / 2 for s in met
    ):
        return None
    opposed = next((word for s in met if (word := _opposed(claim, s)) is not None), None)
    first, last = pairs[0][0].start, pairs[0][0].end
    if opposed is not None or any(s.denied for s in met) is not claim.denied:
        if shared < SHARED_IF_DIFFERENT:
            return None
        detail = f"{claim.text} / {opposed}" if opposed else "one is denied"
        return Verdict(Relation.CONTRADICTION, shared, detail, first, last, opposed or pairs[0][1].text)
    detail = "; ".join(f"{q.text} / {r.text}" for q, r in pairs)
    return Verdict(Relation.SUPPORT, shared, detail, first, last, pairs[0][1].text)


def _around(met: Sequence[Statement]) -> frozenset[str]:
    return frozenset().union(*(s.around for s in met))


def _difference(
    claim: Statement, q: Quantity, s: Statement, names: frozenset[str], weights: Mapping[str, float]
) -> Verdict | None:
    """A contradiction, if the quantity of the claim is another one in a statement about the very same thing."""
    rivals = [(k, r) for k, r in enumerate(s.quantities) if _clash(q, r, s)]
    comparable = [r for r in s.quantities if r.kind is q.kind and (r.unit == q.unit or not r.unit)]
    if not rivals or len(rivals) < len(comparable):
        return None
    known = s.subject | s.around
    shared = _share(claim.subject, known, weights)
    if shared < SHARED_IF_DIFFERENT or not _names(claim, names) <= known or not _names(s, names) <= claim.subject:
        return None
    if not s.keys and _share(s.subject, claim.subject, weights) < SHARED_BACK:
        return None
    if s.keys and not any(key <= claim.subject for key in s.keys):  # a row about something the claim does not name
        return None
    if not (q.unit and s.keys) and not s.units <= claim.subject:  # "Lyon office east: 12" is about no other office
        return None
    if s.has("if") or _marks(claim) ^ _marks(s) or claim.denied or s.denied:
        return None
    if q.kind is not QuantityKind.DATE and _other_period(claim, s):
        return None
    if claim.subject - known and s.subject - claim.subject:  # each has words of its own: two things that are alike
        return None
    if q.kind is QuantityKind.DATE and len(claim.subject) + claim.has("state+") < 2:  # things end on many days
        return None
    k, r = rivals[0]
    own = next((near for near, other in zip(claim.near, claim.quantities, strict=True) if other.start == q.start))
    if not s.near[k] <= claim.subject or not own <= known:
        return None
    return Verdict(Relation.CONTRADICTION, shared, f"{q.text} / {r.text}", q.start, q.end, r.text)


def _agree(q: Quantity, r: Quantity, s: Statement) -> bool:
    if q.unit.isalpha() and not r.unit and r.kind is QuantityKind.AMOUNT and stem(q.unit) not in (s.units or s.subject):
        return False
    # "over 5,000" and "over 3,000" meet, but say different things; nobody says "over forty" of 1,500
    apart = (math.isinf(r.high) and q.low != r.low) or r.low > MOST_OVER * q.low or (r.unit and not q.unit)
    if math.isinf(q.high) and q.kind is QuantityKind.AMOUNT and apart:
        return False
    return same(q, r)


def _clash(q: Quantity, r: Quantity, s: Statement) -> bool:
    if q.unit and not r.unit and stem(q.unit) in s.units:
        r = replace(r, unit=q.unit)
    if not r.per or not q.per:  # "$40" and "$40 a seat" are one price, if they speak of one thing
        q, r = replace(q, per=""), replace(r, per="")
    return clash(q, r)


def _is_value(q: Quantity, claim: Statement) -> bool:
    """Whether a date is what the claim is about (a deadline, or all there is), not the period it speaks of."""
    bound = q.date is not None and (q.date.bound or (q.date.day and _TO.search(claim.text[: q.start])))
    return bool(bound) or all(other is q for other in claim.quantities)


def _other_period(claim: Statement, s: Statement) -> bool:
    """Whether a statement speaks of a period that the claim does not name."""
    mine = [q for q in claim.quantities if q.kind is QuantityKind.DATE]
    theirs = [q for q in s.quantities if q.kind is QuantityKind.DATE]
    return bool(theirs) and not any(same(a, b) for a in mine for b in theirs)


# --- by words --------------------------------------------------------------------------------------------------------


def _by_words(claim: Statement, s: Statement, names: frozenset[str], weights: Mapping[str, float]) -> Verdict | None:
    states = [sign for sign in claim.signs if sign.kind in ("state+", "state-")]
    if len(claim.subject) + bool(states) < 2 or not claim.subject:
        return None
    known = s.subject | s.around
    shared = _share(claim.subject, known, weights)
    back = _share(s.subject, claim.subject, weights)
    if shared < SHARED_IF_BARE or back < SHARED_BACK or not claim.subject & s.subject | _keyed(claim, s):
        return None
    if not _names(claim, names) <= known or not _names(s, names) <= claim.subject:
        return None
    if claim.has("if") or s.has("if") or claim.has("will") is not s.has("will") or _marks(claim) ^ _marks(s):
        return None
    if states:
        sign = states[0]
        theirs = _state(s, sign.group)
        if theirs is None:
            return None
        good, word = theirs
        agreed = ((sign.kind == "state+") is not claim.denied) is good
        start, end = sign.start, sign.start + len(sign.text)
        detail, found = f"{sign.text} / {word}", word
    else:
        if s.has("state-"):
            return None
        agreed, start, end = claim.denied is s.denied, 0, len(claim.text)
        detail, found = "the same words" if agreed else "one is denied", s.text
    relation = Relation.SUPPORT if agreed else Relation.CONTRADICTION
    return Verdict(relation, shared, detail, start, end, found, "agreement" if agreed else "denial")


def _keyed(claim: Statement, s: Statement) -> frozenset[str]:
    return frozenset().union(*(key & claim.subject for key in s.keys))


def _state(s: Statement, group: str) -> tuple[bool, str] | None:
    """Whether a thing stands well, and the word for it; None where the statement says nothing about that."""
    about = [sign for sign in s.signs if sign.group == group]
    bad = next((sign for sign in s.signs if sign.kind == "state-" and sign.group in (group, "any")), None)
    if bad is not None:
        return s.denied, bad.text
    good = next((sign for sign in about if sign.kind == "state+"), None)
    if good is not None:
        return not s.denied, f"not {good.text}" if s.denied else good.text
    return None


def _opposed(claim: Statement, s: Statement) -> str | None:
    """The word by which a statement gives another state than the claim, if it does."""
    for sign in claim.signs:
        if sign.kind in ("state+", "state-"):
            theirs = _state(s, sign.group)
            if theirs is not None and ((sign.kind == "state+") is not claim.denied) is not theirs[0]:
                return theirs[1]
    return None


# --- what both need --------------------------------------------------------------------------------------------------


def _share(mine: frozenset[str], theirs: frozenset[str], weights: Mapping[str, float]) -> float:
    total = sum(weights.get(word, 1.0) for word in mine)
    return sum(weights.get(word, 1.0) for word in mine & theirs) / total if total else 0.0


def _names(s: Statement, names: frozenset[str]) -> frozenset[str]:
    return s.subject & names


def _marks(s: Statement) -> set[str]:
    """Its marks, those left out that are words of state as well and are compared as such."""
    states = {sign.start for sign in s.signs if sign.kind in ("state+", "state-")}
    return {sign.group for sign in s.signs if sign.kind == "mark" and sign.start not in states}
