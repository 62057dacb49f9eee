"""The report as plain text: no colours, no control characters, wrapped."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from overstate.report._outline import Group, Item, Section, all_notes, headline, outline, tally
from overstate.report._who import taken, who
from overstate.report._words import estimate_note
from overstate.types import Status

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = ["plain_text"]


def plain_text(report: Report, width: int, ask: int | None) -> str:
    """The report as text of at most `width` characters a line; `ask` as in `outline`."""
    blocks = [_wrap(headline(report), width), *_head(report, width)]
    if report.claims and ask is None:
        blocks += [_who(report, width), *_taken(report, width)]
    for section in outline(report, ask):
        blocks.append(f"{section.title}\n{'-' * len(section.title)}")
        blocks.extend(_group(group, section, width) for group in section.groups)
    notes = all_notes(report)
    if notes:
        blocks.append("\n".join(["Notes", "-----", *(_wrap(note, width, "- ", "  ") for note in notes)]))
    return "\n\n".join(blocks)


def _head(report: Report, width: int) -> list[str]:
    if not report.claims:
        return []
    return ["\n".join([_wrap("   ".join(tally(report)), width), _wrap(estimate_note(report.model), width)])]


def _who(report: Report, width: int) -> str:
    table = who(report)
    lines = [tuple(column.head for column in table.columns), *table.rows]
    wide = [max(len(line[i]) for line in lines) for i in range(len(table.columns))]
    # a long name gives way before the numbers do
    wide[0] = max(8, min(wide[0], width - sum(wide[1:]) - 2 * len(wide)))
    rows = [
        [line[0][: wide[0]].ljust(wide[0]), *(c.rjust(w) for c, w in zip(line[1:], wide[1:], strict=True))]
        for line in lines
    ]
    return "\n".join([table.title, "-" * len(table.title), *("  ".join(row)[:width].rstrip() for row in rows)])


def _taken(report: Report, width: int) -> list[str]:
    lines = []
    for item in taken(report):
        how = f"; {item.how}" if item.how else ""
        lines.append(_wrap(f"“{item.words}” ({item.speaker}, {item.place}{how})", width, "- ", "  "))
    return ["\n".join(["Taken at face value", "-------------------", *lines])] if lines else []


def _group(group: Group, section: Section, width: int) -> str:
    # Plausible claims are many and ask for nothing: one line each keeps them from burying the others.
    if section.status is Status.PLAUSIBLE:
        lines = [_short(item, width) for item in group.items]
        return "\n".join([_wrap(group.speaker, width), *lines])
    return _wrap(group.speaker, width) + "\n" + "\n\n".join(_full(item, width) for item in group.items)


def _short(item: Item, width: int) -> str:
    line = f"{item.verdict}, {item.place}: {item.words}"
    return _wrap(line, width, f"  {item.sign} ", "    ")


def _full(item: Item, width: int) -> str:
    lines = [
        _wrap(f"{item.verdict}; {item.place}", width, f"  {item.sign} ", "    "),
        _wrap(f"“{item.words}”", width, "    ", "    "),
    ]
    for origin, words in item.evidence:
        lines.append(_wrap(f"{origin}: “{words}”", width, "    - ", "      "))
    if item.question:
        lines.append(_wrap(item.question, width, f"    {item.ask} ", "         "))
    return "\n".join(lines)


def _wrap(text: str, width: int, first: str = "", rest: str = "") -> str:
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=rest, break_on_hyphens=False).rstrip()
