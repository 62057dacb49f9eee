"""Candidate claims: token ranges between possible cuts, and what each looks like to the model that weighs them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overstate.features.contextual import span_columns
from overstate.features.hashing import Rows, bucket
from overstate.features.tokens import (
    OUTSIDE,
    STRONG_BREAKS,
    Bools,
    Hashes,
    Ints,
    TokenTable,
    combine,
)

__all__ = ["Candidates", "candidates", "scored_features", "span_features"]

BITS = 18
#: Log-odds of a cut below which no claim may start or end; it keeps nearly all true edges.
CUT_FLOOR = -3.5
#: A claim runs over at most so many pieces between cuts.
MAX_PIECES = 10

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Candidates:
    """Possible claims of one transcript: all runs of up to `MAX_PIECES` neighbouring pieces of one sentence.

    Attributes:
        cut: Token index where each piece begins, shape (pieces,).
        piece_end: Token index after each piece's last word, shape (pieces,).
        first, last: First and last piece of each candidate, both included, shape (m,).
        cut_score: Log-odds that a claim edge lies before the token, shape (n,).
        inside_score: Log-odds that the token lies inside a claim, shape (n,).
    """

    cut: Ints
    piece_end: Ints
    first: Ints
    last: Ints
    cut_score: Floats
    inside_score: Floats

    @property
    def start(self) -> Ints:
        """First token of each candidate."""
        return self.cut[self.first]

    @property
    def stop(self) -> Ints:
        """Index after the last token of each candidate."""
        return self.piece_end[self.last]


def candidates(table: TokenTable, cut_score: Floats, inside_score: Floats) -> Candidates:
    """Cut the turns where an edge is likely, at strong punctuation and at sentence starts; list all runs of pieces."""
    n, place = len(table), np.arange(len(table))
    words = ~table.punct
    forced = np.zeros(n, dtype=bool)
    if n:
        forced[0] = True
        forced[1:] = np.isin(table.lower[:-1], STRONG_BREAKS) | (table.turn[1:] != table.turn[:-1])
    cut = np.flatnonzero(words & ((cut_score > CUT_FLOOR) | forced))
    spoken = np.flatnonzero(words)
    if len(spoken):
        fresh = np.r_[True, table.sentence[spoken[1:]] != table.sentence[spoken[:-1]]]
        cut = np.union1d(cut, spoken[fresh])
    last_word = np.maximum.accumulate(np.where(words, place, -1)) if n else place
    piece_end = last_word[np.append(cut[1:], n) - 1] + 1 if len(cut) else cut
    sentence = table.sentence[cut]
    first, last = [], []
    for length in range(min(MAX_PIECES, len(cut))):
        i = np.arange(len(cut) - length)
        i = i[sentence[i] == sentence[i + length]]
        first.append(i)
        last.append(i + length)
    none = np.zeros(0, dtype=np.int64)
    return Candidates(
        cut,
        piece_end,
        np.concatenate(first) if first else none,
        np.concatenate(last) if last else none,
        cut_score,
        inside_score,
    )


def span_features(table: TokenTable, spans: Candidates) -> Rows:
    """Words at and around the edges, the words inside as a bag, and the scores of the models before."""
    rows = Rows(len(spans.first), BITS)
    if not len(spans.first):
        rows.numbers(np.zeros((0, 6), dtype=np.float32))
        return rows
    frame = _Frame(table, spans)
    _edges(frame, rows)
    scores = _scores(spans, frame)
    _quantised(scores, frame, rows)
    spaced = table.spaced
    bag = (spaced.lower, spaced.lower_pair, spaced.fine, spaced.middle_pair, spaced.coarse_triple)
    rows.bag(frame.start, frame.stop, np.stack([column[spaced.at] for column in bag]), weight=1.5 * np.sqrt(len(bag)))
    rows.numbers(_numbers(scores, frame).astype(np.float32))
    return rows


def scored_features(table: TokenTable, spans: Candidates) -> Floats:
    """The encoder's scores along and around each candidate, and its size and place, shape (m, 30)."""
    if not len(spans.first):
        return np.zeros((0, 30), dtype=np.float32)
    start, stop, turn = spans.start, spans.stop, table.turn[spans.start]
    frame = _Frame(table, spans)
    dense = _numbers(_scores(spans, frame), frame)
    words = np.r_[0, np.cumsum(~table.punct)]
    size = words[stop] - words[start]
    shape = [
        frame.starts_sentence,
        frame.ends_sentence,
        frame.question,
        frame.ends_piece[spans.last],
        size == 1,
        size == 2,
        np.log1p(size),
        np.minimum(frame.pieces, 5) / 3,
        np.log1p(table.turn_start[turn + 1] - table.turn_start[turn]) / 3,
        table.digit[start],
    ]
    return np.hstack([dense, span_columns(table, start, stop), np.column_stack(shape)]).astype(np.float32)


