"""The scripts that make the tables: baselines, their table, and the model card."""

from __future__ import annotations

import json

import pytest
from conftest import ROOT

import overstate
from overstate import HedgeType, Status

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
