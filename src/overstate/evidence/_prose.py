"""Plain text and Markdown: paragraphs, list items, lines of "name: value", rows of tables; headings become context."""

from __future__ import annotations

import re
from collections.abc import Iterator

from overstate.evidence._passage import Passage, record_passages, windows

__all__ = ["prose_passages"]

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*$|\*\*([^*]+)\*\*:?$")
#: A line in capitals, as contracts head their clauses: "4. FEES AND TERM".
_CAPITALS = re.compile(r"(?:[\dIVX]+(?:\.\d+)*[.)]?\s+)?[A-Z][A-Z &/,'-]{3,60}$")
_UNDERLINE = re.compile(r"(?:={3,}|-{3,})$")
_RULE = re.compile(r"(?:[-=_*~]\s*){3,}$|```.*$")
#: Marks of list items and numbers of clauses; they are no amounts, so they are not part of the passage.
_MARK = re.compile(r"(?:[-*•+–]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\d{1,2}(?:\.\d{1,2})+[.)]?)\s+(?=\S)")
_NAMED = re.compile(r"(?:\*\*)?[A-Z][^:.;!?|]{0,50}:(?:\*\*)?\s+\S")
_CELL = re.compile(r"(?<!\\)\|")
_DIVIDER = re.compile(r"\|?\s*:?-+:?\s*(?:\|\s*:?-*:?\s*)*$")


class _Headings:
    """The headings above a line, outermost first."""

    def __init__(self) -> None:
        self._stack: list[tuple[int, str]] = []

    def add(self, level: int, text: str) -> None:
        self._stack = [*(kept for kept in self._stack if kept[0] < level), (level, _plain(text))]

    def __str__(self) -> str:
        return " / ".join(text for _, text in self._stack)


def prose_passages(text: str, name: str, *, ragged: bool = False) -> Iterator[Passage]:
    """Passages of a text.

    Args:
        text: The text, line ends as LF.
        name: What to call the document; "line n" is added to it.
        ragged: Whether a line that is much shorter than the longest one ends its paragraph, as in the text of a PDF,
            which has no blank lines.
    """
    headings = _Headings()
    lines = [*text.split("\n"), ""]
    width = max(map(len, lines)) if ragged else 0
    block: list[tuple[int, str]] = []
    header: list[str] = []
    for number, raw in enumerate(lines, 1):
        line = raw.strip().lstrip("> ") if raw.lstrip().startswith(">") else raw.strip()
        heading = _HEADING.match(line)
        if line.startswith("|") and len(_CELL.findall(line)) > 1:
            yield from _flushed(block, name, headings)
            block = []
            cells = _cells(line)
            following = lines[number].strip()
            if _DIVIDER.match(line):
                continue
            if _DIVIDER.match(following) and "|" in following:
                header = cells
            else:
                names = header or [""] * len(cells)
                fields = [(names[i] if i < len(names) else "", cell) for i, cell in enumerate(cells)]
                yield from record_passages(fields, f"{name}, line {number}", str(headings))
            continue
        header = []
        if block and len(block) == 1 and _UNDERLINE.match(line):
            headings.add(1 if line[0] == "=" else 2, block[0][1])
            block = []
        elif heading or _CAPITALS.match(line):
            yield from _flushed(block, name, headings)
            block = []
            level = len(heading[1]) if heading and heading[1] else 7
            headings.add(level, heading[2] or heading[3] if heading else line)
        elif not line or _RULE.match(line):
            yield from _flushed(block, name, headings)
            block = []
        else:
            if block and (_MARK.match(line) or _NAMED.match(line)):
                yield from _flushed(block, name, headings)
                block = []
            mark = _MARK.match(line) if not block else None
            block.append((number, _plain(line[mark.end() :] if mark else line)))
            if ragged and len(line) < 0.6 * width:
                yield from _flushed(block, name, headings)
                block = []


def _flushed(block: list[tuple[int, str]], name: str, headings: _Headings) -> Iterator[Passage]:
    if not block:
        return
    text = " ".join(line for _, line in block)
    ends, at = [], 0
    for _, line in block:
        at += len(line) + 1
        ends.append(at)
    for piece, offset in windows(text):
        first = next(number for (number, _), end in zip(block, ends, strict=True) if offset < end)
        if re.search(r"\w", piece):
            yield Passage(piece, f"{name}, line {first}", str(headings))


def _cells(line: str) -> list[str]:
    return [_plain(cell.strip().replace("\\|", "|")) for cell in _CELL.split(line.strip("|"))]


def _plain(text: str) -> str:
    """Without the marks of Markdown for bold, code and links."""
    return re.sub(r"\[([^\]\n]{2,})\]\([^)\s]*\)", r"\1", re.sub(r"\*\*|__|`", "", text)).strip()
