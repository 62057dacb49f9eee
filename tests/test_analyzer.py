"""The public surface with the shipped model: what goes in, and what must hold of whatever comes out."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import json
import pickle
import time
from pathlib import Path

import pytest
from conftest import CALLS
from hypothesis import given, settings
from hypothesis import strategies as st
from joblib import parallel_config

import overstate
from overstate import Claim, Cue, Evidence, Hedge, HedgeType, Outcome, Reason, Report, Status, Transcript, Turn
from overstate.errors import DataError, ModelError, TranscriptError
from overstate.explain.build import RESTS_ON
from overstate.pipeline.doc import MAX_CHARACTERS
from overstate.report._stakes import urgency
from overstate.types import ASK_REASONS, VERIFIED_REASONS, Relation

FITTING = {
    Status.VERIFIED: set(VERIFIED_REASONS),
    Status.PLAUSIBLE: set(),
    Status.NEEDS_CLARIFICATION: set(ASK_REASONS),
}
TALK = [
    ("Ines", "We have forty seats in the Leeds office, it's in clause nine of the contract. Everyone loves it."),
    ("Tom", "How do you know that everyone loves it?"),
    ("Ines", "I think legal might have signed off. We're poised to double revenue soon."),
    ("Tom", "Around twelve seats are used, I heard. The renewal is on 3 May."),
]


def check(report: Report) -> None:
    """Everything a report promises about its own offsets, verdicts and explanations."""
    turns = report.transcript.turns
    reached = (0, 0)
    for claim in report.claims:
        text = turns[claim.turn].text
        assert text[claim.start : claim.end] == claim.text != ""
        assert claim.text == claim.text.strip()
        assert claim.speaker == turns[claim.turn].speaker
        assert (claim.turn, claim.start) >= reached, "claims overlap or are out of order"
        reached = (claim.turn, claim.end)
        check_verdict(claim)
        for cue in claim.cues:
            assert text[cue.start : cue.end] == cue.text != ""
            assert claim.start <= cue.start < cue.end <= claim.end
        for link in claim.evidence:
            assert (link.claim.turn, link.claim.start) == (claim.turn, claim.start)
            assert link.claim.text == claim.text[: len(link.claim.text)]
            assert link.other != link.claim and link.source is None
            assert 0 <= link.probability <= 1
    quotes = [quote for link in report.links for quote in (link.claim, link.other)]
    for question in report.questions:
        assert (question.answer is None) == (question.outcome is Outcome.OPEN)
        quotes += [quote for quote in (question.asked, question.claim, question.answer) if quote is not None]
    for quote in quotes:
        assert turns[quote.turn].text[quote.start : quote.end] == quote.text != ""
        assert quote.speaker == turns[quote.turn].speaker
    reached = (0, 0)
    for hedge in report.hedges:
        assert turns[hedge.turn].text[hedge.start : hedge.end] == hedge.text != ""
        assert (hedge.turn, hedge.start) >= reached, "hedges overlap or are out of order"
        reached = (hedge.turn, hedge.end)
        assert hedge.type in HedgeType


def check_verdict(claim: Claim) -> None:
    """Status, probabilities, reasons and question of one claim fit together."""
    assert set(claim.probabilities) == {str(status) for status in Status}
    assert all(0 <= p <= 1 for p in claim.probabilities.values())
    assert sum(claim.probabilities.values()) == pytest.approx(1)
    assert claim.confidence == claim.probabilities[claim.status]
    assert set(claim.reasons) <= FITTING[claim.status]
    assert len(set(claim.reasons)) == len(claim.reasons)
    assert {cue.reason for cue in claim.cues} <= set(claim.reasons)
    if claim.status is Status.PLAUSIBLE:
        assert (claim.reasons, claim.cues, claim.question) == ((), (), None)
        return
    assert claim.reasons
    for reason in claim.reasons:
        if reason in RESTS_ON:
            assert any(map(RESTS_ON[reason], claim.evidence)), reason
        else:
            assert any(cue.reason is reason for cue in claim.cues), reason
    if claim.status is Status.NEEDS_CLARIFICATION and claim.question is None:
        # nothing is asked that the call itself has answered
        supplied = {Relation.CORROBORATION, Relation.CORRECTION, Relation.REPETITION}
        assert any(e.outcome is Outcome.ANSWERED or e.relation in supplied for e in claim.evidence)
    elif claim.status is Status.NEEDS_CLARIFICATION:
        assert claim.question.endswith("?")
        assert "\n" not in claim.question
    else:
        assert claim.question is None


NAMES = """analyze load train evaluate Analyzer Report Scores Transcript LabelledTranscript read_labelled Claim Cue
Evidence Hedge HedgeType Outcome Question Quote Reason Relation SpeakerStats Status Turn compare Comparison DataError EvidenceError ModelError OverstateError
TranscriptError __version__""".split()


@pytest.mark.parametrize("name", NAMES)
def test_public_name(name):
    assert getattr(overstate, name) is not None
    assert name in overstate.__all__
    assert name in dir(overstate)


def test_nothing_else_is_public():
    assert set(overstate.__all__) == set(NAMES)


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="analyse"):
        overstate.analyse  # noqa: B018


FIELDS = [
    (Turn, "speaker text start end"),
    (Claim, "turn start end text speaker status confidence probabilities reasons cues evidence question topic"),
    (Hedge, "turn start end text type"),
    (Cue, "text start end kind reason"),
    (Evidence, "relation claim other outcome detail probability"),
    (Transcript, "turns source notes"),
    (Report, "transcript claims hedges notes model questions sides sides_guessed"),
]


@pytest.mark.parametrize(("kind", "names"), FIELDS, ids=[kind.__name__ for kind, _ in FIELDS])
def test_fields(kind, names):
    assert [field.name for field in dataclasses.fields(kind)] == names.split()


METHODS = [
    (Transcript, "from_file from_text from_turns"),
    (Report, "to_ask to_frame to_dict to_json to_html to_markdown to_csv to_text from_dict summary _repr_html_"),
    (overstate.Analyzer, "analyze pipe save"),
    (overstate.Scores, "to_dict"),
]


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in METHODS for name in names.split()], ids=lambda part: str(part)
)
def test_methods_are_there_and_documented(kind, name):
    if name == "_repr_html_":
        assert callable(getattr(kind, name))
    else:
        assert inspect.getdoc(getattr(kind, name))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Status, "verified plausible needs_clarification"),
        (HedgeType, "epistemic approximator attribution conditional"),
        (
            Reason,
            "source corroboration answered evidence vague overstated hedged hearsay unsupported_forecast contradicted evaded",
        ),
    ],
    ids=lambda part: getattr(part, "__name__", ""),
)
def test_enums_are_their_guideline_names(kind, values):
    assert [str(member) for member in kind] == values.split()
    assert all(member == str(member) for member in kind)


def test_forms_of_a_source_give_the_same_findings(analyzer, tmp_path):
    path = tmp_path / "call.txt"
    path.write_text("".join(f"{speaker}: {text}\n" for speaker, text in TALK), encoding="utf-8")
    forms = {
        "path": path,
        "path as string": str(path),
        "Transcript": Transcript.from_file(path),
        "pairs": TALK,
        "lists of two": [list(pair) for pair in TALK],
        "dicts": [{"speaker": speaker, "text": text} for speaker, text in TALK],
        "Turns": [Turn(speaker, text) for speaker, text in TALK],
        "generator": (pair for pair in TALK),
    }
    found = {name: analyzer.analyze(source) for name, source in forms.items()}
    first = found["path"]
    assert len(first.claims) >= 4 and first.hedges
    for name, report in found.items():
        assert (report.claims, report.hedges) == (first.claims, first.hedges), name


def test_times_are_kept(analyzer):
    report = analyzer.analyze([{"speaker": "Ines", "text": "We have forty seats.", "start": 1.5, "end": 3}])
    assert report.transcript.turns == (Turn("Ines", "We have forty seats.", 1.5, 3.0),)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ([], "no turns"),
        (None, "NoneType"),
        (3, "int"),
        (b"Ines: hello", "bytes"),
        ({"speaker": "Ines", "text": "hello"}, "dict"),
        ([("Ines", "hello", "there")], "turn 0.*length 3"),
        ([("Ines", None)], "turn 0.*NoneType"),
        ([("Ines", "hello"), {"speaker": "Tom"}], "turn 1.*text.*missing"),
        ([("Ines", "half \ud83d a rocket")], "turn 0.*surrogate"),
        ("no/such/call.vtt", "no such file"),
        ("Ines: we have forty seats\nTom: oh " * 200, "cannot be read|no such file"),
        ("a\0b", "null"),
    ],
)
def test_bad_sources_are_transcript_errors(analyzer, source, words):
    with pytest.raises(TranscriptError, match=f"(?s){words}"):
        analyzer.analyze(source)


def test_far_too_long_transcripts_are_refused_before_any_work(analyzer):
    with pytest.raises(DataError, match=r"8,000,00\d characters, expected at most 8,000,000"):
        analyzer.analyze([("Ines", "x" * MAX_CHARACTERS)])


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        ("seats: forty", "one string or path"),
        (Path("seats.csv"), "one string or path"),
        (3, "got int"),
        ([3], "evidence 1.*int"),
        ([""], "evidence 1.*blank"),
        (["no_such_file.csv"], "no such file"),
    ],
)
def test_bad_evidence_is_a_data_error(analyzer, evidence, words):
    with pytest.raises(DataError, match=words):
        analyzer.analyze(TALK, evidence)


def test_evidence_moves_a_verdict_and_is_quoted(analyzer):
    talk = [("Ines", "We have forty seats in the Leeds office.")]
    plain = analyzer.analyze(talk).claims[0]
    backed = analyzer.analyze(talk, ["Leeds office: 40 seats in use."]).claims[0]
    denied = analyzer.analyze(talk, ["Leeds office: 12 seats in use."]).claims[0]
    assert (backed.status, backed.reasons[0], backed.question) == (Status.VERIFIED, Reason.EVIDENCE, None)
    assert (denied.status, denied.reasons[0]) == (Status.NEEDS_CLARIFICATION, Reason.CONTRADICTED)
    assert "12 seats" in denied.question and denied.question.endswith("?")
    assert [(e.relation, e.turn) for e in backed.evidence[:1]] == [(Relation.SUPPORT, None)]
    assert backed.probabilities["verified"] >= plain.probabilities["verified"]
    for claim in (backed, denied):
        assert sum(claim.probabilities.values()) == pytest.approx(1)
        assert claim.confidence == claim.probabilities[claim.status]


def test_every_promise_holds_on_every_call(reports):
    for report in reports:
        check(report)
        assert not any("{" in claim.question for claim in report.to_ask()), "a blank of a wording was not filled"


def test_all_kinds_of_verdict_occur(reports):
    claims = [claim for report in reports for claim in report.claims]
    assert {claim.status for claim in claims} == set(Status)
    # a reason nobody ever sees would be a promise not kept; evidence needs documents
    assert {reason for claim in claims for reason in claim.reasons} == set(Reason) - {Reason.EVIDENCE}
    assert {hedge.type for report in reports for hedge in report.hedges} == set(HedgeType)


ODD = {
    "emoji": "👩‍👩‍👧‍👦 We've grown 40% 🚀🚀 this year, I think 🤔, and everyone's happy 🎉",
    "flags and skin tones": "🇧🇪 We have forty seats 👍🏽 in Ghent, maybe ✌🏿 more",
    "curly apostrophes": "We’ve grown forty percent, it’s in the audit. I don’t think they’ll renew, y’know",
    "right to left": "שלום we have 40 seats مرحبا بالعالم and everyone loves it, I think",
    "combining marks": "We gre\u0301w forty percent, nai\u0308vely, I think. Zalgo: w\u0336e\u0336 h\u0336ave seats",
    "unusual spaces": "We\u00a0have\u2003forty\u2028seats\u200b here.\tEveryone \u3000 loves it \x85 I think",
    "control characters": "We \x1c have forty\x0b seats\x0c and everyone loves it, I think",
    "line breaks inside": "\n\nWe have forty seats.\n\n\nEveryone loves it, I think.\n\n",
    "markup": "<b>We have forty seats</b> &amp; everyone {loves} it %s, I `think` $1",
    "quotes": "“We have forty seats,” he said, “and everyone loves it”, I think",
    "Chinese": "我们有四十个席位。大家都很喜欢。 We have forty seats, I think",
    "accents": "Törnell plåt söker ähnliche Größen, we have forty seats in Malmö, I think",
    "shouting": "WE HAVE FORTY SEATS!!! EVERYONE LOVES IT!!!! I THINK???",
    "numbers": "We grew 1,234.56% from $3.2m to €4,5 on 03/05/2026 at 10:30, I think",
    "one very long word": "We have " + "x" * 20_000 + " seats, I think",
    "addresses": "Everyone loves https://example.com/a?b=c#d and bob@example.com, we have forty seats",
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_every_promise_holds_on_odd_text(analyzer, text):
    turns = [("Ines", text), ("", ""), ("Tom 🚀", "How do you know?"), ("Ines", text.upper()), ("Tom", text * 3)]
    report = analyzer.analyze(turns)
    check(report)
    assert [(turn.speaker, turn.text) for turn in report.transcript] == turns
    json.dumps(report.to_dict(), allow_nan=False).encode()


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_text_hides_nothing_beside_it(analyzer, text):
    """The checks above would pass on nothing found; so something must be."""
    plain = "I think we have about forty seats in the Leeds office."
    report = analyzer.analyze([("Ines", text), ("Tom", plain)])
    assert any("forty seats" in claim.text for claim in report.claims if claim.turn == 1)
    assert any(hedge.turn == 1 for hedge in report.hedges)


EMPTY = {
    "no words": [("Ines", "")],
    "white space": [("Ines", " \t\n "), ("Tom", "\n\n")],
    "only punctuation": [("Ines", "...?!"), ("Tom", "—"), ("Ines", "“”")],
    "only emoji": [("Ines", "🎉🎉")],
    "backchannels": [("Ines", "mm-hm"), ("Tom", "right")],
    "a question": [("Tom", "Could you send me the slides?")],
}


@pytest.mark.parametrize("turns", EMPTY.values(), ids=EMPTY)
def test_nothing_to_find(analyzer, turns):
    report = analyzer.analyze(turns)
    assert (report.claims, report.hedges, report.to_ask(5)) == ((), (), [])
    assert len(report.to_frame()) == 0
    assert report.to_html() and report.to_markdown() and report.to_text() and json.loads(report.to_json())


@pytest.mark.parametrize("word", ["forty", "maybe", "No", "🚀", "x", "it's", "Everyone"])
def test_one_word(analyzer, word):
    check(analyzer.analyze([("Ines", word)]))


def test_three_thousand_words_without_punctuation(analyzer):
    words = "so we have forty seats in leeds and i think everyone loves it because they told us last may".split()
    text = " ".join(words[i % len(words)] for i in range(3000))
    report = analyzer.analyze([("Ines", text)])
    check(report)
    assert len(report.claims) > 50
    assert max(len(claim.text.split()) for claim in report.claims) < 60, "a claim is a clause, not a page"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Ines", "Tom", "", "İ"]),
            st.lists(
                st.sampled_from(
                    "we have forty seats I think everyone loves it ? . , … — \n \n\n ’s it’s 🚀 e\u0301 “ 40% soon no שלום \u00a0".split(
                        " "
                    )
                )
            ).map(" ".join),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_every_promise_holds_on_any_talk(analyzer, turns):
    check(analyzer.analyze(turns))


def test_to_ask_is_ordered_and_cut(reports):
    for report in reports:
        asked = report.to_ask(5)
        urgencies = [urgency(claim) for claim in asked]
        assert len(asked) <= 5
        assert urgencies == sorted(urgencies, reverse=True)
        assert all(claim.status is Status.NEEDS_CLARIFICATION and claim.question for claim in asked)
        assert asked == report.to_ask()[:5]


def test_same_call_same_report(analyzer, gold, reports):
    again = overstate.load().analyze(gold[0].transcript)
    assert again == reports[0]
    assert again.to_json() == reports[0].to_json()


def test_module_level_analyze_is_the_shipped_model(reports):
    report = overstate.analyze(reports[0].transcript)
    assert report == reports[0]
    assert report.model == f"default {overstate.load().config['version']}"


def test_calls_do_not_influence_each_other(analyzer, gold, reports):
    for i in (5, 3, 5):
        assert analyzer.analyze(gold[i].transcript) == reports[i]


def test_source_is_not_changed(analyzer):
    turns = [{"speaker": speaker, "text": text} for speaker, text in TALK]
    before = copy.deepcopy(turns)
    analyzer.analyze(turns)
    assert turns == before


def test_report_survives_pickle_and_dict(reports):
    for report in reports[:5]:
        assert pickle.loads(pickle.dumps(report)) == report
        assert Report.from_dict(json.loads(report.to_json())) == report


def test_frame_has_a_row_a_claim(reports):
    frame = reports[0].to_frame()
    assert frame["text"].tolist() == [claim.text for claim in reports[0].claims]
    assert frame["status"].tolist() == [str(claim.status) for claim in reports[0].claims]


def test_pipe_is_lazy_and_in_order(analyzer, gold, reports):
    asked = []

    def sources():
        for i in (2, 0, 1):
            asked.append(i)
            yield gold[i].transcript

    stream = analyzer.pipe(sources())
    assert asked == []
    assert next(stream) == reports[2]
    assert asked == [2]
    assert list(stream) == [reports[0], reports[1]]


def test_pipe_of_nothing_is_nothing(analyzer):
    assert list(analyzer.pipe([])) == []


def test_pipe_over_files(analyzer, reports):
    paths = sorted(CALLS.glob("*.vtt"))[:2]
    assert [report.transcript.source for report in analyzer.pipe(paths)] == [str(path) for path in paths]


@pytest.mark.parametrize("backend", ["loky", "threading"])
def test_pipe_with_two_workers_gives_the_same(analyzer, gold, reports, backend):
    with parallel_config(backend=backend):
        found = list(analyzer.pipe((record.transcript for record in gold[:4]), n_jobs=2))
    assert found == reports[:4]


def test_pipe_raises_what_analyze_raises(analyzer):
    stream = analyzer.pipe([TALK, "no/such/call.vtt"])
    assert next(stream).claims
    with pytest.raises(TranscriptError, match="no such file"):
        next(stream)


def test_cost_grows_with_length_not_with_its_square(analyzer, gold):
    turns = gold[0].transcript.turns

    def seconds(n: int) -> float:
        began = time.process_time()
        analyzer.analyze(list(turns) * n)
        return time.process_time() - began

    short = min(seconds(1) for _ in range(4))
    assert min(seconds(20) for _ in range(2)) < 40 * short


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nonesuch", "got 'nonesuch', expected a shipped model"),
        ("../default", "expected a shipped model"),
        ("no/such/folder", "expected a shipped model"),
        ("a\0b", "expected a shipped model"),
        ("x" * 5000, "expected a shipped model"),
    ],
)
def test_load_of_no_model(name, words):
    with pytest.raises(ModelError, match=words):
        overstate.load(name)


def test_load_of_a_folder_without_a_model(tmp_path):
    with pytest.raises(ModelError, match=r"config\.json.*cannot be read"):
        overstate.load(tmp_path)


def test_repr_names_the_model(analyzer):
    assert repr(analyzer) == f"<Analyzer default {analyzer.config['version']}>"
