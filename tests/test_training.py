"""Retraining on labelled data, and the figures that say how good a model is."""

from __future__ import annotations

import importlib.util
import json
import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT

import overstate
from overstate.corpus import read_labelled
from overstate.errors import DataError
from overstate.report import Report
from overstate.types import Claim, Hedge, Status

SCORE = ROOT.parent / "shared" / "bench" / "score.py"
COUNTS = {"transcripts", "claims_gold", "claims_pred", "hedges_gold", "hedges_pred"}


def flat(state: object, path: str = "") -> dict[str, object]:
    """Every array, number and string of a model's state, by where it stands."""
    if isinstance(state, dict):
        return {k: v for key, value in state.items() for k, v in flat(value, f"{path}/{key}").items()}
    if isinstance(state, list | tuple):
        return {k: v for i, value in enumerate(state) for k, v in flat(value, f"{path}/{i}").items()}
    if hasattr(state, "get_params"):
        return flat({k: v for k, v in vars(state).items() if not callable(v) and k[0] != "_"}, path)
    return {path: state}


def differences(one: overstate.Analyzer, other: overstate.Analyzer) -> list[str]:
    """Where the learned states of two models differ."""
    found = []
    for part in ("hedges", "claims", "status"):
        a, b = (flat(getattr(model.models, part).to_state()) for model in (one, other))
        found += [f"{part}{key}" for key in sorted(a.keys() ^ b.keys())]
        found += [
            f"{part}{key}"
            for key in sorted(a.keys() & b.keys())
            if not np.array_equal(np.asarray(a[key]), np.asarray(b[key]))
        ]
    return found


@pytest.fixture(scope="module")
def held_out(gold):
    return [gold[i] for i in (1, 11, 21)]


@pytest.fixture(scope="module")
def other_seed(small):
    return overstate.train(small, name="small", seed=1)


def test_same_data_and_seed_give_the_same_model(small, small_model, held_out):
    again = overstate.train(small, name="small")
    assert differences(small_model, again) == []
    assert again.config == small_model.config
    for record in held_out:
        assert again.analyze(record.transcript) == small_model.analyze(record.transcript)


def test_another_seed_gives_another_model(small_model, other_seed):
    """Otherwise the comparison above could not fail."""
    assert any(key.endswith("coef_") for key in differences(small_model, other_seed))
    assert other_seed.config["seed"] == 1


def test_training_does_not_change_the_records_or_the_global_random_state(small):
    before, state = json.dumps(small), (random.getstate(), np.random.get_state()[1].tolist())
    overstate.train(small[:4])
    assert json.dumps(small) == before
    assert (random.getstate(), np.random.get_state()[1].tolist()) == state


def test_what_is_known_of_a_model(small, small_model):
    config = small_model.config
    assert (config["name"], config["version"], config["seed"]) == ("small", "1", 0)
    assert sum(row["transcripts"] for row in config["data"].values()) == len(small)
    assert sum(row["claims"] for row in config["data"].values()) == sum(len(record["claims"]) for record in small)
    assert sum(row["hedges"] for row in config["data"].values()) == sum(len(record["hedges"]) for record in small)
    assert repr(small_model) == "<Analyzer small 1>"
    assert "small 1" in small_model.card


def test_a_small_model_has_learned_something(small_model, held_out):
    scores = overstate.evaluate(small_model, held_out)
    assert scores.claim_span_f1 > 35
    assert scores.claim_token_f1 > 50


def test_progress_is_told(small):
    told = []
    overstate.train(small[:3], progress=told.append)
    assert told[0] == "reading 3 transcripts"
    assert told[-1].startswith("done in")
    assert len(told) >= 4


def without(record: dict, status: str, keep: int = 0) -> dict:
    kept = [claim for claim in record["claims"] if claim["status"] == status][:keep]
    return {**record, "claims": [c for c in record["claims"] if c["status"] != status] + kept}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("keep", [0, 1])
def test_too_few_claims_of_a_status(small, status, keep):
    record = next(record for record in small if any(c["status"] == status for c in record["claims"]))
    with pytest.raises(DataError, match=f"got {keep} claims labelled {status}, expected at least 2"):
        overstate.train([without(record, status, keep)])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda records: [{**record, "hedges": []} for record in records], "no labelled hedge"),
        (lambda records: [{**record, "claims": []} for record in records], "got 0 claims labelled verified"),
        (lambda records: [records[0], records[0]], "there twice"),
        (lambda records: [], "no labelled transcripts"),
        (lambda records: "no/such/file.jsonl", r"no/such/file\.jsonl: cannot be read"),
        (lambda records: [3], "got int, expected a path or a record"),
        (lambda records: [{**records[0], "turns": []}], "no turns"),
        (lambda records: [{**records[0], "mood": 1}], "unknown fields mood"),
    ],
)
def test_data_that_cannot_be_learned_from(small, change, words):
    with pytest.raises(DataError, match=words):
        overstate.train(change(small[:3]))


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"unpunctuated": 1.1}, "unpunctuated.*1.1, expected 0 to 1"),
        ({"unpunctuated": -0.1}, "unpunctuated"),
        ({"unpunctuated": float("nan")}, "unpunctuated"),
        ({"seed": -1}, "seed.*-1, expected 0 to 4294967295"),
        ({"seed": 2**32}, "seed"),
    ],
)
def test_settings_out_of_range(small, setting, words):
    with pytest.raises(DataError, match=words):
        overstate.train(small[:1], **setting)


