"""Scores as tables for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from overstate.evaluation._counts import STATUSES
from overstate.evaluation._figures import FIGURES, HEADLINE
from overstate.evaluation._mistakes import KINDS, Mistake

if TYPE_CHECKING:
    from overstate.evaluation._scores import Scores

__all__ = ["shown", "text_of"]

_COUNTS = ("transcripts", "claims_gold", "claims_pred", "hedges_gold", "hedges_pred")
#: Figures that are no percentages, with the number of their decimals.
_DECIMALS = {"status_kappa": 3, "ece": 3, "brier": 3}
_TITLES = {
    "wrong": "Wrong statuses, the most confident first",
    "invented": "Claims found where none is labelled, the most confident first",
    "missed": "Labelled claims not found: those that need clarification first, then the longest",
}
#: How headline figures head a narrow column.
_NARROW = {
    "claim_token_f1": "token_f1",
    "claim_span_f1": "span_f1",
    "status_kappa": "kappa",
    "verified_f1": "verif_f1",
    "e2e_macro_f1": "e2e_f1",
}


def shown(name: str, value: float, decimals: int | None = None) -> str:
    """A figure as text: percentages with one decimal, the others with three, or as told."""
    if name in _DECIMALS:
        return f"{value:.{_DECIMALS[name] if decimals is None else decimals}f}"
    return f"{value:.1f}"


def text_of(scores: Scores, mistakes: bool) -> str:
    """All tables, one below the other."""
    blocks = [
        _figures(scores),
        _confusion(scores),
        _reasons(scores.reasons),
        _calibration(scores),
        _sources(scores.by_source),
    ]
    if mistakes:
        blocks += [
            _mistakes(_TITLES[kind], [m for m in scores.mistakes if m.kind == kind])
            for kind in KINDS
            if any(m.kind == kind for m in scores.mistakes)
        ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _figures(scores: Scores) -> list[str]:
    lines = [f"{name:22} {getattr(scores, name)}" for name in _COUNTS]
    lines += ["", f"{'figure':22} {'value':>7}" + ("   95 % interval" if scores.intervals else "")]
    for name in FIGURES:
        line = f"{name:22} {shown(name, getattr(scores, name)):>7}"
        if name in scores.intervals:
            low, high = (shown(name, limit) for limit in scores.intervals[name])
            line += f"   {low:>6} to {high:>6}"
        lines.append(line)
    return lines


def _confusion(scores: Scores) -> list[str]:
    lines = ["claims: labelled (lines), found (columns)"]
    lines.append(" " * 22 + "".join(f"{name:>21}" for name in (*STATUSES, "not found")))
    for name in STATUSES:
        cells = [scores.confusion.get(f"{name}->{other}", 0) for other in STATUSES]
        lines.append(f"{name:22}" + "".join(f"{n:>21}" for n in (*cells, scores.missed[name])))
    lines.append(f"{'not labelled':22}" + "".join(f"{scores.invented[name]:>21}" for name in STATUSES))
    return lines


def _reasons(rows: Mapping[str, Mapping[str, float]]) -> list[str]:
    if not rows:
        return []
    lines = [f"{'reason':22} {'labelled':>8} {'given':>6} {'precision':>10} {'recall':>7} {'f1':>6}"]
    for name, row in rows.items():
        figures = f"{row['precision']:10.1f} {row['recall']:7.1f} {row['f1']:6.1f}"
        lines.append(f"{name:22} {row['gold']:8.0f} {row['pred']:6.0f} {figures}")
    return lines


def _calibration(scores: Scores) -> list[str]:
    lines = [f"{'likeliest status':22} {'claims':>7} {'probability':>12} {'right':>7}"]
    for one in scores.calibration:
        if one.confidence is not None and one.accuracy is not None:
            limits = f"{one.low:.1f} to {one.high:.1f}"
            lines.append(f"{limits:22} {one.claims:7} {one.confidence:12.2f} {one.accuracy:7.2f}")
    return lines if len(lines) > 1 else []


def _sources(rows: Mapping[str, Mapping[str, float]]) -> list[str]:
    heads = "".join(f"{_NARROW.get(name, name):>9}" for name in HEADLINE)
    lines = [f"{'source':12} {'calls':>5} {'claims':>6}{heads}"]
    for source, row in rows.items():
        figures = "".join(f"{shown(name, row[name], 2):>9}" for name in HEADLINE)
        lines.append(f"{source:12} {row['transcripts']:5.0f} {row['claims']:6.0f}{figures}")
    return lines


def _mistakes(title: str, mistakes: list[Mistake]) -> list[str]:
    lines = [title]
    for mistake in mistakes:
        status = f"{mistake.labelled or 'no claim'} -> {mistake.predicted or 'no claim'}"
        chance = "" if mistake.probability is None else f" ({mistake.probability:.0%})"
        speaker = mistake.speaker.strip() or "speaker not named"
        lines.append(_line(f"- {status}{chance}; {mistake.transcript}, turn {mistake.turn + 1}, {speaker}"))
        lines.append(_line(f"  {' '.join(mistake.text.split())}"))
    return lines


def _line(text: str) -> str:
    """Without control characters and line breaks, which a terminal would obey."""
    return "".join(c if c.isprintable() else " " for c in text)
