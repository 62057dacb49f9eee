"""The report as GitHub-flavoured Markdown. Transcript text is escaped, so it shows as it was said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from overstate.report._outline import Item, Section, all_notes, headline, one_line, outline, tally
from overstate.report._who import taken, who
from overstate.report._words import STATUS_LABELS, STATUS_SIGNS, estimate_note
from overstate.types import Status

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = ["escape", "markdown"]

_SPECIAL = re.compile(r"[\\`*_\[\]~|!$]")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
# A list, heading, rule or quotation begins only at the start of a line.
_LINE_START = re.compile(r"^([-+=#]|\d+(?=[.)]))")
# GitHub turns these into mentions, references and links even inside prose; a space of no width prevents it.
_REFERENCE = re.compile(r"([@#])(?=\w)")
_ADDRESS = re.compile(r"(https?|ftp|www)(?=:|\.)", re.IGNORECASE)
_LABELS = {STATUS_SIGNS[status]: STATUS_LABELS[status] for status in Status}
_NO_WIDTH = "&#8203;"


def markdown(report: Report, ask: int | None) -> str:
    """The report as Markdown; `ask` as in `outline`."""
    blocks = [f"# {escape(headline(report))}"]
    if report.claims:
        blocks += [
            " &nbsp; ".join(tally(report)),
            f"*{escape(estimate_note(report.model))}*",
            _speakers(report),
        ]
    if report.claims and ask is None:
        blocks += _taken(report)
    for section in outline(report, ask):
        blocks.append(f"## {section.title}")
        for group in section.groups:
            blocks.append(f"### {escape(group.speaker)}")
            blocks.append(_items(section, group.items))
    notes = all_notes(report)
    if notes:
        blocks.append("## Notes\n\n" + "\n".join(f"- {escape(note)}" for note in notes))
    return "\n\n".join(blocks) + "\n"


def escape(text: str) -> str:
    """Text as Markdown that renders as exactly this text, on one line.

    Spaces of no width are put where GitHub would otherwise make a mention, a reference or a link.
    """
    flat = _SPECIAL.sub(r"\\\g<0>", one_line(text).translate(_ENTITIES))
    # References first: the entities put in afterwards hold a "#" of their own.
    flat = _REFERENCE.sub(rf"\1{_NO_WIDTH}", flat)
    flat = _ADDRESS.sub(rf"\1{_NO_WIDTH}", flat)
    return _LINE_START.sub(lambda start: _escape_start(start.group()), flat)


def _escape_start(start: str) -> str:
    return f"{start}{_NO_WIDTH}" if start[0].isdigit() else f"\\{start}"


def _speakers(report: Report) -> str:
    table = who(report)
    heads = [escape(column.head) for column in table.columns]
    # signs alone would say nothing here, where no mouse can ask what they mean
    heads = [f"{head} {_LABELS[head]}" if head in _LABELS else head for head in heads]
    lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
    lines += [f"| {' | '.join(escape(cell) for cell in row)} |" for row in table.rows]
    return f"{escape(table.title)}:\n\n" + "\n".join(lines)


def _taken(report: Report) -> list[str]:
    lines = []
    for item in taken(report):
        how = f"; {escape(item.how)}" if item.how else ""
        lines.append(f"- {escape(item.words)} *{escape(item.speaker)}, {item.place}{how}*")
    return ["## Taken at face value", "\n".join(lines)] if lines else []


def _items(section: Section, items: tuple[Item, ...]) -> str:
    if section.status is Status.PLAUSIBLE:
        return "\n".join(f"- {item.sign} {escape(item.words)} *{item.verdict}, {item.place}*" for item in items)
    return "\n\n".join(_full(item) for item in items)


def _full(item: Item) -> str:
    verdict = f"{item.sign} {item.verdict}; {item.place}"
    topic = f" ({escape(item.topic)})" if item.topic else ""
    first = [f"- **{escape(item.question)}**{topic}  ", f"  {verdict}"] if item.question else [f"- {verdict}"]
    lines = [*first, "", f"  > {escape(item.words)}"]
    if item.evidence:
        lines.append("")
        lines += [f"  - {escape(origin)}: “{escape(words)}”" for origin, words in item.evidence]
    return "\n".join(lines)
