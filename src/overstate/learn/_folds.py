"""Folds over transcripts that never split a conversation, and the linear model used throughout."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.linear_model import SGDClassifier

from overstate.features.hashing import Rows
from overstate.features.tokens import Ints

__all__ = ["FOLDS", "Matrix", "Weights", "folds_of", "linear", "probability", "slim"]

FOLDS = 3

Matrix: TypeAlias = sparse.csr_matrix


def folds_of(groups: Sequence[str], folds: int = FOLDS) -> Ints:
    """A fold for each transcript, the same for transcripts of one group, the same on every run."""
    names = sorted(set(groups), key=lambda name: zlib.crc32(name.encode()))
    number = {name: i % folds for i, name in enumerate(names)}
    return np.array([number[name] for name in groups], dtype=np.int64)


def linear(alpha: float, seed: int, passes: int = 5) -> SGDClassifier:
    """Logistic regression by averaged stochastic gradient descent (Bottou 2012, "Stochastic Gradient Tricks")."""
    return SGDClassifier(loss="log_loss", alpha=alpha, max_iter=passes, tol=None, average=True, random_state=seed)


def slim(model: Any) -> Any:
    """The same model with single-precision weights, and without what only further training needs."""
    model.coef_ = model.coef_.astype(np.float32)
    model.intercept_ = model.intercept_.astype(np.float32)
    for name in ("standard_coef_", "standard_intercept_", "average_coef_", "average_intercept_", "_standard_coef",
                 "_standard_intercept", "_average_coef", "_average_intercept"):  # fmt: skip
        if name in vars(model):
            delattr(model, name)
    return model


@dataclass(frozen=True, eq=False)
class Weights:
    """Fitted linear models side by side, their weights laid out so that those of one column lie together.

    Attributes:
        columns: Weights, shape (columns, c); a model of two classes has one output, one of more has one a class.
        intercept: Shape (c,).
    """

    columns: NDArray[np.float32]
    intercept: NDArray[np.float32]

    @classmethod
    def of(cls, *models: Any) -> Weights:
        """The weights of scikit-learn models over the same columns."""
        columns = np.ascontiguousarray(np.vstack([model.coef_ for model in models]).T, dtype=np.float32)
        return cls(columns, np.concatenate([model.intercept_ for model in models]).astype(np.float32))

    def log_odds(self, rows: Rows) -> NDArray[np.float32]:
        """The models' decision functions, shape (m, c)."""
        return rows.scores(self.columns) + self.intercept


def probability(log_odds: Any) -> Any:
    """Logistic function, safe for large values."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(log_odds)))
