"""Several calls compared: on invented stories with what a careful reader would say of them. No model is needed, but for one test."""

from __future__ import annotations

import datetime
import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import overstate
from overstate.comparison import Comparison, Mention
from overstate.report import Report
from overstate.transcript import Transcript
from overstate.types import Claim, Outcome, Question, Quote, Status, Turn

STORIES = Path(__file__).parent / "stories"
NAMES = sorted(path.stem for path in STORIES.glob("*.json"))
_MARK = re.compile(r"\[(?P<claim>[\w-]+)(?P<status>[?+]?)\||<(?P<question>[\w-]+)\||[\]>]")
_STATUS = {"?": Status.NEEDS_CLARIFICATION, "+": Status.VERIFIED, "": Status.PLAUSIBLE}


class Place(NamedTuple):
    call: int
    turn: int
    start: int
    end: int


class Story(NamedTuple):
    reports: list[Report]
    dates: list[datetime.date] | None
    sides: dict[str, str] | None
    places: dict[str, Place]
    gold: dict[str, Any]


def plain(marked: str) -> tuple[str, dict[str, tuple[int, int, Status | None]]]:
    """A turn's text without its marks, and where each mark stands."""
    out, marks, opened, last = "", {}, [], 0
    for match in _MARK.finditer(marked):
        out += marked[last : match.start()]
        last = match.end()
        if match["claim"] or match["question"]:
            opened.append((match["claim"] or match["question"], len(out), match["status"]))
        else:
            name, start, status = opened.pop()
            marks[name] = (start, len(out), None if status is None else _STATUS[status])
    assert not opened, marked
    return out + marked[last:], marks


def claim_at(turn: int, start: int, end: int, text: str, speaker: str, status: Status) -> Claim:
    chances = {name.value: 0.8 if name is status else 0.1 for name in Status}
    ask = "What exactly?" if status is Status.NEEDS_CLARIFICATION else None
    return Claim(turn, start, end, text[start:end], speaker, status, 0.8, chances, question=ask)


def build(data: dict[str, Any]) -> Story:
    """Reports of the calls of a story, as an analysis that makes no mistake would give them."""
    reports, places = [], {}
    for number, call in enumerate(data["calls"]):
        turns, claims, asked = [], [], []
        for index, line in enumerate(call["turns"]):
            speaker, _, marked = line.partition(": ")
            text, marks = plain(marked)
            turns.append(Turn(speaker, text))
            for name, (start, end, status) in marks.items():
                places[name] = Place(number, index, start, end)
                if status is None:
                    asked.append((name, Quote(text[start:end], index, start, end, speaker)))
                else:
                    claims.append(claim_at(index, start, end, text, speaker, status))
        quotes = {c.text: Quote(c.text, c.turn, c.start, c.end, c.speaker) for c in claims}
        questions = []
        for name, quote in asked:
            about = data.get("questions", {})[name]
            near = places.get(about.get("claim"))
            claim = next((q for q in quotes.values() if near and (q.turn, q.start) == near[1:3]), None)
            questions.append(
                Question(quote, claim, find(turns, quote.turn, about.get("answer")), Outcome(about["outcome"]))
            )
        claims.sort(key=lambda claim: (claim.turn, claim.start))
        transcript = Transcript(tuple(turns), f"{call['name']}.vtt")
        reports.append(Report(transcript, tuple(claims), (), questions=tuple(questions)))
    dates = [datetime.date.fromisoformat(day) for day in data["dates"]] if "dates" in data else None
    return Story(reports, dates, data.get("sides"), places, data)


def find(turns: list[Turn], after: int, words: str | None) -> Quote | None:
    """The first place after a turn that holds these words."""
    for index, turn in enumerate(turns):
        if words and index > after and words in turn.text:
            start = turn.text.index(words)
            return Quote(words, index, start, start + len(words), turn.speaker)
    assert words is None, words
    return None


@cache
def story(name: str) -> Story:
    return build(json.loads((STORIES / f"{name}.json").read_text(encoding="utf-8")))


@cache
def compared(name: str) -> Comparison:
    told = story(name)
    return overstate.compare(told.reports, told.dates, sides=told.sides)


def place(mention: Mention) -> Place:
    return Place(mention.call, mention.turn, mention.start, mention.end)


