"""Judging claims: calibrated probabilities of the three statuses, and of the reasons for them.

A logistic regression sees the words of a claim and those around it (TF-IDF of n-grams, in blocks) beside counts, links
to other turns and mean word vectors. Where an encoder has read the words, three vote instead: one sees its scores
alone, one the counts beside them, one the links as well; each errs where the others do not. A last, tiny one maps their
mean log-probabilities to calibrated ones; it is fitted on judgements of transcripts that the others had not seen (Platt
1999, "Probabilistic Outputs", for more than two classes).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import cohen_kappa_score
from sklearn.preprocessing import StandardScaler

from overstate.errors import DataError, ModelError
from overstate.features.claims import BLOCKS, EDGES, ClaimInputs, inputs_of
from overstate.features.tokens import Ints
from overstate.learn._folds import Matrix, Weights, folds_of, probability
from overstate.types import REASONS_OF, Reason, Status

__all__ = ["STATUSES", "Judgement", "StatusModel", "Weighting", "asked_from"]

STATUSES = tuple(str(status) for status in Status)
REASONS = tuple(str(reason) for family in REASONS_OF.values() for reason in family)
#: A feature must occur in at least so many training claims.
MIN_DOCUMENTS = 3
#: Weight of the counts beside the words, and the same where an encoder's scores are among the counts.
DENSE_WEIGHT, SCORED_WEIGHT = 0.2, 0.5
#: Inverse of the L2 penalty: of the words and counts; with an encoder of its scores, of the counts and its scores.
INVERSE_PENALTY = 1.0
SCORES_PENALTY, COUNTS_PENALTY = 0.4, 0.04
FOLDS = 4
#: No claim is called verified or in need of clarification at a lower probability.
LEAST = 0.3

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Judgement:
    """What the model makes of m claims.

    Attributes:
        probabilities: Calibrated probabilities in the order of `STATUSES`, shape (m, 3).
        status: Index into `STATUSES` of each verdict, shape (m,).
        reasons: Probability of each reason in the order of `REASONS`, given the status it belongs to, shape (m, r).
    """

    probabilities: Floats
    status: Ints
    reasons: Floats


class Weighting:
    """TF-IDF of each block of word features, and standardised counts, side by side.

    Attributes:
        idf: The weight of each column of words: scikit-learn's inverse document frequency, 0 for columns that are too
            rare to learn from; float32, shape (columns,).
        scaler: The fitted `StandardScaler` of the counts.
        dense_weight: Weight of the counts beside the words.
    """

    def __init__(self, idf: NDArray[np.float32], scaler: Any, dense_weight: float = DENSE_WEIGHT) -> None:
        self.idf = idf
        self.scaler = scaler
        self.dense_weight = dense_weight
        self._block = np.repeat(np.arange(len(BLOCKS), dtype=np.int8), np.diff(EDGES))

    @classmethod
    def fit(cls, inputs: ClaimInputs) -> Weighting:
        """Learn weights from the claims given."""
        common = np.bincount(inputs.words.indices, minlength=inputs.words.shape[1]) >= MIN_DOCUMENTS
        idf = (TfidfTransformer().fit(inputs.words).idf_ * common).astype(np.float32)
        weight = SCORED_WEIGHT if inputs.scores else DENSE_WEIGHT
        return cls(idf, StandardScaler().fit(inputs.dense), weight)

    def features(self, inputs: ClaimInputs) -> Matrix:
        """All features side by side."""
        counts = sparse.csr_matrix(self.counts(inputs))
        return sparse.hstack([self.words(inputs), counts], format="csr", dtype=np.float32)

    def words(self, inputs: ClaimInputs) -> Matrix:
        """Sublinear TF-IDF; the words of each block together have the block's weight as length."""
        words = inputs.words
        value = (1 + np.log(words.data)) * self.idf[words.indices]
        # which row and block each value belongs to
        group = np.repeat(np.arange(words.shape[0]) * len(BLOCKS), np.diff(words.indptr)) + self._block[words.indices]
        norm = np.sqrt(np.bincount(group, weights=value**2, minlength=words.shape[0] * len(BLOCKS)))
        weight = np.tile([weight for _, _, weight in BLOCKS], words.shape[0])
        value *= (weight / np.maximum(norm, 1e-12))[group]
        return sparse.csr_matrix((value, words.indices, words.indptr), shape=words.shape)

    def counts(self, inputs: ClaimInputs) -> NDArray[np.float32]:
        """Standardised counts, outliers cut off."""
        counts = np.clip((inputs.dense - self.scaler.mean_) / self.scaler.scale_, -4, 4) * self.dense_weight
        return np.asarray(counts, dtype=np.float32)


