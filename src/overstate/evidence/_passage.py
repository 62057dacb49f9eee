"""What every reader of evidence returns: passages short enough to be quoted, each with the place where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

__all__ = ["MOST_WORDS", "SENTENCE_END", "Passage", "record_passages", "windows"]

#: Words of a passage at most; what is longer is cut between sentences.
MOST_WORDS = 60
#: Words of a record that go with each of its parts as context.
_MOST_CONTEXT = 40

_ABBREVIATIONS = ("No", "Mr", "Ms", "Dr", "Mrs", "Inc", "Ltd", "vs", "approx", "[A-Za-z]")
_NOT_ABBREVIATED = "".join(rf"(?<!\b{word})" for word in _ABBREVIATIONS)
#: The gap between two sentences.
SENTENCE_END = re.compile(rf"{_NOT_ABBREVIATED}[.!?][\"”’)\]]*\s+(?=[\"“(\[]?[A-Z0-9$€£])")


@dataclass(frozen=True, slots=True)
class Passage:
    """A few sentences, a row or a record of a document.

    Attributes:
        text: The words, fit to be quoted.
        source: The document and the place in it, as in "order_form.md, line 12".
        context: Headings above it, or other parts of its record: they say what it is about, but not what it says.
        fields: Names and values of a row or record, in order; empty for prose.
    """

    text: str
    source: str
    context: str = ""
    fields: tuple[tuple[str, str], ...] = ()


def windows(text: str) -> Iterator[tuple[str, int]]:
    """Pieces of a paragraph of up to `MOST_WORDS` words, cut between sentences, each with its character offset."""
    if _count(text) <= MOST_WORDS:
        yield text, 0
        return
    start = stop = words = 0
    for first, last in _pieces(text):
        count = _count(text[first:last])
        if words and words + count > MOST_WORDS:
            yield text[start:stop].strip(), start
            start, words = first, 0
        stop, words = last, words + count
    yield text[start:stop].strip(), start


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Sentences, and a sentence that is too long cut between words."""
    edges = [0, *(match.end() for match in SENTENCE_END.finditer(text)), len(text)]
    for first, last in pairwise(edges):
        starts = [first + word.start() for word in re.finditer(r"\S+", text[first:last])]
        cuts = [first, *starts[MOST_WORDS::MOST_WORDS], last]
        yield from pairwise(cuts)


def record_passages(fields: Sequence[tuple[str, str]], source: str, context: str = "") -> Iterator[Passage]:
    """A record as one passage, or a long one as several that have its first short fields as context."""
    fields = [(name, " ".join(value.split())) for name, value in fields if value.strip()]
    if _count(_joined(fields)) <= MOST_WORDS:
        if fields:
            yield Passage(_joined(fields), source, context, tuple(fields))
        return
    short = [field for field in fields if _count(field[1]) <= MOST_WORDS // 3]
    key = " ".join(_joined(short).split()[:_MOST_CONTEXT])
    about = f"{context} {key}".strip()
    group: list[tuple[str, str]] = []
    for field in [*short, None]:
        if group and (field is None or _count(_joined([*group, field])) > MOST_WORDS):
            yield Passage(_joined(group), source, about, tuple(group))
            group = []
        if field is not None:
            group.append(field)
    for name, value in fields:
        if _count(value) > MOST_WORDS // 3:
            for text, _ in windows(value):
                yield Passage(text, source, f"{about} {name}".strip())


def _joined(fields: Sequence[tuple[str, str]]) -> str:
    return "; ".join(f"{name}: {value}" if name else value for name, value in fields)


def _count(text: str) -> int:
    return len(text.split())
