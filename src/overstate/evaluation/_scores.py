"""The figures of one evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from overstate.evaluation._mistakes import Mistake

__all__ = ["Bin", "Scores"]


@dataclass(frozen=True, slots=True)
class Bin:
    """Matched claims whose likeliest status has a probability from `low` to `high`.

    Attributes:
        low, high: Limits of the probability, 0 to 1; `high` belongs to the next bin, but for the last one.
        claims: How many claims.
        confidence: Their mean probability; None if there are none.
        accuracy: The share of them, 0 to 1, whose likeliest status is the one labelled; None if there are none.
    """

    low: float
    high: float
    claims: int
    confidence: float | None
    accuracy: float | None

    def to_dict(self) -> dict[str, Any]:
        """The bin as JSON-ready values."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True)
class Scores:
    """Figures in percent, but for counts and `status_kappa`, `ece` and `brier`.

    Attributes:
        transcripts, claims_gold, claims_pred, hedges_gold, hedges_pred: Counts.
        claim_token_f1: Is this word inside a claim?
        claim_span_f1, claim_span_precision, claim_span_recall: Claims found, by overlap of a half or more.
        status_acc, status_macro_f1, status_kappa: Statuses of matched claims; Cohen's kappa is 1 at best.
        ask_f1, ask_precision, ask_recall: Claims found and judged to need clarification, against those so labelled.
        verified_f1: The same for verified claims.
        ask_ap: Average precision of all claims ranked by the probability of needing clarification.
        ask_p5: Of each transcript's five claims most worth asking about, how many are right.
        e2e_macro_f1: The whole job, word by word, over four classes: no claim and the three statuses.
        hedge_f1, hedge_type_acc: Hedges found, and their types where found.
        ece: Expected calibration error over matched claims, 0 to 1: how far the probability of the likeliest status
            is from how often it is right, ten bins of equal width (Guo et al. 2017).
        brier: Mean squared error of the three probabilities over matched claims, 0 to 2.
        confusion: Counts of "gold->predicted" over matched claims.
        missed: Labelled claims that no claim found matches, by status labelled.
        invented: Claims found that match no label, by status found.
        reasons: For each reason that was labelled or given, over matched claims: `gold` and `pred` (how many claims
            have it), `precision`, `recall` and `f1`.
        calibration: The ten bins behind `ece`.
        by_source: For each source the number of `transcripts` and labelled `claims`, and every figure.
        intervals: (low, high) of every figure: 95 % of the sets drawn from the transcripts with replacement lie
            between. Empty where there are fewer than two transcripts, or none were asked for.
        mistakes: The worst mistakes, with words of the transcripts; see `Mistake`.
    """

    transcripts: int
    claims_gold: int
    claims_pred: int
    claim_token_f1: float
    claim_span_f1: float
    claim_span_precision: float
    claim_span_recall: float
    status_acc: float
    status_macro_f1: float
    status_kappa: float
    ask_f1: float
    ask_precision: float
    ask_recall: float
    verified_f1: float
    ask_ap: float
    ask_p5: float
    e2e_macro_f1: float
    hedges_gold: int
    hedges_pred: int
    hedge_f1: float
    hedge_type_acc: float
    ece: float
    brier: float
    confusion: Mapping[str, int]
    missed: Mapping[str, int]
    invented: Mapping[str, int]
    reasons: Mapping[str, Mapping[str, float]]
    calibration: tuple[Bin, ...]
    by_source: Mapping[str, Mapping[str, float]]
    intervals: Mapping[str, tuple[float, float]]
    mistakes: tuple[Mistake, ...] = field(default=(), repr=False)

    def to_dict(self, *, mistakes: bool = False) -> dict[str, Any]:
        """The figures as JSON-ready values.

        Args:
            mistakes: Whether to include `mistakes`, and with them words of the transcripts.
        """
        values = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "mistakes"}
        for name in ("confusion", "missed", "invented"):
            values[name] = dict(values[name])
        for name in ("reasons", "by_source"):
            values[name] = {key: dict(row) for key, row in values[name].items()}
        values["calibration"] = [one.to_dict() for one in self.calibration]
        values["intervals"] = {name: list(limits) for name, limits in self.intervals.items()}
        if mistakes:
            values["mistakes"] = [mistake.to_dict() for mistake in self.mistakes]
        return values

    def to_text(self, *, mistakes: bool = False) -> str:
        """The figures as tables for a terminal.

        Args:
            mistakes: Whether to show `mistakes`, and with them words of the transcripts.
        """
        from overstate.evaluation._text import text_of

        return text_of(self, mistakes)

    def __str__(self) -> str:
        return self.to_text()