class StatusModel:
    """The models described above. See `Judgement` for what they give.

    Attributes:
        weighting: Makes features of inputs.
        voters: Logistic regressions over the features, or some of them.
        calibration: Logistic regression over their mean log-probabilities.
        reasons: A logistic regression for each reason seen in training, by its name.
        offsets: Added to the log-probabilities of each status before the largest is taken. Zero would call the
            likeliest status; verified and doubtful claims are rarer, and agreement with careful readers (kappa) is
            best when they are called somewhat earlier.
    """

    def __init__(
        self, weighting: Weighting, voters: list[Any], calibration: Any, reasons: dict[str, Any], offsets: Floats
    ) -> None:
        self.weighting = weighting
        self.voters = voters
        self.calibration = calibration
        self.reasons = reasons
        self.offsets = offsets

    @classmethod
    def fit(
        cls,
        inputs: Sequence[ClaimInputs],
        status: Sequence[Ints],
        reasons: Sequence[Sequence[Sequence[Reason]]],
        groups: Sequence[str],
    ) -> StatusModel:
        """Learn from labelled claims.

        Args:
            inputs: Features of the claims of each transcript.
            status: Their statuses, as indices into `STATUSES`.
            reasons: Their reasons.
            groups: The conversation each transcript comes from; folds do not split one.

        Raises:
            DataError: A status has fewer than two claims.
        """
        counted = np.bincount(np.concatenate(status), minlength=3)
        if counted.min() < 2:
            rare = STATUSES[int(counted.argmin())]
            raise DataError(f"got {counted.min()} claims labelled {rare}, expected at least 2 to learn from")
        target = np.concatenate(status)
        unseen = _judged_unseen(inputs, status, folds_of(groups, FOLDS))
        calibration = LogisticRegression(C=1.0, max_iter=500).fit(unseen, target)
        offsets = _best_offsets(calibration.predict_proba(unseen), target)
        everything = inputs_of(inputs)
        weighting, voters = _fit_voters(everything, target)
        named = [list(names) for transcript in reasons for names in transcript]
        heads = _fit_reasons(weighting.features(everything), target, named)
        return cls(weighting, voters, calibration, heads, offsets)

    def judge(self, inputs: ClaimInputs) -> Judgement:
        """Statuses and reasons of claims."""
        if not len(inputs.dense):
            none = np.zeros((0, len(STATUSES)))
            return Judgement(none, np.zeros(0, dtype=np.int64), np.zeros((0, len(REASONS))))
        heads = self._heads
        known, votes = len(self.weighting.idf), len(self.voters) * len(STATUSES)
        odds = self.weighting.words(inputs) @ heads.columns[:known]
        odds += self.weighting.counts(inputs) @ heads.columns[known:] + heads.intercept
        reasons = np.zeros((len(odds), len(REASONS)))
        reasons[:, [REASONS.index(name) for name in self.reasons]] = probability(odds[:, votes:])
        said = _log_probabilities(odds[:, :votes])
        chance = _softmax(said @ self.calibration.coef_.T + self.calibration.intercept_)
        return Judgement(chance, _verdicts(chance, self.offsets), reasons)

    @property
    def scored(self) -> bool:
        """Whether it learned from an encoder's scores."""
        return len(self.voters) > 1

    @cached_property
    def _heads(self) -> Weights:
        """The voters and the models of the reasons, for one product."""
        return Weights.of(*self.voters, *self.reasons.values())

    def word_weights(self, reason: str, columns: Ints) -> Floats:
        """How much the words that begin at each token speak for a reason.

        Args:
            reason: Name of the reason.
            columns: Columns as `gram_columns` gives them, shape (k, n).

        Returns:
            Weight of the k features of each token in the reason's model, shape (k, n); 0 for unknown words.
        """
        if reason not in self.reasons:
            return np.zeros(columns.shape)
        return np.asarray(self._explaining[reason][columns], dtype=np.float64)

    @cached_property
    def _explaining(self) -> dict[str, NDArray[np.float32]]:
        """Weights of the claim's own words by reason, inverse document frequency included."""
        own = self.weighting.idf[: EDGES[1]]
        return {name: head.coef_[0, : len(own)] * own for name, head in self.reasons.items()}

    def to_state(self) -> dict[str, Any]:
        """What `from_state` needs to build the same model."""
        return {
            "idf": np.split(self.weighting.idf, EDGES[1:-1]),
            "scaler": self.weighting.scaler,
            "dense_weight": float(self.weighting.dense_weight),
            "voters": self.voters,
            "calibration": self.calibration,
            "reasons": self.reasons,
            "offsets": self.offsets,
        }

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> StatusModel:
        """Build the model of a saved state.

        Raises:
            ModelError: The state lacks a part.
        """
        try:
            idf, scaler, weight = (state[name] for name in ("idf", "scaler", "dense_weight"))
            voters, calibration, reasons, offsets = (
                state[name] for name in ("voters", "calibration", "reasons", "offsets")
            )
        except KeyError as error:
            raise ModelError(f"the status model lacks {error}") from None
        return cls(Weighting(np.concatenate(idf), scaler, weight), voters, calibration, reasons, offsets)


