"""Pairs of places that might bear on each other, and what can be read off them.

A *unit* is a claim or a whole turn. Three kinds of pair are looked at: a turn and an earlier claim of somebody else
(does it question, confirm or deny it?), a claim and an earlier claim (does it confirm, deny, contradict, correct or
repeat it?), a turn and an earlier turn (does it answer it?). Near ones are all looked at; far ones only where both
claims share words that are not common, each claim with its best few, so that the cost grows with the length of the call
and not with its square.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from overstate.features.tokens import QUESTION_MARK, Ints, TokenTable, between, cumulated, spread
from overstate.lexicons import KINDS, REPLIES
from overstate.lexicons.patterns import asks
from overstate.quantities import Quantity, QuantityKind, clash, read_quantities, same

__all__ = ["Pairs", "Units", "answer_pairs", "claim_pairs", "turn_pairs"]

Floats = NDArray[np.float32]

#: How many claims before a turn, and before a claim, are looked at whatever they say; and how many turns back.
TURN_BACK, CLAIM_BACK, TURNS_BACK = 8, 8, 6
#: Of claims further back, how many of those that share words; and how many earlier uses of a word are followed.
FAR, USES = 6, 8
#: How many turns before an answer the question may stand.
ANSWER_BACK = 3
#: Words at the head of a unit that count by themselves.
HEAD = 6

#: Pieces that can be asked for and told by their form.
_PIECES = ("amount", "date", "name")
#: Characters of a turn in which an answer is looked for.
_OPENING = 240
_CLOSED = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)(?:n't)? "
    r"(?:it|that|this|there|they|we|you|he|she|i|your|the|our|any)\b",
    re.I,
)
_NAME = re.compile(
    r"(?<=[a-z,;] )(?!I\b)[A-Z][\w'’-]+|^(?:Mrs?\.? |Dr\.? )?[A-Z][a-z]+[.,]? *(?:[A-Z]|$)|\b[A-Z]{2,}\b"
)
_GROUNDS = re.compile(
    r"\b(?:report|log|logs|contract|invoice|sheet|minutes|ticket|e-?mail|letter|clause|page|appendix|audit|system|"
    r"export|statement|record|records|receipt|file|dashboard|signed|counted|measured|checked|tested|saw|read)\b",
    re.I,
)
_YES_NO = re.compile(
    r"\W*(?:(?:well|oh|so|um|uh|ah|hm+|right|okay)\W+)*"
    r"(?:yes|yeah|yep|no|nope|nah|none|not|never|correct|it (?:is|does|has|was|did)|"
    r"(?:i|we|they|he|she|it|there) (?:do|does|did|is|are|was|were|have|has|will|would|can|could)(?:n't| not|\b))",
    re.I,
)
_UNKNOWN = re.compile(
    r"\b(?:don't (?:know|have|recall|remember)|couldn't (?:tell|say)|can't (?:tell|say)|no idea|not sure|"
    r"haven't (?:a clue|got)|i'd (?:have|need) to|get back to you|find out|look into|let me (?:check|look)|"
    r"have to (?:check|look|ask)|not my|above my)\b",
    re.I,
)

_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "edly", "ed", "es", "ly", "s")


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs of units, each a later and an earlier one.

    Attributes:
        later, earlier: Index of the claim, or of the turn where the pair is about a turn, shape (p,).
        columns: Features, shape (p, d).
    """

    later: Ints
    earlier: Ints
    columns: Floats


