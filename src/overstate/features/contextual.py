"""What the encoder's scores say of tokens, of stretches and of claims; nothing where no encoder has read the words."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from overstate.encoder import COLUMNS
from overstate.features.tokens import Ints, TokenTable, between, cumulated

__all__ = ["claim_columns", "cue_columns", "span_columns", "token_columns"]

Floats = NDArray[np.float32]

_INSIDE, _STARTS, _ENDS = (COLUMNS.index(name) for name in ("inside", "starts", "ends"))
_HEDGES = slice(COLUMNS.index("ends") + 1, COLUMNS.index("hedge starts") + 1)
_JUDGED = slice(COLUMNS.index("hedge starts") + 1, None)
#: Log-odds are cut off here and brought to the scale of the other features.
_LIMIT, _SCALE = 8.0, 3.0


def _level(values: NDArray[Any]) -> Floats:
    return np.asarray(np.clip(values, -_LIMIT, _LIMIT) / _SCALE, dtype=np.float32)


def _beside(values: NDArray[Any], at: Ints, turn: Ints, own: Ints) -> NDArray[Any]:
    """Rows at token indices, -_LIMIT where they leave the turn `own`."""
    kept = np.clip(at, 0, max(len(values) - 1, 0))
    within = (kept == at) & (turn[kept] == own)
    return np.where(within[:, None], values[kept], np.float32(-_LIMIT))


def token_columns(table: TokenTable) -> Floats:
    """Claim scores of each token and its neighbours, shape (n, 12).

    Raises:
        ValueError: No encoder has read the words.
    """
    if table.scores is None:
        raise ValueError("got tokens without scores, expected those of an encoder")
    scores = table.scores[:, [_INSIDE, _STARTS, _ENDS]]
    place = np.arange(len(table))
    # the word before, over any punctuation between
    word = np.where(table.punct, -1, place)
    before = np.r_[-1, np.maximum.accumulate(word)[:-1]] if len(table) else place
    parts = [scores, *(_beside(scores, at, table.turn, table.turn) for at in (before, place - 2, place + 1))]
    return _level(np.hstack(parts))


def span_columns(table: TokenTable, start: Ints, stop: Ints) -> Floats:
    """Claim scores along each stretch, at its edges and beyond them, shape (m, 14).

    Raises:
        ValueError: No encoder has read the words.
    """
    if table.scores is None:
        raise ValueError("got tokens without scores, expected those of an encoder")
    if not len(start):
        return np.zeros((0, 14), dtype=np.float32)
    inside, starts, ends = (np.clip(table.scores[:, k], -_LIMIT, _LIMIT) for k in (_INSIDE, _STARTS, _ENDS))
    words = ~table.punct
    own = table.turn[start]
    claim = table.scores[:, [_INSIDE, _STARTS, _ENDS]]
    mean = _means(np.column_stack([inside * words, words]), start, stop)
    columns = [
        mean[:, 0] / np.maximum(mean[:, 1], 1e-6),
        _least(np.where(words, inside, _LIMIT), start, stop),
        starts[start],
        ends[stop - 1],
        -_least(np.where(words, -starts, _LIMIT), start + 1, stop),
        -_least(np.where(words, -ends, _LIMIT), start, stop - 1),
        *_beside(claim, start - 1, table.turn, own).T,
        *_beside(claim, stop, table.turn, own).T,
        *_beside(claim[:, :1], stop + 1, table.turn, own).T,
        *_beside(claim[:, :1], start - 2, table.turn, own).T,
    ]
    return _level(np.column_stack(columns))


def cue_columns(table: TokenTable, start: Ints, stop: Ints) -> Floats:
    """Hedge scores of each cue, of its first word and of the words beside it, shape (m, 20), or (m, 0)."""
    if table.scores is None:
        return np.zeros((len(start), 0), dtype=np.float32)
    if not len(start):
        return np.zeros((0, 20), dtype=np.float32)
    hedge = np.ascontiguousarray(table.scores[:, _HEDGES])
    own = table.turn[start]
    parts = [
        _means(hedge, start, stop),
        hedge[start],
        _beside(hedge, start - 1, table.turn, own),
        _beside(hedge, stop, table.turn, own),
    ]
    return _level(np.hstack(parts))


def claim_columns(table: TokenTable, start: Ints, stop: Ints) -> Floats:
    """Scores of each claim: of its words, of the words beside it, of its turn and the turns next to it."""
    if table.scores is None:
        return np.zeros((len(start), 0), dtype=np.float32)
    judged = np.clip(table.scores[:, _JUDGED], -_LIMIT, _LIMIT)
    turn = table.turn[start] if len(start) else start
    bounds = table.turn_start
    low, high = bounds[turn], bounds[turn + 1]
    before = bounds[np.maximum(turn - 1, 0)]
    after = bounds[np.minimum(turn + 2, table.turns)]
    claim = np.clip(table.scores[:, [_INSIDE, _STARTS, _ENDS]], -_LIMIT, _LIMIT)
    parts: list[NDArray[Any]] = [
        _means(judged, start, stop),
        judged[start] if len(start) else np.zeros((0, judged.shape[1])),
        _means(judged, low, high),
        _means(judged, before, low)[:, :3],
        _means(judged, high, after)[:, :3],
        _means(claim, start, stop),
        _means(table.scores[:, _HEDGES], start, stop),
    ]
    return np.hstack(parts).astype(np.float32)


def _means(values: NDArray[Any], start: Ints, stop: Ints) -> NDArray[Any]:
    """Mean row of each range, 0 for an empty one."""
    return np.asarray(between(cumulated(values), start, stop) / np.maximum(stop - start, 1)[:, None])


def _least(values: NDArray[Any], start: Ints, stop: Ints) -> NDArray[Any]:
    """Smallest value of each range, _LIMIT for an empty one."""
    padded = np.append(values, _LIMIT)
    pairs = np.column_stack([start, np.maximum(start, stop)]).ravel()
    least = np.minimum.reduceat(padded, np.minimum(pairs, len(values)))[::2]
    return np.where(stop > start, least, _LIMIT)
