"""The report and its views, on hand-made reports. No model is needed."""

from __future__ import annotations

import ast
import csv
import io
import json
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import overstate.report
from overstate.errors import DataError
from overstate.report import REASON_LABELS, Report
from overstate.report._markdown import escape
from overstate.report._segments import cut
from overstate.report._stakes import BUILT_UPON, MOST_BUILT_UPON, WEIGHTS, stakes_of, urgency
from overstate.report._words import base_name, clock, percent
from overstate.transcript import Transcript
from overstate.types import Claim, Cue, Evidence, Hedge, HedgeType, Outcome, Quote, Reason, Relation, Status, Turn

ASK, PLAUSIBLE, VERIFIED = Status.NEEDS_CLARIFICATION, Status.PLAUSIBLE, Status.VERIFIED
NASTY = "<script>alert(1)</script> & \"quotes\" 'n' </style></mark>{{ 7*7 }} [x](http://evil.example) `c` |"

TURNS = (
    Turn("Ada", "Morning. We grew a lot, I think, and everybody loves the new pump.", 0.0, 9.5),
    Turn("Bo", "Mm-hm.", 10.0, 11.0),
    Turn("Bo", "The lease ends in May, it says so in clause nine. Around forty pumps run today.", 185.0, 200.0),
    Turn("Ada", "No, twelve pumps run today.", 3727.0, None),
)


def claim(turn, words, status=PLAUSIBLE, p=0.8, *, turns=TURNS, **more):
    """The claim whose words these are, with the rest of the probability shared by the other statuses."""
    start = turns[turn].text.index(words)
    probabilities = {name.value: p if name is status else (1 - p) / 2 for name in Status}
    return Claim(turn, start, start + len(words), words, turns[turn].speaker, status, p, probabilities, **more)


def hedge(turn, words, kind=HedgeType.EPISTEMIC, *, turns=TURNS):
    start = turns[turn].text.index(words)
    return Hedge(turn, start, start + len(words), words, kind)


def cue(turn, words, reason):
    start = TURNS[turn].text.index(words)
    return Cue(words, start, start + len(words), "lexicon", reason)


def one_turn(text, speaker="Ada", **more):
    """A report on one turn that is one claim to ask about."""
    turns = (Turn(speaker, text),)
    found = claim(0, text, ASK, turns=turns, **{"reasons": (Reason.VAGUE,), "question": "How much?"} | more)
    return Report(Transcript(turns), (found,), ())


NEAR = Quote(TURNS[0].text[:4], 0, 0, 4)
NEAR_NASTY = Quote(NASTY[:3], 0, 0, 3)


@pytest.fixture
def report():
    claims = (
        claim(0, "We grew a lot, I think", ASK, 0.7, reasons=(Reason.VAGUE, Reason.HEDGED), question="How much?"),
        claim(
            0,
            "everybody loves the new pump",
            ASK,
            0.9,
            reasons=(Reason.OVERSTATED,),
            cues=(cue(0, "everybody", Reason.OVERSTATED),),
            question="Who said so?",
        ),
        claim(
            2,
            "The lease ends in May, it says so in clause nine",
            VERIFIED,
            0.83,
            reasons=(Reason.SOURCE,),
            evidence=(Evidence(Relation.SUPPORT, NEAR, Quote("Term: 31 May", source="lease.pdf, p. 3")),),
        ),
        claim(2, "Around forty pumps run today", PLAUSIBLE, 0.6),
        claim(
            3,
            "twelve pumps run today",
            ASK,
            0.7,
            reasons=(Reason.CONTRADICTED,),
            evidence=(Evidence(Relation.CONTRADICTION, NEAR, Quote("forty pumps run today", 2, 57, 78)),),
            question="Twelve or forty?",
        ),
    )
    hedges = (hedge(0, "I think"), hedge(2, "Around", HedgeType.APPROXIMATOR))
    transcript = Transcript(TURNS, "/home/ada/calls/pumps.vtt", ("Speakers are as the file names them.",))
    return Report(transcript, claims, hedges, ("No evidence was handed over.",), "test-model 0.1")


EMPTY = Report(Transcript((Turn("Ada", "Hello."), Turn("", ""))), (), ())


