"""How much hangs on a claim: what puts one question before another that is as likely to be worth asking."""

from __future__ import annotations

from overstate.lexicons.patterns import stakes
from overstate.quantities import QuantityKind, read_quantities
from overstate.types import Claim, Outcome, Relation

__all__ = ["BUILT_UPON", "MOST_BUILT_UPON", "WEIGHTS", "stakes_of", "urgency"]

#: What each thing that a claim is about adds. Their proportions are set by judgement, not fitted; the scale of all was
#: chosen among 1/3, 2/3, 1 and 4/3 of these on held-out calls, where none of them raised the precision of the top five.
#: No single one lets a claim overtake another that is twice as likely to need clarification.
WEIGHTS = {
    "money": 0.45,
    "amount": 0.30,
    "date": 0.30,
    "commitment": 0.45,
    "decision": 0.45,
    "legal": 0.45,
    "need": 0.30,
    "disputed": 0.60,
}
#: What each other place adds that repeats the claim, confirms it or mends it, and how many of them count.
BUILT_UPON, MOST_BUILT_UPON = 0.15, 2
_CURRENCIES = frozenset("$€£¥₹")
_DISPUTES = (Relation.CONTRADICTION, Relation.DENIAL)
_BUILDS = (Relation.REPETITION, Relation.CORROBORATION, Relation.CORRECTION)


def urgency(claim: Claim) -> float:
    """Probability of needing clarification times `stakes_of`: what claims to ask about are ordered by."""
    return claim.probabilities.get("needs_clarification", 0.0) * stakes_of(claim)


def stakes_of(claim: Claim) -> float:
    """How much hangs on a claim, from 1 up.

    1 + the `WEIGHTS` of what it is about + `BUILT_UPON` × the places that build upon it, at most `MOST_BUILT_UPON`.
    Its words say what it is about: "money", "amount" (any other), "date" (a date, deadline or length of time),
    "commitment", "decision", "legal" (contracts, law, security), "need"; its evidence whether it is "disputed",
    contradicted, denied or its question evaded.
    """
    about = {*stakes().kinds(claim.text)}
    for quantity in read_quantities(claim.text):
        if quantity.kind in (QuantityKind.DATE, QuantityKind.DURATION):
            about.add("date")
        else:
            about.add("money" if quantity.unit in _CURRENCIES else "amount")
    if any(link.relation in _DISPUTES or link.outcome is Outcome.EVADED for link in claim.evidence):
        about.add("disputed")
    # a place may be linked in two ways, but builds upon the claim once
    places = {(link.turn, link.start) for link in claim.evidence if link.relation in _BUILDS}
    return 1 + sum(WEIGHTS[thing] for thing in about) + BUILT_UPON * min(len(places), MOST_BUILT_UPON)