class Units:
    """The claims and turns of one transcript, with what each says by itself.

    Args:
        table: The token arrays.
        texts: The text of each turn.
        start, stop: Token ranges of the claims, in order of place.
    """

    def __init__(self, table: TokenTable, texts: Sequence[str], start: Ints, stop: Ints) -> None:
        self.table = table
        self.texts = texts
        self.start, self.stop = start, stop
        self.turn = table.turn[start] if len(start) else start
        self.speaker = table.speaker[self.turn]
        self._signals = cumulated(np.hstack([table.signal, table.reply, table.digit[:, None], table.punct[:, None]]))
        first = np.r_[self.turn[1:] != self.turn[:-1], True] if len(start) else np.zeros(0, dtype=bool)
        self.is_last = first
        self.is_first = np.r_[True, self.turn[1:] != self.turn[:-1]] if len(start) else first

    @cached_property
    def claims(self) -> Floats:
        """What each claim says by itself, and what leads into it ("no," "sorry,"), shape (claims, d)."""
        return np.hstack([self._described(self.start, self.stop), np.minimum(self.led, 2).astype(np.float32)])

    @cached_property
    def led(self) -> NDArray[np.float64]:
        """Words by kind of `REPLIES` between the claim before, or the start of the turn, and each claim."""
        before = np.r_[0, self.stop[:-1]] if len(self.start) else self.start
        lead = np.maximum(self.table.turn_start[self.turn], before)
        return between(self._signals, lead, self.start)[:, len(KINDS) : len(KINDS) + len(REPLIES)]

    @cached_property
    def said(self) -> NDArray[np.float64]:
        """The same inside each claim."""
        return between(self._signals, self.start, self.stop)[:, len(KINDS) : len(KINDS) + len(REPLIES)]

    @cached_property
    def negated(self) -> NDArray[np.bool_]:
        """Whether each claim is negated: an odd number of words that turn it round, those of its lead not counted."""
        negations = self.said[:, list(REPLIES).index("negate")]
        odd: NDArray[np.bool_] = negations.astype(np.int64) % 2 == 1
        return odd

    @cached_property
    def turns(self) -> Floats:
        """What each turn says by itself, shape (turns, d)."""
        low, high = self.table.turn_start[:-1], self.table.turn_start[1:]
        return self._described(low, high)

    @cached_property
    def claim_vectors(self) -> NDArray[np.float64]:
        """Mean word vector of each claim, of length one, shape (claims, dimensions)."""
        return _unit(self, self.start, self.stop)

    @cached_property
    def turn_vectors(self) -> NDArray[np.float64]:
        """The same of each turn, shape (turns, dimensions)."""
        return _unit(self, self.table.turn_start[:-1], self.table.turn_start[1:])

    @cached_property
    def turn_stems(self) -> tuple[Ints, Ints]:
        """Content words of turns without their endings: turn, number of the stem; sorted by both."""
        return _stems_of(self, self.table.turn_start[:-1], self.table.turn_start[1:])

    @cached_property
    def quantities(self) -> list[tuple[Quantity, ...]]:
        """Amounts and dates of each claim."""
        table = self.table
        begins, ends = table.start[self.start].tolist(), table.end[self.stop - 1].tolist()
        places = zip(self.turn.tolist(), begins, ends, strict=True)
        return [read_quantities(self.texts[turn][a:b]) for turn, a, b in places]

    @cached_property
    def wanted(self) -> NDArray[np.float64]:
        """What each turn asks for: the pieces of `_PIECES`, grounds, an example, a reason or way, yes or no."""
        found = np.zeros((len(self.texts), len(_PIECES) + 5))
        for i, text in enumerate(self.texts):
            kinds = asks().kinds(text)
            row = [kind in kinds for kind in (*_PIECES, "source", "yardstick", "example")]
            closed = bool(_CLOSED.search(text))
            found[i] = [*row, "reason" in kinds or "means" in kinds, closed and not any(row)]
        return found

    @cached_property
    def held(self) -> NDArray[np.float64]:
        """What each turn holds: the pieces of `_PIECES`, grounds, yes or no, not knowing, a question, few words."""
        found = np.zeros((len(self.texts), len(_PIECES) + 5))
        for i, text in enumerate(self.texts):
            kinds = {quantity.kind for quantity in read_quantities(text[:_OPENING])}
            found[i] = [
                bool(kinds & {QuantityKind.AMOUNT, QuantityKind.CHANGE, QuantityKind.DURATION}),
                bool(kinds & {QuantityKind.DATE, QuantityKind.DURATION}),
                bool(_NAME.search(text[:_OPENING])),
                bool(_GROUNDS.search(text)),
                bool(_YES_NO.match(text)),
                bool(_UNKNOWN.search(text)),
                "?" in text[:_OPENING],
                len(text) < 40,
            ]
        return found

    @cached_property
    def stems(self) -> tuple[Ints, Ints, NDArray[np.float64]]:
        """Content words of claims without their endings: claim, number of the stem, how rare it is; sorted by both."""
        table = self.table
        row, index = spread(self.start, self.stop)
        kept = table.content[index]
        row, index = row[kept], index[kept]
        number = self._stem_of[index]
        distinct = np.unique(np.stack([row, number], axis=1), axis=0) if len(row) else np.zeros((0, 2), dtype=np.int64)
        count = np.bincount(distinct[:, 1], minlength=int(self._stem_of.max(initial=0)) + 1)
        rarity = np.log((1 + len(self.start)) / (1 + count)) + 0.2
        return distinct[:, 0], distinct[:, 1], rarity

    @cached_property
    def _stem_of(self) -> Ints:
        table = self.table
        _, first, of = np.unique(table.lower, return_index=True, return_inverse=True)
        names: dict[str, int] = {}
        places = zip(table.turn[first].tolist(), table.start[first].tolist(), table.end[first].tolist(), strict=True)
        numbers = [names.setdefault(_stem(self.texts[turn][a:b]), len(names)) for turn, a, b in places]
        return np.array(numbers, dtype=np.int64)[of] if numbers else np.zeros(0, dtype=np.int64)

    def _described(self, start: Ints, stop: Ints) -> Floats:
        table = self.table
        head = np.minimum(stop, start + HEAD)
        counts = between(self._signals, start, stop)
        size = np.maximum(stop - start, 1)
        last = np.maximum(stop - 1, 0)
        # a claim ends before its punctuation
        beyond = np.minimum(stop, max(len(table) - 1, 0))
        marked = (
            (table.lower[last] == QUESTION_MARK) | (table.lower[beyond] == QUESTION_MARK) if len(table) else size > 0
        )
        marks = cumulated((table.lower == QUESTION_MARK)[:, None])
        columns = [
            np.minimum(counts[:, :-1], 3),
            np.minimum(between(self._signals, start, head), 2)[:, :-2],
            np.log1p(stop - start)[:, None],
            (stop - start < 5)[:, None],
            marked[:, None],
            np.minimum(between(marks, start, stop), 2),
        ]
        if table.scores is not None:
            sums = cumulated(np.clip(table.scores, -8, 8))
            columns.append(between(sums, start, stop) / size[:, None] / 3)
        return np.hstack(columns).astype(np.float32)


