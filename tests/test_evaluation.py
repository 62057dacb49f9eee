"""The figures that say how good a model is, their intervals, and the threshold from which claims are asked about."""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import CALLS, ROOT
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, cohen_kappa_score, f1_score, precision_recall_fscore_support

import overstate
from overstate.corpus import GoldClaim, GoldHedge, LabelledTranscript, read_labelled
from overstate.errors import DataError
from overstate.evaluation import FIGURES, HEADLINE
from overstate.report import Report
from overstate.transcript import Transcript
from overstate.types import REASONS_OF, Claim, Hedge, HedgeType, Reason, Status

SCORE = ROOT.parent / "shared" / "bench" / "score.py"
COUNTS = ("transcripts", "claims_gold", "claims_pred", "hedges_gold", "hedges_pred")


@pytest.fixture(scope="module")
def held_out(gold):
    return [gold[i] for i in (1, 11, 21)]


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
    for name in FIGURES:
        expected = {"status_kappa": 1.0, "ece": 0.0, "brier": 0.0}.get(name, 100.0)
        assert getattr(scores, name) == pytest.approx(expected), name
        assert scores.intervals[name] == pytest.approx((expected, expected)), name
        for row in scores.by_source.values():
            if name not in ("status_kappa", "ask_ap", "ask_p5"):
                assert row[name] == pytest.approx(expected), name
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
    for name in (*COUNTS, *FIGURES):
        line = next(line for line in table.splitlines() if line.split()[:1] == [name])
        assert float(line.split()[1]) == pytest.approx(getattr(scores, name), abs=0.051), name
        if name in FIGURES:
            low, high = scores.intervals[name]
            assert [float(line.split()[i]) for i in (2, 4)] == pytest.approx([low, high], abs=0.051), name
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
    more = {"ask_precision", "ask_recall", "ece", "brier", "missed", "invented", "reasons", "calibration", "intervals"}
    assert set(ours) - compared == more, "what the bench does not have"


def test_order_of_the_records_does_not_matter(small_model, held_out):
    forward = overstate.evaluate(small_model, held_out).to_dict()
    backward = overstate.evaluate(small_model, held_out[::-1]).to_dict()
    for name in (*COUNTS, *FIGURES):
        assert backward[name] == pytest.approx(forward[name]), name
        if name in FIGURES:
            assert backward["intervals"][name] == pytest.approx(forward["intervals"][name]), name
    for name in ("confusion", "missed", "invented", "reasons"):
        assert backward[name] == forward[name], name


def test_a_file_and_its_records_give_the_same(small_model, held_out, tmp_path):
    path = Path(tmp_path / "held_out.jsonl")
    path.write_text("".join(json.dumps(record.to_dict()) + "\n" for record in held_out), encoding="utf-8")
    assert overstate.evaluate(small_model, path) == overstate.evaluate(small_model, held_out)
    renamed = [replace(record, source="") for record in held_out]
    assert set(overstate.evaluate(small_model, renamed).by_source) == {"unnamed"}


# Invented transcripts, and what an invented analyzer finds in them.


