"""Fields of sales frameworks: by phrases, in invented sentences. No model is needed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from overstate.analyzer import Analyzer
from overstate.cli import app
from overstate.errors import DataError
from overstate.explain.frameworks import NEAR, fields_of, fields_untouched, topic_of, with_topics
from overstate.lexicons.patterns import Patterns, frameworks, read_frameworks
from overstate.types import Claim, Status, Turn

FIELDS = {
    "meddic": ("metrics", "economic_buyer", "decision_criteria", "decision_process", "identify_pain", "champion"),
    "meddpicc": (
        "metrics",
        "economic_buyer",
        "decision_criteria",
        "decision_process",
        "paper_process",
        "identify_pain",
        "champion",
        "competition",
    ),
    "bant": ("budget", "authority", "need", "timeline"),
}

SENTENCES: list[tuple[str, str, str | None]] = [
    ("meddic", "the ovens pay for themselves, the payback period is a year", "metrics"),
    ("meddic", "it saves us eleven hours a week in the kitchen", "metrics"),
    ("meddic", "our churn rate came down", "metrics"),
    ("meddic", "picking is twice as fast with the trolleys", "metrics"),
    ("meddic", "we cut costs by a third", "metrics"),
    ("meddic", "I think the CFO likes it", "economic_buyer"),
    ("meddic", "Petra holds the budget for all four sites", "economic_buyer"),
    ("meddic", "my uncle has the final say", "economic_buyer"),
    ("meddic", "anything over ten thousand, it’s her call", "economic_buyer"),
    ("meddic", "it integrates with every till there is", "decision_criteria"),
    ("meddic", "single sign-on is a must-have", "decision_criteria"),
    ("meddic", "you are on the shortlist", "decision_criteria"),
    ("meddic", "the tender asks for two looms", "decision_criteria"),
    ("meddic", "it goes to the board in March", "decision_process"),
    ("meddic", "there is one more round of approval", "decision_process"),
    ("meddic", "they want to choose a vendor before the fair", "decision_process"),
    ("meddic", "the Ghent office has signed off", "decision_process"),
    ("meddic", "the old boiler keeps breaking", "identify_pain"),
    ("meddic", "everybody complains about the invoices", "identify_pain"),
    ("meddic", "we lost customers over it", "identify_pain"),
    ("meddic", "we type the orders in by hand", "identify_pain"),
    ("meddic", "Ines is pushing for it in every meeting", "champion"),
    ("meddic", "the head cook has our back", "champion"),
    ("meddic", "he made the case to the owners", "champion"),
    ("meddic", "the barn is red", None),
    ("meddic", "our lawyers have the redlines", None),
    ("meddic", "sales, by hand of course, had the final say of the CFO", "economic_buyer"),
    ("meddpicc", "the security questionnaire came back", "paper_process"),
    ("meddpicc", "we signed the contract with the dairy", "paper_process"),
    ("meddpicc", "procurement has the order form", "paper_process"),
    ("meddpicc", "it is with legal since Tuesday", "paper_process"),
    ("meddpicc", "no competitor has that", "competition"),
    ("meddpicc", "they would rather build it ourselves, they said", "competition"),
    ("meddpicc", "the current supplier offers the same", "competition"),
    ("meddpicc", "half our clients switched from paper", "competition"),
    ("meddpicc", "the return on investment is huge", "metrics"),
    ("bant", "there is money set aside for it", "budget"),
    ("bant", "they cannot afford a third van", "budget"),
    ("bant", "it costs forty per seat", "budget"),
    ("bant", "the CTO is on board with it", "authority"),
    ("bant", "legal signed it last week", "authority"),
    ("bant", "I have to ask my wife about that", "authority"),
    ("bant", "that is not my decision", "authority"),
    ("bant", "we struggle with the night shifts", "need"),
    ("bant", "they need to replace the loom", "need"),
    ("bant", "a lot of schools are asking for it", "need"),
    ("bant", "we can go live in the spring", "timeline"),
    ("bant", "the lease ends in May", "timeline"),
    ("bant", "you will have it by Friday", "timeline"),
    ("bant", "implementation takes no time", "timeline"),
    ("bant", "may we use the barn", None),
]


@pytest.mark.parametrize(("framework", "text", "field"), SENTENCES)
def test_the_field_of_a_sentence(framework: str, text: str, field: str | None) -> None:
    assert topic_of(framework, text) == field


def test_the_sentences_reach_every_field() -> None:
    reached = {(framework, field) for framework, _, field in SENTENCES if field}
    own = {("meddpicc", field) for field in ("paper_process", "competition")}
    assert reached >= {(name, field) for name in ("meddic", "bant") for field in FIELDS[name]} | own


@pytest.mark.parametrize("framework", FIELDS)
def test_fields_stand_in_the_order_of_their_framework(framework: str) -> None:
    assert fields_of(framework) == FIELDS[framework]
    assert set(frameworks()) == set(FIELDS)


TURN = "the budget is fine. We grew a lot. It goes live by Friday."
CLAIM = "We grew a lot"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (TURN, "budget"),
        (TURN.replace("budget", "barn"), "timeline"),
        (TURN.replace("a lot", "on a budget by Friday"), "timeline"),
        (TURN.replace("We grew a lot", "We grew on my budget"), "budget"),
        (TURN.replace(" is fine.", f" is fine, {'and ' * (NEAR // 4)}so on.").replace("live by Friday", "off"), None),
    ],
)
def test_words_of_the_claim_go_before_words_around_it(text: str, field: str | None) -> None:
    start = text.index("We grew")
    assert topic_of("bant", text, start, text.index(".", start)) == field


def claim(question: str | None) -> Claim:
    start = TURN.index(CLAIM)
    status = Status.NEEDS_CLARIFICATION
    return Claim(
        0, start, start + len(CLAIM), CLAIM, "Ann", status, 0.9, {"needs_clarification": 0.9}, question=question
    )


def test_only_claims_with_a_question_get_a_topic() -> None:
    asked, silent = with_topics([claim("How much?"), claim(None)], [Turn("Ann", TURN)], "bant")
    assert (asked.topic, silent.topic) == ("budget", None)
    (other,) = with_topics([claim("How much?")], [Turn("Ann", "x" * len(TURN))], "bant")
    assert other.topic is None


def test_fields_that_nobody_touched() -> None:
    assert fields_untouched("bant", [Turn("Ann", TURN), Turn("Bo", "My boss decides.")]) == ("need",)
    assert fields_untouched("bant", []) == FIELDS["bant"]


@pytest.mark.parametrize("name", ["spin", "", "MEDDIC"])
def test_an_unknown_framework_is_refused(name: str) -> None:
    for call in (
        lambda: fields_of(name),
        lambda: topic_of(name, "x"),
        lambda: with_topics([], [], name),
        lambda: fields_untouched(name, []),
    ):
        with pytest.raises(DataError, match=f"got '{name}', expected one of meddic, meddpicc, bant"):
            call()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cue\tkind\n", "got columns"),
        ("", "got columns"),
        ("framework\tfield\tcue\nbant\tneed\n", "line 2: got cells"),
        ("framework\tfield\tcue\nbant\tneed\t \n", "line 2: got cells"),
        (
            "# x\nframework\tfield\tcue\na b\tneed\tpain point\nb\tother\tPain point\n",
            "line 4: cue 'Pain point' is twice in b",
        ),
    ],
)
def test_a_list_of_phrases_that_is_not_as_documented_is_refused(text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read_frameworks(text, "f.tsv")


@pytest.mark.parametrize(
    ("cue", "text", "found"),
    [
        (("sign", "off"), "they sign-off and Sign  off", [(5, 13), (18, 27)]),
        (("sign", "off"), "design offers", []),
        (("approv*",), "approval, disapproved", [(0, 8)]),
        (("it", "'s", "done"), "it’s done", [(0, 9)]),
        (("best", "-", "in", "class"), "best in-class", [(0, 13)]),
    ],
)
def test_phrases_match_whole_words(cue: tuple[str, ...], text: str, found: list[tuple[int, int]]) -> None:
    phrases = Patterns.of({"kind": [cue], "nothing": []})
    assert phrases.spans(text) == ({"kind": found} if found else {})
    assert phrases.kinds(text) == (("kind",) if found else ())


def analyzer() -> Analyzer:
    """An analyzer that finds one claim to ask about and one not to ask about in any call."""
    found = (claim("How much?"), claim(None))
    models = SimpleNamespace(name="stub", encoder=None, run=lambda table, turns, threshold: (found, (), ()))
    return Analyzer(models, {})  # type: ignore[arg-type]


def test_the_analyzer_gives_topics_where_a_framework_is_named() -> None:
    call = [("Ann", TURN)]
    assert [c.topic for c in analyzer().analyze(call, framework="bant").claims] == ["budget", None]
    assert [c.topic for c in analyzer().analyze(call).claims] == [None, None]
    (report,) = analyzer().pipe([call], framework="bant")
    assert report == analyzer().analyze(call, framework="bant")


def test_the_analyzer_refuses_an_unknown_framework_before_it_reads() -> None:
    message = "field 'framework': got 'spin', expected one of meddic, meddpicc, bant"
    with pytest.raises(DataError, match=message):
        analyzer().analyze("no such file", framework="spin")
    with pytest.raises(DataError, match=message):
        next(analyzer().pipe(["no such file"], framework="spin"))


def test_the_command_line_refuses_an_unknown_framework() -> None:
    done = CliRunner().invoke(app, ["analyze", "call.vtt", "--framework", "spin"])
    assert done.exit_code == 2
    assert "expected one of meddic" in " ".join(done.stderr.replace("│", " ").split())