def tagged(name: str, mentions: tuple[Mention, ...]) -> tuple[str, ...]:
    """The names that the story gives to these words; the words themselves where it gives none."""
    names = {where: tag for tag, where in story(name).places.items()}
    return tuple(names.get(place(mention), mention.text) for mention in mentions)


class Counts(NamedTuple):
    """What was found, what should be, and what of both is the same."""

    found: set[Any]
    wanted: set[Any]

    @property
    def precision(self) -> float:
        return len(self.found & self.wanted) / len(self.found)

    @property
    def recall(self) -> float:
        return len(self.found & self.wanted) / len(self.wanted)


def counts(kind: str) -> Counts:
    """Items of all stories: threads and their kinds, commitments and their states, questions left open."""
    found, wanted = set(), set()
    for name in NAMES:
        seen, gold = compared(name), story(name).gold
        if kind == "thread":
            found |= {(name, *sorted(tagged(name, t.mentions))) for t in seen.threads}
            wanted |= {(name, *sorted(t["claims"])) for t in gold["threads"]}
        elif kind == "thread and kind":
            found |= {(name, t.kind.value, *sorted(tagged(name, t.mentions))) for t in seen.threads}
            wanted |= {(name, t["kind"], *sorted(t["claims"])) for t in gold["threads"]}
        elif kind == "link":
            found |= {(name, pair) for t in seen.threads for pair in pairs(tagged(name, t.mentions))}
            wanted |= {(name, pair) for t in gold["threads"] for pair in pairs(t["claims"])}
        elif kind == "commitment":
            found |= {(name, c.owner, *tagged(name, c.mentions)) for c in seen.commitments}
            wanted |= {(name, c["owner"], *c["claims"]) for c in gold["commitments"]}
        elif kind == "commitment and state":
            found |= {(name, c.state.value, *tagged(name, c.mentions)) for c in seen.commitments}
            wanted |= {(name, c["state"], *c["claims"]) for c in gold["commitments"]}
        else:
            asked = [q.asked or (q.claim,) for q in seen.open_questions]
            found |= {(name, *sorted(tagged(name, mentions))) for mentions in asked}
            wanted |= {(name, *sorted(question)) for question in gold["open"]}
    return Counts(found, wanted)


def pairs(names: Any) -> set[frozenset[str]]:
    return {frozenset((one, other)) for one in names for other in names if one != other}


@pytest.mark.parametrize(
    ("kind", "precision", "recall", "least"),
    [
        ("link", 0.95, 0.95, 40),
        ("thread", 0.95, 0.95, 30),
        ("thread and kind", 0.95, 0.95, 30),
        ("commitment", 0.98, 0.98, 25),
        ("commitment and state", 0.98, 0.98, 25),
        ("open question", 0.9, 0.98, 13),
    ],
)
def test_stories(kind: str, precision: float, recall: float, least: int) -> None:
    seen = counts(kind)
    assert len(seen.wanted) >= least
    wrong = f"not found: {sorted(seen.wanted - seen.found)}; found as well: {sorted(seen.found - seen.wanted)}"
    assert seen.precision >= precision, wrong
    assert seen.recall >= recall, wrong


@pytest.mark.parametrize("name", NAMES)
def test_what_moved_and_what_was_due(name: str) -> None:
    seen = compared(name)
    for wanted in story(name).gold["threads"]:
        for thread in seen.threads:
            if set(tagged(name, thread.mentions)) == set(wanted["claims"]) and "drift" in wanted:
                moved = [(d.before.text, d.after.text) for d in thread.drifts]
                assert len(moved) == len(wanted["drift"])
                for (before, after), (was, now) in zip(moved, wanted["drift"], strict=True):
                    assert was in before and now in after
    for wanted in story(name).gold["commitments"]:
        for commitment in seen.commitments:
            if tagged(name, commitment.mentions) == tuple(wanted["claims"]):
                assert len(commitment.due) == len(wanted["due"])
                assert all(words in m.text for words, m in zip(wanted["due"], commitment.due, strict=True))


