"""A comparison as plain text and as Markdown."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from overstate.comparison._outline import found, notes, outline
from overstate.report._markdown import escape

if TYPE_CHECKING:
    from overstate.comparison._comparison import Comparison

__all__ = ["markdown", "plain_text"]


def plain_text(comparison: Comparison, width: int) -> str:
    """The comparison as text of at most `width` characters a line."""
    blocks = [_wrap(found(comparison), width), _calls(comparison, width)]
    for section in outline(comparison):
        blocks.append(f"{section.title}\n{'-' * len(section.title)}")
        for item in section.items:
            lines = [_wrap(item.heading, width, "  ")]
            lines += [_wrap(f"{where}: “{words}”", width, "    - ", "      ") for where, words in item.mentions]
            blocks.append("\n".join(lines))
        if section.more:
            blocks.append(f"  and {section.more} more")
    blocks.append("\n".join(["Notes", "-----", *(_wrap(note, width, "- ", "  ") for note in notes(comparison))]))
    return "\n\n".join(blocks)


def _calls(comparison: Comparison, width: int) -> str:
    lines = [f"{n}. {call.name}{f', {call.date}' if call.date else ''}" for n, call in enumerate(comparison.calls, 1)]
    return "\n".join(_wrap(" ".join(line.split()), width) for line in lines)


def _wrap(text: str, width: int, first: str = "", rest: str | None = None) -> str:
    further = first if rest is None else rest
    return textwrap.fill(text, width, initial_indent=first, subsequent_indent=further, break_on_hyphens=False).rstrip()


def markdown(comparison: Comparison) -> str:
    """The comparison as Markdown, all text of transcripts escaped."""
    calls = "\n".join(
        f"{n}. {escape(call.name)}{f', {call.date}' if call.date else ''}" for n, call in enumerate(comparison.calls, 1)
    )
    blocks = [f"# {escape(found(comparison))}", calls]
    for section in outline(comparison):
        blocks.append(f"## {section.title}")
        for item in section.items:
            lines = [f"- **{escape(item.heading)}**", ""]
            lines += [f"  - {escape(where)}: “{escape(words)}”" for where, words in item.mentions]
            blocks.append("\n".join(lines))
        if section.more:
            blocks.append(f"and {section.more} more")
    blocks.append("## Notes\n\n" + "\n".join(f"- {escape(note)}" for note in notes(comparison)))
    return "\n\n".join(blocks) + "\n"
