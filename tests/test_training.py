"""Retraining on labelled data."""

from __future__ import annotations

import json
import random
import re
import shutil

import numpy as np
import pytest

import overstate
from overstate.corpus import read_labelled, unpunctuated
from overstate.encoder import Encoder
from overstate.errors import DataError, ModelError
from overstate.learn.claims import LinearClaims, ScoredClaims
from overstate.training import labelled_arrays
from overstate.types import Status


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
    for part in ("hedges", "claims", "links", "status"):
        a, b = (flat(getattr(model.models, part).to_state()) for model in (one, other))
        found += [f"{part}{key}" for key in sorted(a.keys() ^ b.keys())]
        found += [
            f"{part}{key}"
            for key in sorted(a.keys() & b.keys())
            if not np.array_equal(np.asarray(a[key]), np.asarray(b[key]))
        ]
    return found


def unlinked(records: list[dict]) -> list[dict]:
    """The records as if nobody had labelled their links."""
    return [{key: value for key, value in record.items() if key != "links"} for record in records]


@pytest.fixture(scope="module")
def held_out(gold):
    return [gold[i] for i in (1, 11, 21)]


@pytest.fixture(scope="module")
def other_seed(small):
    return overstate.train(small, name="small", seed=1, encoder=None)


def test_same_data_and_seed_give_the_same_model(small, small_model, held_out):
    again = overstate.train(small, name="small", encoder=None)
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
    overstate.train(small[:4], encoder=None)
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


def test_links_are_learned_from_dialogues_too(small, dialogues):
    """They teach links, and with those what the verdicts see of a conversation; nothing else."""
    said = [dialogue.record for dialogue in dialogues[:20]]
    without = overstate.train(small[:4], encoder=None, unpunctuated=0)
    model = overstate.train([*small[:4], *said], encoder=None, unpunctuated=0)
    parts = {key.partition("/")[0] for key in differences(without, model)}
    assert "links" in parts and parts <= {"links", "status"}
    counts = [sum(len(r["links"]) for r in small[:4]), sum(len(r.links) for r in said)]
    assert [sum(m.config["links"].values()) for m in (without, model)] == [counts[0], sum(counts)]
    assert model.config["data"] == without.config["data"], "claims and hedges come from the calls alone"


def test_where_no_links_are_labelled_those_of_the_shipped_model_are_kept(small):
    mine = overstate.train(unlinked(small[:4]), encoder=None, unpunctuated=0)
    links, shipped = (flat(model.models.links.to_state()) for model in (mine, overstate.load("fast")))
    assert links.keys() == shipped.keys()
    assert all(np.array_equal(np.asarray(links[key]), np.asarray(shipped[key])) for key in links)
    assert mine.config["links"] == {}


@pytest.mark.parametrize("keep", [0, 2])
def test_too_few_links_are_refused(small, keep):
    few = [{**record, "links": record["links"][:keep]} for record in small[:4]]
    with pytest.raises(DataError, match="got links for hardly any pairs"):
        overstate.train(few, encoder=None)


def test_links_of_one_conversation_are_refused(small):
    with pytest.raises(DataError, match="got links for hardly any pairs"):
        overstate.train([{**record, "id": f"one-{i}"} for i, record in enumerate(small[:4])], encoder=None)


def test_progress_is_told(small):
    told = []
    overstate.train(small[:4], encoder=None, progress=told.append)
    assert told[0] == "reading 4 transcripts"
    assert told[-1].startswith("done in")
    assert len(told) >= 4


# With the encoder, and without.


@pytest.fixture
def read(monkeypatch) -> list[tuple[str, ...]]:
    """The words of each transcript that an encoder reads from here on."""
    seen = []
    reads = Encoder.__call__

    def reading(self, words, turn, speaker):
        seen.append(tuple(words))
        return reads(self, words, turn, speaker)

    monkeypatch.setattr(Encoder, "__call__", reading)
    return seen


@pytest.fixture(scope="module")
def four(small):
    """A model with the encoder, of four transcripts."""
    return overstate.train(small[:4], unpunctuated=0)


def given(model: overstate.Analyzer, records: list[dict]) -> dict[str, np.ndarray]:
    """What the model's encoder makes of the records and of their copies without punctuation."""
    both = [form for record in read_labelled(records) for form in (record, unpunctuated(record))]
    return {form.id: labelled_arrays(form, model.models.encoder).table.scores for form in both}


def test_the_encoder_decides_what_finds_claims(small_model, small_scored, analyzer):
    assert isinstance(small_model.models.claims, LinearClaims) and small_model.models.encoder is None
    assert isinstance(small_scored.models.claims, ScoredClaims)
    assert small_scored.models.encoder.folder == analyzer.models.encoder.folder, "the shipped one, unless told"