class Page(HTMLParser):
    """What a page consists of: the tags, attributes and text that a browser would see."""

    VOID = frozenset({"meta", "input", "br", "rect"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        if tag not in self.VOID:
            self.open.append((tag, values.get("class") or ""))
        if tag == "p" and values.get("class") == "words":
            self.words.append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop()[0] == tag, f"</{tag}> crosses another element"

    def handle_data(self, data):
        self.text += data
        classes = [css for _, css in self.open]
        if "words" in classes and not any(css.startswith("sign") for css in classes):
            self.words[-1] += data

    def attributes(self, name):
        return [values[name] for _, values in self.tags if name in values]

    def of_class(self, css):
        return [values for _, values in self.tags if css in (values.get("class") or "").split()]


# The report itself


def test_package_imports_no_heavy_library():
    code = "import sys, overstate.report; print([m for m in ('spacy', 'sklearn', 'pandas') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_modules_stay_small():
    folder = Path(overstate.report.__file__).parent
    sizes = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in folder.glob("*.py")}
    assert max(sizes.values()) < 250, sizes
    for path in folder.glob("*.py"):
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), path


def test_to_ask_is_most_urgent_first(report):
    # 70% of a disputed amount weighs more than 90% of praise
    assert [c.question for c in report.to_ask()] == ["Twelve or forty?", "Who said so?", "How much?"]
    assert [c.question for c in report.to_ask(2)] == ["Twelve or forty?", "Who said so?"]
    assert report.to_ask(0) == []
    assert len(report.to_ask(99)) == 3


def test_equally_urgent_claims_are_asked_about_in_order():
    turns = (Turn("Ada", "We grew a lot. It holds. It never fails."), Turn("Bo", "It holds."))
    words = [(1, "It holds"), (0, "It never fails"), (0, "It holds"), (0, "We grew a lot")]
    claims = tuple(claim(turn, text, ASK, 0.7, turns=turns, question=f"{turn} {text}?") for turn, text in words)
    asked = [c.question for c in Report(Transcript(turns), claims, ()).to_ask()]
    assert asked == ["0 We grew a lot?", "0 It holds?", "0 It never fails?", "1 It holds?"]


def linked(*relations):
    """Evidence of these relations, each at a place of its own; of an answer, that it was evaded."""
    for place, relation in enumerate(relations):
        evaded = Outcome.EVADED if relation is Relation.ANSWER else None
        yield Evidence(relation, NEAR, Quote("ning", 0, 3 + place, 7 + place), evaded)


AGAIN = Relation.REPETITION
STAKES = [
    ("It works", (), []),
    ("Forty pumps run", (), ["amount"]),
    ("Forty of the twelve pumps run", (), ["amount"]),
    ("It cost us €40", (), ["money"]),
    ("The budget is there", (), ["money"]),
    ("It runs since March", (), ["date"]),
    ("It ran for two weeks", (), ["date"]),
    ("We'll see to it", (), ["commitment"]),
    ("You will have it by Friday", (), ["commitment", "date"]),
    ("The board approved it", (), ["decision"]),
    ("There is a clause on liability", (), ["legal"]),
    ("They need it", (), ["need"]),
    ("It works", (Relation.DENIAL,), ["disputed"]),
    ("It works", (Relation.CONTRADICTION, Relation.DENIAL), ["disputed"]),
    ("It works", (Relation.QUESTION, Relation.ANSWER), ["disputed"]),
    ("It works", (Relation.QUESTION, Relation.SUPPORT), []),
    ("It works", (AGAIN,), [BUILT_UPON]),
    ("It works", (AGAIN, Relation.CORROBORATION, AGAIN, AGAIN), [BUILT_UPON] * MOST_BUILT_UPON),
    ("The CFO must approve €40 by May", (), ["decision", "need", "money", "date"]),
]


@pytest.mark.parametrize(("words", "relations", "about"), STAKES)
def test_what_hangs_on_a_claim(words, relations, about):
    turns = (Turn("Ada", words),)
    found = claim(0, words, ASK, 0.5, turns=turns, question="?", evidence=tuple(linked(*relations)))
    expected = 1 + sum(thing if isinstance(thing, float) else WEIGHTS[thing] for thing in about)
    assert stakes_of(found) == pytest.approx(expected)
    assert urgency(found) == pytest.approx(0.5 * expected)


