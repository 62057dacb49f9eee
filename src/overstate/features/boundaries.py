"""What each token looks like to the models that cut turns into clauses and find what lies inside claims."""

from __future__ import annotations

import numpy as np

from overstate.features.hashing import Rows, bucket
from overstate.features.tokens import COMMA, OUTSIDE, SENTENCE_ENDS, Hashes, Ints, Spaced, TokenTable, combine

__all__ = ["BITS", "boundary_features"]

BITS = 18


def boundary_features(table: TokenTable) -> Rows:
    """Hashed windows of words, classes, shapes and affixes, with sentence and turn context: one row a token."""
    rows = Rows(len(table), BITS)
    if len(table):
        _windows(table.spaced, rows)
        _sentences(table, rows)
        _pieces(table, rows)
    return rows


def _windows(spaced: Spaced, rows: Rows) -> None:
    def window(column: Hashes, low: int, high: int) -> list[Hashes]:
        return [spaced.window(column, k) for k in range(low, high + 1)]

    pair, coarse = spaced.lower_pair, spaced.coarse_pair
    values = [
        *window(spaced.lower, -5, 5),
        *window(pair, -4, 3),
        *window(spaced.lower_triple, -3, 1),
        combine(spaced.window(pair, -1), spaced.window(pair, 1)),
        *window(spaced.fine, -4, 4),
        *window(spaced.middle, -4, 4),
        *window(spaced.middle_pair, -3, 2),
        *window(spaced.coarse_triple, -3, 1),
        combine(spaced.window(coarse, -2), spaced.window(spaced.coarse_triple, 0)),
        *window(spaced.shape, -1, 1),
        *window(spaced.suffix, -1, 2),
        *window(spaced.prefix, 0, 1),
    ]
    rows.add(*values, of=spaced.of)


def _sentences(table: TokenTable, rows: Rows) -> None:
    start, end, of = table.sentence_start, table.sentence_end, table.sentence
    lower, place = table.lower, np.arange(len(table))
    question = table.is_question.astype(np.uint64)
    first, second, third, fourth = (lower[np.minimum(start + k, end - 1)] for k in range(4))
    pair = combine(first, second)
    opening = combine(combine(pair, third), fourth)
    length = bucket(end - start)
    since, until = bucket(place - start[of]), bucket(end[of] - place)
    rows.add(first, pair, combine(pair, third), opening, question, length, lower[np.maximum(end - 2, start)], of=of)
    rows.add(since, until, combine(since, first[of]), combine(combine(since, until), question[of]))
    rows.add(combine(combine(question[of], lower), first[of]))
    rows.add(combine(question, first), combine(length, first), of=of)
    turn = table.turn[start]
    before = _previous(question + np.uint64(1), turn)
    rows.add(before, combine(before, first), combine(before, length), combine(before, pair), of=of)
    rows.add(_previous(first, turn), _previous(pair, turn), _next(first, turn), _next(pair, turn), of=of)
    opens = np.r_[True, turn[1:] != turn[:-1]]
    number = np.arange(len(start)) - np.maximum.accumulate(np.where(opens, np.arange(len(start)), 0))
    count = bucket(np.bincount(turn, minlength=table.turns)[turn])
    size = bucket(np.diff(table.turn_start))
    rows.add(bucket(number), count, of=of)
    rows.add(size, of=table.turn)
    rows.add(combine(size[table.turn], lower))
    rows.add(combine(count, length), of=of)


def _previous(values: Hashes, turn: Ints) -> Hashes:
    """Values of the sentence before, told apart by whether it belongs to the same turn."""
    if len(values) < 2:
        return np.full(len(values), OUTSIDE)
    same = (turn[1:] == turn[:-1]).astype(np.uint64)
    return np.append(OUTSIDE, combine(values[:-1], same))


def _next(values: Hashes, turn: Ints) -> Hashes:
    if len(values) < 2:
        return np.full(len(values), OUTSIDE)
    same = (turn[1:] == turn[:-1]).astype(np.uint64)
    return np.append(combine(values[1:], same), OUTSIDE)


def _pieces(table: TokenTable, rows: Rows) -> None:
    """Distance to, and words after, the nearest comma or sentence end on either side."""
    n, lower = len(table), table.lower
    place = np.arange(n)
    breaks = np.isin(lower, np.append(SENTENCE_ENDS, COMMA))
    last = np.maximum(np.maximum.accumulate(np.where(breaks, place, -1)), table.sentence_start[table.sentence] - 1)
    opening = np.minimum(last + 1, n - 1)
    following = np.minimum.accumulate(np.where(breaks, place, n)[::-1])[::-1]
    after = np.minimum(following + 1, n - 1)
    rows.add(lower[opening], combine(lower[opening], lower[np.minimum(opening + 1, n - 1)]), bucket(place - last))
    rows.add(bucket(following - place), lower[after], combine(lower[after], lower[np.minimum(after + 1, n - 1)]))