def tiny(hedge: str, kind: str = "epistemic") -> dict:
    """One turn with two claims of each status and one hedge."""
    text = f"{hedge} we have forty seats. we grew. they left in May. nobody stayed. it works. all is blue."
    said = ["we have forty seats", "we grew", "they left in May", "nobody stayed", "it works", "all is blue"]
    return {
        "id": "tiny-1",
        "turns": [{"speaker": "Ines", "text": text}],
        "claims": [
            {"turn": 0, "start": (at := text.index(words)), "end": at + len(words), "status": list(Status)[i // 2]}
            for i, words in enumerate(said)
        ],
        "hedges": [{"turn": 0, "start": 0, "end": len(hedge), "type": kind}],
    }


def test_hedges_of_one_type_are_enough(small):
    """`train` asks for one hedge only; so labels with a single type must do."""
    one = [{**r, "hedges": [h for h in r["hedges"] if h["type"] == "epistemic"]} for r in small[:4]]
    model = overstate.train(one)
    assert {hedge.type for hedge in model.analyze([("Ines", "I think we have forty seats, I think.")]).hedges} <= {
        "epistemic"
    }


def test_a_hedge_outside_the_lexicon_is_no_crash():
    """A hedge labelled once joins no lexicon, so nothing may be left to learn from; that is a DataError."""
    try:
        overstate.train([tiny("zorp")])
    except DataError:
        return


# Evaluation.


def echoing(records) -> SimpleNamespace:
    """An analyzer that finds exactly what was labelled, in all certainty."""
    reports = {record.transcript: perfect(record) for record in records}
    return SimpleNamespace(analyze=reports.__getitem__)


def perfect(record) -> Report:
    turns = record.transcript.turns
    claims = tuple(
        Claim(
            c.turn,
            c.start,
            c.end,
            turns[c.turn].text[c.start : c.end],
            turns[c.turn].speaker,
            c.status,
            1.0,
            {str(status): float(status is c.status) for status in Status},
        )
        for c in record.claims
    )
    hedges = tuple(Hedge(h.turn, h.start, h.end, turns[h.turn].text[h.start : h.end], h.type) for h in record.hedges)
    return Report(record.transcript, claims, hedges)


@pytest.fixture(scope="module")
def plenty(gold):
    """Calls with at least five claims to ask about, so that the best five can all be right."""
    chosen = [r for r in gold if sum(c.status is Status.NEEDS_CLARIFICATION for c in r.claims) >= 5][:8]
    assert len(chosen) >= 3
    return chosen


def test_perfect_predictions_give_full_marks(plenty):
    scores = overstate.evaluate(echoing(plenty), plenty)
    for name, value in scores.to_dict().items():
        if name in COUNTS or isinstance(value, dict):
            continue
        expected = {"status_kappa": 1.0, "ece": 0.0, "brier": 0.0}.get(name, 100.0)
        assert value == pytest.approx(expected), name
    assert scores.claims_gold == scores.claims_pred > 0
    assert all(pair.split("->")[0] == pair.split("->")[1] for pair in scores.confusion)
    assert all(row["claim_span_f1"] == row["status_acc"] == 100 for row in scores.by_source.values())


def test_nothing_found_gives_no_marks(plenty):
    silent = SimpleNamespace(analyze=lambda transcript: Report(transcript, (), ()))
    scores = overstate.evaluate(silent, plenty)
    for (
        name
    ) in "claim_token_f1 claim_span_f1 claim_span_precision claim_span_recall ask_f1 ask_ap ask_p5 hedge_f1".split():
        assert getattr(scores, name) == 0, name
    assert scores.claims_pred == 0


def test_figures_of_a_case_done_by_hand():
    """Two claims, one found with the right status, one with the wrong, and one that is none; a hedge of another type."""
    turn = "we grew forty percent and everyone loves it, I think, it is blue"
    record = read_labelled(
        {
            "id": "hand",
            "source": "hand",
            "turns": [{"speaker": "Ines", "text": turn}],
            "claims": [
                {"turn": 0, "start": 0, "end": 21, "status": "verified"},
                {"turn": 0, "start": 26, "end": 43, "status": "needs_clarification", "reasons": ["overstated"]},
            ],
            "hedges": [{"turn": 0, "start": 45, "end": 52, "type": "epistemic"}],
        }
    )[0]

    def claim(start, end, status, p):
        rest = {str(s): (1 - p) / 2 for s in Status} | {str(status): p}
        return Claim(0, start, end, turn[start:end], "Ines", status, p, rest)

    found = Report(
        record.transcript,
        (
            claim(0, 21, Status.VERIFIED, 0.8),
            claim(26, 43, Status.PLAUSIBLE, 0.6),
            claim(54, 64, Status.NEEDS_CLARIFICATION, 0.9),
        ),
        (Hedge(0, 45, 52, "I think", "approximator"),),
    )
    scores = overstate.evaluate(SimpleNamespace(analyze=lambda _: found), [record])
    assert scores.claim_span_precision == pytest.approx(200 / 3)
    assert scores.claim_span_recall == 100
    assert scores.claim_span_f1 == pytest.approx(80)
    assert scores.claim_token_f1 == pytest.approx(200 * 7 / (10 + 7))
    assert scores.status_acc == 50
    assert (scores.verified_f1, scores.ask_f1) == (100, 0)
    assert scores.ask_p5 == pytest.approx(20), "the second of three is right, of five that could be"
    assert scores.ask_ap == pytest.approx(50)
    assert (scores.hedge_f1, scores.hedge_type_acc) == (100, 0)
    assert scores.brier == pytest.approx(((0.2**2 + 2 * 0.1**2) + (0.6**2 + 0.8**2 + 0.2**2)) / 2)
    assert scores.ece == pytest.approx((abs(0.8 - 1) + abs(0.6 - 0)) / 2)
    assert dict(scores.confusion) == {"needs_clarification->plausible": 1, "verified->verified": 1}


def test_scores_print_a_line_a_figure(small_model, held_out):
    scores = overstate.evaluate(small_model, held_out)
    table = str(scores)
    for name, value in scores.to_dict().items():
        if not isinstance(value, dict):
            line = next(line for line in table.splitlines() if line.split()[:1] == [name])
            assert float(line.split()[1]) == pytest.approx(value, abs=0.051), name
    for source in scores.by_source:
        assert source in table
    assert json.loads(json.dumps(scores.to_dict(), allow_nan=False)) == scores.to_dict()


def test_progress_wraps_the_transcripts(small_model, held_out):
    seen = []

    def progress(items):
        for item in items:
            seen.append(item.id)
            yield item

    overstate.evaluate(small_model, held_out, progress=progress)
    assert seen == [record.id for record in held_out]


@pytest.mark.parametrize("data", [[], "no/such/file.jsonl", [{"id": "x"}]])
def test_data_that_cannot_be_compared_with(small_model, data):
    with pytest.raises(DataError):
        overstate.evaluate(small_model, data)


def score_module():
    spec = importlib.util.spec_from_file_location("bench_score", SCORE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def written(record, report) -> dict:
    """A report as bench/predict.py writes it."""
    return {
        "id": record.id,
        "claims": [
            {
                "turn": c.turn,
                "start": c.start,
                "end": c.end,
                "status": str(c.status),
                "ask": c.probabilities["needs_clarification"],
            }
            for c in report.claims
        ],
        "hedges": [{"turn": h.turn, "start": h.start, "end": h.end, "type": str(h.type)} for h in report.hedges],
    }


@pytest.mark.skipif(not SCORE.is_file(), reason=f"{SCORE} is not there; it is no part of this repository")
@pytest.mark.parametrize("model", ["shipped", "small", "perfect"])
def test_figures_are_those_of_the_bench(model, gold, reports, small_model, plenty):
    if model == "shipped":
        records, found = gold, reports
    elif model == "small":
        records = gold[:10]
        found = [small_model.analyze(record.transcript) for record in records]
    else:
        records, found = plenty, [perfect(record) for record in plenty]
    by_turns = {record.transcript: report for record, report in zip(records, found, strict=True)}
    ours = overstate.evaluate(SimpleNamespace(analyze=by_turns.__getitem__), records).to_dict()
    theirs = score_module().score(
        {record.id: record.to_dict() for record in records},
        {record.id: written(record, report) for record, report in zip(records, found, strict=True)},
    )
    compared = set()
    for name, value in theirs.items():
        if name == "by_source":
            assert set(ours[name]) == set(value)
            for source, row in value.items():
                assert {k: round(ours[name][source][k], 1) for k in row} == row, source
        elif name == "confusion":
            assert ours[name] == value
        else:
            assert ours[name] == pytest.approx(value), name
        compared.add(name)
    assert set(ours) - compared == {"ece", "brier"}, "figures the bench does not have"


def test_order_of_the_records_does_not_matter(small_model, held_out):
    forward = overstate.evaluate(small_model, held_out).to_dict()
    backward = overstate.evaluate(small_model, held_out[::-1]).to_dict()
    for name, value in forward.items():
        assert backward[name] == (pytest.approx(value) if isinstance(value, float) else value), name


def test_a_file_and_its_records_give_the_same(small_model, held_out, tmp_path):
    path = Path(tmp_path / "held_out.jsonl")
    path.write_text("".join(json.dumps(record.to_dict()) + "\n" for record in held_out), encoding="utf-8")
    assert overstate.evaluate(small_model, path) == overstate.evaluate(small_model, held_out)
    renamed = [replace(record, source="") for record in held_out]
    assert set(overstate.evaluate(small_model, renamed).by_source) == {"unnamed"}