def test_no_single_stake_overtakes_twice_the_probability():
    assert all(0 < weight < 1 for weight in (*WEIGHTS.values(), BUILT_UPON * MOST_BUILT_UPON))
    assert {thing for _, _, about in STAKES for thing in about} == {*WEIGHTS, BUILT_UPON}


def test_every_view_shows_the_field_of_a_framework():
    here = one_turn("We grew a lot", topic="economic_buyer")
    assert "Ask (Economic buyer): How much?" in here.to_text()
    assert "**How much?** (Economic buyer)" in here.to_markdown()
    assert [v["class"] for v in Page(here.to_html()).of_class("topic")] == ["topic"] * 2
    assert here.to_html().count(">Economic buyer<") == 2
    assert here.to_frame().topic.tolist() == ["economic_buyer"]
    assert here.to_dict()["claims"][0]["topic"] == "economic_buyer"
    assert Report.from_dict(here.to_dict()) == here
    plain = one_turn("We grew a lot")
    assert "Ask: How much?" in plain.to_text()
    assert not Page(plain.to_html()).of_class("topic")


def test_a_topic_is_escaped():
    here = one_turn("We grew a lot", topic="<b>_*x*")
    assert here.to_html().count("&lt;b&gt; *x*<") == 2
    assert "\\*x\\*" in here.to_markdown()


def test_open_fields_are_those_that_nobody_touched(report):
    assert report.open_fields("bant") == ("budget", "authority", "need")
    with pytest.raises(DataError, match="expected one of meddic, meddpicc, bant"):
        report.open_fields("spin")


def test_to_ask_leaves_out_claims_without_a_question():
    assert one_turn("We grew a lot", question=None).to_ask() == []


@pytest.mark.parametrize("n", [-1, 1.5, "3", True])
def test_to_ask_refuses_what_is_no_count(report, n):
    with pytest.raises(DataError, match="expected a whole number of at least 0"):
        report.to_ask(n)


def test_summary(report):
    summary = report.summary
    assert summary.by_status == {VERIFIED: 1, PLAUSIBLE: 1, ASK: 3}
    assert list(summary.by_speaker) == ["Ada", "Bo"]
    assert summary.by_speaker["Ada"] == {VERIFIED: 0, PLAUSIBLE: 0, ASK: 3}
    assert (summary.turns, summary.claims, summary.to_ask, summary.hedged) == (4, 5, 3, 2)
    assert summary.share_hedged == pytest.approx(0.4)
    assert EMPTY.summary.share_hedged is None


@pytest.mark.parametrize(
    ("words", "hedged"),
    [
        ("We grew a lot", False),  # the hedge begins two characters later
        ("a lot, I", True),  # crosses the border
        ("think, and everybody", True),
        (", and", False),  # begins where the hedge ends
    ],
)
def test_a_claim_is_hedged_when_a_hedge_overlaps_it(words, hedged):
    here = Report(Transcript(TURNS), (claim(0, words),), (hedge(0, "I think"), hedge(2, "Around")))
    assert here.summary.hedged == hedged


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"turn": 9}, r"claims\[0\]'?: turn is 9, but the transcript has turns 0 to 3"),
        ({"turn": -1}, "turn is -1"),
        ({"end": 400}, "0 <= start < end <= 66"),
        ({"start": 12, "end": 12, "text": ""}, "start and end are 12 and 12"),
        ({"text": "We shrank"}, "text is 'We shrank', but characters 9 to 22 of turn 0 are 'We grew a lot'"),
        ({"cues": (Cue("x", 60, 90, "k", Reason.VAGUE),)}, r"claims\[0\]\.cues\[0\]"),
        ({"evidence": (Evidence(Relation.SUPPORT, NEAR, Quote("x", 7)),)}, r"claims\[0\]\.evidence\[0\].other"),
    ],
)
def test_marks_that_do_not_fit_the_transcript_are_refused(change, message):
    good = claim(0, "We grew a lot")
    values = {name: getattr(good, name) for name in Claim.__dataclass_fields__}
    with pytest.raises(DataError, match=message):
        Report(Transcript(TURNS), (Claim(**values | change),), ())


def test_repr_is_short(report):
    assert repr(report) == "<Report 'pumps.vtt': 5 claims, 3 to ask about>"
    assert repr(one_turn("We grew a lot")) == "<Report 1 claim, 1 to ask about>"


