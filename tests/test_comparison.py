"""Several calls compared: on invented stories with what a careful reader would say of them. No model is needed, but for one test."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
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
            questions.append(Question(quote, claim, find(turns, quote.turn, about.get("answer")), Outcome(about["outcome"])))
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
