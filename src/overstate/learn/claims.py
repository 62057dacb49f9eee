"""Finding claims: likely clause edges, then the best set of stretches between them.

Two token models give log-odds that a claim edge lies before a token and that a token lies inside a claim. All
stretches between likely edges are weighed by a third model that sees them whole (a semi-Markov model in the sense of
Sarawagi & Cohen 2004, with locally trained scores), and the set of disjoint stretches with the largest expected number
of matches is taken. The third model is trained on scores from models that have not seen the transcript.

Without an encoder all three are linear, over hashed words (`LinearClaims`). Where an encoder has read the words, its
scores tell more than they do: the first two become logistic regressions over the scores of a token and its neighbours,
the third a small neural network over the scores along a stretch (`ScoredClaims`).
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from overstate.errors import ModelError
from overstate.features.boundaries import boundary_features
from overstate.features.contextual import token_columns
from overstate.features.spans import Candidates, candidates, scored_features, span_features
from overstate.features.tokens import Bools, Ints, TokenTable
from overstate.learn._folds import FOLDS, Matrix, Weights, folds_of, linear, probability, slim

__all__ = ["ClaimModel", "LinearClaims", "ScoredClaims"]

CUT_ALPHA = 1e-4
INSIDE_ALPHA = 1e-4
SPAN_ALPHA = 2e-4
#: A stretch is worth taking when its expected overlap is above this: about half of the F1 that can be reached, which
#: is where F1 is largest (Lipton, Elkan & Naryanaswamy 2014).
THRESHOLD = 0.3
SCORED_THRESHOLD = 0.38
#: Share of the stretches without any claim that the third model is trained on, each then counting 1/share.
NEGATIVES = 0.5
#: Units of the small network, and passes over its training rows.
HIDDEN = 32
PASSES = 6

Floats = NDArray[np.float32]


class ClaimModel:
    """Three scikit-learn models and a decoder; `LinearClaims` and `ScoredClaims` differ in what the models see.

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

    @staticmethod
    def fit(
        tables: Sequence[TokenTable], gold: Sequence[tuple[Ints, Ints]], groups: Sequence[str], seed: int
    ) -> ClaimModel:
        """Learn from labelled claims.

        Args:
            tables: Token arrays, one a transcript; an encoder has read all of them or none.
            gold: Claims of each as token ranges (start, stop).
            groups: The conversation each comes from; folds do not split one.
            seed: Seed of the models and of the choice of negatives.
        """
        if all(table.scores is not None for table in tables):
            return ScoredClaims.learned(tables, gold, seed)
        return LinearClaims.learned(tables, gold, groups, seed)

    @property
    def scored(self) -> bool:
        """Whether it learned from an encoder's scores."""
        return isinstance(self, ScoredClaims)

    def candidates(self, table: TokenTable) -> Candidates:
        """All stretches that are weighed."""
        raise NotImplementedError

    def overlaps(self, table: TokenTable, spans: Candidates) -> NDArray[np.float64]:
        """Expected overlap of each stretch with a claim, 0 to 1."""
        raise NotImplementedError

    def predict(self, table: TokenTable) -> tuple[Ints, Ints]:
        """Claims as token ranges (start, stop), disjoint, in order."""
        if not len(table) or table.punct.all():
            none = np.zeros(0, dtype=np.int64)
            return none, none
        spans = self.candidates(table)
        best = _best_set(len(spans.cut), spans.first, spans.last, self.overlaps(table, spans) - self.threshold)
        return spans.start[best], spans.stop[best]

    def to_state(self) -> dict[str, Any]:
        """What `from_state` needs to build the same model."""
        kind = "scored" if self.scored else "linear"
        models = {"cut": self.cut, "inside": self.inside, "span": self.span}
        return {"kind": kind, **models, "threshold": float(self.threshold)}

    @staticmethod
    def from_state(state: dict[str, Any]) -> ClaimModel:
        """Build the model of a saved state.

        Raises:
            ModelError: The state lacks a part, or is of an unknown kind.
        """
        kinds = {"linear": LinearClaims, "scored": ScoredClaims}
        try:
            if state["kind"] not in kinds:
                raise ModelError(f"the claim model is of kind {state['kind']!r}, expected {' or '.join(kinds)}")
            return kinds[state["kind"]](state["cut"], state["inside"], state["span"], state["threshold"])
        except KeyError as error:
            raise ModelError(f"the claim model lacks {error}") from None