# Words


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.874, "87%"),
        (0.004, "under 1%"),
        (0.0, "under 1%"),
        (0.996, "over 99%"),
        (1.0, "over 99%"),
        (0.5, "50%"),
    ],
)
def test_percent_never_claims_certainty(probability, words):
    assert percent(probability) == words


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, ""), (0, "0:00"), (185.9, "3:05"), (3599.99, "59:59"), (3727, "1:02:07")]
)
def test_clock(seconds, words):
    assert clock(seconds) == words


@pytest.mark.parametrize(
    ("source", "name"),
    [
        (None, ""),
        ("a.vtt", "a.vtt"),
        ("/x/y/a.vtt", "a.vtt"),
        (r"C:\x\a.vtt", "a.vtt"),
        ("x/", "x"),
        ("", ""),
    ],
)
def test_base_name(source, name):
    assert base_name(source) == name


def test_every_reason_has_words():
    assert set(REASON_LABELS) == set(Reason)


# JSON


@pytest.mark.parametrize("name", ["full", "empty"])
def test_json_reads_back_exactly(report, name):
    before = report if name == "full" else EMPTY
    assert before.to_dict()["format"] == 2
    assert Report.from_dict(before.to_dict()) == before
    for indent in (None, 2):
        assert Report.from_dict(json.loads(before.to_json(indent))) == before


def test_dict_is_made_of_plain_values(report):
    def check(value):
        assert type(value) in {dict, list, str, int, float, bool, type(None)}
        for child in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            check(child)

    check(report.to_dict())


MISSING = object()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("format",), 1, "format version 1, but this overstate reads version 2"),
        (("format",), "1", "'format': got '1', expected a whole number"),
        (("format",), MISSING, "the key 'format' is missing"),
        (("turns",), MISSING, "the key 'turns' is missing"),
        (("turns",), {}, "'turns': got {}, expected a list"),
        (("turns", 0), "Ada: hi", r"'turns\[0\]': got 'Ada: hi', expected an object"),
        (("turns", 0, "text"), None, r"'turns\[0\].text': got None, expected a string"),
        (("turns", 0, "start"), "0:10", r"'turns\[0\].start': got '0:10', expected a finite number"),
        (("turns", 0, "start"), float("nan"), "expected a finite number"),
        (("notes",), "one", "'notes': got 'one', expected a list"),
        (("notes", 0), 1, r"'notes\[0\]': got 1, expected a string"),
        (("claims", 0, "status"), "unsure", r"'claims\[0\].status': got 'unsure', expected one of verified,"),
        (("claims", 0, "status"), ["verified"], "expected one of verified"),
        (("claims", 0, "reasons", 1), "odd", r"'claims\[0\].reasons\[1\]': got 'odd'"),
        (("claims", 0, "confidence"), 1.2, "expected a number from 0 to 1"),
        (("claims", 0, "confidence"), True, "expected a finite number"),
        (("claims", 0, "probabilities", "maybe"), 0.1, "an object with the keys verified, plausible,"),
        (("claims", 0, "probabilities", "verified"), -0.1, r"claims\[0\].probabilities.verified"),
        (("claims", 0, "turn"), True, "expected a whole number"),
        (("claims", 0, "turn"), 12, "turn is 12"),
        (("claims", 1, "cues", 0, "reason"), "odd", r"claims\[1\].cues\[0\].reason"),
        (("claims", 2, "evidence", 0, "relation"), "likes", "expected one of question"),
        (("claims", 0, "colour"), "red", "unknown key 'colour'"),
        (("hedges", 0, "type"), "weak", "expected one of epistemic"),
        (("hedges", 0, "text"), "I know", "text is 'I know'"),
        (("extra",), 1, "unknown key 'extra'"),
    ],
)
def test_from_dict_says_what_is_wrong(report, path, value, message):
    data = json.loads(report.to_json())
    place = data
    for key in path[:-1]:
        place = place[key]
    if value is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    with pytest.raises(DataError, match=message):
        Report.from_dict(data)


@pytest.mark.parametrize("data", [None, [], "{}", {}])
def test_from_dict_refuses_what_is_no_report(data):
    with pytest.raises(DataError):
        Report.from_dict(data)