def world(draw: random.Random, *, loose: bool, source: str = "") -> tuple[LabelledTranscript, Report]:
    """A transcript of sentences of four words, with labels and findings.

    Unless `loose`, a claim is a whole sentence, so that claims are either the same or far apart. No two claims have the
    same probabilities.
    """
    turns = [" ".join(f"w{i}" for i in range(4 * draw.randint(1, 6))) for _ in range(draw.randint(1, 3))]
    transcript = Transcript.from_turns([(draw.choice("AB"), text) for text in turns])

    def spans() -> Iterator[tuple[int, int, int]]:
        for turn, text in enumerate(turns):
            words = [(m, m + len(w)) for w, m in zip(text.split(), offsets(text), strict=True)]
            for first in range(0, len(words), 4):
                a, b = sorted(draw.sample(range(5), 2)) if loose else (0, 4)
                if draw.random() < 0.6:
                    yield turn, words[first + a][0], words[first + b - 1][1]

    gold = []
    for span in spans():
        status = draw.choice(list(Status))
        family = REASONS_OF[status]
        gold.append(GoldClaim(*span, status, tuple(draw.sample(family, min(len(family), draw.randint(0, 2))))))
    claims = []
    for turn, start, end in spans():
        powers = [draw.random() ** 3 + 1e-6 for _ in Status]
        chance = {str(s): p / sum(powers) for s, p in zip(Status, powers, strict=True)}
        status = draw.choice(list(Status))
        family = REASONS_OF[status]
        reasons = tuple(draw.sample(family, min(len(family), draw.randint(0, 2))))
        said = transcript.turns[turn]
        claims.append(
            Claim(turn, start, end, said.text[start:end], said.speaker, status, chance[status], chance, reasons=reasons)
        )
    marks = [GoldHedge(*span, draw.choice(list(HedgeType))) for span in spans()]
    found = [
        Hedge(turn, start, end, turns[turn][start:end], draw.choice(list(HedgeType))) for turn, start, end in spans()
    ]
    name = f"{source or 'made'}-{draw.getrandbits(64)}"
    record = LabelledTranscript(name, source, transcript, tuple(gold), tuple(marks))
    return record, Report(transcript, tuple(claims), tuple(found))


def offsets(text: str) -> list[int]:
    found, at = [], 0
    for word in text.split(" "):
        found.append(at)
        at += len(word) + 1
    return found


def known(made: list[tuple[LabelledTranscript, Report]]) -> SimpleNamespace:
    """An analyzer that gives these reports, whatever the ids."""
    reports = {id(record.transcript): report for record, report in made}
    return SimpleNamespace(analyze=lambda transcript: reports[id(transcript)])


def several(draw: random.Random, n: int, *, loose: bool) -> list[tuple[LabelledTranscript, Report]]:
    return [world(draw, loose=loose, source=draw.choice(["talk", "sales"])) for _ in range(n)]


def scored(made: list[tuple[LabelledTranscript, Report]], **settings: object) -> overstate.Scores:
    return overstate.evaluate(known(made), [record for record, _ in made], **settings)


#: Not `st.randoms`: what it draws may repeat, and ties are made on purpose.
SEEDED = st.integers(0, 2**32 - 1).map(random.Random)


@pytest.mark.skipif(not SCORE.is_file(), reason=f"{SCORE} is not there; it is no part of this repository")
@settings(max_examples=60, deadline=None)
@given(draw=SEEDED, n=st.integers(1, 5), tied=st.booleans())
def test_figures_of_invented_transcripts_are_those_of_the_bench(draw, n, tied):
    made = several(draw, n, loose=True)
    if tied:
        even = {str(status): 1 / 3 for status in Status}
        made = [(a, replace(b, claims=tuple(replace(c, probabilities=even) for c in b.claims))) for a, b in made]
    ours = scored(made, bootstrap=0)
    theirs = score_module().score(
        {record.id: record.to_dict() for record, _ in made},
        {record.id: written(record, report) for record, report in made},
    )
    for name, value in theirs.items():
        if name == "confusion":
            assert dict(ours.confusion) == value
        elif name != "by_source":
            assert getattr(ours, name) == pytest.approx(value), name


