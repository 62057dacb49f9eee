"""Which piece a listener still misses about a claim, once everything said in the call is counted."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from overstate.lexicons.patterns import asks, scopes, stakes
from overstate.quantities import Quantity, QuantityKind, clash, read_quantities
from overstate.types import Claim, Evidence, Outcome, Quote, Reason, Relation

__all__ = ["SETTLED_BY", "Piece", "follows", "missing_piece"]

#: For each piece that a claim can lack, what settles it when somebody says it elsewhere in the call. A piece that
#: nothing settles ("exception") is asked for in any case, unless an answer to the point came.
SETTLED_BY: dict[str, frozenset[str]] = {
    "change": frozenset({"change"}),
    "period": frozenset({"period", "date"}),
    "count": frozenset({"amount"}),
    "amount": frozenset({"amount"}),
    "size": frozenset({"amount"}),
    "frequency": frozenset({"amount"}),
    "which": frozenset({"name", "example"}),
    "date": frozenset({"date"}),
    "start": frozenset({"date", "period"}),
    "example": frozenset({"example", "amount"}),
    "yardstick": frozenset({"yardstick"}),
    "exception": frozenset(),
    "proof": frozenset({"source"}),
    "person": frozenset({"source"}),
    "figure": frozenset({"amount"}),
    "firm date": frozenset({"date"}),
    "condition": frozenset(),
    "check": frozenset({"source"}),
    "witness": frozenset({"source", "name"}),
    "owner": frozenset({"name"}),
    "deadline": frozenset({"date"}),
    "basis": frozenset({"source", "reason"}),
}
#: Two pieces asked for in one question, as long as both are missing.
_JOINT = {"owner and date": ("owner", "deadline"), "basis and date": ("basis", "deadline")}
#: What an answer to a question of this kind settles besides what stands in its words.
_ANSWERS = {"amount": {"amount", "change"}, "reason": {"reason", "source"}}
#: Relations whose far end states the same as the claim, so that what it says more belongs to the claim.
_SAME_THING = (Relation.REPETITION, Relation.CORROBORATION, Relation.SUPPORT)
_CLASH = (Relation.CONTRADICTION, Relation.DENIAL)
_NAME = re.compile(r"(?<![\w.])[A-Z][a-z]+(?:[ -][A-Z][a-z]+)*")
_SENTENCE_END = re.compile(r"(?:^|[.?!:]|\.\.\.)[\s“\"']*$")
_I_WILL = re.compile(r"\bi(?:['’]ll| will|['’]m going to| am going to)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """What to ask for.

    Attributes:
        name: A key of `SETTLED_BY`, or two of them joined; "clash", "denial" or "drift"; or "asked" for what somebody
            asked in vain.
        link: The evidence that the question is about, for those four; else None.
        asked: What the question that was evaded asked for, a kind of `asks`; "answer" if its words do not say.
        amounts: The two amounts that differ, the claim's own first, as said; None if there are none.
    """

    name: str
    link: Evidence | None = None
    asked: str = ""
    amounts: tuple[str, str] | None = None


def missing_piece(claim: Claim, kinds: Collection[str] = ()) -> Piece | None:
    """The piece to ask for, or None where the call has supplied them all, or the speaker has mended the claim.

    Clashes and evaded questions come first, then a repetition whose amount drifts, then what the words leave open,
    by the claim's reasons in their order.

    Args:
        claim: The claim with its reasons, cues and evidence.
        kinds: Kinds of signal word (`overstate.lexicons.KINDS`) that stand in the claim, where they are known.
    """
    if any(link.relation is Relation.CORRECTION and follows(link) for link in claim.evidence):
        return None
    have, answered = _supplied(claim)
    for piece in (*_linked(claim), *_drifts(claim)):
        if piece.asked not in have and not (piece.name == "clash" and _settled(claim, piece.link)):
            return piece
    for reason in claim.reasons:
        for name in _open(reason, claim, kinds):
            if answered:  # an answer to the point, of unknown kind: it gave what was missing most
                answered = False
                continue
            parts = _JOINT.get(name, (name,))
            left = [part for part in parts if not SETTLED_BY[part] & have]
            if left:
                return Piece(name if len(left) == len(parts) else left[0])
    return None


def follows(link: Evidence) -> bool:
    """Whether the far end was said after the claim."""
    near, far = link.claim, link.other
    return far.turn is not None and near.turn is not None and (far.turn, far.start) > (near.turn, near.start)


def _supplied(claim: Claim) -> tuple[frozenset[str], bool]:
    """What the rest of the call says about the claim, and whether an answer to the point came whose kind is unknown."""
    have: set[str] = set()
    unknown = False
    for link in claim.evidence:
        if link.relation is Relation.ANSWER and link.outcome is Outcome.ANSWERED:
            question = _question_before(claim, link)
            kinds = asks().kinds(question.text)[:1] if question else ()
            read = _read(link.text) if follows(link) else _read(claim.text)
            unknown |= not kinds and not read
            have |= read | {settled for kind in kinds for settled in _ANSWERS.get(kind, {kind})}
        elif link.relation in _SAME_THING:
            have |= _read(link.text)
            if link.relation is not Relation.REPETITION:
                have.add("source")
    return frozenset(have), unknown


def _question_before(claim: Claim, answer: Evidence) -> Quote | None:
    """The question that an answer was given to: the last one before it; or its far end, where the claim answers."""
    if not follows(answer):
        return answer.other
    asked = [
        link.other
        for link in claim.evidence
        if link.relation is Relation.QUESTION and _place(link.other) < _place(answer.other)
    ]
    return max(asked, key=_place, default=None)


def _linked(claim: Claim) -> Iterator[Piece]:
    """Clashes, the one with amounts first, then questions evaded, the last first."""
    if Reason.CONTRADICTED in claim.reasons:
        links = [link for link in claim.evidence if link.relation in _CLASH]
        for link in sorted(links, key=lambda link: (not link.detail, -link.probability)):
            name = "denial" if link.relation is Relation.DENIAL and not link.detail else "clash"
            yield Piece(name, link, amounts=_amounts(link))
    if Reason.EVADED in claim.reasons:
        evaded = [link for link in claim.evidence if link.outcome is Outcome.EVADED]
        for link in sorted(evaded, key=lambda link: _place(link.other), reverse=True):
            question = _question_before(claim, link)
            if question is not None and (not question.speaker or question.speaker != claim.speaker):
                asked = Evidence(Relation.QUESTION, link.claim, question)
                yield Piece("asked", asked, asked=next(iter(asks().kinds(question.text)), "answer"))


def _drifts(claim: Claim) -> Iterator[Piece]:
    for link in claim.evidence:
        amounts = _amounts(link) if link.relation is Relation.REPETITION else None
        if amounts and _differ(read_quantities(amounts[0]), read_quantities(amounts[1])):
            yield Piece("drift", link, amounts=amounts)


def _differ(a: tuple[Quantity, ...], b: tuple[Quantity, ...]) -> bool:
    return bool(a and b) and clash(a[0], b[0])


def _amounts(link: Evidence) -> tuple[str, str] | None:
    """Both amounts of a link, the claim's own first; in `detail` the earlier, or a document's claim, is first."""
    first, _, second = link.detail.partition(" / ")
    if not second:
        return None
    mine_first = link.turn is None or follows(link)
    return (first, second) if mine_first else (second, first)


def _settled(claim: Claim, clash: Evidence | None) -> bool:
    """Whether an answer to the point came after both sides of a clash had been said."""
    if clash is None or clash.turn is None:
        return False
    last = max(_place(clash.claim), _place(clash.other))
    return any(link.outcome is Outcome.ANSWERED and _place(link.other) > last for link in claim.evidence)


def _open(reason: Reason, claim: Claim, kinds: Collection[str]) -> Iterator[str]:
    """What a reason leaves open, most wanted first."""
    cues = [cue for cue in claim.cues if cue.reason is reason]
    cue_kinds = {cue.kind for cue in cues}
    own = _read(claim.text)
    match reason:
        case Reason.VAGUE:
            yield from _vague(" / ".join(cue.text for cue in cues), cue_kinds, kinds, own)
        case Reason.OVERSTATED:
            if "comparison" in cue_kinds:
                yield "yardstick"
            elif "absolute" in cue_kinds:
                yield "exception"
            yield "proof"
        case Reason.HEDGED:
            if "conditional" in cue_kinds:
                yield "condition"
            if "decision" in stakes().kinds(claim.text) or "role" in kinds:
                yield "person"
            elif "amount" in own or "change" in own or "number" in kinds:
                yield "figure"
            elif "date" in own:
                yield "firm date"
            yield "check"
        case Reason.HEARSAY:
            yield "witness"
        case Reason.UNSUPPORTED_FORECAST:
            promised = "commitment" in cue_kinds and "direction" not in kinds
            yield from _forecast(promised, claim.text, own, kinds)


def _vague(words: str, cue_kinds: Collection[str], kinds: Collection[str], own: Collection[str]) -> Iterator[str]:
    found = scopes().kinds(words)
    if "direction" in cue_kinds or ("direction" in kinds and "number" not in kinds and not own):
        if not {"change", "amount"} & set(own):
            yield "change"
        if not {"date", "period"} & set(own):
            yield "period"
    yield from found
    if "count" in found and "which" not in found:
        yield "which"
    if not found and "direction" not in cue_kinds:
        yield "yardstick" if "comparison" in cue_kinds else "example"


def _forecast(promised: bool, text: str, own: Collection[str], kinds: Collection[str]) -> Iterator[str]:
    dated = "date" in own or "time" in kinds
    myself = _I_WILL.search(text) is not None
    if not (promised or myself):
        yield "basis" if dated else "basis and date"
        return
    if not myself and "name" not in own:
        yield "owner" if dated else "owner and date"
    elif not dated:
        yield "deadline"
    yield "condition"


def _read(text: str) -> frozenset[str]:
    """Kinds of piece that stand in a text: amount, change, date, period, name."""
    quantities = read_quantities(text)
    kinds = {_KINDS[quantity.kind] for quantity in quantities if not quantity.approximate}
    if any(quantity.unit in ("%", "x") for quantity in quantities):
        kinds.add("change")
    if "change" in kinds:
        kinds.add("amount")
    for match in _NAME.finditer(text):
        alone = " " not in match[0] and _SENTENCE_END.search(text[: match.start()])
        if not alone and all(match.end() <= q.start or q.end <= match.start() for q in quantities):
            kinds.add("name")
    return frozenset(kinds)


_KINDS = {
    QuantityKind.AMOUNT: "amount",
    QuantityKind.CHANGE: "change",
    QuantityKind.DATE: "date",
    QuantityKind.DURATION: "period",
}


def _place(quote: Quote) -> tuple[int, int]:
    return (-1 if quote.turn is None else quote.turn), quote.start
