"""Folds over transcripts that never split a conversation, and the linear model used throughout."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from scipy import sparse
from sklearn.linear_model import SGDClassifier

from overstate.features.tokens import Ints

__all__ = ["FOLDS", "Matrix", "folds_of", "linear", "log_odds", "probability", "slim"]

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


def log_odds(model: Any, features: Matrix) -> Any:
    """The model's decision function without its checks of the input, which cost more than the sums on short calls.

    Returns:
        Shape (m,) for two classes, else (m, classes).
    """
    weights = model.coef_
    out = np.asarray(features @ weights.T) + model.intercept_
    return out[:, 0] if len(weights) == 1 else out


def probability(log_odds: Any) -> Any:
    """Logistic function, safe for large values."""
    return 0.5 * (1.0 + np.tanh(0.5 * np.asarray(log_odds)))