@settings(max_examples=60, deadline=None)
@given(draw=SEEDED, n=st.integers(1, 5))
def test_figures_are_those_of_scikit_learn(draw, n):
    made = several(draw, n, loose=False)
    scores = scored(made, bootstrap=0)
    true, said, chance, hits, asked, gold_asked = [], [], [], [], 0, 0
    likeliest, right, reasons_true, reasons_said = [], [], [], []
    for record, report in made:
        labels = {(c.turn, c.start): c for c in record.claims}
        gold_asked += sum(c.status is Status.NEEDS_CLARIFICATION for c in record.claims)
        for claim in report.claims:
            label = labels.get((claim.turn, claim.start))
            chance.append(claim.probabilities["needs_clarification"])
            hits.append(label is not None and label.status is Status.NEEDS_CLARIFICATION)
            asked += claim.status is Status.NEEDS_CLARIFICATION
            if label is not None:
                true.append(str(label.status))
                said.append(str(claim.status))
                best = max(Status, key=lambda s, c=claim: c.probabilities[s])
                likeliest.append(claim.probabilities[best])
                right.append(best is label.status)
                reasons_true.append([reason in label.reasons for reason in Reason])
                reasons_said.append([reason in claim.reasons for reason in Reason])
    names = [str(status) for status in Status]
    if any(hits):
        assert scores.ask_ap == pytest.approx(100 * average_precision_score(hits, chance) * sum(hits) / gold_asked)
    both = sum(t == s == "needs_clarification" for t, s in zip(true, said, strict=True))
    assert scores.ask_precision == pytest.approx(100 * both / asked if asked else 0)
    assert scores.ask_recall == pytest.approx(100 * both / gold_asked if gold_asked else 0)
    assert sum(scores.missed.values()) == scores.claims_gold - len(true)
    assert sum(scores.invented.values()) == scores.claims_pred - len(true)
    if not true:
        assert (scores.status_kappa, scores.ece, scores.brier, scores.status_acc) == (0, 0, 0, 0)
        return
    if len({*true, *said}) > 1:
        assert scores.status_kappa == pytest.approx(cohen_kappa_score(true, said, labels=names))
    # a status neither labelled nor found has an F1 of 100 here: there was nothing to find, and nothing was found
    assert scores.status_macro_f1 == pytest.approx(
        100 * f1_score(true, said, labels=names, average="macro", zero_division=1.0)
    )
    precision, recall, f1, _ = precision_recall_fscore_support(
        np.array(reasons_true), np.array(reasons_said), average=None, zero_division=0.0
    )
    for i, reason in enumerate(Reason):
        labelled, named = (sum(row[i] for row in rows) for rows in (reasons_true, reasons_said))
        assert (reason in scores.reasons) == bool(labelled or named)
        if reason in scores.reasons:
            row = scores.reasons[reason]
            assert (row["gold"], row["pred"]) == (labelled, named)
            figures = [row["precision"], row["recall"], row["f1"]]
            assert figures == pytest.approx([100 * precision[i], 100 * recall[i], 100 * f1[i]])
    assert sum(one.claims for one in scores.calibration) == len(true)
    total = 0.0
    for one in scores.calibration:
        inside = [i for i, p in enumerate(likeliest) if one.low <= p < one.high or (p == 1 == one.high)]
        assert one.claims == len(inside)
        if inside:
            assert one.confidence == pytest.approx(np.mean([likeliest[i] for i in inside]))
            assert one.accuracy == pytest.approx(np.mean([right[i] for i in inside]))
            total += one.claims * abs(one.confidence - one.accuracy)
        else:
            assert one.confidence is one.accuracy is None
    assert scores.ece == pytest.approx(total / len(true))


@settings(max_examples=40, deadline=None)
@given(draw=SEEDED, n=st.integers(1, 6))
def test_figures_of_a_source_are_those_of_its_transcripts_alone(draw, n):
    made = several(draw, n, loose=True)
    scores = scored(made, bootstrap=0)
    assert set(scores.by_source) == {record.source for record, _ in made}
    for source, row in scores.by_source.items():
        alone = scored([pair for pair in made if pair[0].source == source], bootstrap=0)
        assert (row["transcripts"], row["claims"]) == (alone.transcripts, alone.claims_gold)
        for name in FIGURES:
            assert row[name] == pytest.approx(getattr(alone, name)), name


# Intervals.


