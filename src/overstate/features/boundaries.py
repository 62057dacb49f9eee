"""What each token looks like to the models that cut turns into clauses and find what lies inside claims."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from overstate.features.hashing import Rows, bucket
from overstate.features.tokens import COMMA, OUTSIDE, SENTENCE_ENDS, Hashes, Ints, TokenTable, combine

__all__ = ["BITS", "boundary_features"]

BITS = 18
_REACH = 5


def boundary_features(table: TokenTable) -> sparse.csr_matrix:
    """Hashed windows of words, classes, shapes and affixes, with sentence and turn context, shape (n, 2**BITS)."""
    rows = Rows(len(table), BITS)
    if len(table):
        _windows(table, rows)
        _sentences(table, rows)
        _pieces(table, rows)
    return rows.matrix()


def _windows(table: TokenTable, rows: Rows) -> None:
    word = {k: table.shifted(table.lower, k) for k in range(-_REACH, _REACH + 1)}
    coarse, middle, fine = (
        {k: table.shifted(np.ascontiguousarray(table.clusters[:, j]), k) for k in range(-4, 5)} for j in range(3)
    )
    rows.add(*word.values())
    rows.add(*(combine(word[k], word[k + 1]) for k in range(-4, 4)))
    rows.add(*(combine(combine(word[k], word[k + 1]), word[k + 2]) for k in range(-3, 2)))
    rows.add(combine(combine(word[-1], word[0]), combine(word[1], word[2])))
    rows.add(*fine.values())
    rows.add(*middle.values())
    rows.add(*(combine(middle[k], middle[k + 1]) for k in range(-3, 3)))
    rows.add(*(combine(combine(coarse[k], coarse[k + 1]), coarse[k + 2]) for k in range(-3, 2)))
    five = combine(combine(coarse[-2], coarse[-1]), combine(combine(coarse[0], coarse[1]), coarse[2]))
    rows.add(five)
    rows.add(*(table.shifted(table.shape, k) for k in (-1, 0, 1)))
    rows.add(*(table.shifted(table.suffix, k) for k in (-1, 0, 1, 2)))
    rows.add(*(table.shifted(table.prefix, k) for k in (0, 1)))


def _sentences(table: TokenTable, rows: Rows) -> None:
    start, end, of = table.sentence_start, table.sentence_end, table.sentence
    lower, place = table.lower, np.arange(len(table))
    question = table.is_question.astype(np.uint64)
    first, second, third, fourth = (lower[np.minimum(start + k, end - 1)] for k in range(4))
    pair = combine(first, second)
    opening = combine(combine(pair, third), fourth)
    length = bucket(end - start)
    since, until = bucket(place - start[of]), bucket(end[of] - place)
    rows.add(*(x[of] for x in (first, pair, combine(pair, third), opening, question, length)))
    rows.add(lower[np.maximum(end - 2, start)][of])
    rows.add(since, until, combine(since, first[of]), combine(combine(since, until), question[of]))
    rows.add(combine(combine(question[of], lower), first[of]), combine(question, first)[of], combine(length, first)[of])
    turn = table.turn[start]
    before = _previous(question + np.uint64(1), turn)
    rows.add(before[of], combine(before, first)[of], combine(before, length)[of], combine(before, pair)[of])
    rows.add(*(x[of] for x in (_previous(first, turn), _previous(pair, turn), _next(first, turn), _next(pair, turn))))
    opens = np.r_[True, turn[1:] != turn[:-1]]
    number = np.arange(len(start)) - np.maximum.accumulate(np.where(opens, np.arange(len(start)), 0))
    count = bucket(np.bincount(turn, minlength=table.turns)[turn])
    size = bucket(np.diff(table.turn_start))[table.turn]
    rows.add(bucket(number)[of], count[of], size, combine(size, lower), combine(count, length)[of])


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