# Rows


def test_frames(report):
    frame = report.to_frame()
    assert len(frame) == 5
    row = frame.iloc[0]
    assert (row.speaker, row.turn, row.start, row.end, row.seconds) == ("Ada", 0, 9, 31, 0.0)
    assert (row.status, row.confidence, row.p_needs_clarification) == ("needs_clarification", 0.7, 0.7)
    assert (row.reasons, bool(row.hedged), row.question) == ("vague, hedged", True, "How much?")
    assert frame[["p_verified", "p_plausible", "p_needs_clarification"]].sum(axis=1).round(6).eq(1).all()
    hedges = report.hedges_to_frame()
    assert list(hedges.type) == ["epistemic", "approximator"]
    assert list(hedges.speaker) == ["Ada", "Bo"]


def test_empty_frames_keep_their_columns(report):
    assert list(EMPTY.to_frame().columns) == list(report.to_frame().columns)
    assert list(EMPTY.hedges_to_frame().columns) == list(report.hedges_to_frame().columns)


def test_frames_say_what_to_install(report, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"pip install overstate\[notebook\]"):
        report.to_frame()


def test_csv_has_the_rows_of_the_frame(report):
    text = report.to_csv()
    assert text.count("\r\n") == 6
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert list(rows[0]) == list(report.to_frame().columns)
    assert rows[0]["text"] == "We grew a lot, I think"
    assert (rows[0]["hedged"], rows[1]["hedged"], rows[2]["question"]) == ("true", "false", "")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_csv_cells_are_no_formulas(start):
    words = f'{start}HYPERLINK("http://x.example", "y")'
    row = next(csv.DictReader(io.StringIO(one_turn(words, speaker=words).to_csv(), newline="")))
    assert row["text"] == "'" + words
    assert row["speaker"] == "'" + words


def test_csv_keeps_line_breaks_and_quotes():
    row = next(csv.DictReader(io.StringIO(one_turn('a "b"\r\nc, = d').to_csv(), newline="")))
    assert row["text"] == 'a "b"\r\nc, = d'


# Plain text and terminal


def test_text_begins_with_counts_and_what_to_ask(report):
    lines = str(report).splitlines()
    assert lines[0] == "pumps.vtt: 5 claims, 3 to ask about"
    assert lines[2] == "? 3 need clarification   · 1 plausible   ✓ 1 verified   2 of 5 hedged"
    assert "estimates of the model test-model 0.1" in lines[3]
    start = lines.index("To ask about (3)")
    assert lines[start + 3 : start + 12] == [
        "Ada",
        "  ? needs clarification (70%): contradicted elsewhere; turn 4, 1:02:07",
        "    “twelve pumps run today”",
        "    - contradicted by Bo, turn 3, 3:05: “forty pumps run today”",
        "    Ask: Twelve or forty?",
        "",
        "  ? needs clarification (90%): overstated; turn 1, 0:00",
        "    “everybody loves the new pump”",
        "    Ask: Who said so?",
    ]
    assert "  · plausible (60%), turn 3, 3:05: Around forty pumps run today" in lines
    assert lines[-2:] == ["- Speakers are as the file names them.", "- No evidence was handed over."]


def test_text_with_ask_lists_only_that_many(report):
    text = report.to_text(ask=1)
    assert "To ask about (1 of 3)" in text
    assert "Twelve or forty?" in text
    assert "How much?" not in text
    assert "Verified" not in text
    assert report.to_text(ask=0).startswith("pumps.vtt: 5 claims, 3 to ask about")


@pytest.mark.parametrize("width", [40, 60, 100])
def test_text_is_wrapped(width):
    long = one_turn("we will grow and grow " * 40 + "end", speaker="A very long name " * 8)
    assert max(map(len, long.to_text(width).splitlines())) <= width


@pytest.mark.parametrize("arguments", [{"width": 39}, {"width": None}, {"ask": -1}])
def test_text_refuses_odd_settings(report, arguments):
    with pytest.raises(DataError, match="expected a whole number of at least"):
        report.to_text(**arguments)


def test_a_claim_without_a_question_is_still_listed():
    text = one_turn("We grew a lot", question=None).to_text()
    assert "Needs clarification, no question (1)" in text
    assert "Ask:" not in text


