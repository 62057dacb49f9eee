"""What the links between turns are worth, and what they cost.

    python benchmarks/links.py dialogues [--model default] [FILE ...]     precision and recall on labelled dialogues
    python benchmarks/links.py calls [--model default] [FILE ...]         the same on labelled calls
    python benchmarks/links.py ablation NAME=HELD_OUT.jsonl ...           what each kind of link adds to the verdicts
    python benchmarks/links.py cost                                       time with and without, by length of the call

A link counts as found if its kind and the turns at both its ends are right, an answer if its outcome is right, too; a
labelled link is found once, and every other link found is a wrong one. In the ablation a kind of link is muted: the model
that judges is told that nothing of that kind happened. It learned with all of them, so what muting costs is what it makes
of them, not what it could do if it had never seen them. Times are ratios within one run.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from quality import markdown

import overstate
from overstate import Outcome, Relation
from overstate.corpus import LINKED, LabelledTranscript, read_labelled
from overstate.dialogues import read_dialogues

ROOT = Path(__file__).parents[1]
DIALOGUES = ROOT / "data" / "dialogues" / "held_out.txt"
CALLS = ROOT / "data" / "calls" / "held_out.jsonl"
FIGURES = ("status_kappa", "verified_f1", "ask_f1", "ask_ap", "ask_p5", "e2e_macro_f1")
LENGTHS = (1_000, 3_000, 10_000, 30_000, 100_000)
ROUNDS = 5

Ends = tuple[str, int, int, str]


def labelled(record: LabelledTranscript) -> Counter[Ends]:
    """Kind, later turn, earlier turn and outcome of each labelled link with two ends."""
    return Counter(
        (str(link.relation), link.later.turn, link.earlier.turn, str(link.outcome or ""))
        for link in record.links or ()
        if link.earlier is not None
    )


def found(report: overstate.Report) -> Counter[Ends]:
    """The same of the links in a report."""
    out: Counter[Ends] = Counter()
    for link in report.links:
        ends = sorted((q.turn, q.start) for q in (link.claim, link.other) if q.turn is not None)
        if len(ends) == 2 and link.relation is not Relation.ANSWER:
            out[str(link.relation), ends[1][0], ends[0][0], ""] += 1
    for question in report.questions:
        if question.answer is not None and question.outcome is not Outcome.OPEN:
            out["answer", question.answer.turn or 0, question.asked.turn or 0, str(question.outcome)] += 1
    return out


def agreement(analyzer: overstate.Analyzer, records: Iterable[LabelledTranscript]) -> str:
    """Precision and recall by kind, as a table."""
    hits, ours, theirs = Counter[str](), Counter[str](), Counter[str]()
    for record in records:
        want, got = labelled(record), found(analyzer.analyze(record.transcript))
        for counts, total in ((want & got, hits), (got, ours), (want, theirs)):
            for ends, number in counts.items():
                total[ends[0]] += number
    rows = []
    for kind in [*map(str, LINKED), "all"]:
        hit, our, their = (sum(c.values()) if kind == "all" else c[kind] for c in (hits, ours, theirs))
        rows.append([kind, str(their), str(our), share(hit, our), share(hit, their)])
    return markdown(["link", "labelled", "found", "precision", "recall"], rows)


def share(part: int, whole: int) -> str:
    """A percentage, or a dash for a share of nothing."""
    return f"{100 * part / whole:.0f}" if whole else "–"


def muted(analyzer: overstate.Analyzer, *relations: Relation) -> overstate.Analyzer:
    """The analyzer without some kinds of link."""
    models = replace(analyzer.models, links=analyzer.models.links.muted(*relations))
    return overstate.Analyzer(models, analyzer.config)


def ablation(analyzer: overstate.Analyzer, records: Sequence[LabelledTranscript]) -> str:
    """What verdicts are like without each kind of link, and without any, as a table."""
    variants: dict[str, tuple[Relation, ...]] = {
        "all links": (),
        **{f"without {relation}": (relation,) for relation in LINKED},
        "without links": LINKED,
    }
    rows = []
    for name, relations in variants.items():
        scores = overstate.evaluate(muted(analyzer, *relations) if relations else analyzer, records, bootstrap=0)
        rows.append([name, *(f"{getattr(scores, f):.{3 if f == 'status_kappa' else 1}f}" for f in FIGURES)])
    return markdown(["", *FIGURES], rows)


def cost(models: Sequence[str]) -> str:
    """Microseconds a word of process time with all links and with none, by length of the call; best of some rounds."""
    turns = [turn for record in read_labelled([ROOT / "data/calls/labelled.jsonl"]) for turn in record.transcript]
    rows = []
    for name in models:
        analyzer = overstate.load(name)
        without = muted(analyzer, *LINKED)
        for length in LENGTHS:
            call, words = [], 0
            while words < length:
                call.append(turns[len(call) % len(turns)])
                words += len(call[-1].text.split())
            best = [float("inf")] * 2
            for _ in range(ROUNDS if length < 30_000 else 2):
                for i, one in enumerate((analyzer, without)):
                    began = time.process_time()
                    one.analyze(call)
                    best[i] = min(best[i], time.process_time() - began)
            per_word = [1e6 * seconds / words for seconds in best]
            rows.append([name, f"{words:,}", *(f"{value:.0f}" for value in per_word), f"{best[1] / best[0]:.2f}"])
    return markdown(["model", "words", "µs a word", "without links", "throughput kept"], rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the tables asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("dialogues", "calls", "ablation", "cost"))
    parser.add_argument("files", nargs="*", metavar="FILE", help="labelled transcripts; for the ablation NAME=FILE")
    parser.add_argument("--model", nargs="*", default=["default", "fast"], help="shipped models or model folders")
    options = parser.parse_args(arguments)
    if options.what == "cost":
        print(cost(options.model))
        return
    for model in options.model:
        analyzer = overstate.load(model)
        if options.what == "ablation":
            for given in options.files:
                name, _, path = given.partition("=")
                print(f"\n{analyzer.models.name}, {name}\n\n{ablation(analyzer, read_labelled([path]))}")
            continue
        if options.what == "dialogues":
            records = [d.record for file in options.files or [DIALOGUES] for d in read_dialogues(file)]
        else:
            records = [record for record in read_labelled(options.files or [CALLS]) if record.links is not None]
        print(f"\n{analyzer.models.name}, {len(records)} {options.what}\n\n{agreement(analyzer, records)}")


if __name__ == "__main__":
    main()
