"""What a claim looks like to the models that judge it: its words, what stands around it, and some counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from overstate.features.contextual import claim_columns
from overstate.features.hashing import hashed
from overstate.features.tokens import Ints, TokenTable, between, cumulated, spread
from overstate.lexicons import KINDS

__all__ = ["BLOCKS", "EDGES", "ClaimInputs", "Spans", "claim_inputs", "gram_columns"]

#: Blocks of word features: name, log2 of the columns, weight beside the others.
BLOCKS = (
    ("claim", 17, 1.0),
    ("before", 15, 0.5),
    ("after", 15, 0.5),
    ("previous turn", 15, 0.5),
    ("next turn", 15, 0.5),
)
#: First column of each block where all stand side by side, and the number of columns at the end.
EDGES = np.cumsum([0, *(1 << bits for _, bits, _ in BLOCKS)])
#: Words looked at on each side of a claim, and of the turns next to its own.
CONTEXT = 25
#: Turns looked at on each side for the same words.
NEARBY = 8

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Spans:
    """Token ranges [start, stop) with a number for their type, each of shape (m,)."""

    start: Ints
    stop: Ints
    type: Ints


@dataclass(frozen=True, eq=False)
class ClaimInputs:
    """Features of m claims.

    Attributes:
        words: How often each word feature occurs, `BLOCKS` side by side, shape (m, EDGES[-1]), sparse, columns sorted.
        dense: Counts and flags, then mean word vectors or, where an encoder has read the words, its scores; shape
            (m, d).
        echo: Index of the nearby turn by somebody else that shares most with each claim; -1 if none does.
        scores: How many columns of `dense`, before those of links, are scores of an encoder.
        linked: How many of its last columns say what else in the conversation bears on the claim.
    """

    words: sparse.csr_matrix
    dense: Floats
    scores: int = 0
    linked: int = 0


def gram_columns(table: TokenTable) -> Ints:
    """Columns in the claim's own block of the features that begin at each token, shape (5, n)."""
    return hashed(table.grams, np.arange(1, 6, dtype=np.uint64), BLOCKS[0][1])


def claim_inputs(
    table: TokenTable, start: Ints, stop: Ints, hedges: Spans, linked: NDArray[np.float32] | None = None
) -> ClaimInputs:
    """Features of the claims [start, stop), given the hedges found in the transcript.

    Args:
        table: Its tokens.
        start, stop: Token ranges of the m claims.
        hedges: Its hedges.
        linked: What else in the conversation bears on each claim, shape (m, d); None to leave that out.
    """
    turn = table.turn[start] if len(start) else start
    columns = [
        *_signal_counts(table, start, stop, turn),
        *_shape_counts(table, start, stop, turn),
        *_hedge_counts(start, stop, hedges, table),
        *_overlaps(table, start, stop, turn),
        *_setting(table, turn),
    ]
    # the encoder says better what mean word vectors say
    known = np.asarray(_mean_vectors(table, start, stop) if table.scores is None else claim_columns(table, start, stop))
    links = np.zeros((len(start), 0)) if linked is None else linked
    dense = np.hstack([np.column_stack(columns), known, links]).astype(np.float32)
    scores = 0 if table.scores is None else known.shape[1]
    return ClaimInputs(_words(table, start, stop, turn), dense, scores, links.shape[1])