@settings(max_examples=8, deadline=None)
@given(draw=SEEDED, n=st.integers(2, 6), seed=st.integers(0, 2**32 - 1))
def test_intervals_are_those_of_a_slow_bootstrap(draw, n, seed):
    """Draw transcripts, evaluate each drawn set afresh, and take percentiles."""
    made, rounds = several(draw, n, loose=True), 25
    fast = scored(made, bootstrap=rounds, seed=seed).intervals
    made.sort(key=lambda pair: pair[0].id)
    slow = []
    for times in np.random.default_rng(seed).multinomial(n, [1 / n] * n, size=rounds):
        drawn = [
            (replace(record, id=f"{record.id}~{k}"), report)
            for (record, report), number in zip(made, times, strict=True)
            for k in range(number)
        ]
        slow.append(scored(drawn, bootstrap=0))
    assert set(fast) == set(FIGURES)
    for name in FIGURES:
        limits = np.percentile([getattr(scores, name) for scores in slow], [2.5, 97.5])
        assert fast[name] == pytest.approx(tuple(limits)), name


def test_intervals_are_those_of_scipy():
    """Accuracy over transcripts of equal size is a mean, whose percentile bootstrap scipy has, too."""
    from scipy.stats import bootstrap

    draw, made, right = random.Random(7), [], []
    while len(made) < 40:
        record, _ = world(draw, loose=False)
        if len(record.claims) < 4:
            continue
        right.append(draw.randint(0, 4))
        kept = record.claims[:4]
        others = {status: next(s for s in Status if s is not status) for status in Status}
        judged = [(c, c.status if i < right[-1] else others[c.status]) for i, c in enumerate(kept)]
        turns = record.transcript.turns
        claims = tuple(
            Claim(
                c.turn, c.start, c.end, turns[c.turn].text[c.start : c.end], turns[c.turn].speaker, status, 1.0,
                {str(s): float(s is status) for s in Status},
            )
            for c, status in judged
        )  # fmt: skip
        made.append((replace(record, claims=kept), Report(record.transcript, claims, ())))
    theirs = bootstrap(
        (np.array(right) * 25.0,), np.mean, n_resamples=4000, method="percentile", rng=np.random.default_rng(0)
    ).confidence_interval
    scores = scored(made, bootstrap=4000)
    assert scores.status_acc == pytest.approx(np.mean(right) * 25)
    assert scores.intervals["status_acc"] == pytest.approx((theirs.low, theirs.high), abs=1.0)
    assert scores.intervals["claim_span_f1"] == (100, 100)


def test_intervals_can_be_had_again_and_switched_off():
    made = several(random.Random(3), 6, loose=True)
    first = scored(made, bootstrap=50).intervals
    assert scored(made, bootstrap=50).intervals == first
    assert scored(made, bootstrap=50, seed=1).intervals != first
    assert all(low <= high for low, high in first.values())
    assert scored(made, bootstrap=0).intervals == {}
    assert scored(made[:1], bootstrap=50).intervals == {}
    assert "interval" in str(scored(made, bootstrap=50))
    assert "interval" not in str(scored(made[:1]))


@pytest.mark.parametrize("field", ["bootstrap", "seed", "mistakes"])
@pytest.mark.parametrize("value", [-1, 1.5, True, "3"])
def test_settings_out_of_range(held_out, field, value):
    with pytest.raises(DataError, match=rf"field '{field}': got {value!r}, expected a whole number from 0"):
        overstate.evaluate(echoing(held_out), held_out, **{field: value})


# Mistakes.


@pytest.fixture
def blunders() -> tuple[LabelledTranscript, Report]:
    said = "we grew. we shrank. they left. all is blue. nobody stayed here. it works"
    spans = [(at, at + len(words)) for words in said.split(". ") if (at := said.index(words)) >= 0]
    v, p, a = Status
    gold = [GoldClaim(0, *spans[i], s, ()) for i, s in ((0, v), (1, p), (2, a), (4, p), (5, a))]

    def claim(i: int, status: Status, chance: float) -> Claim:
        start, end = spans[i]
        rest = {str(s): (1 - chance) / 2 for s in Status} | {str(status): chance}
        return Claim(0, start, end, said[start:end], "Ines", status, chance, rest)

    transcript = Transcript.from_turns([("Ines", said)])
    record = LabelledTranscript("call-1", "sales", transcript, tuple(gold), ())
    return record, Report(transcript, (claim(0, p, 0.5), claim(1, a, 0.9), claim(2, a, 0.7), claim(3, v, 0.4)), ())


