"""What became of promises in later calls, by rule."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from functools import cache
from math import isfinite

from overstate.comparison._promises import Promise, deeds_by_word, done_by_word, find_promise, modals
from overstate.comparison._story import Sentence, Story
from overstate.comparison._threads import part
from overstate.comparison._types import Commitment, CommitmentState, Mention
from overstate.comparison._words import negations, stem, words_of
from overstate.quantities import Quantity, same

__all__ = ["find_commitments"]

#: Part of what was promised, by weight, that a later sentence must name to speak of it.
NAMED = 0.6
#: Words to both sides of a deed within which its matter must stand: speech recognition may leave out full stops.
WINDOW = 10
#: The same where what was promised is a single word, which may well stand in a sentence about something else.
WINDOW_OF_ONE = 4
#: Words before a deed that can turn it into a plan, a denial or a question.
BEFORE = 5
#: Later sentences looked at for one promise.
MOST = 500
_OPEN_ENDED = frozenset(("if", "when", "once", "until", "unless"))
_ASKING = frozenset(
    (
        "did have has had do does is are was were can could will would should shall if "
        "who what when where why how which"
    ).split()
)


def find_commitments(story: Story) -> list[Commitment]:
    """The promises of the calls and what became of them, in the order they were made.

    A promise is made again where the same person (or side) promises the same kind of deed, and one promise names all
    that the other does or both name mostly the same. It is kept where a sentence of a later call, no question and not
    denied, says that such a deed was done and names most of what was promised, whoever says it. It is spoken of where
    a sentence names most of it beside such a deed, done or not. See `CommitmentState` for what follows.
    """
    made = [promise for claim in story.claims if (promise := find_promise(claim, story.speakers))]
    chains: list[list[Promise]] = []
    for promise in made:
        chain = next((chain for chain in reversed(chains) if _again(story, chain[-1], promise)), None)
        if chain is None:
            chains.append([promise])
        else:
            chain.append(promise)
    return [_commitment(story, chain) for chain in chains]


def _again(story: Story, first: Promise, second: Promise) -> bool:
    if not first.deeds & second.deeds or not _same_owner(story, first, second):
        return False
    one, other = first.matter, second.matter
    if one <= other or other <= one:
        return len(one & other) > 1 or one == other
    return min(story.share(one, other), story.share(other, one)) >= NAMED


def _same_owner(story: Story, first: Promise, second: Promise) -> bool:
    sides = [story.sides.get(promise.owner) for promise in (first, second)]
    return first.owner == second.owner or (sides[0] is not None and sides[0] == sides[1])


def _commitment(story: Story, chain: Sequence[Promise]) -> Commitment:
    first = chain[0]
    spoken_of = {promise.claim.mention.call for promise in chain}
    settled = None
    for sentence in _later(story, first):
        done = _done(story, first, sentence)
        if done is None:
            continue
        spoken_of.add(sentence.call)
        if done:
            settled = story.mention(sentence.call, sentence.turn, sentence.start, sentence.end)
            break
    due = _dues(story, chain)
    if settled is not None:
        state = CommitmentState.KEPT
    elif max(spoken_of) < len(story.reports) - 1:
        state = CommitmentState.DROPPED
    else:
        state = CommitmentState.MOVED if len(due) > 1 else CommitmentState.OPEN
    mentions = tuple(promise.claim.mention for promise in chain)
    return Commitment(mentions, first.owner, due, state, settled, max(spoken_of))


def _dues(story: Story, chain: Sequence[Promise]) -> tuple[Mention, ...]:
    """The date promised first, and each that differs from the one before."""
    found: list[Mention] = []
    last: tuple[Quantity, int | None] | None = None
    for promise in chain:
        if promise.due is None:
            continue
        now = promise.due, _weekday(promise.due, story.dates[promise.claim.mention.call])
        if last is None or _moved(last, now):
            found.append(part(promise.claim.mention, promise.due))
            last = now
    return tuple(found)


def _weekday(due: Quantity, said_on: datetime.date | None) -> int | None:
    """The day, as `datetime.date.toordinal` counts, of a mere "Friday": what is promised for it lies ahead."""
    if due.date is None or due.date.weekday is None or due.date.relative or said_on is None:
        return None
    return said_on.toordinal() + ((due.date.weekday - said_on.weekday() - 1) % 7 + 1)


def _moved(before: tuple[Quantity, int | None], now: tuple[Quantity, int | None]) -> bool:
    """Whether one date is not the other; the same words without the day of the call cannot be told apart."""
    if before[1] is not None and now[1] is not None:
        return before[1] != now[1]
    resolved = all(isfinite(q.low) or isfinite(q.high) for q, _ in (before, now))
    return not same(before[0], now[0]) and (resolved or before[0].text.lower() != now[0].text.lower())


def _later(story: Story, promise: Promise) -> Iterator[Sentence]:
    """Sentences of later calls that may speak of what was promised."""
    known = [term for term in promise.matter if term in story.holding]
    numbers = sorted(
        {n for term in sorted(known, key=lambda t: len(story.holding[t]))[:2] for n in story.holding[term]}
    )
    later = (story.sentences[n] for n in numbers if story.sentences[n].call > promise.claim.mention.call)
    for count, sentence in enumerate(later):
        if count >= MOST:
            return
        if story.share(promise.matter, sentence.terms) >= NAMED:
            yield sentence


def _done(story: Story, promise: Promise, sentence: Sentence) -> bool | None:
    """Whether a sentence says the deed was done; None where it does not speak of the deed."""
    text = story.reports[sentence.call].transcript.turns[sentence.turn].text[sentence.start : sentence.end]
    words = words_of(text)
    asked = text.rstrip().endswith("?") or (bool(words) and words[0].lower in _ASKING)
    planned = [after for _, after in modals(words)]
    window = WINDOW if len(promise.matter) > 1 else WINDOW_OF_ONE
    spoken_of = False
    for n, word in enumerate(words):
        done = bool(done_by_word().get(word.lower, frozenset()) & promise.deeds)
        if not done and not _deed(word.lower, promise):
            continue
        near = frozenset(stem(other.lower.split("'")[0]) for other in words[max(0, n - window) : n + window + 1])
        if story.share(promise.matter, near) < NAMED:
            continue
        spoken_of = True
        before = words[max(0, n - BEFORE) : n]
        ahead = any(n - BEFORE < after <= n for after in planned) or any(w.lower in _OPEN_ENDED for w in before)
        if done and not asked and not ahead and not negations(before):
            return True
    return False if spoken_of else None


def _deed(word: str, promise: Promise) -> bool:
    """Whether a word is such a deed, still to be done ("send") or going on ("sending")."""
    kinds = deeds_by_word().get(word) or (_by_stem().get(stem(word)) if word.endswith("ing") else None)
    return bool(kinds and kinds & promise.deeds)


@cache
def _by_stem() -> dict[str, frozenset[str]]:
    return {stem(word): kinds for word, kinds in deeds_by_word().items()}
