"""Comparing an analyzer with labelled transcripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from overstate.analyzer import Analyzer
from overstate.corpus import LabelledTranscript, read_labelled
from overstate.errors import DataError
from overstate.evaluation._counts import BINS, REASONS, STATUSES, Counts, Floats, count
from overstate.evaluation._figures import FIGURES, figures_of, intervals_of
from overstate.evaluation._mistakes import Mistake, mistakes_of, worst
from overstate.evaluation._scores import Bin, Scores

__all__ = ["evaluate"]


def evaluate(
    analyzer: Analyzer,
    data: str | Path | Mapping[str, Any] | Iterable[Any],
    *,
    ask_threshold: float | None = None,
    bootstrap: int = 1000,
    seed: int = 0,
    mistakes: int = 10,
    progress: Callable[[Sequence[LabelledTranscript]], Iterable[LabelledTranscript]] | None = None,
) -> Scores:
    """Compare what an analyzer finds with what was labelled by hand.

    Args:
        analyzer: The analyzer.
        data: JSON Lines files in the format of the annotation guideline, or records. They must not have been
            trained on.
        ask_threshold: From which probability on a claim needs clarification; see `Analyzer.analyze`.
        bootstrap: Rounds of resampling for the intervals; 0 gives none. Transcripts are what is resampled, so excerpts
            of one conversation count as if they had nothing in common.
        seed: Seed of the resampling. The order of the transcripts does not matter to it.
        mistakes: How many of the worst mistakes of each kind to keep in `Scores.mistakes`, with their words.
        progress: Wraps the list of transcripts, as `tqdm` or `rich.progress.track` do.

    Raises:
        DataError: A record does not have the documented form (file, line and field are named), or a setting is out
            of range.
    """
    for field, value in (("bootstrap", bootstrap), ("seed", seed), ("mistakes", mistakes)):
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise DataError(f"got {value!r}, expected a whole number from 0", field=field)
    # not handed on needlessly: what is evaluated may be a simple stand-in with no such setting
    settings: dict[str, Any] = {} if ask_threshold is None else {"ask_threshold": ask_threshold}
    records = read_labelled(data)
    counted, made = [], list[Mistake]()
    for record in progress(records) if progress else records:
        report = analyzer.analyze(record.transcript, **settings)
        counts = count(record, report)
        counted.append(counts)
        made += mistakes_of(record, report, counts.pairs)
    # sorted, so that the same transcripts give the same intervals in whatever order they come
    order = sorted(range(len(records)), key=lambda i: records[i].id)
    drawn = intervals_of(Counts.of([counted[i] for i in order]), bootstrap, seed)
    sources = [record.source or "unnamed" for record in records]
    return _scores(Counts.of(counted), sources, drawn, worst(made, mistakes))


def _scores(
    counts: Counts,
    sources: Sequence[str],
    intervals: Mapping[str, tuple[float, float]],
    mistakes: tuple[Mistake, ...],
) -> Scores:
    names = sorted(set(sources))
    weights = np.array([[1] * len(sources), *([int(s == name) for s in sources] for name in names)])
    sums, figures = counts.weighed(weights), figures_of(counts, weights)
    whole = {name: values[0] for name, values in sums.items()}
    confusion, gold, found, hedges = whole["confusion"], whole["gold"], whole["found"], whole["hedges"]
    rows = {
        name: {
            "transcripts": int(sums["transcripts"][i]),
            "claims": int(sums["gold"][i].sum()),
            **{figure: float(figures[figure][i]) for figure in FIGURES},
        }
        for i, name in enumerate(names, 1)
    }
    return Scores(
        **{figure: float(figures[figure][0]) for figure in FIGURES},
        transcripts=len(sources),
        claims_gold=int(gold.sum()),
        claims_pred=int(found.sum()),
        hedges_gold=int(hedges[0]),
        hedges_pred=int(hedges[1]),
        confusion={
            f"{STATUSES[a]}->{STATUSES[b]}": int(confusion[a, b])
            for a, b in sorted(np.argwhere(confusion).tolist(), key=lambda ab: (STATUSES[ab[0]], STATUSES[ab[1]]))
        },
        missed=_by_status(gold - confusion.sum(axis=1)),
        invented=_by_status(found - confusion.sum(axis=0)),
        reasons=_reasons(whole["reasons"]),
        calibration=_calibration(whole["bins"]),
        by_source=rows,
        intervals=intervals,
        mistakes=mistakes,
    )


def _by_status(values: Floats) -> dict[str, int]:
    return {name: int(value) for name, value in zip(STATUSES, values, strict=True)}


def _reasons(values: Floats) -> dict[str, dict[str, float]]:
    rows: dict[str, dict[str, float]] = {}
    for name, (gold, found, both) in zip(REASONS, values.tolist(), strict=True):
        if gold or found:
            rows[name] = {
                "gold": int(gold),
                "pred": int(found),
                "precision": 100 * both / found if found else 0.0,
                "recall": 100 * both / gold if gold else 0.0,
                "f1": 200 * both / (gold + found),
            }
    return rows


def _calibration(values: Floats) -> tuple[Bin, ...]:
    return tuple(
        Bin(i / BINS, (i + 1) / BINS, int(n), confidence / n if n else None, right / n if n else None)
        for i, (n, confidence, right) in enumerate(values.tolist())
    )