@pytest.mark.parametrize("name", NAMES)
def test_all_words_stand_where_they_say(name: str) -> None:
    seen, reports = compared(name), story(name).reports
    mentions = [m for t in seen.threads for m in t.mentions] + [
        m for t in seen.threads for d in t.drifts for m in (d.before, d.after)
    ]
    mentions += [m for c in seen.commitments for m in (*c.mentions, *c.due, *filter(None, [c.settled_by]))]
    mentions += [m for q in seen.open_questions for m in (*q.asked, *filter(None, [q.claim]))]
    assert mentions
    for mention in mentions:
        turn = reports[mention.call].transcript.turns[mention.turn]
        assert (turn.text[mention.start : mention.end], turn.speaker) == (mention.text, mention.speaker)
        assert seen.calls[mention.call].name == mention.name


def calls(*told: str, dates: Any = None, sides: Any = None) -> Comparison:
    """Calls in which every turn, "Speaker: words" one a line, is a claim; "*" before the words says that it is none."""
    data = {"calls": []}
    for number, call in enumerate(told):
        turns = []
        for index, line in enumerate(call.split("\n")):
            speaker, _, words = line.partition(": ")
            turns.append(f"{speaker}: {words[1:]}" if words[0] == "*" else f"{speaker}: [c{number}-{index}|{words}]")
        data["calls"].append({"name": f"call {number}", "turns": turns})
    return overstate.compare(build(data).reports, dates, sides=sides)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("A: The churn rate is four percent", "A: The churn rate is nine percent", "drifted"),
        ("A: The churn rate is four percent", "B: The churn rate is 4%", "steady"),
        ("A: The churn rate is about four percent", "A: The churn rate is 4.1 percent", "steady"),
        ("A: We pay $12.6 million in rent", "A: We pay $12,611,400 in rent", "steady"),
        ("A: We have forty reps", "A: We have twelve reps", "drifted"),
        ("A: We have forty reps", "B: You have twelve reps", "drifted"),
        ("A: Go-live is planned for March 3", "A: Go-live is planned for April 20", "drifted"),
        ("A: The audit covers two plants", "A: The audit doesn't cover two plants", "contradicted"),
        ("A: The board never approved the budget", "B: The board approved the budget", "contradicted"),
        ("A: The board hasn't approved the budget yet", "B: The board has approved the budget", "drifted"),
        ("A: Sales rose from 21% to 23% in Ghent", "A: Sales rose from 21% to 30% in Ghent", "drifted"),
        # traps
        ("A: We have forty reps", "B: We have twelve reps", None),  # whose, nobody knows
        ("A: We have forty reps", "A: We have forty drivers", None),
        ("A: We have forty reps", "A: We hired twelve reps", None),
        ("A: We have forty reps in Leeds", "A: We have forty reps in Ghent", None),
        ("A: We need forty support seats", "A: We need twelve sales seats", None),
        ("A: I have worked here for nine years", "B: I have worked here for six years", None),
        ("A: Four machines failed in February", "A: Nine machines failed in March", None),
        ("A: The sensor costs four thousand euros", "A: The cable costs four thousand euros", None),
        ("A: Three pages", "A: Nine pages", None),
        ("A: I signed it", "A: I signed it", None),
        ("A: The licence costs 900 euros a month", "A: The licence costs 300 euros a seat", None),
    ],
)
def test_two_claims(one: str, other: str, kind: str | None) -> None:
    found = calls(one, other).threads
    assert [thread.kind.value for thread in found] == ([kind] if kind else [])


@pytest.mark.parametrize(
    ("one", "other", "sides", "threads"),
    [
        ("Ann: We have forty reps", "Bo: We have twelve reps", {"Ann": "us", "Bo": "us"}, 1),
        ("Ann: We have forty reps", "Bo: We have twelve reps", {"Ann": "us", "Bo": "customer"}, 0),
        ("Ann: We have forty reps", "Bo: You have twelve reps", {"Ann": "us", "Bo": "customer"}, 1),
        ("Ann: We have forty reps", "Bo: You have twelve reps", {"Ann": "us", "Bo": "us"}, 0),
        ("Ann: We have forty reps", "Bo: We have twelve reps", {"Ann": "us"}, 0),
    ],
)
def test_sides_tell_who_we_are(one: str, other: str, sides: dict[str, str], threads: int) -> None:
    assert len(calls(one, other, sides=sides).threads) == threads


