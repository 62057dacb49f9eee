"""Train the shipped models, measure them, and write `models/fast` and `models/default` with scores and cards.

    python training/models.py LABELLED.jsonl ... [--encoder encoder/] [--measure NAME=HELD_OUT.jsonl ...]

The project's own calls and dialogues are always learned from. `data/README.md` tells how to make LABELLED.jsonl from the public labels
and the public text. Sets given with `--measure` are never learned from. `encoder/` is what `training/encoder.py` wrote;
without it only `models/fast` is trained. The default model learns from scores of transcripts which the encoder that gave
them had not learned from.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

import numpy as np

import overstate
from overstate import LabelledTranscript, Scores, Status
from overstate.dialogues import read_dialogues

ROOT = Path(__file__).parents[1]
CALLS = ROOT / "data" / "calls" / "labelled.jsonl"
DIALOGUES = ROOT / "data" / "dialogues" / "learn.txt"

SHOWN = {
    "transcripts": "transcripts",
    "claims_gold": "claims labelled",
    "hedges_gold": "hedges labelled",
    "claim_token_f1": "claim words found, F1",
    "claim_span_f1": "claims found (overlap of a half or more), F1",
    "hedge_f1": "hedges found, F1",
    "status_kappa": "status of found claims, Cohen's kappa",
    "status_acc": "status of found claims, accuracy %",
    "ask_f1": "needs clarification, found and so judged, F1",
    "ask_precision": "… precision",
    "ask_recall": "… recall",
    "verified_f1": "verified, found and so judged, F1",
    "ask_ap": "claims ranked by the probability of needing clarification, average precision",
    "ask_p5": "of the five claims put first to ask about, right %",
    "e2e_macro_f1": "the whole job, word by word over four classes, macro F1",
    "ece": "expected calibration error of the probabilities",
    "brier": "Brier score of the probabilities (0 best, 2 worst)",
}
#: Figures that are no percentages.
FRACTIONS = ("status_kappa", "ece", "brier")
BY_SOURCE = (
    "claim_token_f1",
    "claim_span_f1",
    "hedge_f1",
    "status_kappa",
    "ask_f1",
    "ask_ap",
    "ask_p5",
    "verified_f1",
    "e2e_macro_f1",
    "ece",
)
STATUSES = {str(status): str(status).replace("_", " ") for status in Status}

WHAT = {
    "default": """\
The model that `overstate.load()` reads. A six-layer MiniLM (all-MiniLM-L6-v2, Apache-2.0), fine-tuned and rounded to 8 bits, reads
each word in its context; scikit-learn models take its scores beside counts and words, find hedges and claims in English
transcripts, and judge the claims.""",
    "fast": """\
The model that `overstate.load("fast")` reads: linear scikit-learn models, no neural network, that find hedges and claims in
English transcripts and judge the claims. Many times as fast as the default model and less exact.""",
}

INTRODUCTION = """\
{what} A status is an estimate from the words of the conversation. It says
nothing about the world, and it is wrong often enough (see below) that nobody should act on one without reading the claim
in its place.

## What it is for

Drawing a reader's attention to claims in sales and customer calls, earnings calls, meetings and hearings, in the order in
which they are worth asking about. **Not for** judging people, ranking speakers, or deciding anything without a reader; not
for languages other than English; not for written prose.

## What it learned from
"""

#: What each model sees of a call, and what else it is bad at.
BAD_AT = {
    "default": (
        "The encoder sees some 400 words at a time; places further apart are linked through words in common.",
        "- **Speech without punctuation or capitals**: nearly as many claims are found, with less exact edges.",
    ),
    "fast": (
        "Contradiction, evasion and confirmation are seen only through words\n  and amounts in common and through"
        " tell-tale answers.",
        "- **Speech without punctuation or capitals**: claims are still found, with less exact edges, and statuses suffer.",
    ),
}

LIMITS = """\
## What it is bad at

