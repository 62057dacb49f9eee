"""Cutting one turn into flat pieces, so that claims, hedges and cues may nest, overlap or cross.

HTML elements cannot cross. A turn is therefore cut wherever any mark begins or ends; neighbouring pieces
inside the same claims are then gathered into a run. A run becomes one element, its pieces elements inside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Protocol

from overstate.types import Cue, Hedge

__all__ = ["Piece", "Run", "cut"]


class _Span(Protocol):
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


@dataclass(frozen=True)
class Piece:
    """A stretch of text within which no mark begins or ends.

    Attributes:
        start: Character offset in the turn.
        text: The words; all pieces of a turn joined are its text.
        claims: Positions, in the list given to `cut`, of the claims it lies in.
        hedge: The hedge it lies in, if any.
        cue: The cue it lies in, if any.
    """

    start: int
    text: str
    claims: tuple[int, ...]
    hedge: Hedge | None
    cue: Cue | None


@dataclass(frozen=True)
class Run:
    """Neighbouring pieces that lie in the same claims.

    Attributes:
        claims: Positions of these claims; empty outside claims.
        starting: Positions of the claims that begin here.
        pieces: The pieces, in order.
    """

    claims: tuple[int, ...]
    starting: tuple[int, ...]
    pieces: tuple[Piece, ...]


def cut(text: str, claims: Sequence[_Span], hedges: Sequence[Hedge], cues: Sequence[Cue]) -> list[Run]:
    """Cut the text of one turn into runs.

    Args:
        text: The turn's text.
        claims: Spans in it, with `start` and `end` offsets, end exclusive.
        hedges: Hedges of this turn.
        cues: Cues of this turn.

    Returns:
        Runs that cover the text without gap or overlap.
    """
    pieces = _pieces(text, claims, hedges, cues)
    runs = []
    for inside, group in groupby(pieces, key=lambda piece: piece.claims):
        members = tuple(group)
        starting = tuple(index for index in inside if claims[index].start == members[0].start)
        runs.append(Run(inside, starting, members))
    return runs


def _pieces(text: str, claims: Sequence[_Span], hedges: Sequence[Hedge], cues: Sequence[Cue]) -> list[Piece]:
    marks: list[_Span] = [*claims, *hedges, *cues]
    edges = sorted({0, len(text), *(mark.start for mark in marks), *(mark.end for mark in marks)})
    waiting = sorted(range(len(marks)), key=lambda number: -marks[number].start)
    first_hedge, first_cue = len(claims), len(claims) + len(hedges)
    # Numbers of the marks that cover the present piece; one pass over the text keeps long monologues fast.
    active: list[int] = []
    pieces = []
    for start, end in pairwise(edges):
        active = [number for number in active if marks[number].end > start]
        while waiting and marks[waiting[-1]].start <= start:
            active.append(waiting.pop())
        active.sort()
        pieces.append(
            Piece(
                start,
                text[start:end],
                tuple(number for number in active if number < first_hedge),
                next((hedges[n - first_hedge] for n in active if first_hedge <= n < first_cue), None),
                next((cues[n - first_cue] for n in active if first_cue <= n), None),
            )
        )
    return pieces
