"""Which claim found is which claim labelled: words of spans, and one-to-one pairs by overlap."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from overstate.transcript import Transcript

__all__ = ["Span", "Words", "pairs_of", "spans_of", "words_of"]

_WORD = re.compile(r"\w+(?:['’]\w+)*")

#: Character offsets (start, end) of the words of each turn.
Words = list[list[tuple[int, int]]]
#: A turn, and the indices of some of its words.
Span = tuple[int, frozenset[int]]


class _Marked(Protocol):
    @property
    def turn(self) -> int: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def words_of(transcript: Transcript) -> Words:
    """The words of each turn."""
    return [[match.span() for match in _WORD.finditer(turn.text)] for turn in transcript]


def spans_of(marks: Iterable[_Marked], words: Words) -> list[Span]:
    """The words that each claim or hedge overlaps."""
    return [
        (m.turn, frozenset(i for i, (a, b) in enumerate(words[m.turn]) if a < m.end and b > m.start)) for m in marks
    ]


def pairs_of(gold: Sequence[Span], found: Sequence[Span], least: float) -> list[tuple[int, int]]:
    """One-to-one pairs (index in gold, index in found) by overlap, best first.

    Args:
        gold: The labelled spans.
        found: The spans found.
        least: What their intersection over union must reach, 0 to 1; it must be more than nothing in any case.
    """
    overlaps = []
    for g, (turn, tokens) in enumerate(gold):
        for p, (other, theirs) in enumerate(found):
            both = len(tokens & theirs) if turn == other else 0
            if both and (overlap := both / len(tokens | theirs)) >= least:
                overlaps.append((overlap, g, p))
    used_gold: set[int] = set()
    used_found: set[int] = set()
    pairs = []
    for _, g, p in sorted(overlaps, reverse=True):
        if g not in used_gold and p not in used_found:
            used_gold.add(g)
            used_found.add(p)
            pairs.append((g, p))
    return pairs
