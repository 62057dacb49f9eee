"""How well models do on labelled transcripts, beside rules that need no learning.

    python benchmarks/quality.py NAME=HELD_OUT.jsonl ... [--model NAME_OR_FOLDER ...] [--plain] [--thresholds]

Prints a Markdown table for each set. Rules and models go through the same scoring; models have 95 % intervals (see
`overstate.evaluate`). The rules, in `baselines.py`:

- every sentence plausible: every sentence that is no question is a claim and plausible, nothing hedges;
- hedge lexicon: the same sentences; every cue of the package's lexicon hedges, and a sentence with one is asked about;
- ConvoKit hedge markers: the same with the hedge list of ConvoKit's politeness strategies.

`--plain` adds each model on the same transcripts without punctuation and capitals. `--thresholds` prints instead what
asking from some probability on (`ask_threshold`) gives.

The sets must not be part of what the models learned from (`models/default/README.md`). The public sets used for the
figures in the README are not part of this repository; see `data/README.md`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from baselines import BASELINES

import overstate
from overstate import Scores
from overstate.corpus import LabelledTranscript, unpunctuated
from overstate.evaluation import HEADLINE

ROOT = Path(__file__).parents[1]
ASK = "needs_clarification"
#: Figures that are no percentages.
FRACTIONS = ("status_kappa", "ece")
THRESHOLDS = (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7)


def shown(scores: Scores, figure: str) -> str:
    """A figure, and its interval where there is one."""
    decimals = 2 if figure in FRACTIONS else 1
    text = f"{round(getattr(scores, figure), decimals) + 0.0:.{decimals}f}"  # no "-0.00"
    if figure in scores.intervals:
        text += " ({:.{d}f}–{:.{d}f})".format(*scores.intervals[figure], d=decimals)
    return text


def markdown(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table."""
    head = list(head)
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def quality(
    records: Sequence[LabelledTranscript], models: dict[str, overstate.Analyzer], *, plain: bool, bootstrap: int
) -> str:
    """The table of one set."""
    rows = []
    for name, make in BASELINES.items():
        rule: Any = make()
        scores = overstate.evaluate(rule, records, bootstrap=0)
        # a rule has no probabilities that could be calibrated
        rows.append([name, *("–" if figure == "ece" else shown(scores, figure) for figure in HEADLINE)])
    stripped = [replace(unpunctuated(record), id=record.id) for record in records] if plain else []
    for name, analyzer in models.items():
        scores = overstate.evaluate(analyzer, records, bootstrap=bootstrap)
        rows.append([name, *(shown(scores, figure) for figure in HEADLINE)])
        if plain:
            scores = overstate.evaluate(analyzer, stripped, bootstrap=bootstrap)
            rows.append([f"{name}, plain", *(shown(scores, figure) for figure in HEADLINE)])
    return markdown(["", *HEADLINE], rows)


def thresholds(
    records: Sequence[LabelledTranscript], models: dict[str, overstate.Analyzer], values: Sequence[float]
) -> str:
    """What each threshold gives on one set."""
    rows = []
    for name, analyzer in models.items():
        for value in (None, *values):
            scores = overstate.evaluate(analyzer, records, ask_threshold=value, bootstrap=0)
            right = scores.confusion.get(f"{ASK}->{ASK}", 0)
            asked = sum(n for pair, n in scores.confusion.items() if pair.endswith(f"->{ASK}")) + scores.invented[ASK]
            figures = [f"{figure:.1f}" for figure in (scores.ask_precision, scores.ask_recall, scores.ask_f1)]
            asking = "the model's own" if value is None else f"{value:g}"
            counts = [f"{asked} of {scores.claims_pred}", str(right)]
            rows.append([name, asking, *counts, *figures, shown(scores, "status_kappa")])
    return markdown(["model", "ask_threshold", "asked", "right", "precision", "recall", "F1", "status_kappa"], rows)


def shipped() -> list[str]:
    """Names of the models that come with the package."""
    return [path.parent.name for path in sorted((ROOT / "models").glob("*/config.json"))]


def loaded(names: Sequence[str]) -> dict[str, overstate.Analyzer]:
    """Models by name and version; by folder as well where two have the same."""
    models: dict[str, overstate.Analyzer] = {}
    for name in names:
        analyzer = overstate.load(name)
        label = analyzer.models.name
        models[label if label not in models else f"{label} ({name})"] = analyzer
    return models


def main(arguments: Sequence[str] | None = None) -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("sets", nargs="+", metavar="NAME=FILE")
    args.add_argument("--model", action="append", metavar="NAME_OR_FOLDER", help="default: all shipped models")
    args.add_argument("--plain", action="store_true", help="also without punctuation and capitals")
    args.add_argument("--thresholds", action="store_true", help="print what thresholds for asking give instead")
    args.add_argument("--bootstrap", type=int, default=1000, help="rounds of resampling for the intervals; 0 for none")
    options = args.parse_args(arguments)
    models = loaded(options.model or shipped())
    for item in options.sets:
        name, equals, path = item.partition("=")
        if not equals:
            args.error(f"got {item!r}, expected NAME=FILE")
        records = overstate.read_labelled(path)
        claims, hedges = (sum(len(getattr(record, kind)) for record in records) for kind in ("claims", "hedges"))
        print(f"\n{name}: {len(records)} transcripts, {claims:,} claims, {hedges:,} hedges\n")
        if options.thresholds:
            print(thresholds(records, models, THRESHOLDS))
        else:
            print(quality(records, models, plain=options.plain, bootstrap=options.bootstrap))


if __name__ == "__main__":
    main()