@pytest.mark.parametrize(
    ("promise", "owner"),
    [
        ("Ann: I'll send you the pricing deck by Friday", "Ann"),
        ("Ann: we're going to share the pricing deck", "Ann"),
        ("Ann: we are gonna send the pricing deck", "Ann"),
        ("Ann: You will have the pricing deck tomorrow", "Ann"),
        ("Ann: Bo will sign the lease in May", "Bo Lind"),
        ("Ann: Our lawyers will review the lease", "Our lawyers"),
        ("Ann: legal will sign the lease", "legal"),
        ("Ann: We won't send the pricing deck", None),
        ("Ann: I will not send the pricing deck", None),
        ("Ann: If you sign, I'll send the pricing deck", None),
        ("Ann: I'll send it over", None),
        ("Ann: We will have a bigger office", None),
        ("Ann: The market will send prices up", None),
        ("Ann: It will ship with the lease", None),
        ("Ann: I sent the pricing deck", None),
        ("Ann: I'll be in Ghent tomorrow", None),
    ],
)
def test_promises(promise: str, owner: str | None) -> None:
    found = calls(promise, "Bo Lind: *Hello.").commitments
    assert [commitment.owner for commitment in found] == ([owner] if owner else [])


@pytest.mark.parametrize(
    ("later", "state"),
    [
        ("Bo: *Thanks for sending the security report.", "kept"),
        ("Bo: We got your security report on Monday", "kept"),
        ("Bo: The security report has been sent", "kept"),
        ("Bo: *so we received the security report and it looks fine", "kept"),
        ("Bo: *Have you sent the security report?", "open"),
        ("Bo: *did you send the security report", "open"),
        ("Bo: We never received the security report", "open"),
        ("Bo: *Once you have sent the security report, we decide.", "open"),
        ("Ann: I'll send the security report by Friday", "open"),
        ("Ann: I'll send the security report by April 3", "moved"),
        ("Bo: I'll send you the security report by April 3", "open"),  # somebody else's promise, but it speaks of it
        ("Bo: We signed the security agreement", "dropped"),
        ("Bo: We sent the annual report", "dropped"),
        ("Bo: *Nice weather.", "dropped"),
        ("Bo: The security report is forty pages long", "dropped"),  # no word about sending it
    ],
)
def test_what_becomes_of_a_promise(later: str, state: str) -> None:
    found = calls("Ann: I'll send you the security report by Friday", later).commitments[0]
    assert found.state.value == state
    assert (found.settled_by is not None) == (state == "kept")


def test_a_promise_is_dropped_once_a_call_passes_over_it() -> None:
    promise = "Ann: I'll send you the security report"
    found = calls(promise, "Bo: We never received the security report", "Bo: *Nice weather.").commitments[0]
    assert (found.state.value, found.last_mention) == ("dropped", 1)


def test_the_day_of_the_call_tells_one_friday_from_the_next() -> None:
    promise = "Ann: I'll send you the security report by Friday"
    days = [datetime.date(2024, 3, 4), datetime.date(2024, 3, 11)]
    assert calls(promise, promise).commitments[0].state.value == "open"
    assert calls(promise, promise, dates=days).commitments[0].state.value == "moved"


def test_dates_put_calls_in_order() -> None:
    days = [datetime.date(2024, 3, 11), datetime.datetime(2024, 3, 4, 9)]
    found = calls("A: We have twelve reps", "A: We have forty reps", dates=days)
    assert [call.name for call in found.calls] == ["call 1.vtt", "call 0.vtt"]
    assert [call.date for call in found.calls] == [datetime.date(2024, 3, 4), datetime.date(2024, 3, 11)]
    assert [drift.before.text for drift in found.threads[0].drifts] == ["forty reps"]


ONE = Report(Transcript((Turn("A", "Hello."),)), (), ())


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (([],), "reports.*got 0, expected two or more"),
        (([ONE],), "reports.*got 1, expected two or more"),
        ((ONE,), "reports.*got Report, expected a list"),
        ((7,), "reports.*got int, expected a list"),
        (("a.vtt",), "reports.*got str"),
        (([ONE, "a.vtt"],), r"reports\[1\].*got str, expected a Report"),
        (([ONE, ONE], [datetime.date(2024, 1, 1)]), "dates.*got 1 dates, expected 2"),
        (([ONE, ONE], ["2024-01-01", "2024-01-02"]), r"dates\[0\].*got '2024-01-01', expected a datetime.date"),
        (([ONE, ONE], 5), "dates.*got int"),
    ],
)
def test_what_cannot_be_compared(args: Any, words: str) -> None:
    with pytest.raises(overstate.DataError, match=words):
        overstate.compare(*args)


