"""The scripts that make the tables: baselines, their table, and the model card."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from types import SimpleNamespace

import pytest
from conftest import ROOT

import overstate
from overstate import HedgeType, Status
from overstate.corpus import LINKED, Place, read_labelled
from overstate.types import Evidence, Outcome, Question, Quote, Relation, Turn

TURNS = [
    ("Ines", "We grew forty percent. I think churn may fall. Is it on the whole likely?"),
    ("Tom", "Kind of. It probably works."),
]
SENTENCES = ["We grew forty percent", "I think churn may fall", "Kind of", "It probably works"]


@pytest.mark.parametrize(
    ("name", "hedges", "asked"),
    [
        ("majority", [], []),
        ("lexicon", ["I think", "may", "on the whole", "likely", "Kind of", "probably"], SENTENCES[1:]),
        ("convokit", ["think", "may", "likely", "probably"], [SENTENCES[1], SENTENCES[3]]),
    ],
)
def test_baselines(script, name, hedges, asked):
    report = getattr(script("benchmarks", "baselines"), name)().analyze(overstate.Transcript.from_turns(TURNS))
    assert [claim.text for claim in report.claims] == SENTENCES
    assert [claim.text for claim in report.claims if claim.status is Status.NEEDS_CLARIFICATION] == asked
    assert all(claim.probabilities[claim.status] == claim.confidence == 1 for claim in report.claims)
    assert {claim.status for claim in report.claims} <= {Status.NEEDS_CLARIFICATION, Status.PLAUSIBLE}
    found = [hedge.text for hedge in report.hedges]
    assert [words for words in found if words in hedges] == hedges
    assert name != "convokit" or found == hedges
    assert name == "majority" or {hedge.type for hedge in report.hedges} <= set(HedgeType)


def test_hedge_list_of_convokit_is_whole_and_names_its_licence():
    lines = (ROOT / "benchmarks" / "convokit_hedges.txt").read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if not line.startswith("#")]
    assert len(words) == len(set(words)) == 99
    notice = " ".join(line.strip("# ") for line in lines if line.startswith("#"))
    assert "Copyright (C) 2017-2024 The ConvoKit Developers." in notice
    assert "Permission is hereby granted, free of charge" in notice


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


@pytest.fixture
def few(small, tmp_path):
    path = tmp_path / "few.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in small[:3]), encoding="utf-8")
    return path


def test_quality_table(script, few, saved, capsys):
    script("benchmarks", "quality").main([f"mine={few}", "--model", str(saved), "--plain", "--bootstrap", "20"])
    _, title, _, head, _, *rows = capsys.readouterr().out.splitlines()
    assert title.startswith("mine: 3 transcripts, ")
    figures = "claim_token_f1 claim_span_f1 hedge_f1 status_kappa ask_f1 ask_ap ask_p5 verified_f1 e2e_macro_f1 ece"
    assert cells(head) == ["", *figures.split()]
    shown = {cells(row)[0]: cells(row)[1:] for row in rows}
    assert list(shown) == [
        "every sentence plausible", "hedge lexicon", "ConvoKit hedge markers", "small 1", "small 1, plain",
    ]  # fmt: skip
    scores = overstate.evaluate(overstate.load(saved), few, bootstrap=20)
    low, high = scores.intervals["claim_token_f1"]
    assert shown["small 1"][0] == f"{scores.claim_token_f1:.1f} ({low:.1f}–{high:.1f})"
    assert shown["hedge lexicon"][-1] == "–"
    assert all(len(row) == 10 for row in shown.values())


def test_threshold_table(script, few, saved, capsys):
    quality = script("benchmarks", "quality")
    quality.main([f"mine={few}", "--model", str(saved), "--thresholds"])
    rows = [cells(row) for row in capsys.readouterr().out.splitlines()[5:]]
    assert [row[1] for row in rows] == ["the model's own", *(f"{value:g}" for value in quality.THRESHOLDS)]
    scores = overstate.evaluate(overstate.load(saved), few, ask_threshold=0.5, bootstrap=0)
    row = next(row for row in rows if row[1] == "0.5")
    assert row[4:7] == [f"{value:.1f}" for value in (scores.ask_precision, scores.ask_recall, scores.ask_f1)]
    assert int(row[3]) == scores.confusion.get("needs_clarification->needs_clarification", 0)


def test_a_set_without_a_name_is_refused(script, few, saved, capsys):
    with pytest.raises(SystemExit):
        script("benchmarks", "quality").main([str(few), "--model", str(saved)])
    assert "expected NAME=FILE" in capsys.readouterr().err


def test_all_shipped_models_are_measured(script):
    assert "default" in script("benchmarks", "quality").shipped()


# Links.

KINDS = "question answer corroboration denial contradiction correction repetition all".split()


def shown(text: str) -> dict[str, list[str]]:
    """Rows of a table by their first cell."""
    return {cells(row)[0]: cells(row)[1:] for row in text.splitlines()[2:] if row.startswith("|")}


def marked(place: Place | None, turns: tuple[Turn, ...]) -> Quote | None:
    """The words at a place, as a report quotes them."""
    if place is None:
        return None
    turn = turns[place.turn]
    return Quote(turn.text[place.start : place.end], place.turn, place.start, place.end, turn.speaker)


class Known:
    """Finds the links that are labelled, changed in some way."""

    def __init__(self, records, change=lambda links: links):
        self.of = {record.transcript: change(list(record.links)) for record in records}

    def analyze(self, transcript):
        evidence, questions = [], []
        for link in self.of[transcript]:
            later, earlier = (marked(place, transcript.turns) for place in (link.later, link.earlier))
            if link.relation is Relation.ANSWER:
                questions.append(Question(earlier, None, later, link.outcome))
            elif earlier is not None:
                evidence.append(Evidence(link.relation, later, earlier))
        return SimpleNamespace(links=evidence, questions=questions)


@pytest.fixture
def said(dialogues):
    return [dialogue.record for dialogue in dialogues]


def test_agreement_with_oneself(script, said):
    rows = shown(script("benchmarks", "links").agreement(Known(said), said))
    assert list(rows) == KINDS
    counts = Counter(str(link.relation) for record in said for link in record.links if link.earlier is not None)
    counts["all"] = counts.total()
    assert rows == {kind: [str(counts[kind])] * 2 + ["100", "100"] for kind in KINDS}


#: What is done to the links found; precision and recall of answers and of denials.
CHANGED = {
    "none are found": (lambda links: [], ["–", "0"], ["–", "0"]),
    "answers with the other outcome": (
        lambda links: [
            replace(k, outcome=Outcome.EVADED if k.outcome is Outcome.ANSWERED else Outcome.ANSWERED)
            if k.outcome
            else k
            for k in links
        ],
        ["0", "0"],
        ["100", "100"],
    ),
    "no denials": (
        lambda links: [k for k in links if k.relation is not Relation.DENIAL],
        ["100", "100"],
        ["–", "0"],
    ),
    "everything twice": (lambda links: links * 2, ["50", "100"], ["50", "100"]),
}


@pytest.mark.parametrize(("change", "answers", "denials"), CHANGED.values(), ids=CHANGED)
def test_agreement(script, said, change, answers, denials):
    rows = shown(script("benchmarks", "links").agreement(Known(said, change), said))
    assert rows["answer"][2:] == answers
    assert rows["denial"][2:] == denials


def test_links_of_dialogues_and_calls_are_measured(script, linked_model, small, tmp_path, capsys):
    links = script("benchmarks", "links")
    folder = str(linked_model.save(tmp_path / "model"))
    calls = tmp_path / "calls.jsonl"
    calls.write_text("".join(json.dumps(record) + "\n" for record in small[:3]), encoding="utf-8")
    links.main(["calls", str(calls), "--model", folder])
    out = capsys.readouterr().out
    assert "linked 1, 3 calls" in out
    counts = Counter(k["relation"] for r in small[:3] for k in r["links"] if k["earlier"] is not None)
    assert {kind: int(row[0]) for kind, row in shown(out.partition("calls\n\n")[2]).items()} == {
        kind: counts[kind] if kind != "all" else counts.total() for kind in KINDS
    }
    links.main(["dialogues", str(ROOT / "data" / "dialogues" / "learn.txt"), "--model", folder])
    rows = shown(capsys.readouterr().out.partition("dialogues\n\n")[2])
    assert int(rows["all"][1]) > 50, "some are found"
    assert int(rows["answer"][2]) > 50 < int(rows["answer"][3])
    assert links.DIALOGUES.is_file() and links.CALLS.is_file()


def test_links_can_be_muted(script, linked_model, dialogues):
    links = script("benchmarks", "links")
    deaf, no_answers = links.muted(linked_model, *LINKED), links.muted(linked_model, Relation.ANSWER)
    heard = 0
    for dialogue in dialogues[:20]:
        before, after, none = (m.analyze(dialogue.record.transcript) for m in (linked_model, no_answers, deaf))
        assert (none.links, none.questions) == ((), ())
        assert [c.text for c in none.claims] == [c.text for c in before.claims], "claims are found all the same"
        assert all(question.answer is None for question in after.questions)
        heard += sum(question.answer is not None for question in before.questions)
    assert heard > 5


def test_ablation_table(script, linked_model, few):
    links = script("benchmarks", "links")
    records = read_labelled(few)
    rows = shown(links.ablation(linked_model, records))
    assert list(rows) == ["all links", *(f"without {kind}" for kind in KINDS[:-1]), "without links"]
    scores = overstate.evaluate(linked_model, records, bootstrap=0)
    assert rows["all links"][:2] == [f"{scores.status_kappa:.3f}", f"{scores.verified_f1:.1f}"]
    assert all(len(row) == len(links.FIGURES) for row in rows.values())


def test_cost_table(script, saved, monkeypatch):
    links = script("benchmarks", "links")
    monkeypatch.setattr(links, "LENGTHS", (60, 120))
    monkeypatch.setattr(links, "ROUNDS", 1)
    lines = links.cost([str(saved)]).splitlines()
    assert cells(lines[0]) == ["model", "words", "µs a word", "without links", "throughput kept"]
    rows = [cells(line) for line in lines[2:]]
    assert [row[0] for row in rows] == [str(saved)] * 2
    assert all(60 <= int(row[1]) < 400 and float(row[2]) > 0 and float(row[4]) > 0 for row in rows)


def test_card_and_config_hold_figures_and_no_words(script, small_model, small, tmp_path):
    measured = small[:4]
    scores = overstate.evaluate(small_model, measured, bootstrap=20)
    assert scores.mistakes
    model = overstate.Analyzer(small_model.models, {**small_model.config, "name": "fast"})
    model.config["scores"] = {"own calls": scores.to_dict()}
    model.card = script("training", "models").card(model.config, {"own calls": scores})
    folder = model.save(tmp_path / "model")
    written = {name: (folder / name).read_text(encoding="utf-8") for name in ("README.md", "config.json")}
    for mistake in scores.mistakes:
        for text in written.values():
            assert mistake.text not in text or len(mistake.text.split()) < 4
            assert mistake.transcript not in text
    text = written["README.md"]
    low, high = scores.intervals["status_kappa"]
    assert f"| {scores.status_kappa:.2f} ({low:.2f}–{high:.2f}) |" in text
    assert "### Own calls" in text
    missed, kept = scores.missed["verified"], [
        scores.confusion.get(f"verified->{status}", 0) for status in ("verified", "plausible", "needs_clarification")
    ]  # fmt: skip
    assert f"| verified | {' | '.join(map(str, kept))} | {missed} |" in text
    for source in scores.by_source:
        assert f"| {source} |" in text
    for name in scores.reasons:
        assert f"| {name.replace('_', ' ')} |" in text
    assert sum(one.claims > 0 for one in scores.calibration) == sum(
        f"| {one.low:.1f} to {one.high:.1f} |" in text for one in scores.calibration
    )
    assert overstate.load(folder).config["scores"]["own calls"] == scores.to_dict()


def test_card_without_scores(script, small_model):
    text = script("training", "models").card({**small_model.config, "name": "fast"}, {})
    assert "How well it does" not in text and "What it is bad at" in text
