"""How well a model does on labelled transcripts, by the figures used throughout the project.

Claims match one to one when their words overlap by half or more (intersection over union); hedges when they share a
word. Statuses are compared on matched claims. Everything is counted over words, so punctuation does not matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from overstate.analyzer import Analyzer
from overstate.corpus import LabelledTranscript, read_labelled
from overstate.report import Report
from overstate.types import Status

__all__ = ["Scores", "evaluate"]

_WORD = re.compile(r"\w+(?:['’]\w+)*")
_ASK = str(Status.NEEDS_CLARIFICATION)
_NAMES = tuple(str(status) for status in Status)
_TOP = 5

Tokens = tuple[int, frozenset[int]]


@dataclass(frozen=True)
class Scores:
    """Figures in percent, but for counts and `status_kappa`, `ece` and `brier`.

    Attributes:
        transcripts, claims_gold, claims_pred, hedges_gold, hedges_pred: Counts.
        claim_token_f1: Is this word inside a claim?
        claim_span_f1, claim_span_precision, claim_span_recall: Claims found, by overlap of a half or more.
        status_acc, status_macro_f1, status_kappa: Statuses of matched claims; Cohen's kappa is 1 at best.
        ask_f1, verified_f1: Claims found with that very status.
        ask_ap: Average precision of all claims ranked by the probability of needing clarification.
        ask_p5: Of each transcript's five claims most worth asking about, how many are right.
        e2e_macro_f1: The whole job, word by word, over four classes: no claim and the three statuses.
        hedge_f1, hedge_type_acc: Hedges found, and their types where found.
        ece: Expected calibration error of `confidence` over matched claims, ten bins, 0 to 1.
        brier: Mean squared error of the three probabilities over matched claims, 0 to 2.
        confusion: Counts of "gold->predicted" over matched claims.
        by_source: `claim_span_f1`, `status_acc` and the number of claims for each source.
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
    by_source: Mapping[str, Mapping[str, float]]

    def to_dict(self) -> dict[str, Any]:
        """The figures as JSON-ready values."""
        return asdict(self)

    def __str__(self) -> str:
        """A table, one figure a line."""
        lines = [f"{'transcripts':22} {self.transcripts}"]
        for name, value in self.to_dict().items():
            if name == "transcripts" or isinstance(value, Mapping):
                continue
            shown = f"{value:.3f}" if name in ("status_kappa", "ece", "brier") else value
            lines.append(f"{name:22} {shown:.1f}" if isinstance(shown, float) else f"{name:22} {shown}")
        lines += ["", f"{'gold -> predicted':44} claims"]
        lines += [f"{pair.replace('->', ' -> '):44} {count}" for pair, count in self.confusion.items()]
        lines += ["", f"{'source':22} {'claims':>6} {'claim_span_f1':>14} {'status_acc':>11}"]
        for source, row in self.by_source.items():
            lines.append(f"{source:22} {row['claims']:6.0f} {row['claim_span_f1']:14.1f} {row['status_acc']:11.1f}")
        return "\n".join(lines)


def evaluate(
    analyzer: Analyzer,
    data: str | Path | Mapping[str, Any] | Iterable[Any],
    *,
    progress: Callable[[Sequence[LabelledTranscript]], Iterable[LabelledTranscript]] | None = None,
) -> Scores:
    """Compare what an analyzer finds with what was labelled by hand.

    Args:
        analyzer: The analyzer.
        data: JSON Lines files in the format of the annotation guideline, or records. They must not have been
            trained on.
        progress: Wraps the list of transcripts, as `tqdm` or `rich.progress.track` do.

    Raises:
        DataError: A record does not have the documented form; file, line and field are named.
    """
    records = read_labelled(data)
    tally = _Tally()
    for record in progress(records) if progress else records:
        tally.add(record, analyzer.analyze(record.transcript))
    return tally.scores()


