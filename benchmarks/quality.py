"""How well the shipped model does on labelled transcripts, beside two simple baselines.

    python benchmarks/quality.py NAME=HELD_OUT.jsonl ...

- sentences: every sentence that is no question is a claim and plausible, every lexicon cue is a hedge;
- model: the shipped model;
- model, plain: the shipped model on the same transcripts without punctuation and capitals.

The sets must not be part of what the model learned from (`models/default/README.md`). The public sets used for the
figures in the README are not part of this repository; see `data/README.md`.
"""

from __future__ import annotations

import argparse
from dataclasses import replace

import overstate
from overstate import Claim, Hedge, HedgeType, Report, Scores, Status, Transcript
from overstate.corpus import unpunctuated
from overstate.features.hedge_cues import cue_matches
from overstate.features.tokens import PhraseIndex
from overstate.lexicons import hedges
from overstate.pipeline.doc import blank, make_doc, table_of

FIGURES = (
    "claim_token_f1", "claim_span_f1", "hedge_f1", "status_kappa", "ask_f1", "verified_f1", "ask_ap", "ask_p5",
    "e2e_macro_f1", "ece", "brier",
)  # fmt: skip


class Sentences:
    """The baseline, with as much of an analyzer's surface as `evaluate` needs."""

    def analyze(self, transcript: Transcript) -> Report:
        table = table_of(make_doc(transcript.turns, blank()))
        chance = {str(Status.VERIFIED): 0.05, str(Status.PLAUSIBLE): 0.65, str(Status.NEEDS_CLARIFICATION): 0.3}
        claims = []
        for a, b, asked in zip(table.sentence_start, table.sentence_end, table.is_question, strict=True):
            words = [i for i in range(a, b) if not table.punct[i]]
            if asked or not words:
                continue
            turn, start, end = int(table.turn[a]), int(table.start[words[0]]), int(table.end[words[-1]])
            said = transcript.turns[turn]
            claims.append(Claim(turn, start, end, said.text[start:end], said.speaker, Status.PLAUSIBLE, 0.65, chance))
        entries = hedges().entries
        found = cue_matches(table, PhraseIndex(entries))
        marks, reached = [], 0
        for a, b, entry in zip(found.start, found.stop, found.entry, strict=True):
            if a >= reached:
                turn, start, end = int(table.turn[a]), int(table.start[a]), int(table.end[b - 1])
                text = transcript.turns[turn].text[start:end]
                marks.append(Hedge(turn, start, end, text, HedgeType(entries[entry].kind)))
                reached = b
        return Report(transcript, tuple(claims), tuple(marks))


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("sets", nargs="+", metavar="NAME=FILE")
    options = args.parse_args()
    analyzer = overstate.load()
    for item in options.sets:
        name, _, path = item.partition("=")
        records = overstate.read_labelled(path)
        plain = [replace(unpunctuated(record), id=record.id) for record in records]
        columns: dict[str, Scores] = {
            "sentences": overstate.evaluate(Sentences(), records),  # type: ignore[arg-type]
            "model": overstate.evaluate(analyzer, records),
            "model, plain": overstate.evaluate(analyzer, plain),
        }
        first = columns["model"]
        print(f"\n{name}: {first.transcripts} transcripts, {first.claims_gold} claims, {first.hedges_gold} hedges\n")
        print("| | " + " | ".join(columns) + " |\n| --- |" + " --- |" * len(columns))
        for figure in FIGURES:
            values = [getattr(scores, figure) for scores in columns.values()]
            shown = [f"{v:.2f}" if figure in ("status_kappa", "ece", "brier") else f"{v:.1f}" for v in values]
            print(f"| {figure} | " + " | ".join(shown) + " |")


if __name__ == "__main__":
    main()