class _Frame:
    """Where each candidate stands: tokens at its edges, its sentence, its turn."""

    def __init__(self, table: TokenTable, spans: Candidates) -> None:
        self.table = table
        self.spans = spans
        self.start, self.stop = spans.start, spans.stop
        at = table.spaced.at
        # first token and end of each candidate, and of each piece, in the columns with gaps
        self.low, self.high = at[self.start], at[self.stop - 1] + 1
        self.piece_low, self.piece_high = at[spans.cut], at[spans.piece_end - 1] + 1
        self.pieces = (spans.last - spans.first).astype(np.uint64)
        self.sentence = table.sentence[self.start]
        of_cut = table.sentence[spans.cut]
        # the first piece of a sentence starts it; the last one ends it
        starts = np.r_[True, of_cut[1:] != of_cut[:-1]]
        ends = np.r_[of_cut[1:] != of_cut[:-1], True]
        self.starts_sentence: Bools = starts[spans.first]
        self.ends_sentence: Bools = ends[spans.last]
        self.ends_piece: Bools = ends
        turn = table.turn[table.sentence_start]
        opens = np.r_[True, turn[1:] != turn[:-1]][self.sentence] & self.starts_sentence
        closes = np.r_[turn[1:] != turn[:-1], True][self.sentence] & self.ends_sentence
        question = table.is_question[self.sentence]
        self.question = question.astype(np.uint64)
        self.place = (self.starts_sentence + 2 * self.ends_sentence + 4 * question + 8 * opens + 16 * closes).astype(
            np.uint64
        )

    def head(self, column: Hashes, words: int) -> Hashes:
        """The first words of each candidate, `OUTSIDE` where it has fewer, shape (words, m)."""
        at = self.low + np.arange(words)[:, None]
        return np.where(at < self.high, column[at], OUTSIDE)

    def tail(self, column: Hashes, words: int) -> Hashes:
        """The last words of each candidate, the last one first, `OUTSIDE` where it has fewer, shape (words, m)."""
        at = self.high - 1 - np.arange(words)[:, None]
        return np.where(at >= self.low, column[at], OUTSIDE)

    def before(self, column: Hashes) -> Hashes:
        """The three words before each piece, the nearest first, `OUTSIDE` beyond the turn, shape (3, pieces)."""
        words: Hashes = column[self.piece_low - 1 - np.arange(3)[:, None]]
        return words

    def after(self, column: Hashes) -> Hashes:
        """The three words after the last word of each piece, `OUTSIDE` beyond the turn, shape (3, pieces)."""
        words: Hashes = column[self.piece_high + np.arange(3)[:, None]]
        return words


