"""A comparison as a page, and as a fragment for notebooks, in the style of the report.

Everything that comes from a transcript passes through jinja2 with autoescape on; nothing here is ever marked safe.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined

from overstate.comparison._outline import KIND_LABELS, STATE_LABELS, STATE_SIGNS, drifted, found, notes, outline, place
from overstate.comparison._types import Mention, Thread
from overstate.report._words import STATUS_LABELS, STATUS_SIGNS, speaker_name

if TYPE_CHECKING:
    from overstate.comparison._comparison import Comparison

__all__ = ["fragment", "page"]


def page(comparison: Comparison) -> str:
    """One complete page: no script, nothing loaded from elsewhere."""
    return _render("comparison.html.jinja", comparison, level=1)


def fragment(comparison: Comparison) -> str:
    """The same content for a notebook cell: one element, with styles that apply only inside it."""
    return _render("comparison_fragment.html.jinja", comparison, level=3)


@cache
def _environment() -> Environment:
    loader = ChoiceLoader(
        [PackageLoader("overstate.comparison"), PrefixLoader({"report": PackageLoader("overstate.report")})]
    )
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)


def _render(template: str, comparison: Comparison, level: int) -> str:
    return _environment().get_template(template).render(**_view(comparison), level=level)


def _view(comparison: Comparison) -> dict[str, Any]:
    sections = {section.title: section for section in outline(comparison)}
    order = list(KIND_LABELS)
    threads = sorted(comparison.threads, key=lambda thread: order.index(thread.kind))
    return {
        "title": "The calls compared",
        "found": found(comparison),
        "calls": comparison.calls,
        "threads": [_row(thread, len(comparison.calls)) for thread in threads],
        "commitments": [
            {
                "state": STATE_LABELS[commitment.state],
                "sign": STATE_SIGNS[commitment.state],
                "css": commitment.state.value,
                "owner": speaker_name(commitment.owner),
                "due": [mention.text for mention in commitment.due],
                "said": [(place(mention), mention.text) for mention in commitment.mentions],
                "done": None
                if commitment.settled_by is None
                else (place(commitment.settled_by), commitment.settled_by.text),
            }
            for commitment in comparison.commitments
        ],
        "questions": sections.get("Still open"),
        "notes": notes(comparison),
        "statuses": [],
    }


def _row(thread: Thread, calls: int) -> dict[str, Any]:
    cells: list[list[dict[str, Any]]] = [[] for _ in range(calls)]
    for mention in thread.mentions:
        cells[mention.call].append(
            {
                "runs": _runs(mention, thread),
                "speaker": speaker_name(mention.speaker),
                "turn": mention.turn + 1,
                "css": "" if mention.status is None else mention.status.value,
                "sign": "" if mention.status is None else STATUS_SIGNS[mention.status],
                "label": "" if mention.status is None else STATUS_LABELS[mention.status],
            }
        )
    return {"kind": KIND_LABELS[thread.kind], "css": thread.kind.value, "moved": drifted(thread), "cells": cells}


def _runs(mention: Mention, thread: Thread) -> list[tuple[str, bool]]:
    """The words of a mention in pieces, each with whether it is what moved."""
    ends = [end for drift in thread.drifts if drift.unit for end in (drift.before, drift.after)]
    spans = sorted(
        {
            (end.start - mention.start, end.end - mention.start)
            for end in ends
            if (end.call, end.turn) == (mention.call, mention.turn) and mention.start <= end.start < mention.end
        }
    )
    runs, last = [], 0
    for start, stop in spans:
        if start >= last:
            runs += [(mention.text[last:start], False), (mention.text[start:stop], True)]
            last = stop
    return [run for run in [*runs, (mention.text[last:], False)] if run[0]]
