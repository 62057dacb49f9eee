"""Claims that recur from call to call, and what changed in them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

import numpy as np

from overstate.comparison._story import Statement, Story
from overstate.comparison._types import Drift, Mention, Thread, ThreadKind
from overstate.comparison._words import stem
from overstate.quantities import Quantity, QuantityKind, clash, same

__all__ = ["find_threads"]

#: Cosine from which two claims say the same, where each has content words that the other lacks.
BOTH_MORE = 0.78
#: The same where one only says more than the other, and neither denies what the other states.
ONE_MORE = 0.72
#: A word of more claims than this proposes no pairs, though it counts in their cosine; this keeps the work linear.
COMMON = 100
#: Words up to which a claim of a single content word says little else.
SHORT = 8
#: Members of a thread that a newcomer must be like.
WITNESSES = 8
#: Of a claim's best likeness to any claim of another call, the part that each of its links to that call must reach.
NEAREST = 0.9


def find_threads(story: Story, left_out: set[Mention]) -> list[Thread]:
    """The threads of the calls, in the order of their first mention.

    Pairs of claims come from words they share, weighed by TF-IDF. Two claims say the same if their cosine is high
    enough and nothing tells them apart: other names, other people meant by "we", an event in only one of them
    ("hired", "more"), or amounts of different times. Each link must be nearly the best that both its claims have
    between those two calls, and a claim joins a thread only if it is like its members, so that it does not wander.

    Args:
        story: The calls.
        left_out: Claims that belong elsewhere (promises).
    """
    claims = [claim for claim in story.claims if claim.mention not in left_out and claim.reading.terms]
    pairs = list(_alike(story, claims))
    calls = [claim.mention.call for claim in claims]
    best: dict[tuple[int, int], float] = defaultdict(float)
    for i, j, likeness in pairs:
        best[i, calls[j]] = max(best[i, calls[j]], likeness)
        best[j, calls[i]] = max(best[j, calls[i]], likeness)
    kept = [(i, j, p) for i, j, p in pairs if p >= NEAREST * max(best[i, calls[j]], best[j, calls[i]])]
    groups: dict[int, list[int]] = {n: [n] for n in range(len(claims))}
    for i, j, _ in sorted(kept, key=lambda pair: (-pair[2], pair[0], pair[1])):
        one, other = groups[i], groups[j]
        if one is other:
            continue
        if all(_likeness(story, claims[a], claims[b]) for a in one[:WITNESSES] for b in other[:WITNESSES]):
            merged = sorted(one + other)
            groups.update(dict.fromkeys(merged, merged))
    members = {id(group): group for group in groups.values()}.values()
    threads = [_thread([claims[n] for n in group]) for group in members]
    return [thread for thread in threads if len({mention.call for mention in thread.mentions}) > 1]


def _alike(story: Story, claims: Sequence[Statement]) -> Iterator[tuple[int, int, float]]:
    """Pairs of claims that say the same, and their cosine."""
    from scipy.sparse import coo_array

    holding: dict[str, list[int]] = defaultdict(list)
    for number, claim in enumerate(claims):
        for term in claim.reading.terms:
            holding[term].append(number)
    rare = [rows for rows in holding.values() if 1 < len(rows) <= COMMON]
    if not rare:
        return
    columns = np.repeat(np.arange(len(rare)), [len(rows) for rows in rare])
    marks = coo_array((np.ones(len(columns)), (np.concatenate(rare), columns)), shape=(len(claims), len(rare))).tocsr()
    near = (marks @ marks.T).tocoo()
    upper = near.row < near.col
    for i, j in zip(near.row[upper].tolist(), near.col[upper].tolist(), strict=True):
        likeness = _likeness(story, claims[i], claims[j])
        if likeness:
            yield i, j, likeness


def _likeness(story: Story, a: Statement, b: Statement) -> float:
    """Cosine of two claims that say the same; 0 for two that do not, or that cannot be told."""
    one, other = a.reading, b.reading
    shared = one.terms & other.terms
    both_more = bool(one.terms - shared and other.terms - shared)
    if not _has_subject(a, b):
        return 0.0
    likeness = story.likeness(one.terms, other.terms)
    if likeness < (BOTH_MORE if both_more or one.denied != other.denied else ONE_MORE):
        return 0.0
    if one.names - other.names and other.names - one.names:
        return 0.0
    if one.events != other.events or one.denied is None or other.denied is None or not story.same_party(a, b):
        return 0.0
    return likeness if _of_one_time(a, b) else 0.0


def _has_subject(a: Statement, b: Statement) -> bool:
    """Whether the words that two claims share can be a subject.

    Two words can, if not both are only what is counted ("eight rooms, fourteen people"). A single word can where two
    short claims have no other, and both give an amount of one unit for it ("the migration takes six weeks"). What is
    counted can where "we" or "you" tells whose it is ("we have forty reps").
    """
    one, other = a.reading, b.reading
    shared = one.terms & other.terms
    subject = shared - {stem(q.unit) for q in (*one.quantities, *other.quantities)}
    if len(shared) < 2 and one.terms != other.terms:
        return False
    if subject and len(shared) > 1:
        return True
    if max(len(a.mention.text.split()), len(b.mention.text.split())) > SHORT:
        return False
    measured = any(
        _comparable(p, q) and p.kind is not QuantityKind.DATE for p in one.quantities for q in other.quantities
    )
    return measured and bool(subject or (one.about and other.about))


def _comparable(a: Quantity, b: Quantity) -> bool:
    return a.kind == b.kind and a.unit == b.unit and bool(a.unit) and a.per == b.per


def _of_one_time(a: Statement, b: Statement) -> bool:
    """Whether amounts that differ are said of the same time: "four in March" and "six in May" are two facts."""
    moved = {
        p.kind is QuantityKind.DATE
        for p in a.reading.quantities
        for q in b.reading.quantities
        if _comparable(p, q) and clash(p, q)
    }
    return len(moved) < 2


def _thread(claims: Sequence[Statement]) -> Thread:
    drifts: list[Drift] = []
    turned = False
    for number, claim in enumerate(claims[1:], 1):
        drifts += _drifts(claims[:number], claim)
        before = claims[number - 1]
        if before.reading.denied == claim.reading.denied:
            continue
        if before.reading.unfinished:
            drifts.append(Drift(before.mention, claim.mention, ""))
        else:
            turned = True
    mentions = tuple(claim.mention for claim in claims)
    if turned:
        kind = ThreadKind.CONTRADICTED
    elif drifts:
        kind = ThreadKind.DRIFTED
    elif mentions[0].status != mentions[-1].status:
        kind = ThreadKind.STATUS_CHANGED
    else:
        kind = ThreadKind.STEADY
    return Thread(mentions, kind, tuple(drifts))


def _drifts(earlier: Sequence[Statement], claim: Statement) -> Iterator[Drift]:
    """What moved since the last claim that gives an amount of the same unit."""
    for now in claim.reading.quantities:
        for before in reversed(earlier):
            rivals = [then for then in before.reading.quantities if _comparable(then, now)]
            if rivals:
                if not any(same(then, now) for then in rivals) and clash(rivals[0], now):
                    yield Drift(part(before.mention, rivals[0]), part(claim.mention, now), now.unit)
                break


def part(mention: Mention, quantity: Quantity) -> Mention:
    """The words of an amount or date inside a mention."""
    start = mention.start + quantity.start
    end = mention.start + quantity.end
    return Mention(mention.call, mention.name, mention.turn, start, end, quantity.text, mention.speaker, mention.status)