def turn_pairs(units: Units) -> Pairs:
    """Each turn with the claims that others made just before it."""
    table = units.table
    turns = np.arange(table.turns)
    reach = np.searchsorted(units.turn, turns)[:, None] - 1 - np.arange(TURN_BACK)
    row = np.repeat(turns, TURN_BACK)
    claim = reach.ravel()
    kept = claim >= 0
    row, claim = row[kept], claim[kept]
    spoken = table.turn_start[row] < table.turn_start[row + 1]
    near = (units.turn[claim] >= row - TURNS_BACK) & (units.speaker[claim] != table.speaker[row]) & spoken
    row, claim = row[near], claim[near]
    back = np.searchsorted(units.turn, row) - claim
    # claims between by the speaker of the turn or the claim do not count as distance in talk
    between_turns = row - units.turn[claim]
    columns = [
        _size(units, len(row)),
        _binned(between_turns, (1, 2, 3, 5)),
        _binned(back, (1, 2, 3, 5)),
        _edges(units, claim),
        units.turns[row] * (between_turns == 1)[:, None] * units.is_last[claim][:, None],
        np.column_stack(_turn_words(units, row, claim)),
        units.turns[row],
        units.claims[claim],
    ]
    return Pairs(row, claim, np.hstack(columns).astype(np.float32))