class _Tally:
    """Counts gathered transcript by transcript."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.confusion: Counter[tuple[str, str]] = Counter()
        self.words: Counter[tuple[str, str]] = Counter()
        self.sources: dict[str, Counter[str]] = {}
        self.ranked: list[tuple[float, bool]] = []
        self.top: list[float] = []
        self.judged: list[tuple[str, Mapping[str, float]]] = []

    def add(self, record: LabelledTranscript, report: Report) -> None:
        words = [[m.span() for m in _WORD.finditer(turn.text)] for turn in record.transcript]
        gold = [(c.turn, _tokens(c.start, c.end, words[c.turn])) for c in record.claims]
        found = [(c.turn, _tokens(c.start, c.end, words[c.turn])) for c in report.claims]
        pairs = _match(gold, found, 0.5)
        status_of = {p: str(record.claims[g].status) for g, p in pairs}
        self._words(words, gold, found, record, report)
        self._claims(record, report, pairs, status_of)
        self._hedges(words, record, report)

    def _words(
        self,
        words: Sequence[Sequence[tuple[int, int]]],
        gold: Sequence[Tokens],
        found: Sequence[Tokens],
        record: LabelledTranscript,
        report: Report,
    ) -> None:
        true = {(t, i): str(c.status) for (t, tokens), c in zip(gold, record.claims, strict=True) for i in tokens}
        said = {(t, i): str(c.status) for (t, tokens), c in zip(found, report.claims, strict=True) for i in tokens}
        for turn, spans in enumerate(words):
            for i in range(len(spans)):
                self.words[true.get((turn, i), "none"), said.get((turn, i), "none")] += 1

    def _claims(
        self,
        record: LabelledTranscript,
        report: Report,
        pairs: Sequence[tuple[int, int]],
        status_of: Mapping[int, str],
    ) -> None:
        source = self.sources.setdefault(record.source or "unnamed", Counter())
        for counter in (self.count, source):
            counter.update(gold=len(record.claims), found=len(report.claims), matched=len(pairs))
        self.count["transcripts"] += 1
        asks = sorted(
            ((c.probabilities[_ASK], status_of.get(p) == _ASK) for p, c in enumerate(report.claims)),
            key=lambda pair: -pair[0],
        )
        self.ranked += asks
        self.top.append(sum(right for _, right in asks[:_TOP]) / _TOP)
        for g, p in pairs:
            true, claim = str(record.claims[g].status), report.claims[p]
            self.confusion[true, str(claim.status)] += 1
            source["right"] += true == str(claim.status)
            self.judged.append((true, claim.probabilities))
        for gold_claim in record.claims:
            self.count[f"gold {gold_claim.status}"] += 1
        for claim in report.claims:
            self.count[f"found {claim.status}"] += 1

    def _hedges(self, words: Sequence[Sequence[tuple[int, int]]], record: LabelledTranscript, report: Report) -> None:
        gold = [(h.turn, _tokens(h.start, h.end, words[h.turn])) for h in record.hedges]
        found = [(h.turn, _tokens(h.start, h.end, words[h.turn])) for h in report.hedges]
        pairs = _match(gold, found, 0.0)
        right = sum(record.hedges[g].type == report.hedges[p].type for g, p in pairs)
        self.count.update(gold_hedges=len(gold), found_hedges=len(found), matched_hedges=len(pairs), right_types=right)

    def scores(self) -> Scores:
        count, confusion = self.count, self.confusion
        matched = count["matched"]
        agree = _share(sum(n for (a, b), n in confusion.items() if a == b), matched)
        row = {s: sum(n for (a, _), n in confusion.items() if a == s) for s in _NAMES}
        column = {s: sum(n for (_, b), n in confusion.items() if b == s) for s in _NAMES}
        chance = sum(_share(row[s], matched) * _share(column[s], matched) for s in _NAMES)
        ece, brier = _calibration(self.judged)
        return Scores(
            transcripts=count["transcripts"],
            claims_gold=count["gold"],
            claims_pred=count["found"],
            claim_token_f1=_f1(
                sum(n for (a, b), n in self.words.items() if "none" not in (a, b)),
                sum(n for (_, b), n in self.words.items() if b != "none"),
                sum(n for (a, _), n in self.words.items() if a != "none"),
            ),
            claim_span_f1=_f1(matched, count["found"], count["gold"]),
            claim_span_precision=100 * _share(matched, count["found"]),
            claim_span_recall=100 * _share(matched, count["gold"]),
            status_acc=100 * agree,
            status_macro_f1=sum(_f1(confusion[s, s], column[s], row[s]) for s in _NAMES) / len(_NAMES),
            status_kappa=(agree - chance) / (1 - chance) if chance < 1 and matched else 0.0,
            ask_f1=_f1(confusion[_ASK, _ASK], count[f"found {_ASK}"], count[f"gold {_ASK}"]),
            verified_f1=_f1(confusion["verified", "verified"], count["found verified"], count["gold verified"]),
            ask_ap=100 * _average_precision(self.ranked, count[f"gold {_ASK}"]),
            ask_p5=100 * _share(sum(self.top), len(self.top)),
            e2e_macro_f1=sum(self._class_f1(name) for name in ("none", *_NAMES)) / (len(_NAMES) + 1),
            hedges_gold=count["gold_hedges"],
            hedges_pred=count["found_hedges"],
            hedge_f1=_f1(count["matched_hedges"], count["found_hedges"], count["gold_hedges"]),
            hedge_type_acc=100 * _share(count["right_types"], count["matched_hedges"]),
            ece=ece,
            brier=brier,
            confusion={f"{a}->{b}": n for (a, b), n in sorted(confusion.items())},
            by_source={
                name: {
                    "claims": c["gold"],
                    "claim_span_f1": _f1(c["matched"], c["found"], c["gold"]),
                    "status_acc": 100 * _share(c["right"], c["matched"]),
                }
                for name, c in sorted(self.sources.items())
            },
        )

    def _class_f1(self, name: str) -> float:
        return _f1(
            self.words[name, name],
            sum(n for (_, b), n in self.words.items() if b == name),
            sum(n for (a, _), n in self.words.items() if a == name),
        )


def _tokens(start: int, end: int, words: Sequence[tuple[int, int]]) -> frozenset[int]:
    """Indices of the words of a turn that overlap the characters start..end."""
    return frozenset(i for i, (a, b) in enumerate(words) if a < end and b > start)


def _match(gold: Sequence[Tokens], found: Sequence[Tokens], least: float) -> list[tuple[int, int]]:
    """One-to-one pairs by overlap, best first; overlap must reach `least`, and be more than nothing."""
    pairs = []
    for g, (turn, tokens) in enumerate(gold):
        for p, (other, theirs) in enumerate(found):
            both = len(tokens & theirs) if turn == other else 0
            if both and (overlap := both / len(tokens | theirs)) >= least:
                pairs.append((overlap, g, p))
    used_gold: set[int] = set()
    used_found: set[int] = set()
    out = []
    for _, g, p in sorted(pairs, reverse=True):
        if g not in used_gold and p not in used_found:
            used_gold.add(g)
            used_found.add(p)
            out.append((g, p))
    return out


def _f1(right: int, found: int, gold: int) -> float:
    return 200.0 * right / (found + gold) if found + gold else 100.0


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _average_precision(ranked: Iterable[tuple[float, bool]], gold: int) -> float:
    hits, total = 0, 0.0
    for rank, (_, right) in enumerate(sorted(ranked, key=lambda pair: -pair[0]), 1):
        if right:
            hits += 1
            total += hits / rank
    return _share(total, gold)


def _calibration(judged: Sequence[tuple[str, Mapping[str, float]]]) -> tuple[float, float]:
    """Expected calibration error of the likeliest status (Guo et al. 2017), and Brier score."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    brier = 0.0
    for true, chance in judged:
        likeliest = max(chance, key=lambda name: chance[name])
        bins.setdefault(min(9, int(chance[likeliest] * 10)), []).append((chance[likeliest], likeliest == true))
        brier += sum((chance[name] - (name == true)) ** 2 for name in _NAMES)
    n = max(1, len(judged))
    ece = sum(abs(sum(p for p, _ in b) - sum(right for _, right in b)) for b in bins.values()) / n
    return ece, brier / n