class LinearClaims(ClaimModel):
    """Linear models over hashed words."""

    @classmethod
    def learned(
        cls, tables: Sequence[TokenTable], gold: Sequence[tuple[Ints, Ints]], groups: Sequence[str], seed: int
    ) -> LinearClaims:
        """Learn as `ClaimModel.fit` says; the span model from token models that have not seen the transcript."""
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

    def overlaps(self, table: TokenTable, spans: Candidates) -> NDArray[np.float64]:
        """Expected overlap of each stretch with a claim, 0 to 1."""
        odds = self._span_weights.log_odds(span_features(table, spans))[:, 0]
        return np.asarray(probability(odds), dtype=np.float64)

    @cached_property
    def _edge_weights(self) -> Weights:
        return Weights.of(self.cut, self.inside)

    @cached_property
    def _span_weights(self) -> Weights:
        return Weights.of(self.span)


class ScoredClaims(ClaimModel):
    """Logistic regressions and a small neural network over the encoder's scores.

    The encoder has done the learning; a dozen numbers a token leave nothing to overfit, so there are no folds.
    """

    @classmethod
    def learned(cls, tables: Sequence[TokenTable], gold: Sequence[tuple[Ints, Ints]], seed: int) -> ScoredClaims:
        """Learn as `ClaimModel.fit` says."""
        from sklearn.neural_network import MLPClassifier

        columns = np.vstack([token_columns(table) for table in tables])
        word = ~np.concatenate([table.punct for table in tables])
        edge = np.concatenate([_edges(table, *marks) for table, marks in zip(tables, gold, strict=True)])
        inner = np.concatenate([_covered(len(table), *marks) for table, marks in zip(tables, gold, strict=True)])
        cut = LogisticRegression(max_iter=200).fit(columns[word], edge[word])
        inside = LogisticRegression(max_iter=200).fit(columns, inner)
        model = cls(cut, inside, None, SCORED_THRESHOLD)
        features, targets = [], []
        for table, marks in zip(tables, gold, strict=True):
            spans = model.candidates(table)
            features.append(scored_features(table, spans))
            targets.append(_overlap(table, spans, *marks))
        rows, target, weight = _soft_rows(np.concatenate(targets))
        network = MLPClassifier((HIDDEN,), batch_size=512, learning_rate_init=2e-3, max_iter=PASSES, random_state=seed)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # so many passes are what was asked for
            model.span = make_pipeline(StandardScaler(), network).fit(
                np.vstack(features)[rows], target, mlpclassifier__sample_weight=weight
            )
        del network._optimizer  # only further training needs it, and a saved model holds no such type
        return model

    def candidates(self, table: TokenTable) -> Candidates:
        """All stretches that are weighed."""
        columns = token_columns(table)
        return candidates(table, self.cut.decision_function(columns), self.inside.decision_function(columns))

    def overlaps(self, table: TokenTable, spans: Candidates) -> NDArray[np.float64]:
        """Expected overlap of each stretch with a claim, 0 to 1."""
        return np.asarray(self.span.predict_proba(scored_features(table, spans))[:, 1], dtype=np.float64)


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
    """Logistic regression towards targets in 0..1; of the rows without overlap only a share is there."""
    rows, target, weight = _soft_rows(overlap)
    weight[(target == 0) & (overlap[rows] == 0)] = 1 / NEGATIVES
    return linear(SPAN_ALPHA, seed).fit(features[rows], target, sample_weight=weight)


def _soft_rows(overlap: NDArray[np.float64]) -> tuple[Ints, NDArray[np.float64], NDArray[np.float64]]:
    """Each row as positive and negative in proportion to its overlap: indices, classes and weights."""
    positive, negative = np.flatnonzero(overlap > 0), np.flatnonzero(overlap < 1)
    target = np.r_[np.ones(len(positive)), np.zeros(len(negative))]
    return np.r_[positive, negative], target, np.r_[overlap[positive], 1 - overlap[negative]]


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
