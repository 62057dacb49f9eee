"""Hedge candidates: places where the words of a known cue stand, and what each looks like in its place."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from overstate.features.contextual import cue_columns
from overstate.features.hashing import Rows, bucket
from overstate.features.tokens import Hashes, Ints, PhraseIndex, TokenTable, combine

__all__ = ["BITS", "CueMatches", "cue_features", "cue_matches"]

BITS = 17
_REACH = 4
#: Stands for all the words on a side where the cue opens or closes its turn.
NO_NEIGHBOUR = np.uint64(7)


@dataclass(frozen=True, eq=False)
class CueMatches:
    """Candidates: token range [start, stop) and index of the lexicon entry, each of shape (m,)."""

    start: Ints
    stop: Ints
    entry: Ints


def cue_matches(table: TokenTable, index: PhraseIndex) -> CueMatches:
    """All places where a cue of the lexicon stands, overlapping ones included, each place once."""
    start, length, entry = index.matches(table.lower, table.turn)
    keep = np.ones(len(start), dtype=bool)
    keep[1:] = (start[1:] != start[:-1]) | (length[1:] != length[:-1])
    return CueMatches(start[keep], (start + length)[keep], entry[keep])


def cue_features(table: TokenTable, found: CueMatches) -> Rows:
    """The cue, its neighbours, each crossed with the cue, and the sentence it stands in: one row a cue."""
    rows = Rows(len(found.start), BITS)
    rows.numbers(cue_columns(table, found.start, found.stop))
    if not len(found.start):
        return rows
    start, stop, lower, spaced = found.start, found.stop, table.lower, table.spaced
    cue = _cue_hash(table, found)
    rows.add(cue)
    # the words before, the nearest first, and the words after, shape (2 * _REACH, m)
    steps = np.arange(_REACH)[:, None]
    at = np.concatenate([spaced.at[start] - 1 - steps, spaced.at[stop - 1] + 1 + steps])
    low, high = table.turn_start[table.turn[start]], table.turn_start[table.turn[start] + 1]
    beyond = np.repeat([start == low, stop == high], _REACH, axis=0)
    columns = (spaced.lower, spaced.fine, spaced.middle, spaced.shape)
    word, near, far, shape = (np.where(beyond, NO_NEIGHBOUR, column[at]) for column in columns)
    crossed = [combine(cue, column) for column in (word, near, far)]
    for i in range(len(at)):
        rows.add(word[i], near[i], far[i], *(column[i] for column in crossed))
    for i in (0, _REACH):
        rows.add(shape[i], combine(cue, shape[i]), combine(cue, combine(word[i], word[i + 1])))
        rows.add(combine(cue, combine(far[i], far[i + 1])))
    rows.add(combine(cue, combine(word[0], word[_REACH])), combine(cue, combine(far[0], far[_REACH])))
    sentence = table.sentence[start]
    first = lower[table.sentence_start][sentence]
    question = table.is_question[sentence].astype(np.uint64)
    opens = (start == table.sentence_start[sentence]).astype(np.uint64)
    rows.add(combine(cue, first), combine(cue, question), combine(cue, opens), combine(combine(cue, question), opens))
    nesting = _nesting(found)
    rows.add(combine(cue, bucket(table.sentence_end[sentence] - stop)), nesting, combine(cue, nesting))
    size = bucket(np.diff(table.turn_start))[table.turn[start]]
    rows.add(combine(cue, size))
    return rows


def _cue_hash(table: TokenTable, found: CueMatches) -> Hashes:
    """A hash of the cue's words, so that a model does not depend on the order of the lexicon."""
    value = table.lower[found.start].copy()
    for k in range(1, int((found.stop - found.start).max(initial=1))):
        longer = found.stop - found.start > k
        value[longer] = combine(value[longer], table.lower[found.start[longer] + k])
    return value


def _nesting(found: CueMatches) -> Hashes:
    """Whether a candidate lies within a longer one (1), or holds a shorter one (2)."""
    within = np.zeros(len(found.start), dtype=np.uint64)
    length = found.stop - found.start
    # candidates are sorted by start and no cue has more than a handful of words, so neighbours suffice
    for gap in range(1, 8):
        if gap >= len(length):
            break
        a, b = slice(None, -gap), slice(gap, None)
        inside = (found.start[b] >= found.start[a]) & (found.stop[b] <= found.stop[a])
        outside = (found.start[a] >= found.start[b]) & (found.stop[a] <= found.stop[b])
        within[b][inside] |= np.uint64(1)
        within[a][inside] |= np.uint64(2)
        within[a][outside] |= np.uint64(1)
        within[b][outside] |= np.uint64(2)
    return within