- **Verdicts that hang on the rest of the call.** {reach} Most confirmations and clashes
  are missed, and some of the turns quoted as such are none (`benchmarks/links.py` says how many).
- **Verified claims** in public talk: few are found (see `verified` above).
- **Design meetings and debates**, where claims are scattered among proposals and banter: least is found there.
{own}
- **Sarcasm, quotations, reported speech**: taken at face value.
- Labels of single annotators (public talk) are learned from: two careful readers agree on the status at kappa 0.8 to 0.9,
  which is far above what this model reaches.

Probabilities are calibrated on held-out parts of the training data; on other kinds of talk they are less exact, as the
calibration errors above show. `verified` and `needs_clarification` are called below even odds, from 30 % on, because
agreement with readers is best there; `confidence` says how sure the model is of the status it gives.
"""


def table(head: list[str], rows: Iterable[Iterable[str]]) -> list[str]:
    """Lines of a Markdown table."""
    return ["| " + " | ".join(line) + " |" for line in (head, ["---"] * len(head), *rows)]


def figure(name: str, value: float) -> str:
    """A count or a figure as text."""
    return f"{value:,}" if isinstance(value, int) else f"{value:.2f}" if name in FRACTIONS else f"{value:.1f}"


def cell(result: Scores, name: str) -> str:
    """A figure and its interval."""
    text = figure(name, getattr(result, name))
    if name in result.intervals:
        text += " ({}–{})".format(*(figure(name, limit) for limit in result.intervals[name]))
    return text


def details(result: Scores) -> list[str]:
    """By kind of conversation, confusion, reasons and calibration. Counts and figures only: no text, no ids."""
    kinds = (
        [source, *(f"{row[n]:,}" for n in ("transcripts", "claims")), *(figure(n, row[n]) for n in BY_SOURCE)]
        for source, row in result.by_source.items()
    )
    confusion = [
        [label, *(str(result.confusion.get(f"{status}->{other}", 0)) for other in STATUSES), str(result.missed[status])]
        for status, label in STATUSES.items()
    ]
    confusion.append(["not labelled", *(str(result.invented[status]) for status in STATUSES), ""])
    reasons = (
        [
            name.replace("_", " "),
            f"{row['gold']}",
            f"{row['pred']}",
            *(f"{row[n]:.1f}" for n in ("precision", "recall", "f1")),
        ]
        for name, row in result.reasons.items()
    )
    bins = (
        [f"{one.low:.1f} to {one.high:.1f}", str(one.claims), f"{one.confidence:.2f}", f"{one.accuracy:.2f}"]
        for one in result.calibration
        if one.claims
    )
    return [
        "By kind of conversation:",
        "",
        *table(["kind", "transcripts", "claims", *(f"`{name}`" for name in BY_SOURCE)], kinds),
        "",
        "Claims, labelled (lines) and found (columns):",
        "",
        *table(["", *STATUSES.values(), "not found"], confusion),
        "",
        "Reasons, of claims found:",
        "",
        *table(["reason", "labelled", "given", "precision", "recall", "F1"], reasons),
        "",
        "Calibration: the probability of the likeliest status, and how often that is right:",
        "",
        *table(["probability", "claims", "mean probability", "right"], bins),
        "",
    ]


def card(config: dict[str, object], scores: dict[str, Scores]) -> str:
    """The model card."""
    data: dict[str, dict[str, int]] = config["data"]  # type: ignore[assignment]
    what = WHAT[str(config["name"])]
    lines = [f"# {config['name']} {config['version']}", "", INTRODUCTION.replace("{what}", what)]
    if "encoder_data" in config:
        data_of: dict[str, int] = config["encoder_data"]  # type: ignore[assignment]
        lines += [
            f"The encoder was fine-tuned on {data_of['transcripts']:,} transcripts with {data_of['claims']:,} claims",
            "(`training/encoder_ids.txt`). The models on top learned from transcripts that the encoder which scored them for",
            "this had not learned from:",
            "",
        ]
    lines += ["| source | transcripts | words | claims | hedges |", "| --- | --- | --- | --- | --- |"]
    for source, row in data.items():
        lines.append(f"| {source} | {row['transcripts']} | {row['words']:,} | {row['claims']:,} | {row['hedges']:,} |")
    total = {key: sum(row[key] for row in data.values()) for key in ("transcripts", "words", "claims", "hedges")}
    lines.append("| **all** | " + " | ".join(f"**{value:,}**" for value in total.values()) + " |")
    share = f"{config['unpunctuated']:.0%}"
    lines += [
        "",
        f"Of {share} of the transcripts a copy without punctuation and capitals was learned from as well. Seed {config['seed']}.",
        "Sources and licences are described in `data/README.md` of the project; the model holds no text of them.",
        "",
    ]
    if scores:
        lines += [
            "## How well it does",
            "",
            "On transcripts it has not learned from; percent unless named otherwise. In brackets 95 % intervals: what resampling",
            "the transcripts gives. Few transcripts make wide ones, and kinds of talk that are not among them are not in them.",
            "",
            *table(
                ["", *scores],
                ([label, *(cell(result, name) for result in scores.values())] for name, label in SHOWN.items()),
            ),
            "",
        ]
        for name, result in scores.items():
            lines += [f"### {name[:1].upper()}{name[1:]}", "", *details(result)]
    reach, own = BAD_AT[str(config["name"])]
    return "\n".join([*lines, LIMITS.replace("{reach}", reach).replace("{own}", own)])


def unseen(
    folder: Path, records: list[LabelledTranscript], learned: set[str]
) -> tuple[list[LabelledTranscript], dict[str, np.ndarray]]:
    """The records that an encoder which did not learn from them can score, and the scores made so far."""
    scores: dict[str, np.ndarray] = {}
    for path in sorted(folder.glob("unseen*.npz")):
        with np.load(path) as file:
            scores.update({name: file[name] for name in file.files})
    return [r for r in records if r.id in scores or r.id not in learned], scores


def measure(analyzer: overstate.Analyzer, sets: list[str], folder: Path) -> None:
    """Measure, write the card, and save."""
    scores = {}
    for item in sets:
        name, _, path = item.partition("=")
        scores[name] = overstate.evaluate(analyzer, path)
        print(f"\n{name}\n{scores[name]}", flush=True)
    analyzer.config["scores"] = {name: result.to_dict() for name, result in scores.items()}
    analyzer.card = card(analyzer.config, scores)
    print(f"\nwritten to {analyzer.save(folder)}", flush=True)


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("data", nargs="*", help="labelled transcripts beside the project's own calls")
    args.add_argument("--encoder", type=Path, help="folder written by training/encoder.py")
    args.add_argument("--only", choices=("default", "fast"))
    args.add_argument("--measure", nargs="*", default=[], metavar="NAME=FILE")
    args.add_argument("--out", type=Path, default=ROOT / "models")
    args.add_argument("--version", default="3")
    options = args.parse_args()
    dialogues = [dialogue.record for dialogue in read_dialogues(DIALOGUES)]
    records = overstate.read_labelled([*options.data, CALLS, *dialogues])
    settings = {"version": options.version, "progress": print}
    if options.encoder and options.only != "fast":
        learned = set((options.encoder / "learned.txt").read_text(encoding="utf-8").split())
        kept, scores = unseen(options.encoder, records, learned)
        model = overstate.train(kept, name="default", encoder=options.encoder, scores=scores, **settings)
        claims = sum(len(record.claims) for record in records if record.id in learned)
        model.config["encoder_data"] = {"transcripts": len(learned), "claims": claims}
        measure(model, options.measure, options.out / "default")
    if options.only != "default":
        model = overstate.train(records, name="fast", encoder=None, **settings)
        measure(model, options.measure, options.out / "fast")


if __name__ == "__main__":
    main()