def test_text_has_no_terminal_commands():
    text = one_turn("we\x1b[31m grew\r\x07 a\u202e lot\n\nagain", speaker="A\x1b]0;x\x07\ud800").to_text()
    assert not set("\x1b\r\x07\u202e\ud800") & set(text)
    assert "“we[31m grew a lot again”" in text


def test_rich_shows_the_same_words_and_no_markup():
    from rich.console import Console

    here = one_turn("[red]we[/red] grew [link=http://x.example]a lot[/link]", speaker="[bold]Ada")
    out = io.StringIO()
    Console(file=out, width=100).print(here)
    assert "“[red]we[/red] grew [link=http://x.example]a lot[/link]”" in out.getvalue()
    assert "[bold]Ada" in out.getvalue()
    assert "\x1b" not in out.getvalue()
    assert "How much?" in out.getvalue()


def test_rich_and_text_list_the_same(report):
    from rich.console import Console

    out = io.StringIO()
    Console(file=out, width=100).print(report)
    ruler = re.compile(r"^-+$", re.MULTILINE)
    assert out.getvalue().split() == ruler.sub("", report.to_text(100)).split()


# Markdown


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("plain words, 40 (about).", "plain words, 40 (about)."),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
        ("*a* _b_ `c` ~d~ |e|", r"\*a\* \_b\_ \`c\` \~d\~ \|e\|"),
        ("![x](y)", r"\!\[x\](y)"),
        ("\\*", r"\\\*"),
        ("# head", r"\# head"),
        ("- item", r"\- item"),
        ("1. item", "1&#8203;. item"),
        ("1.5 percent", "1&#8203;.5 percent"),
        ("see #12, @ada", "see #&#8203;12, @&#8203;ada"),
        ("https://x.example www.x.example", "https&#8203;://x.example www&#8203;.x.example"),
        ("two\n\n# lines", "two # lines"),
        ("$5", r"\$5"),
    ],
)
def test_markdown_escapes(text, escaped):
    assert escape(text) == escaped


def test_markdown_is_read_as_it_was_said():
    from markdown_it import MarkdownIt

    html = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .render(one_turn(NASTY, speaker=NASTY, question=NASTY).to_markdown())
    )
    page = Page(html)
    assert {"script", "a", "img", "code"}.isdisjoint(tag for tag, _ in page.tags)
    shown = page.text.replace("\u200b", "")
    assert shown.count(NASTY) == 4  # speaker in the table and as a heading, question, words


def test_markdown_with_ask_lists_only_that_many(report):
    text = report.to_markdown(ask=1)
    assert "Twelve or forty?" in text
    assert "How much?" not in text
    assert "## Verified" in report.to_markdown()
    with pytest.raises(DataError):
        report.to_markdown(ask=-2)


# Cutting


@st.composite
def marked_texts(draw):
    text = draw(st.text(min_size=1, max_size=30))
    offsets = st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))
    spans = st.lists(offsets.filter(lambda pair: pair[0] != pair[1]).map(sorted), max_size=5)
    return text, draw(spans), draw(spans), draw(spans)


@given(marked_texts())
def test_cutting_loses_nothing(marked):
    text, claims, hedges, cues = marked
    claims = [Hedge(0, a, b, "", HedgeType.EPISTEMIC) for a, b in claims]
    hedges = [Hedge(0, a, b, text[a:b], HedgeType.EPISTEMIC) for a, b in hedges]
    cues = [Cue(text[a:b], a, b, "k", Reason.VAGUE) for a, b in cues]
    runs = cut(text, claims, hedges, cues)
    pieces = [piece for run in runs for piece in run.pieces]
    assert "".join(piece.text for piece in pieces) == text
    assert sorted(index for run in runs for index in run.starting) == list(range(len(claims)))
    for piece in pieces:
        for at in range(piece.start, piece.start + len(piece.text)):
            assert piece.claims == tuple(i for i, c in enumerate(claims) if c.start <= at < c.end)
            assert bool(piece.hedge) == any(h.start <= at < h.end for h in hedges)
            assert bool(piece.cue) == any(c.start <= at < c.end for c in cues)


# HTML


def views(report):
    return [report.to_html(), report._repr_html_()]