def test_mistakes_of_a_case_done_by_hand(blunders):
    scores = scored([blunders])
    shown = [(m.kind, m.text, m.labelled, m.predicted, m.probability) for m in scores.mistakes]
    assert shown == [
        ("wrong", "we shrank", "plausible", "needs_clarification", 0.9),
        ("wrong", "we grew", "verified", "plausible", 0.5),
        ("invented", "all is blue", None, "verified", 0.4),
        ("missed", "it works", "needs_clarification", None, None),
        ("missed", "nobody stayed here", "plausible", None, None),
    ]
    assert {(m.transcript, m.turn, m.speaker) for m in scores.mistakes} == {("call-1", 0, "Ines")}
    assert scores.missed == {"verified": 0, "plausible": 1, "needs_clarification": 1}
    assert scores.invented == {"verified": 1, "plausible": 0, "needs_clarification": 0}
    fewer = scored([blunders], mistakes=1).mistakes
    assert [m.text for m in fewer] == ["we shrank", "all is blue", "it works"]
    assert scored([blunders], mistakes=0).mistakes == ()


def test_words_of_a_transcript_are_shown_only_when_asked_for(blunders):
    scores = scored([blunders])
    for text in (str(scores), repr(scores), json.dumps(scores.to_dict()), scores.to_text()):
        assert "shrank" not in text and "Ines" not in text and "call-1" not in text
    shown = scores.to_text(mistakes=True)
    assert "- plausible -> needs_clarification (90%); call-1, turn 1, Ines\n  we shrank" in shown
    assert "- needs_clarification -> no claim; call-1, turn 1, Ines\n  it works" in shown
    data = json.loads(json.dumps(scores.to_dict(mistakes=True), allow_nan=False))
    assert data["mistakes"][0] == {
        "kind": "wrong",
        "transcript": "call-1",
        "turn": 0,
        "speaker": "Ines",
        "text": "we shrank",
        "labelled": "plausible",
        "predicted": "needs_clarification",
        "probability": 0.9,
    }
    del data["mistakes"]
    assert data == scores.to_dict()


def test_confusion_is_shown_with_what_was_missed_and_invented(blunders):
    lines = [line.split() for line in str(scored([blunders])).splitlines()]
    assert ["verified", "0", "1", "0", "0"] in lines
    assert ["plausible", "0", "0", "1", "1"] in lines
    assert ["needs_clarification", "0", "0", "1", "1"] in lines
    assert ["not", "labelled", "1", "0", "0"] in lines


def test_mistakes_do_not_command_the_terminal(blunders):
    record, report = blunders
    turn = replace(record.transcript.turns[0], speaker="\x1b[31mInes\n")
    record = replace(record, id="call\x07-1", transcript=replace(record.transcript, turns=(turn,)))
    text = scored([(record, replace(report, transcript=record.transcript))]).to_text(mistakes=True)
    assert not [c for c in text if not c.isprintable() and c != "\n"]


def test_nothing_labelled_and_nothing_found_can_be_printed():
    transcript = Transcript.from_turns([("", "hello")])
    record = LabelledTranscript("empty-1", "", transcript, (), ())
    scores = scored([(record, Report(transcript, (), ()))])
    assert "claims_gold" in scores.to_text(mistakes=True)
    assert (scores.reasons, scores.mistakes) == ({}, ())


def test_headline_figures_are_figures():
    assert set(HEADLINE) <= set(FIGURES)


# From which probability on a claim is asked about.

CALL = CALLS / "discovery-bakery-ovens.vtt"
ASK = "needs_clarification"