def _words(table: TokenTable, start: Ints, stop: Ints, turn: Ints) -> sparse.csr_matrix:
    """Counts of the words of claims and of those around them."""
    m, width = len(start), int(EDGES[-1])
    if not m:
        return sparse.csr_matrix((0, width), dtype=np.float32)
    columns = gram_columns(table)
    # each count is a number: row * width + column
    row, index = spread(start, stop)
    own = row * width + columns[:, index]
    edges = np.stack([table.grams[0, start], table.grams[1, start], table.grams[0, stop - 1]])
    own_edges = np.arange(m) * width + hashed(edges, np.arange(6, 9, dtype=np.uint64), BLOCKS[0][1])
    # the blocks around have fewer columns: the upper bits of the same hash
    near = columns[:2] >> (BLOCKS[0][1] - BLOCKS[1][1])
    row, index = spread(*_around(table, start, stop, turn))
    others = ((row % m) * width + EDGES[1 + row // m]) + near[:, index]
    counts = np.sort(np.concatenate([own.ravel(), own_edges.ravel(), others.ravel()]))
    first = np.flatnonzero(np.append(True, counts[1:] != counts[:-1]))
    value = np.diff(first, append=len(counts)).astype(np.float32)
    counts = counts[first]
    ends = np.searchsorted(counts, np.arange(m + 1) * width)
    column = (counts - np.repeat(np.arange(m) * width, np.diff(ends))).astype(np.int32)
    return sparse.csr_matrix((value, column, ends.astype(np.int32)), shape=(m, width))


def _around(table: TokenTable, start: Ints, stop: Ints, turn: Ints) -> tuple[Ints, Ints]:
    """Token ranges looked at around m claims: before, after, end of the previous turn, start of the next: (4 * m,)."""
    low, high = table.turn_start[turn], table.turn_start[turn + 1]
    previous = table.turn_start[np.maximum(turn - 1, 0)]
    following = table.turn_start[np.minimum(turn + 2, table.turns)]
    ranges = (
        (np.maximum(low, start - CONTEXT), start),
        (stop, np.minimum(high, stop + CONTEXT)),
        (np.maximum(previous, low - CONTEXT), low),
        (high, np.minimum(following, high + CONTEXT)),
    )
    return np.concatenate([begin for begin, _ in ranges]), np.concatenate([end for _, end in ranges])


def _signal_counts(table: TokenTable, start: Ints, stop: Ints, turn: Ints) -> list[NDArray[np.float64]]:
    """Signal words by kind: in the claim, in the rest of its sentence, in its turn, at the head of the next turns."""
    total = cumulated(table.signal)
    if not len(start):
        return [np.zeros(0)] * (5 * len(KINDS) + 1)
    first, last = table.sentence[start], table.sentence[stop - 1]
    sentence = (table.sentence_start[first], table.sentence_end[last])
    low, high = table.turn_start[turn], table.turn_start[turn + 1]
    inside = between(total, start, stop)
    around = between(total, *sentence) - inside
    whole = between(total, low, high)
    heads = []
    for ahead in (1, 2):
        begin = table.turn_start[np.minimum(turn + ahead, table.turns)]
        end = table.turn_start[np.minimum(turn + ahead + 1, table.turns)]
        heads.append(between(total, begin, np.minimum(end, begin + 12)))
    number = list(KINDS).index("number")
    bare = (inside[:, number] == 0) & (whole[:, number] == 0)
    parts = [np.minimum(inside, 3), np.minimum(around, 3), np.minimum(whole, 9) / 4, *(np.minimum(h, 2) for h in heads)]
    return [*np.hstack(parts).T, bare.astype(np.float64)]


def _shape_counts(table: TokenTable, start: Ints, stop: Ints, turn: Ints) -> list[NDArray[np.float64]]:
    """Digits, lengths, place in the turn and in the call, questions before and after."""
    digits = np.r_[0, np.cumsum(table.digit)]
    marks = np.r_[0, np.cumsum(table.signal[:, list(KINDS).index("question")] > 0)]
    low, high = table.turn_start[turn], table.turn_start[turn + 1]
    before = table.turn_start[np.maximum(turn - 1, 0)]
    after = table.turn_start[np.minimum(turn + 2, table.turns)]
    asked = (marks[low] - marks[np.maximum(before, low - 12)]) > 0
    asks = (marks[np.minimum(after, high + 15)] - marks[high]) > 0
    content = np.r_[0, np.cumsum(table.content)]
    inside = digits[stop] - digits[start]
    return [
        np.minimum(inside, 3),
        inside > 0,
        np.minimum(digits[high] - digits[low] - inside, 8) / 3,
        np.log1p(stop - start),
        np.log1p(content[stop] - content[start]),
        np.log1p(high - low),
        np.log1p(start - low),
        np.log1p(high - stop),
        (start - low) < 3,
        turn / max(1, table.turns),
        asked,
        asks,
        asked & (start - low < 3),
    ]


def _hedge_counts(start: Ints, stop: Ints, hedges: Spans, table: TokenTable) -> list[NDArray[np.float64]]:
    """Hedges by type inside the claim, and any just before it in its sentence."""
    marks = np.zeros((len(table), 4), dtype=np.float32)
    marks[hedges.start, hedges.type] = 1.0
    total = cumulated(marks)
    inside = between(total, start, stop)
    opening = np.maximum(table.sentence_start[table.sentence[start]] if len(start) else start, start - 6)
    return [*np.minimum(inside, 3).T, np.minimum(between(total, opening, start).sum(axis=1), 2)]


def _overlaps(table: TokenTable, start: Ints, stop: Ints, turn: Ints) -> list[NDArray[np.float64]]:
    """Shared content words with nearby turns, rare words counting more: by others before and after, and by oneself."""
    m = len(start)
    _, word = np.unique(table.lower, return_inverse=True)
    width = int(word.max(initial=0)) + 1
    # which words each turn holds, as sorted numbers turn * width + word
    said = np.unique(table.turn[table.content] * width + word[table.content])
    rarity = 1.0 / np.maximum(np.bincount(said % width, minlength=width), 1.0)
    row, index = spread(start, stop)
    mine = np.unique(row[table.content[index]] * width + word[index[table.content[index]]])
    row, mine = mine // width, mine % width
    gaps = np.array([*range(-NEARBY, 0), *range(1, NEARBY + 1)])
    wanted = (turn[row][:, None] + gaps) * width + mine[:, None]
    at = np.minimum(np.searchsorted(said, wanted), len(said) - 1) if len(said) else np.zeros_like(wanted)
    there = said[at] == wanted if len(said) else np.zeros(wanted.shape, dtype=bool)
    cell = row[:, None] * len(gaps) + np.arange(len(gaps))
    weight = there * rarity[mine][:, None]
    shared = np.bincount(cell.ravel(), weight.ravel(), minlength=m * len(gaps)).reshape(m, len(gaps))
    other = turn[:, None] + gaps
    valid = (other >= 0) & (other < table.turns)
    speaker = table.speaker[np.clip(other, 0, max(table.turns - 1, 0))]
    same = speaker == table.speaker[turn][:, None]
    by_others = shared * (valid & ~same)
    best = [
        by_others[:, gaps < 0].max(axis=1, initial=0.0),
        by_others[:, gaps > 0].max(axis=1, initial=0.0),
        (shared * (valid & same)).max(axis=1, initial=0.0),
    ]
    return [np.minimum(value, 3) for value in best]


def _setting(table: TokenTable, turn: Ints) -> list[NDArray[np.float64]]:
    """The kind of conversation: turns, speakers, how evenly they share it, how much this one says."""
    length = np.diff(table.turn_start)
    words = np.bincount(table.speaker, weights=length, minlength=1)
    share = words / max(words.sum(), 1.0)
    ones = np.ones(len(turn))
    return [
        ones * np.log1p(table.turns),
        ones * len(share),
        ones * share.max(initial=0.0),
        ones * np.log1p(length.mean() if len(length) else 0.0),
        share[table.speaker[turn]],
    ]


def _mean_vectors(table: TokenTable, start: Ints, stop: Ints) -> NDArray[np.float64]:
    """Mean word vector of the claim and of the whole transcript."""
    vectors = table.vectors
    content = np.r_[0, np.cumsum(table.content)]
    sums = np.array(
        [vectors[a:b].sum(axis=0, dtype=np.float64) for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
    )
    mean = sums.reshape(-1, vectors.shape[1]) / np.maximum(content[stop] - content[start], 1)[:, None]
    whole = vectors.sum(axis=0, dtype=np.float64) / max(1, content[-1])
    return np.hstack([mean, np.broadcast_to(whole, (len(start), vectors.shape[1]))])


def inputs_of(parts: Sequence[ClaimInputs]) -> ClaimInputs:
    """The inputs of several transcripts, one beneath the other."""
    words = sparse.vstack([p.words for p in parts]).tocsr()
    return ClaimInputs(words, np.concatenate([p.dense for p in parts]), parts[0].scores, parts[0].linked)