def claim_pairs(units: Units) -> Pairs:
    """Each claim with the claims just before it, and with those further back that share its words."""
    m = len(units.start)
    near = np.arange(m)[:, None] - 1 - np.arange(CLAIM_BACK)
    later, earlier = np.repeat(np.arange(m), CLAIM_BACK), near.ravel()
    kept = earlier >= 0
    far_later, far_earlier = _sharing(units)
    later, earlier = np.r_[later[kept], far_later], np.r_[earlier[kept], far_earlier]
    pairs = np.unique(later * max(m, 1) + earlier) if m else later
    later, earlier = pairs // max(m, 1), pairs % max(m, 1)
    same_speaker = units.speaker[later] == units.speaker[earlier]
    distance = units.turn[later] - units.turn[earlier]
    shared, amounts = _shared(units, later, earlier), _amounts(units, later, earlier)
    columns = [
        _size(units, len(later)),
        _together(units, later, earlier, shared[4], amounts, same_speaker, distance),
        _binned(distance, (0, 1, 2, 4, 8, 16, 40)),
        _binned(later - earlier, (1, 2, 4, 8, 16)),
        np.column_stack([same_speaker, same_speaker & (distance == 0), units.is_first[later]]),
        _edges(units, earlier),
        np.column_stack([*shared, *amounts]),
        units.claims[later],
        units.claims[earlier],
        units.turns[units.turn[later]][:, : len(KINDS) + len(REPLIES)],
    ]
    return Pairs(later, earlier, np.hstack(columns).astype(np.float32))


def answer_pairs(units: Units) -> Pairs:
    """Each turn with the turns that others took just before it."""
    table = units.table
    later = np.repeat(np.arange(table.turns), ANSWER_BACK)
    earlier = (np.arange(table.turns)[:, None] - 1 - np.arange(ANSWER_BACK)).ravel()
    kept = earlier >= 0
    later, earlier = later[kept], earlier[kept]
    size = np.diff(table.turn_start)
    kept = (table.speaker[later] != table.speaker[earlier]) & (size[later] > 0) & (size[earlier] > 0)
    later, earlier = later[kept], earlier[kept]
    # is it the first thing somebody else says to it?
    cleared = np.zeros(len(later), dtype=bool)
    for gap in (1, 2):
        middle = np.minimum(earlier + gap, table.turns - 1)
        cleared |= (later - earlier > gap) & (table.speaker[middle] == table.speaker[later])
    columns = [
        _size(units, len(later)),
        _came(units, later, earlier),
        _binned(later - earlier, (1, 2)),
        cleared[:, None],
        np.column_stack(_turn_overlap(units, later, earlier)),
        units.turns[later],
        units.turns[earlier],
    ]
    return Pairs(later, earlier, np.hstack(columns).astype(np.float32))


def _together(
    units: Units,
    later: Ints,
    earlier: Ints,
    covered: NDArray[np.float64],
    amounts: list[NDArray[np.float64]],
    same_speaker: NDArray[np.bool_],
    distance: Ints,
) -> NDArray[np.float64]:
    """What only counts together: words in common and amounts that differ, by whom, how close, and said how."""
    agree, differ = amounts[3] > 0, amounts[5] > 0
    led = units.led
    kind = {name: i for i, name in enumerate(REPLIES)}
    negated = units.negated
    turned = negated[later] != negated[earlier]
    near, far = distance <= 2, distance >= 2
    mends, refuses, knows = (
        (led[later, kind[name]] > 0) | (units.said[later, kind[name]] > 0) for name in ("mend", "refuse", "witness")
    )
    opens = units.is_first[later]
    out = []
    for who in (same_speaker, ~same_speaker):
        out += [
            who * covered,
            who * covered**2,
            who & differ,
            who & agree,
            who * differ * covered,
            who * agree * covered,
            who * turned * covered,
            who * ~turned * ~differ * covered,
            who & near & mends,
            who & near & mends & differ,
            who * near * mends * covered,
            who & near & opens & refuses,
            who * near * refuses * covered,
            who & near & opens & knows,
            who * near * knows * covered,
            who * far * covered,
            who * far * differ * covered,
            who * far * turned * covered,
            who * (distance == 1) * opens * turned,
            who * (distance == 1) * opens * covered,
            who * (distance == 1) * opens,
        ]
    return np.column_stack(out).astype(np.float64)


