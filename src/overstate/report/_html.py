"""The report as a page, and as a fragment for notebooks.

Everything that comes from a transcript passes through jinja2 with autoescape on; nothing
here is ever marked safe.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import cache
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from overstate.report._html_turns import ClaimView, claim_views, turn_views
from overstate.report._outline import all_notes
from overstate.report._who import taken, who
from overstate.report._words import (
    STATUS_LABELS,
    STATUS_ORDER,
    STATUS_SIGNS,
    base_name,
    counted,
    estimate_note,
    status_count,
)

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = ["TOP_QUESTIONS", "fragment", "page"]

TOP_QUESTIONS = 5
"""How many questions stand open at the top; the others are folded away below them."""


def page(report: Report) -> str:
    """One complete page: no script, nothing loaded from elsewhere."""
    return _render("report.html.jinja", report, prefix="", level=1)


def fragment(report: Report) -> str:
    """The same content for a notebook cell: one element, with styles that apply only inside it."""
    # Ids must differ between reports in one notebook, but not between two runs of it.
    digest = hashlib.sha256(repr(report.to_dict()).encode("utf-8", "surrogatepass")).hexdigest()
    return _render("fragment.html.jinja", report, prefix=f"overstate-{digest[:10]}-", level=3)


def _render(template: str, report: Report, prefix: str, level: int) -> str:
    return _environment().get_template(template).render(**_view(report), prefix=prefix, level=level)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("overstate.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _view(report: Report) -> dict[str, Any]:
    views = claim_views(report)
    by_claim = {id(view.claim): view for view in views}
    asked = [by_claim[id(claim)] for claim in report.to_ask()]
    of_turn: dict[int, list[ClaimView]] = defaultdict(list)
    for view in views:
        of_turn[view.claim.turn].append(view)
    name = base_name(report.transcript.source)
    return {
        "name": name,
        "title": f"Claims in {name}" if name else "Claims in a conversation",
        "found": f"{_found(report)} in {counted(len(report.transcript.turns), 'turn')}",
        "statuses": _statuses(report),
        "who": who(report) if report.claims else None,
        "taken": [(by_claim[id(item.claim)], item) for item in taken(report)],
        "hedged": _hedged(report),
        "estimate": estimate_note(report.model),
        "asked": asked[:TOP_QUESTIONS],
        "more": asked[TOP_QUESTIONS:],
        "turns": turn_views(report, of_turn),
        "notes": all_notes(report),
    }


def _found(report: Report) -> str:
    return counted(len(report.claims), "claim") if report.claims else "No claims found"


def _statuses(report: Report) -> list[dict[str, Any]]:
    """For each status its count in words and its place on the bar, in percent of the bar's width."""
    counts = report.summary.by_status
    rows: list[dict[str, Any]] = []
    offset = 0.0
    for status in STATUS_ORDER:
        width = 100 * counts[status] / max(1, len(report.claims))
        rows.append(
            {
                "css": status.value,
                "sign": STATUS_SIGNS[status],
                "label": STATUS_LABELS[status],
                "count": status_count(status, counts[status]),
                "offset": round(offset, 2),
                "width": round(width, 2),
            }
        )
        offset += width
    return rows


def _hedged(report: Report) -> str:
    summary = report.summary
    if summary.share_hedged is None:
        return ""
    # A share is a count of marks, not an estimate: it may well be exactly none or all of them.
    return f"{summary.hedged} of {summary.claims} claims hedged ({100 * summary.share_hedged:.0f}%)"