def test_same_data_and_seed_give_the_same_model_with_the_encoder(small, small_scored, held_out):
    again = overstate.train(small, name="small")
    assert differences(small_scored, again) == []
    assert again.config == small_scored.config
    assert again.analyze(held_out[0].transcript) == small_scored.analyze(held_out[0].transcript)


def test_another_seed_gives_another_model_with_the_encoder(small, four):
    other = overstate.train(small[:4], unpunctuated=0, seed=1)
    assert any(key.startswith("claims/span") for key in differences(four, other))


def test_a_model_with_the_encoder_finds_more(small_model, small_scored, held_out):
    """The encoder has learned from these calls, so this tells only that its scores are made use of."""
    plain, scored = (overstate.evaluate(model, held_out, bootstrap=0) for model in (small_model, small_scored))
    assert scored.claim_span_f1 > plain.claim_span_f1 + 5
    assert scored.hedge_f1 > plain.hedge_f1


def test_scores_given_are_used_instead_of_the_encoders(small, four, analyzer, read):
    records = small[:4]
    scores = given(analyzer, records)
    assert len(read) == 2 * len(records)
    read.clear()
    same = overstate.train(records, unpunctuated=0, scores=scores)
    assert differences(four, same) == []
    other = overstate.train(records, unpunctuated=0, scores={name: -values for name, values in scores.items()})
    assert any(key.startswith("claims/inside") for key in differences(four, other))
    assert read == []


def test_scores_of_some_transcripts_leave_the_others_to_the_encoder(small, analyzer, read):
    records = small[:4]
    scores = given(analyzer, records)
    words = {record.id: labelled_arrays(record).words for record in read_labelled(records)}
    read.clear()
    kept = {name: values for name, values in scores.items() if name != records[1]["id"]}
    overstate.train(records, scores=kept)
    assert read == [words[records[1]["id"]]]


def test_scores_of_half_precision_will_do(small, analyzer):
    (record,) = read_labelled(small[:1])
    scores = given(analyzer, small[:1])[record.id].astype(np.float16)
    taken = labelled_arrays(record, analyzer.models.encoder, scores).table.scores
    assert taken.dtype == np.float32 and np.array_equal(taken, scores)


@pytest.mark.parametrize(
    "spoil", [lambda s: s[:-1], lambda s: s[:, 1:], lambda s: s[0], lambda s: s[None], lambda s: s[:0]]
)
def test_scores_of_another_shape_are_refused(small, analyzer, spoil):
    records = small[:2]
    scores = given(analyzer, records)
    name = records[1]["id"]
    right = scores[name].shape
    scores[name] = spoil(scores[name])
    words = f"{name}, field 'scores': got scores of shape {scores[name].shape}, expected {right}"
    with pytest.raises(DataError, match=re.escape(words)):
        overstate.train(records, scores=scores)


def test_scores_that_are_no_numbers_are_refused(small, analyzer):
    records = small[:2]
    scores = given(analyzer, records)
    name = next(iter(scores))
    scores[name] = np.full_like(scores[name], np.nan)
    with pytest.raises(DataError, match=f"{name}, field 'scores': got scores that are not finite"):
        overstate.train(records, unpunctuated=0, scores=scores)


def test_without_encoder_scores_make_no_difference(small, analyzer, read):
    records = small[:4]
    scores = given(analyzer, records[:2])
    read.clear()
    one, other = (overstate.train(records, encoder=None, unpunctuated=0, scores=s) for s in (None, scores))
    assert differences(one, other) == [] and read == []
    assert isinstance(other.models.claims, LinearClaims)


@pytest.mark.parametrize("encoder", ["nonesuch", "no/such/folder"])
def test_unknown_encoder(small, encoder):
    with pytest.raises(ModelError, match=f"got '{encoder}', expected a shipped model"):
        overstate.train(small[:1], encoder=encoder)


def test_folder_without_encoder(small, saved):
    with pytest.raises(ModelError, match=r"encoder\.onnx: is missing"):
        overstate.train(small[:1], encoder=saved)


def test_an_encoder_from_a_folder(small, four, analyzer, tmp_path):
    for name in Encoder.FILES:
        shutil.copy(analyzer.models.encoder.folder / name, tmp_path / name)
    mine = overstate.train(small[:4], unpunctuated=0, encoder=tmp_path)
    assert mine.models.encoder.folder == tmp_path
    assert differences(mine, four) == []


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
        overstate.train(change(small[:4]))


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
    model = overstate.train(one, encoder=None)
    assert {hedge.type for hedge in model.analyze([("Ines", "I think we have forty seats, I think.")]).hedges} <= {
        "epistemic"
    }


def test_a_hedge_outside_the_lexicon_is_no_crash():
    """A hedge labelled once joins no lexicon, so nothing may be left to learn from; that is a DataError."""
    try:
        overstate.train([tiny("zorp")])
    except DataError:
        return