def _sharing(units: Units) -> tuple[Ints, Ints]:
    """For each claim the earlier ones that share most, rare words counting more: later, earlier."""
    claim, stem, rarity = units.stems
    order = np.lexsort((claim, stem))
    claim, stem = claim[order], stem[order]
    later, earlier, weight = [], [], []
    for back in range(1, USES + 1):
        meets = stem[back:] == stem[:-back]
        later.append(claim[back:][meets])
        earlier.append(claim[:-back][meets])
        weight.append(rarity[stem[back:][meets]])
    if not later:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    m = max(len(units.start), 1)
    key, of = np.unique(np.concatenate(later) * m + np.concatenate(earlier), return_inverse=True)
    total = np.bincount(of, np.concatenate(weight), minlength=len(key))
    rows, others = key // m, key % m
    order = np.lexsort((-total, rows))
    rows, others, total = rows[order], others[order], total[order]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    kept = (rank < FAR) & (total > 0.5)
    return rows[kept], others[kept]


def _came(units: Units, later: Ints, earlier: Ints) -> NDArray[np.float64]:
    """What was asked for, what the other turn holds, and whether the one is the other."""
    wanted, held = units.wanted[earlier], units.held[later]
    first = (later - earlier == 1)[:, None]
    sought, there = wanted[:, : len(_PIECES)], held[:, : len(_PIECES)]
    fits, lacks = sought * there, sought * (1 - there)
    came, missing = fits.max(axis=1, keepdims=True), lacks.max(axis=1, keepdims=True)
    closed = wanted[:, -1:] * held
    return np.hstack([wanted, held, fits, lacks, came, missing, came * first, missing * first, closed])


def _size(units: Units, pairs: int) -> NDArray[np.float64]:
    """How long the conversation is: in a short one any two places are likelier to be about each other."""
    return np.full((pairs, 1), np.log1p(len(units.start)))


def _binned(value: Ints, borders: Sequence[int]) -> NDArray[np.float64]:
    """1 for each border the value does not pass."""
    return (value[:, None] <= np.array(borders)).astype(np.float64)


def _edges(units: Units, claim: Ints) -> NDArray[np.float64]:
    return np.column_stack([units.is_first[claim], units.is_last[claim]]).astype(np.float64)


def _shared(units: Units, later: Ints, earlier: Ints) -> list[NDArray[np.float64]]:
    """Words in common: how much they weigh, how much of each side they cover; and how alike the rest is."""
    claim, stem, rarity = units.stems
    m = len(units.start)
    own = np.bincount(claim, rarity[stem], minlength=m)
    both, most = _common(claim, stem, rarity, later, claim, stem, earlier)
    vector = units.claim_vectors
    alike = np.einsum("ij,ij->i", vector[later], vector[earlier])
    return [
        np.minimum(both, 12) / 4,
        most / 4,
        both / np.maximum(own[later], 0.5),
        both / np.maximum(own[earlier], 0.5),
        both / np.maximum(np.minimum(own[later], own[earlier]), 0.5),
        alike,
    ]


