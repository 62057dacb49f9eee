"""Finding claims: likely clause edges, then the best set of stretches between them.

Two linear token models give log-odds that a claim edge lies before a token and that a token lies inside a claim. All
stretches between likely edges are weighed by a third model that sees them whole (a semi-Markov model in the sense of
Sarawagi & Cohen 2004, with locally trained scores), and the set of disjoint stretches with the largest expected number
of matches is taken. The third model is trained on scores from models that have not seen the transcript.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from overstate.errors import ModelError
from overstate.features.boundaries import boundary_features
from overstate.features.spans import Candidates, candidates, span_features
from overstate.features.tokens import Bools, Ints, TokenTable
from overstate.learn._folds import FOLDS, Matrix, Weights, folds_of, linear, probability, slim

__all__ = ["ClaimModel"]

CUT_ALPHA = 1e-4
INSIDE_ALPHA = 1e-4
SPAN_ALPHA = 2e-4
#: A stretch is worth taking when its expected overlap is above this: about half of the F1 that can be reached, which
#: is where F1 is largest (Lipton, Elkan & Naryanaswamy 2014).
THRESHOLD = 0.3
#: Share of the stretches without any claim that the third model is trained on, each then counting 1/share.
NEGATIVES = 0.5

Floats = NDArray[np.float32]


class ClaimModel:
    """Three linear scikit-learn models and a decoder.

    Attributes:
        cut: Is there a claim edge before this token?
        inside: Is this token inside a claim?
        span: How well does this stretch match a claim?
        threshold: Expected overlap from which a stretch is taken, 0 to 1.
    """

    def __init__(self, cut: Any, inside: Any, span: Any, threshold: float = THRESHOLD) -> None:
        self.cut = cut
        self.inside = inside
        self.span = span
        self.threshold = threshold

    @classmethod
    def fit(
        cls, tables: Sequence[TokenTable], gold: Sequence[tuple[Ints, Ints]], groups: Sequence[str], seed: int
    ) -> ClaimModel:
        """Learn from labelled claims.

        Args:
            tables: Token arrays, one a transcript.
            gold: Claims of each as token ranges (start, stop).
            groups: The conversation each comes from; folds do not split one.
            seed: Seed of the models and of the choice of negatives.
        """
        windows = [boundary_features(table).matrix() for table in tables]
        edges = [_edges(table, *marks) for table, marks in zip(tables, gold, strict=True)]
        inner = [_covered(len(table), *marks) for table, marks in zip(tables, gold, strict=True)]
        fold = folds_of(groups)
        rng = np.random.default_rng(seed)
        features, targets = [], []
        for k in range(FOLDS):
            others, own = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
            if not len(own) or not len(others):
                others = own = np.arange(len(tables)) if k == 0 else np.zeros(0, dtype=np.int64)
            if not len(own):
                continue
            cut, inside = _token_models(tables, windows, edges, inner, others, seed)
            for i in own.tolist():
                spans = candidates(tables[i], cut.decision_function(windows[i]), inside.decision_function(windows[i]))
                overlap = _overlap(tables[i], spans, *gold[i])
                kept = (overlap > 0) | (rng.random(len(overlap)) < NEGATIVES)
                features.append(span_features(tables[i], spans).matrix()[kept])
                targets.append(overlap[kept])
        span = _fit_soft(sparse.vstack(features).tocsr(), np.concatenate(targets), seed)
        cut, inside = _token_models(tables, windows, edges, inner, np.arange(len(tables)), seed)
        return cls(slim(cut), slim(inside), slim(span))

    def candidates(self, table: TokenTable) -> Candidates:
        """All stretches that are weighed."""
        return candidates(table, *self._edge_weights.log_odds(boundary_features(table)).T)

    def predict(self, table: TokenTable) -> tuple[Ints, Ints]:
        """Claims as token ranges (start, stop), disjoint, in order."""
        if not len(table) or table.punct.all():
            none = np.zeros(0, dtype=np.int64)
            return none, none
        spans = self.candidates(table)
        overlap = probability(self._span_weights.log_odds(span_features(table, spans))[:, 0])
        best = _best_set(len(spans.cut), spans.first, spans.last, overlap - self.threshold)
        return spans.start[best], spans.stop[best]

    @cached_property
    def _edge_weights(self) -> Weights:
        return Weights.of(self.cut, self.inside)

    @cached_property
    def _span_weights(self) -> Weights:
        return Weights.of(self.span)

    def to_state(self) -> dict[str, Any]:
        """What `from_state` needs to build the same model."""
        return {"cut": self.cut, "inside": self.inside, "span": self.span, "threshold": float(self.threshold)}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> ClaimModel:
        """Build the model of a saved state.

        Raises:
            ModelError: The state lacks a part.
        """
        try:
            return cls(state["cut"], state["inside"], state["span"], state["threshold"])
        except KeyError as error:
            raise ModelError(f"the claim model lacks {error}") from None


def _token_models(
    tables: Sequence[TokenTable],
    windows: Sequence[Matrix],
    edges: Sequence[Bools],
    inner: Sequence[Bools],
    chosen: Ints,
    seed: int,
) -> tuple[Any, Any]:
    stacked = sparse.vstack([windows[i] for i in chosen]).tocsr()
    words = ~np.concatenate([tables[i].punct for i in chosen])
    cut = linear(CUT_ALPHA, seed).fit(stacked[words], np.concatenate([edges[i] for i in chosen])[words])
    inside = linear(INSIDE_ALPHA, seed).fit(stacked, np.concatenate([inner[i] for i in chosen]))
    return cut, inside


def _fit_soft(features: Matrix, overlap: NDArray[np.float64], seed: int) -> Any:
    """Logistic regression towards targets in 0..1: each row counts as positive and negative in that proportion."""
    against = np.where(overlap == 0, 1 / NEGATIVES, 1 - overlap)
    positive, negative = np.flatnonzero(overlap > 0), np.flatnonzero(against > 0)
    rows = np.r_[positive, negative]
    target = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    weight = np.r_[overlap[positive], against[negative]]
    return linear(SPAN_ALPHA, seed).fit(features[rows], target, sample_weight=weight)


def _edges(table: TokenTable, start: Ints, stop: Ints) -> Bools:
    """Whether a claim starts at the token, or the claim before it ended with the last word."""
    n = len(table)
    edge = np.zeros(n + 1, dtype=bool)
    edge[start] = True
    place = np.where(table.punct, n, np.arange(n))
    following = np.append(np.minimum.accumulate(place[::-1])[::-1], n) if n else np.zeros(1, dtype=np.int64)
    edge[following[stop]] = True
    return edge[:n]


def _covered(n: int, start: Ints, stop: Ints) -> Bools:
    inside = np.zeros(n, dtype=bool)
    for a, b in zip(start, stop, strict=True):
        inside[a:b] = True
    return inside


def _overlap(table: TokenTable, spans: Candidates, start: Ints, stop: Ints) -> NDArray[np.float64]:
    """Largest intersection over union, in words, of each candidate with a claim; 0 below a half."""
    words = np.r_[0, np.cumsum(~table.punct)]
    best = np.zeros(len(spans.first))
    for a, b in zip(start, stop, strict=True):
        # candidates are looked at in whole arrays; only those that touch the claim can score
        near = np.flatnonzero((spans.start < b) & (spans.stop > a))
        both = words[np.minimum(spans.stop[near], b)] - words[np.maximum(spans.start[near], a)]
        either = words[spans.stop[near]] - words[spans.start[near]] + words[b] - words[a] - both
        best[near] = np.maximum(best[near], both / np.maximum(either, 1))
    return np.where(best >= 0.5, best, 0.0)


def _best_set(pieces: int, first: Ints, last: Ints, gain: NDArray[np.float64]) -> list[int]:
    """Indices of the disjoint candidates with the largest sum of gains, in order (weighted interval scheduling)."""
    worth = np.flatnonzero(gain > 0)
    ending: list[list[tuple[int, int, float]]] = [[] for _ in range(pieces)]
    columns = (worth, first[worth], last[worth], gain[worth])
    for k, opens, closes, value in zip(*(column.tolist() for column in columns), strict=True):
        ending[closes].append((k, opens, value))
    best = [0.0] * (pieces + 1)
    choice: list[tuple[int, int] | None] = [None] * (pieces + 1)
    for j in range(pieces):
        best[j + 1] = best[j]
        for k, opens, value in ending[j]:
            if best[opens] + value > best[j + 1]:
                best[j + 1], choice[j + 1] = best[opens] + value, (k, opens)
    out, j = [], pieces
    while j > 0:
        chosen = choice[j]
        if chosen is None:
            j -= 1
        else:
            out.append(chosen[0])
            j = chosen[1]
    return out[::-1]