def _fit_voters(inputs: ClaimInputs, target: Ints) -> tuple[Weighting, list[Any]]:
    weighting = Weighting.fit(inputs)
    features = weighting.features(inputs)
    if not inputs.scores:
        return weighting, [_fit_common(LogisticRegression(C=INVERSE_PENALTY, max_iter=200), features, target)]
    place = np.arange(features.shape[1]) - features.shape[1]
    linked, scored, counted = -inputs.linked, -inputs.linked - inputs.scores, -inputs.dense.shape[1]
    voters = []
    for penalty, first, end in (
        (SCORES_PENALTY, scored, linked),
        (COUNTS_PENALTY, counted, linked),
        (COUNTS_PENALTY, counted, 0),
    ):
        seen = sparse.diags((place >= first) & (place < end), dtype=np.float32)
        voters.append(_fit_common(LogisticRegression(C=penalty, max_iter=300), features @ seen, target))
    return weighting, voters[: 3 if inputs.linked else 2]


def _fit_common(model: Any, features: Matrix, target: Any) -> Any:
    """Fit on the columns that occur at all, three times fewer, and give the model weights for all of them."""
    common = np.flatnonzero(np.bincount(features.indices[features.data != 0], minlength=features.shape[1]))
    model.fit(features[:, common], target)
    weights = np.zeros((len(model.coef_), features.shape[1]), dtype=np.float32)
    weights[:, common] = model.coef_
    model.coef_, model.n_features_in_ = weights, features.shape[1]
    model.intercept_ = model.intercept_.astype(np.float32)
    return model


def _judged_unseen(inputs: Sequence[ClaimInputs], status: Sequence[Ints], fold: Ints) -> Floats:
    """Log-probabilities of every claim from a model that has not seen its conversation, shape (m, 3)."""
    judged = np.concatenate([np.full(len(s), f) for s, f in zip(status, fold, strict=True)])
    unseen = np.zeros((len(judged), len(STATUSES)))
    filled = [i for i in range(len(inputs)) if len(status[i])]
    for k in range(FOLDS):
        own = [i for i in filled if fold[i] == k]
        others = [i for i in filled if fold[i] != k]
        if not own:
            continue
        if len({int(s) for i in others for s in status[i]}) < len(STATUSES):
            others = filled  # too few transcripts to hold any out: judge what was learned from
        weighting, voters = _fit_voters(
            inputs_of([inputs[i] for i in others]), np.concatenate([status[i] for i in others])
        )
        judging = weighting.features(inputs_of([inputs[i] for i in own]))
        odds = [voter.decision_function(judging) for voter in voters]
        unseen[judged == k] = _log_probabilities(np.hstack(odds))
    return unseen


def _log_probabilities(odds: Floats) -> Floats:
    """Mean log-probabilities of the statuses by all voters, whose odds stand side by side."""
    votes = [np.log(_softmax(part) + 1e-6) for part in np.split(odds, odds.shape[1] // len(STATUSES), axis=1)]
    return np.asarray(np.mean(votes, axis=0))


def _verdicts(chance: Floats, offsets: Floats) -> Ints:
    """The status with the largest shifted log-probability; plausible where that would be too bold a call."""
    status = (np.log(chance + 1e-12) + offsets).argmax(axis=1)
    bold = chance[np.arange(len(chance)), status] < LEAST
    return np.where(bold, STATUSES.index(str(Status.PLAUSIBLE)), status)


def asked_from(judged: Judgement, offsets: Floats, threshold: float) -> Judgement:
    """The judgement with claims asked about from another probability on.

    Args:
        judged: What a model made of the claims.
        offsets: That model's offsets, which decide between the other two statuses.
        threshold: Probability, 0 to 1, from which a claim needs clarification.

    Returns:
        The same probabilities, and verdicts by them: needs_clarification from the threshold on, else the verdict the
        model would give if there were no such status.
    """
    ask = STATUSES.index(str(Status.NEEDS_CLARIFICATION))
    barred = np.where(np.arange(len(STATUSES)) == ask, -np.inf, offsets)
    status = np.where(judged.probabilities[:, ask] >= threshold, ask, _verdicts(judged.probabilities, barred))
    return replace(judged, status=status)


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _best_offsets(chance: Floats, target: Ints) -> Floats:
    """Offsets for verified and needs_clarification with the best kappa on unseen claims; the first of equals."""
    best, offsets = -1.0, np.zeros(3)
    for verified in np.arange(0.0, 1.61, 0.2):
        for doubtful in np.arange(0.0, 1.01, 0.1):
            tried = np.array([verified, 0.0, doubtful])
            kappa = cohen_kappa_score(target, _verdicts(chance, tried))
            if kappa > best + 1e-9:
                best, offsets = kappa, tried
    return offsets


def _fit_reasons(features: Matrix, target: Ints, named: list[list[Reason]]) -> dict[str, Any]:
    """One model a reason, among the claims of the status it belongs to."""
    heads: dict[str, Any] = {}
    for status, family in REASONS_OF.items():
        rows = np.flatnonzero(target == STATUSES.index(str(status)))
        for reason in family:
            has = np.array([reason in named[i] for i in rows], dtype=bool)
            if 5 <= has.sum() < len(has):
                head = LogisticRegression(C=1.0, max_iter=100, solver="liblinear", random_state=0)
                heads[str(reason)] = _fit_common(head, features[rows], has)
    return heads
