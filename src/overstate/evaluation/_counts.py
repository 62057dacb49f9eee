"""What is counted in each transcript, once: every figure of a set of transcripts follows from sums of these counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overstate.corpus import LabelledTranscript
from overstate.evaluation._match import Span, Words, pairs_of, spans_of, words_of
from overstate.report import Report
from overstate.types import Reason, Status

__all__ = ["ASK", "BINS", "REASONS", "STATUSES", "Counts", "Floats", "TranscriptCounts", "count"]

Floats = NDArray[np.float64]

STATUSES = tuple(str(status) for status in Status)
REASONS = tuple(str(reason) for reason in Reason)
ASK = STATUSES.index(str(Status.NEEDS_CLARIFICATION))
#: Bins of confidence, of equal width (Guo et al. 2017).
BINS = 10
#: So many claims of each transcript are looked at for `ask_p5`.
TOP = 5


@dataclass(frozen=True, eq=False)
class TranscriptCounts:
    """The counts of one transcript; statuses are indices into `STATUSES`.

    Attributes:
        words: Words by class labelled and class found: no claim, then the three statuses; shape (4, 4).
        confusion: Matched claims by status labelled and status found, shape (3, 3).
        gold: Labelled claims by status, shape (3,).
        found: Claims found by status, shape (3,).
        hedges: Hedges labelled, found, matched, and matched with the right type, shape (4,).
        reasons: For each of `REASONS`, matched claims labelled with it, found with it, and both, shape (r, 3).
        bins: For each bin of confidence, matched claims, their summed confidence, and how many are right;
            shape (10, 3).
        brier: Summed squared error of the probabilities of matched claims.
        top: Share of the first five to ask about that are right.
        ranked: Probability of needing clarification of each claim found, and whether it rightly does; highest first.
        pairs: (index of labelled claim, index of claim found) of matched claims.
    """

    words: Floats
    confusion: Floats
    gold: Floats
    found: Floats
    hedges: Floats
    reasons: Floats
    bins: Floats
    brier: float
    top: float
    ranked: tuple[tuple[float, bool], ...]
    pairs: tuple[tuple[int, int], ...]


def count(record: LabelledTranscript, report: Report) -> TranscriptCounts:
    """Compare a report with the labels of its transcript."""
    words = words_of(record.transcript)
    gold, found = spans_of(record.claims, words), spans_of(report.claims, words)
    true = [STATUSES.index(str(claim.status)) for claim in record.claims]
    said = [STATUSES.index(str(claim.status)) for claim in report.claims]
    pairs = pairs_of(gold, found, 0.5)
    confusion, reasons, bins, brier = _judged(record, report, pairs)
    truth = {p: true[g] for g, p in pairs}
    ranked = sorted(
        ((float(claim.probabilities[STATUSES[ASK]]), truth.get(p) == ASK) for p, claim in enumerate(report.claims)),
        key=lambda pair: -pair[0],
    )
    return TranscriptCounts(
        words=_word_table(words, gold, true, found, said),
        confusion=confusion,
        gold=np.bincount(np.array(true, dtype=np.int64), minlength=len(STATUSES)).astype(float),
        found=np.bincount(np.array(said, dtype=np.int64), minlength=len(STATUSES)).astype(float),
        hedges=_hedges(words, record, report),
        reasons=reasons,
        bins=bins,
        brier=brier,
        top=sum(right for _, right in ranked[:TOP]) / TOP,
        ranked=tuple(ranked),
        pairs=tuple(pairs),
    )


def _word_table(
    words: Words, gold: Sequence[Span], true: Sequence[int], found: Sequence[Span], said: Sequence[int]
) -> Floats:
    labelled = {(turn, i): status for (turn, tokens), status in zip(gold, true, strict=True) for i in tokens}
    judged = {(turn, i): status for (turn, tokens), status in zip(found, said, strict=True) for i in tokens}
    classes = Counter(
        (labelled.get(place, -1) + 1, judged.get(place, -1) + 1)
        for turn, spans in enumerate(words)
        for place in ((turn, i) for i in range(len(spans)))
    )
    table = np.zeros((len(STATUSES) + 1, len(STATUSES) + 1))
    for cell, number in classes.items():
        table[cell] = number
    return table


def _judged(
    record: LabelledTranscript, report: Report, pairs: Sequence[tuple[int, int]]
) -> tuple[Floats, Floats, Floats, float]:
    """Confusion, reasons, bins of confidence and Brier sum of matched claims."""
    confusion, reasons = np.zeros((len(STATUSES), len(STATUSES))), np.zeros((len(REASONS), 3))
    bins, brier = np.zeros((BINS, 3)), 0.0
    for g, p in pairs:
        label, claim = record.claims[g], report.claims[p]
        true = str(label.status)
        confusion[STATUSES.index(true), STATUSES.index(str(claim.status))] += 1
        for row, reason in enumerate(REASONS):
            has, named = reason in label.reasons, reason in claim.reasons
            reasons[row] += (has, named, has and named)
        chance = claim.probabilities
        likeliest = max(chance, key=lambda name: chance[name])
        bins[min(BINS - 1, int(chance[likeliest] * BINS))] += (1, chance[likeliest], likeliest == true)
        brier += sum((chance[name] - (name == true)) ** 2 for name in STATUSES)
    return confusion, reasons, bins, brier


def _hedges(words: Words, record: LabelledTranscript, report: Report) -> Floats:
    pairs = pairs_of(spans_of(record.hedges, words), spans_of(report.hedges, words), 0.0)
    right = sum(record.hedges[g].type == report.hedges[p].type for g, p in pairs)
    return np.array([len(record.hedges), len(report.hedges), len(pairs), right], dtype=float)


@dataclass(frozen=True, eq=False)
class Counts:
    """The counts of n transcripts side by side, as in `TranscriptCounts` with n rows each.

    Attributes:
        sums: All but `ranked` and `pairs`, and `transcripts`, how many each row stands for; shapes (n, ...).
        hit: Whether each claim found rightly needs clarification, likeliest to do so first, shape (m,).
        owner: The transcript of each such claim, shape (m,).
    """

    sums: dict[str, Floats]
    hit: NDArray[np.bool_]
    owner: NDArray[np.int64]

    @classmethod
    def of(cls, counted: Sequence[TranscriptCounts]) -> Counts:
        """Counts of some transcripts; claims equally likely to need clarification stay in their order."""
        ranked = [(chance, hit, row) for row, one in enumerate(counted) for chance, hit in one.ranked]
        ranked.sort(key=lambda item: -item[0])
        sums = {name: np.array([getattr(one, name) for one in counted], dtype=float) for name in _SUMMED}
        return cls(
            {"transcripts": np.ones(len(counted)), **sums},
            np.array([hit for _, hit, _ in ranked], dtype=bool),
            np.array([row for *_, row in ranked], dtype=np.int64),
        )

    def weighed(self, weights: NDArray[np.int64]) -> dict[str, Floats]:
        """Sums in which each transcript is there so many times.

        Args:
            weights: Shape (k, n).

        Returns:
            The sums, shapes (k, ...).
        """
        return {name: np.tensordot(weights.astype(float), values, 1) for name, values in self.sums.items()}


_SUMMED = ("words", "confusion", "gold", "found", "hedges", "reasons", "bins", "brier", "top")