@pytest.mark.parametrize("threshold", [0, 0.1, 0.3, 0.125, 0.8, 1, np.float32(0.5)])
def test_claims_are_asked_about_from_a_threshold_on(analyzer, threshold):
    usual = analyzer.analyze(CALL)
    report = analyzer.analyze(CALL, ask_threshold=threshold)
    assert report.hedges == usual.hedges
    offsets = analyzer.models.status.offsets
    for claim, before in zip(report.claims, usual.claims, strict=True):
        assert (claim.turn, claim.start, claim.end) == (before.turn, before.start, before.end)
        assert claim.probabilities == before.probabilities
        assert (claim.status is Status.NEEDS_CLARIFICATION) == (claim.probabilities[ASK] >= threshold)
        if claim.status is not Status.NEEDS_CLARIFICATION:
            verified, plausible = (claim.probabilities[s] for s in (Status.VERIFIED, Status.PLAUSIBLE))
            bold = verified >= 0.3 and np.log(verified) + offsets[0] > np.log(plausible) + offsets[1]
            assert claim.status is (Status.VERIFIED if bold else Status.PLAUSIBLE)
        assert claim.confidence == claim.probabilities[claim.status]
        assert set(claim.reasons) <= set(REASONS_OF[claim.status])
        assert bool(claim.reasons) == (claim.status is not Status.PLAUSIBLE)
        assert {cue.reason for cue in claim.cues} <= set(claim.reasons)
        assert claim.status is Status.NEEDS_CLARIFICATION or claim.question is None
        if claim.status is before.status:
            assert claim == before
    note = f"Claims were taken to need clarification from a probability of {100 * threshold:g}% on."
    assert report.notes == (*usual.notes, note)


def test_a_threshold_is_the_same_wherever_it_is_given(analyzer):
    report = analyzer.analyze(CALL, ask_threshold=0.6)
    assert overstate.analyze(CALL, ask_threshold=0.6) == report
    assert list(analyzer.pipe([CALL], ask_threshold=0.6)) == [report]
    assert list(analyzer.pipe([CALL], n_jobs=2, ask_threshold=0.6)) == [report]
    assert analyzer.analyze(CALL, ask_threshold=None) == analyzer.analyze(CALL)


def test_a_lower_threshold_finds_more_of_what_to_ask_about(analyzer, held_out):
    scores = [overstate.evaluate(analyzer, held_out, ask_threshold=t, bootstrap=0) for t in (0, 0.2, 0.5, 0.8, 1)]
    recalls = [one.ask_recall for one in scores]
    assert recalls == sorted(recalls, reverse=True)
    assert recalls[0] == pytest.approx(
        100 * (1 - scores[0].missed[ASK] / (scores[0].missed[ASK] + scores[0].confusion[f"{ASK}->{ASK}"]))
    )
    assert len({one.ask_ap for one in scores}) == 1, "the ranking hangs on probabilities alone"
    assert len({one.ece for one in scores}) == 1


@pytest.mark.parametrize("threshold", [-0.01, 1.01, float("nan"), float("inf"), "0.5", True, [0.5]])
def test_a_threshold_that_is_no_probability(analyzer, held_out, threshold):
    for call in (
        lambda: overstate.analyze(CALL, ask_threshold=threshold),
        lambda: analyzer.analyze(CALL, ask_threshold=threshold),
        lambda: list(analyzer.pipe([CALL], ask_threshold=threshold)),
        lambda: overstate.evaluate(analyzer, held_out, ask_threshold=threshold),
    ):
        with pytest.raises(DataError, match=r"field 'ask_threshold': got .*, expected a probability, 0 to 1"):
            call()


def test_documents_come_before_the_threshold(analyzer):
    turns = [("Ines", "We have forty seats in the Leeds office.")]
    against, in_favour = "Leeds office: 12 seats in use.", "Leeds office: 40 seats in use."
    asked = analyzer.analyze(turns, [against], ask_threshold=1).claims[0]
    assert (asked.status, asked.reasons[0]) == (Status.NEEDS_CLARIFICATION, Reason.CONTRADICTED)
    backed = analyzer.analyze(turns, [in_favour], ask_threshold=0.9).claims[0]
    assert (backed.status, backed.reasons) == (Status.VERIFIED, (Reason.EVIDENCE,))
