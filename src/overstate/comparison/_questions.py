"""Questions that no call answers, and claims that no later call settles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from overstate.comparison._story import Statement, Story
from overstate.comparison._types import Commitment, CommitmentState, Mention, OpenQuestion, Thread
from overstate.comparison._words import words_of
from overstate.lexicons import signals
from overstate.quantities import QuantityKind
from overstate.types import Outcome, Question, Quote, Status

__all__ = ["find_open_questions"]

#: Part of a question's content words, by weight, that an answer which gives the piece asked for must name.
NAMED = 0.6
#: The same where no piece can be told, as for "why" and for yes or no.
NAMED_CLOSELY = 0.8
#: Cosine from which two questions ask the same.
SAME_QUESTION = 0.78

_WANTS = {
    "amount": re.compile(
        r"\b(?:how (?:many|much)|what (?:share|percentage|percent|number|figure|budget|price|amount))\b", re.I
    ),
    "date": re.compile(r"\b(?:when|how (?:soon|long)|(?:what|which) (?:date|day|month|week|quarter|year))\b", re.I),
    "person": re.compile(r"\b(?:who|whose|whom)\b", re.I),
}
_PIECE_WORDS = frozenset(("shar", "percentag", "number", "figur", "amount", "dat", "roughly", "exactly"))


@dataclass
class _Asked:
    """A question, each time it was asked; `claim` is the one it doubts, `outcome` what came of it last."""

    statement: Statement
    wants: str
    terms: frozenset[str]
    outcome: Outcome
    claim: Mention | None
    mentions: list[Mention]


def find_open_questions(
    story: Story, threads: Sequence[Thread], commitments: Sequence[Commitment]
) -> list[OpenQuestion]:
    """Questions that were evaded or left open and that no later call answers, then claims still to ask about.

    A question is answered later where it is asked again and answered, where the claim it doubts is verified in a later
    call, or where a claim of a later call that needs no clarification names most of what was asked and gives the piece
    asked for: an amount for "how many", a date for "when", somebody for "who". For other questions it must name nearly
    all. A claim to ask about is settled where a later call states the same and it needs no clarification there, or
    where it is a promise that was kept.
    """
    asked: list[_Asked] = []
    answered: list[_Asked] = []
    for call, report in enumerate(story.reports):
        for question in report.questions:
            if question.asked.turn is None:
                continue
            entry = _entry(story, call, question)
            same = next((old for old in asked if _same_question(story, old, entry)), None)
            if question.outcome is Outcome.ANSWERED:
                answered.append(entry)
            elif same is None:
                asked.append(entry)
            else:
                same.mentions += entry.mentions
                same.outcome, same.claim = entry.outcome, same.claim or entry.claim
    later = _Later(threads, commitments)
    found, covered = [], set()
    for entry in asked:
        claim = entry.claim
        if claim is not None:
            covered.add(claim)
        call = entry.mentions[-1].call
        if any(other.mentions[0].call > call and _same_question(story, entry, other) for other in answered):
            continue
        if (claim is not None and later.verified(claim)) or _answered(story, entry):
            continue
        found.append(
            OpenQuestion(" ".join(entry.mentions[-1].text.split()), tuple(entry.mentions), claim, entry.outcome)
        )
    return [*found, *_to_ask(story, later, covered)]


def _entry(story: Story, call: int, question: Question) -> _Asked:
    statement = story.statement(call, question.asked)
    text = question.asked.text
    wants = next((name for name, pattern in _WANTS.items() if pattern.search(text)), "")
    terms = statement.reading.terms - _PIECE_WORDS
    claim = None if question.claim is None else _claim_at(story, call, question.claim)
    return _Asked(statement, wants, terms, question.outcome, claim, [statement.mention])


def _same_question(story: Story, one: _Asked, other: _Asked) -> bool:
    names = one.statement.reading.names, other.statement.reading.names
    if one.terms == other.terms:
        return bool(one.terms)
    if (names[0] - names[1] and names[1] - names[0]) or not one.terms & other.terms:
        return False
    return one.wants == other.wants and story.likeness(one.terms, other.terms) >= SAME_QUESTION


def _claim_at(story: Story, call: int, quote: Quote) -> Mention | None:
    """The claim at a place of a call, with its status."""
    mentions = (claim.mention for claim in story.claims if claim.mention.call == call)
    here = (mention for mention in mentions if mention.turn == quote.turn)
    return next((mention for mention in here if mention.start < quote.end and quote.start < mention.end), None)


def _answered(story: Story, entry: _Asked) -> bool:
    call = entry.mentions[-1].call
    for claim in story.claims:
        if claim.mention.call <= call or claim.mention.status is Status.NEEDS_CLARIFICATION:
            continue
        share = story.share(entry.terms, claim.reading.terms)
        if share >= (NAMED if entry.wants else NAMED_CLOSELY) and _gives(claim, entry.wants):
            return True
    return False


def _gives(claim: Statement, wants: str) -> bool:
    kinds = {q.kind for q in claim.reading.quantities}
    match wants:
        case "amount":
            return bool(kinds & {QuantityKind.AMOUNT, QuantityKind.CHANGE})
        case "date":
            return bool(kinds & {QuantityKind.DATE, QuantityKind.DURATION})
        case "person":
            roles = {entry.words[0] for entry in signals().of("role")}
            words = {word.lower for word in words_of(claim.mention.text)}
            return bool(claim.reading.names or words & roles or claim.reading.about)
        case _:
            return len(claim.reading.terms) > 1


class _Later:
    """What later calls say about a claim."""

    def __init__(self, threads: Sequence[Thread], commitments: Sequence[Commitment]) -> None:
        self._thread: Mapping[Mention, Thread] = {mention: thread for thread in threads for mention in thread.mentions}
        self._promise = {mention: promise for promise in commitments for mention in promise.mentions}

    def after(self, claim: Mention) -> Iterator[Mention]:
        """The same claim in later calls."""
        thread = self._thread.get(claim)
        return (mention for mention in (thread.mentions if thread else ()) if mention.call > claim.call)

    def verified(self, claim: Mention) -> bool:
        """Whether a later call verifies it."""
        return any(mention.status is Status.VERIFIED for mention in self.after(claim))

    def settled(self, claim: Mention) -> bool:
        """Whether nothing is left to ask about it, or a later call raises the same again."""
        promise = self._promise.get(claim)
        return any(True for _ in self.after(claim)) or (promise is not None and promise.state is CommitmentState.KEPT)


def _to_ask(story: Story, later: _Later, covered: set[Mention]) -> Iterator[OpenQuestion]:
    """Claims to ask about, likeliest to need it first, call by call from the last."""
    for call in reversed(range(len(story.reports))):
        for claim in story.reports[call].to_ask():
            mention = story.statement(call, claim).mention
            if mention not in covered and not later.settled(mention):
                yield OpenQuestion(claim.question or "", (), mention, Outcome.OPEN)