def test_page_is_whole_and_self_contained(report):
    html = report.to_html()
    page = Page(html)
    assert html.startswith('<!DOCTYPE html>\n<html lang="en">')
    assert page.open == []
    assert {"script", "link", "img", "iframe", "form"}.isdisjoint(tag for tag, _ in page.tags)
    policy = next(v["content"] for t, v in page.tags if t == "meta" and "http-equiv" in v)
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert not [name for _, values in page.tags for name in values if name.startswith("on")]
    assert not re.search(r"https?:|url\(|@import", html)
    assert all(link.startswith("#") for link in page.attributes("href"))


def test_every_link_has_a_target_and_ids_are_unique(report):
    for html in views(report):
        page = Page(html)
        ids = page.attributes("id")
        assert len(ids) == len(set(ids))
        assert {link[1:] for link in page.attributes("href")} <= set(ids)
        assert set(page.attributes("aria-labelledby")) <= set(ids)


def test_page_shows_what_was_found(report):
    for html in views(report):
        page = Page(html)
        text = " ".join(page.text.split())
        for words in (
            "5 claims in 4 turns",
            "? 3 need clarification",
            "2 of 5 claims hedged (40%)",
            "estimates of the model test-model 0.1",
            "contradicted by Bo, turn 3, 3:05: forty pumps run today",
            "backed by lease.pdf, p. 3: Term: 31 May",
            "1:02:07",
            "No evidence was handed over.",
        ):
            assert words in text
        questions = [v["href"].split("-")[-1] for v in page.of_class("what")]
        assert questions == ["5", "2", "1"]
        assert "/home/ada" not in html


def test_claims_have_a_sign_and_hover_text(report):
    page = Page(report.to_html())
    marks = page.of_class("claim")
    assert [mark["class"] for mark in marks] == [
        "claim needs_clarification",
        "claim needs_clarification",
        "claim verified",
        "claim plausible",
        "claim needs_clarification",
    ]
    assert marks[0]["title"] == ("needs clarification (70%): vague, the speaker's own doubt. Ask: How much?")
    labels = [v["aria-label"] for v in page.of_class("sign") if "id" in v]
    assert labels[2:4] == ["claim 3, verified", "claim 4, plausible"]
    assert "✓3" in page.text
    assert "·4" in page.text
    hedges = [v.get("title") for v in page.of_class("hedge") if "title" in v]
    assert hedges[0] == "hedge, epistemic: the speaker may be wrong"
    assert [v.get("title") for v in page.of_class("cue") if "title" in v] == ["speaks for: overstated"]


def test_turns_without_claims_are_quiet(report):
    turns = [v["class"] for v in Page(report.to_html()).of_class("turn")]
    assert turns == [
        "turn has-needs_clarification",
        "turn silent",
        "turn has-plausible has-verified",
        "turn has-needs_clarification",
    ]


def test_everything_is_escaped():
    turns = (Turn(NASTY, NASTY), Turn("B", "x"))
    evidence = (
        Evidence(Relation.SUPPORT, NEAR_NASTY, Quote(NASTY, source=NASTY)),
        Evidence(Relation.QUESTION, NEAR_NASTY, Quote(NASTY[:3], 0, 0, 3), detail=NASTY),
    )
    found = claim(0, NASTY, ASK, turns=turns, question=NASTY, evidence=evidence, reasons=(Reason.VAGUE,))
    marks = (hedge(0, "<script>", turns=turns),)
    here = Report(Transcript(turns, NASTY, (NASTY,)), (found,), marks, (NASTY,), NASTY)
    for html in views(here):
        page = Page(html)
        assert "script" not in {tag for tag, _ in page.tags}
        assert html.count("<style>") == html.count("</style>") == 1
        assert page.open == []
        assert page.words[0] == NASTY
        assert "49" not in page.text


