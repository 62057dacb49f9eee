"""From counts to figures, for many sets of transcripts at once, and bootstrap intervals by way of that."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from overstate.evaluation._counts import ASK, STATUSES, Counts, Floats
from overstate.types import Status

__all__ = ["FIGURES", "HEADLINE", "figures_of", "intervals_of"]

#: All figures that have an interval, in the order in which they are shown.
FIGURES = (
    "claim_token_f1", "claim_span_f1", "claim_span_precision", "claim_span_recall", "status_acc", "status_macro_f1",
    "status_kappa", "ask_f1", "ask_precision", "ask_recall", "verified_f1", "ask_ap", "ask_p5", "e2e_macro_f1",
    "hedge_f1", "hedge_type_acc", "ece", "brier",
)  # fmt: skip
#: The figures to compare models by.
HEADLINE = (
    "claim_token_f1", "claim_span_f1", "hedge_f1", "status_kappa", "ask_f1", "ask_ap", "ask_p5", "verified_f1",
    "e2e_macro_f1", "ece",
)  # fmt: skip
#: Percentiles between which 95 % of the resampled sets lie.
PERCENTILES = (2.5, 97.5)

_VERIFIED = STATUSES.index(str(Status.VERIFIED))


def figures_of(counts: Counts, weights: NDArray[np.int64]) -> dict[str, Floats]:
    """Every one of `FIGURES`, for k sets of transcripts.

    Args:
        counts: Counts of n transcripts.
        weights: How often each set has each transcript, shape (k, n).

    Returns:
        Each figure of each set, shape (k,). F1 of nothing labelled and nothing found is 100; any other share of
        nothing is 0.
    """
    sums = counts.weighed(weights)
    words, confusion, hedges = sums["words"], sums["confusion"], np.moveaxis(sums["hedges"], -1, 0)
    gold, found = sums["gold"], sums["found"]
    matched = confusion.sum(axis=(1, 2))
    row, column, right = confusion.sum(axis=2), confusion.sum(axis=1), np.diagonal(confusion, axis1=1, axis2=2)
    agree = _share(right.sum(axis=1), matched)
    chance = _share(_share((row * column).sum(axis=1), matched), matched)
    # the first class of words is "no claim"
    labelled, said = words.sum(axis=2), words.sum(axis=1)
    inside = words[:, 1:, 1:].sum(axis=(1, 2))
    bins = sums["bins"]
    return {
        "claim_token_f1": _f1(inside, said[:, 1:].sum(axis=1), labelled[:, 1:].sum(axis=1)),
        "claim_span_f1": _f1(matched, found.sum(axis=1), gold.sum(axis=1)),
        "claim_span_precision": 100 * _share(matched, found.sum(axis=1)),
        "claim_span_recall": 100 * _share(matched, gold.sum(axis=1)),
        "status_acc": 100 * agree,
        "status_macro_f1": _f1(right, column, row).mean(axis=1),
        "status_kappa": _share(agree - chance, 1 - chance) * (matched > 0),
        "ask_f1": _f1(right[:, ASK], found[:, ASK], gold[:, ASK]),
        "ask_precision": 100 * _share(right[:, ASK], found[:, ASK]),
        "ask_recall": 100 * _share(right[:, ASK], gold[:, ASK]),
        "verified_f1": _f1(right[:, _VERIFIED], found[:, _VERIFIED], gold[:, _VERIFIED]),
        "ask_ap": 100 * _share(_precisions(counts, weights), gold[:, ASK]),
        "ask_p5": 100 * _share(sums["top"], sums["transcripts"]),
        "e2e_macro_f1": _f1(np.diagonal(words, axis1=1, axis2=2), said, labelled).mean(axis=1),
        "hedge_f1": _f1(hedges[2], hedges[1], hedges[0]),
        "hedge_type_acc": 100 * _share(hedges[3], hedges[2]),
        "ece": _share(np.abs(bins[..., 1] - bins[..., 2]).sum(axis=1), matched),
        "brier": _share(sums["brier"], matched),
    }


def intervals_of(counts: Counts, rounds: int, seed: int) -> dict[str, tuple[float, float]]:
    """95 % intervals by the percentile bootstrap over transcripts (Efron and Tibshirani 1993, chapter 13).

    Args:
        counts: Counts of n transcripts.
        rounds: How many sets of n transcripts to draw with replacement.
        seed: Seed of the draws.

    Returns:
        (low, high) of every figure; nothing for fewer than two transcripts or no rounds.
    """
    n = len(counts.sums["transcripts"])
    if n < 2 or not rounds:
        return {}
    draws = np.random.default_rng(seed).multinomial(n, np.full(n, 1 / n), size=rounds)
    drawn = figures_of(counts, draws)
    limits = {name: np.percentile(values, PERCENTILES) for name, values in drawn.items()}
    return {name: (float(low), float(high)) for name, (low, high) in limits.items()}


def _precisions(counts: Counts, weights: NDArray[np.int64]) -> Floats:
    """Summed precision at each right claim of each set, claims ranked by the probability of needing clarification."""
    hits = np.flatnonzero(counts.hit)
    total = np.zeros(len(weights))
    for i, weight in enumerate(weights):
        # a transcript drawn three times puts each of its claims three times into the ranking, one after the other
        times = weight[counts.owner]
        seen = (np.cumsum(times) - times)[hits]
        times = times[hits]
        right = np.cumsum(times) - times
        for k in range(1, int(times.max(initial=0)) + 1):
            drawn = times >= k
            total[i] += ((right[drawn] + k) / (seen[drawn] + k)).sum()
    return total


def _f1(right: Floats, found: Floats, gold: Floats) -> Floats:
    both = found + gold
    return np.where(both > 0, 200 * right / np.maximum(both, 1), 100.0)


def _share(part: Floats, whole: Floats) -> Floats:
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), 0.0)