def _edges(frame: _Frame, rows: Rows) -> None:
    spaced, first, last = frame.table.spaced, frame.spans.first, frame.spans.last
    head, tail = frame.head(spaced.lower, 4), frame.tail(spaced.lower, 3)
    before, after = frame.before(spaced.lower), frame.after(spaced.lower)
    classes, class_before = frame.head(spaced.middle, 4), frame.before(spaced.middle)
    rows.add(*head, *tail)
    rows.add(*before, of=first)
    rows.add(*after, of=last)
    rows.add(*classes)
    rows.add(*class_before, of=first)
    rows.add(*frame.head(spaced.fine, 4), *frame.tail(spaced.middle, 3))
    rows.add(*frame.after(spaced.middle), of=last)
    pair, class_pair = combine(head[0], head[1]), combine(classes[0], classes[1])
    rows.add(pair, combine(pair, head[2]), class_pair, combine(class_pair, classes[2]), combine(tail[0], tail[1]))
    opening, closing = spaced.lower[frame.piece_low], spaced.lower[frame.piece_high - 1]
    entry = combine(before[0], opening)
    rows.add(combine(before[0], before[1]), entry, of=first)
    rows.add(combine(entry[first], head[1]))
    rows.add(combine(after[0], after[1]), combine(closing, after[0]), of=last)
    rows.add(combine(combine(class_before[0], spaced.middle[frame.piece_low])[first], classes[1]))
    length = bucket(frame.stop - frame.start)
    rows.add(length, frame.pieces, frame.place, combine(length, frame.place), combine(frame.place, head[0]))
    rows.add(combine(frame.place, pair), combine(length, head[0]), combine(frame.question, pair))
    _sentence_context(frame, rows, length, head[0])


def _sentence_context(frame: _Frame, rows: Rows, length: Hashes, head: Hashes) -> None:
    table, of = frame.table, frame.sentence
    start, end = table.sentence_start, table.sentence_end
    turn = table.turn[start]
    first = table.lower[start]
    rows.add(first, combine(first, table.lower[np.minimum(start + 1, end - 1)]), of=of)
    rows.add(combine(first[of], frame.place))
    question = table.is_question.astype(np.uint64)
    same = (turn[1:] == turn[:-1]).astype(np.uint64) * np.uint64(2)
    earlier = np.r_[np.uint64(9), question[:-1] + same]
    before, after = earlier[of], np.r_[question[1:] + same, np.uint64(9)][of]
    rows.add(earlier, of=of)
    rows.add(combine(before, length), combine(before, combine(frame.place, head)), combine(after, frame.place))
    rows.add(np.r_[OUTSIDE, first[:-1]], np.r_[first[1:], OUTSIDE], of=of)


def _scores(spans: Candidates, frame: _Frame) -> list[NDArray[np.float64]]:
    """Log-odds of the edges (5 at a sentence's own edge), of the likeliest cut inside, of all cuts, of being inside."""
    score = spans.cut_score[spans.cut].astype(np.float64)
    left = np.where(frame.starts_sentence, 5.0, score[spans.first])
    right = np.where(frame.ends_piece, 5.0, np.append(score[1:], 5.0))[spans.last]
    inner = np.full(len(spans.first), -9.0)
    reach = spans.last - spans.first
    for k in range(1, int(reach.max(initial=0)) + 1):
        longer = reach >= k
        inner[longer] = np.maximum(inner[longer], score[spans.first[longer] + k])
    softplus = np.r_[0.0, np.cumsum(np.logaddexp(0.0, score))]
    total = softplus[spans.last + 1] - softplus[spans.first + 1]
    inside = np.r_[0.0, np.cumsum(spans.inside_score, dtype=np.float64)]
    mean = (inside[frame.stop] - inside[frame.start]) / np.maximum(frame.stop - frame.start, 1)
    return [left, right, inner, total, mean]


def _numbers(scores: list[NDArray[np.float64]], frame: _Frame) -> NDArray[np.float64]:
    """The scores and the length, cut off and brought to the scale of the other features, shape (m, 6)."""
    return np.asarray(np.clip(np.column_stack([*scores, np.log1p(frame.stop - frame.start)]), -6, 6) / 3)


def _quantised(scores: list[NDArray[np.float64]], frame: _Frame, rows: Rows) -> None:
    left, right, inner, total, mean = ((np.clip(np.round(x * 1.5), -9, 9) + 20).astype(np.uint64) for x in scores)
    ends = frame.ends_sentence.astype(np.uint64)
    rows.add(left, right, inner, total, mean, combine(left, right))
    rows.add(combine(combine(mean, frame.pieces), ends), combine(inner, mean))