def test_nothing_to_tell() -> None:
    found = overstate.compare([ONE, ONE, Report(Transcript((Turn("", ""),)), (), ())])
    assert (found.threads, found.commitments, found.open_questions) == ((), (), ())
    assert [call.name for call in found.calls] == ["call 1", "call 2", "call 3"]
    assert len(found.to_frame()) == 0 and "0 threads" in found.to_text() and "0 threads" in found.to_html()


def test_names_that_repeat_are_told_apart() -> None:
    twice = Report(Transcript((Turn("A", "Hello."),), "folder/call.vtt"), (), ())
    assert [call.name for call in overstate.compare([twice, twice]).calls] == ["call.vtt (1)", "call.vtt (2)"]


NASTY = "<script>alert(1)</script> & [x](http://evil.example) | {{ 7*7 }} has forty lamps"


def test_views_escape_what_was_said() -> None:
    lines = [NASTY, NASTY.replace("forty", "nine")]
    found = overstate.compare([one_claim(line, "<b>A</b>") for line in lines])
    assert len(found.threads) == 1
    for page in (found.to_html(), found._repr_html_()):
        assert "<script" not in page and "<b>A" not in page and "{{ 7*7 }}" in page
        assert '<mark class="moved">forty lamps</mark>' in page
    assert "<script" not in found.to_markdown() and "[x](http" not in found.to_markdown()


def one_claim(text: str, speaker: str) -> Report:
    claim = claim_at(0, 0, len(text), text, speaker, Status.PLAUSIBLE)
    return Report(Transcript((Turn(speaker, text),)), (claim,), ())


@pytest.mark.parametrize("name", NAMES)
def test_views_tell_everything(name: str) -> None:
    seen = compared(name)
    html, markdown, text = seen.to_html(), seen.to_markdown(), " ".join(seen.to_text().split())
    assert html.startswith("<!DOCTYPE html>") and str(seen) == seen.to_text()
    assert all(len(line) <= 60 for line in seen.to_text(width=60).splitlines())
    for view in (html, markdown, text):
        assert all(call.name in view for call in seen.calls)
        assert "not mentioned again" in view
    for drift in (drift for thread in seen.threads for drift in thread.drifts if drift.unit):
        assert f"{drift.before.text} → {drift.after.text}" in text
        assert f'<mark class="moved">{drift.after.text}</mark>' in html
    assert len(seen.of_kind("drifted")) + len(seen.of_kind("steady")) <= len(seen.threads)
    with pytest.raises(overstate.DataError, match="got 'lost', expected one of kept"):
        seen.in_state("lost")
    with pytest.raises(overstate.DataError, match="got 20, expected a whole number"):
        seen.to_text(20)


def test_data_views() -> None:
    seen = compared("saddle")
    data = json.loads(seen.to_json())
    assert data == seen.to_dict() and data["format"] == 1
    assert data["calls"][1] == {
        "name": "demo.vtt",
        "date": "2024-02-19",
        "claims": len(story("saddle").reports[1].claims),
    }
    assert [thread["kind"] for thread in data["threads"]] == [thread.kind.value for thread in seen.threads]
    frame = seen.to_frame()
    rows = [row for row in frame.itertuples() if row.what == "thread" and row.state == "drifted"]
    assert [row.text for row in rows][:2] == [m.text for m in seen.of_kind("drifted")[0].mentions]
    assert rows[0].detail == "forty reps -> twelve reps"


def test_the_claims_of_the_shipped_model_compare(analyzer: overstate.Analyzer) -> None:
    turns = [[(t.speaker, t.text) for t in report.transcript.turns] for report in story("ferry").reports]
    seen = overstate.compare([analyzer.analyze(call) for call in turns])
    assert any("sixteen ticket machines" in m.text for t in seen.threads for m in t.mentions)
    assert any("spare parts" in c.mentions[0].text and c.state == "kept" for c in seen.commitments)


def test_styles_apply_only_inside() -> None:
    css = re.findall(r"<style>(.*?)</style>", compared("saddle")._repr_html_(), re.DOTALL)[0]
    added = css[css.index(".overstate-report .wide") :]
    for selectors in re.findall(r"([^{}]+)\{", added):
        flat = re.sub(r"\([^()]*\)", "", selectors)
        assert all(".overstate-report" in selector for selector in flat.split(",")), selectors