@given(marked_texts())
def test_words_come_out_as_they_went_in(marked):
    text, claims, hedges, cues = marked
    text = "".join(char for char in text if char.isprintable() or char == "\n") or "x"
    fits = [(a, b) for a, b in claims if b <= len(text)]
    cue_marks = tuple(Cue(text[a:b], a, b, "k", Reason.VAGUE) for a, b in cues if b <= len(text))
    made = tuple(
        Claim(0, a, b, text[a:b], "Ada", status, 0.5, {status.value: 0.5}, cues=cue_marks)
        for (a, b), status in zip(fits, [ASK, VERIFIED, PLAUSIBLE, PLAUSIBLE, ASK], strict=False)
    )
    hedge_marks = tuple(Hedge(0, a, b, text[a:b], HedgeType.CONDITIONAL) for a, b in hedges if b <= len(text))
    page = Page(Report(Transcript((Turn("Ada", text),)), made, hedge_marks).to_html())
    assert page.words == [text]
    assert page.open == []
    assert len([v for v in page.of_class("sign") if "id" in v]) == len(made)


def test_overlapping_claims_take_the_colour_most_worth_asking_about():
    whole = claim(2, "The lease ends in May, it says so in clause nine", PLAUSIBLE)
    part = claim(2, "it says so in clause nine", ASK, reasons=(Reason.VAGUE,), question="Which lease?")
    page = Page(Report(Transcript(TURNS), (whole, part), (hedge(2, "May, it"),)).to_html())
    marks = page.of_class("claim")
    assert [mark["class"] for mark in marks] == ["claim plausible", "claim needs_clarification nested"]
    assert marks[1]["title"].splitlines()[1] == "2: needs clarification (80%): vague. Ask: Which lease?"
    assert len([v for v in page.of_class("hedge") if "title" in v]) == 2  # the hedge crosses the border


def test_more_questions_than_five_are_folded_away():
    turns = tuple(Turn("Ada", f"claim {number}") for number in range(7))
    claims = tuple(
        claim(number, turn.text, ASK, turns=turns, reasons=(Reason.VAGUE,), question="Which?")
        for number, turn in enumerate(turns)
    )
    page = Page(Report(Transcript(turns), claims, ()).to_html())
    assert "2 more to ask about" in page.text
    assert [v["start"] for tag, v in page.tags if tag == "ol" and "start" in v] == ["6"]


def test_empty_report_has_every_view():
    assert str(EMPTY) == "no claims found"
    assert EMPTY.to_markdown() == "# no claims found\n"
    for html in views(EMPTY):
        assert "No claims found in 2 turns" in html
        assert "speaker not named" in html
    assert repr(EMPTY) == "<Report 0 claims, 0 to ask about>"


def style_rules(html):
    """(selectors, body) of every rule, from inside media, container and supports blocks too."""
    sheet = html.split("<style>")[1].split("</style>")[0]
    assert sheet.count("{") == sheet.count("}")
    return re.findall(r"([^{}]+)\{([^{}]*)\}", re.sub(r"@[^{]+\{", "", sheet))


def test_fragment_keeps_its_styles_to_itself(report):
    html = report._repr_html_()
    assert html.startswith('<div class="overstate-report cell"')
    assert {"html", "body", "head", "meta", "iframe"}.isdisjoint(tag for tag, _ in Page(html).tags)
    rules = style_rules(html)
    assert len(rules) > 50
    for selectors, _ in rules:
        # commas inside :is(...) and the like do not part selectors
        flat = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*\)", "", selectors))
        for selector in flat.split(","):
            assert ".overstate-report" in selector, selectors


def test_fragments_of_different_reports_do_not_share_ids(report):
    first = set(Page(report._repr_html_()).attributes("id"))
    second = set(Page(one_turn("We grew a lot")._repr_html_()).attributes("id"))
    assert first.isdisjoint(second)
    assert report._repr_html_() == report._repr_html_()


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_contrast_reaches_wcag_aa(report):
    palettes = {
        tuple(sorted(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", body)))
        for _, body in style_rules(report.to_html())
        if "--paper" in body
    }
    assert len(palettes) == 2  # light and dark
    for pairs in palettes:
        colour = dict(pairs)
        backs = ("paper", "ask-bg", "fine-bg", "sure-bg")
        needed = [("ink", back, 4.5) for back in backs]
        needed += [(text, "paper", 4.5) for text in ("soft", "link")]
        for status in ("ask", "fine", "sure"):
            needed += [(f"{status}-ink", back, 4.5) for back in ("paper", f"{status}-bg")]
        needed += [("ask-line", "paper", 3.0), ("sure-line", "paper", 3.0)]
        for text, back, least in needed:
            light, dark = sorted((luminance(colour[text]), luminance(colour[back])), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= least, (text, back, colour)