def _turn_words(units: Units, turn: Ints, earlier: Ints) -> list[NDArray[np.float64]]:
    claim, stem, rarity = units.stems
    row, number = units.turn_stems
    both, most = _common(row, number, rarity, turn, claim, stem, earlier)
    own = np.bincount(claim, rarity[stem], minlength=len(units.start))
    table = units.table
    vector = units.claim_vectors
    whole = units.turn_vectors
    alike = np.einsum("ij,ij->i", whole[turn], vector[earlier])
    # is another claim in reach closer to what the turn says?
    best = np.zeros(table.turns)
    np.maximum.at(best, turn, both)
    return [
        np.minimum(both, 12) / 4,
        most / 4,
        both / np.maximum(own[earlier], 0.5),
        (both >= best[turn]) & (both > 0),
        best[turn] > 0,
        alike,
    ]


def _turn_overlap(units: Units, later: Ints, earlier: Ints) -> list[NDArray[np.float64]]:
    table = units.table
    row, number = units.turn_stems
    count = np.bincount(number, minlength=int(number.max(initial=0)) + 1)
    rarity = np.log((1 + table.turns) / (1 + count)) + 0.2
    both, most = _common(row, number, rarity, later, row, number, earlier)
    whole = units.turn_vectors
    return [np.minimum(both, 12) / 4, most / 4, np.einsum("ij,ij->i", whole[later], whole[earlier])]


def _stems_of(units: Units, start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    row, index = spread(start, stop)
    kept = units.table.content[index]
    pairs = np.stack([row[kept], units._stem_of[index[kept]]], axis=1)
    distinct = np.unique(pairs, axis=0) if len(pairs) else np.zeros((0, 2), dtype=np.int64)
    return distinct[:, 0], distinct[:, 1]


def _common(
    row: Ints, number: Ints, rarity: NDArray[np.float64], left: Ints, other: Ints, others: Ints, right: Ints
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weight of the words in common of left and right units, and of the weightiest one.

    `row`, `number` are the words of left units, sorted by unit; `other`, `others` those of right ones.
    """
    width = max(len(rarity), int(number.max(initial=0)) + 1, int(others.max(initial=0)) + 1)
    weight = np.zeros(width)
    weight[: len(rarity)] = rarity
    held = np.sort(other * width + others)
    first = np.searchsorted(row, left)
    pair, index = spread(first, np.searchsorted(row, left, side="right"))
    wanted = right[pair] * width + number[index]
    at = np.minimum(np.searchsorted(held, wanted), max(len(held) - 1, 0))
    found = held[at] == wanted if len(held) else np.zeros(len(wanted), dtype=bool)
    value = np.where(found, weight[number[index]], 0.0)
    total = np.bincount(pair, value, minlength=len(left)).astype(np.float64)
    most = np.zeros(len(left), dtype=np.float64)
    np.maximum.at(most, pair, value)
    return total, most


def _unit(units: Units, start: Ints, stop: Ints) -> NDArray[np.float64]:
    """Mean word vectors of length one."""
    mean = between(cumulated(units.table.vectors), start, stop)
    return np.asarray(mean / np.maximum(np.linalg.norm(mean, axis=1, keepdims=True), 1e-6))


def _amounts(units: Units, later: Ints, earlier: Ints) -> list[NDArray[np.float64]]:
    """Amounts and dates on either side, in agreement, in conflict."""
    read = units.quantities
    has = np.array([bool(q) for q in read], dtype=bool)
    agree, differ, dates = (np.zeros(len(later)) for _ in range(3))
    for i in np.flatnonzero(has[later] & has[earlier]).tolist():
        for a in read[later[i]]:
            for b in read[earlier[i]]:
                if clash(a, b):
                    differ[i] += 1
                    dates[i] += a.unit == "date"
                elif same(a, b):
                    agree[i] += 1
    return [
        has[later],
        has[earlier],
        has[later] & has[earlier],
        np.minimum(agree, 2),
        np.minimum(differ, 2),
        (differ > 0) & (agree == 0),
        dates > 0,
    ]


def _stem(word: str) -> str:
    word = word.lower()
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word
