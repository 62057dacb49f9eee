"""The words of a claim that gave a reason away: what the reason's model weighs most, read off with the lexicons."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from overstate.features.tokens import TokenTable
from overstate.lexicons import KINDS
from overstate.types import Cue, Hedge, HedgeType, Reason

__all__ = ["NEEDS_CUE", "CueFinder", "Mark"]

#: Kinds of word that can speak for a reason; hedge types count for the last ones.
SPEAKS_FOR: dict[Reason, tuple[str, ...]] = {
    Reason.SOURCE: ("evidence",),
    Reason.CORROBORATION: ("agreement", "number", "time", "evidence"),
    Reason.ANSWERED: ("number", "time", "evidence"),
    Reason.EVIDENCE: ("number", "time"),
    Reason.VAGUE: ("vague", "direction", "comparison"),
    Reason.OVERSTATED: ("absolute", "puffery", "comparison", "booster"),
    Reason.HEDGED: (*map(str, (HedgeType.EPISTEMIC, HedgeType.CONDITIONAL, HedgeType.APPROXIMATOR)),),
    Reason.HEARSAY: ("hearsay", str(HedgeType.ATTRIBUTION)),
    Reason.UNSUPPORTED_FORECAST: ("forecast", "commitment"),
    Reason.CONTRADICTED: ("number", "denial", "absolute", "time"),
    Reason.EVADED: ("vague", "puffery", "denial"),
}
#: Reasons that make no sense without such a word.
NEEDS_CUE = frozenset({Reason.HEDGED, Reason.HEARSAY})
#: n-gram lengths of the columns of `TokenTable.grams`.
_GRAM_WORDS = np.array([1, 2, 3, 1, 2])
#: Sums the weights of the n-grams of each length and shares them among their words, shape (columns, lengths).
_BY_LENGTH = (_GRAM_WORDS[:, None] == np.arange(1, 4)) / np.arange(1, 4)
_MOST = 2


@dataclass(frozen=True, slots=True)
class Mark:
    """Words of a known kind: token range [first, last)."""

    first: int
    last: int
    kind: str


class CueFinder:
    """Finds cues in the claims of one transcript.

    Args:
        table: The token arrays.
        texts: The text of each turn.
        hedges: The hedges found.
    """

    def __init__(self, table: TokenTable, texts: Sequence[str], hedges: Sequence[Hedge]) -> None:
        self.table = table
        self.texts = texts
        kinds = list(KINDS)
        first, length, kind = table.signal_matches
        signals = (first.tolist(), (first + length).tolist(), kind.tolist())
        self.marks = [Mark(a, b, kinds[k]) for a, b, k in zip(*signals, strict=True)]
        for hedge in hedges:
            a, b = table.token_span(hedge.turn, hedge.start, hedge.end)
            if a < b:
                self.marks.append(Mark(a, b, str(hedge.type)))
        self.marks += [Mark(i, i + 1, "number") for i in np.flatnonzero(table.digit).tolist()]
        self.marks.sort(key=lambda mark: (mark.first, mark.last))
        self._firsts = [mark.first for mark in self.marks]

    def inside(self, start: int, stop: int) -> list[Mark]:
        """Marks that lie within a token range."""
        low, high = bisect_left(self._firsts, start), bisect_left(self._firsts, stop)
        return [mark for mark in self.marks[low:high] if mark.last <= stop]

    def find(self, reason: Reason, start: int, stop: int, weights: NDArray[np.float64]) -> tuple[Cue, ...]:
        """At most two cues for a reason, in order of place; empty only if the reason cannot stand without one.

        Args:
            reason: The reason to explain.
            start, stop: The claim's token range.
            weights: What the reason's model gives the words that begin at each token of the claim,
                shape (stop - start, k), columns as in `TokenTable.grams`.
        """
        relevant = [mark for mark in self.inside(start, stop) if mark.kind in SPEAKS_FOR[reason]]
        if not relevant and reason in NEEDS_CUE:
            return ()
        share = _token_shares(weights)
        scored = sorted(
            ((sum(share[m.first - start : m.last - start]), m) for m in relevant),
            key=lambda pair: (-pair[0], pair[1].first),
        )
        chosen: list[Mark] = []
        for score, mark in scored:
            apart = all(mark.last <= other.first or mark.first >= other.last for other in chosen)
            if apart and (score > 0 or not chosen):
                chosen.append(mark)
            if len(chosen) == _MOST:
                break
        if not chosen:
            content = np.flatnonzero(self.table.content[start:stop]).tolist() or range(stop - start)
            best = start + max(content, key=share.__getitem__)
            chosen = [Mark(best, best + 1, "word")]
        return tuple(self._cue(mark, reason) for mark in sorted(chosen, key=lambda mark: mark.first))

    def _cue(self, mark: Mark, reason: Reason) -> Cue:
        table = self.table
        start, end = int(table.start[mark.first]), int(table.end[mark.last - 1])
        text = self.texts[int(table.turn[mark.first])][start:end]
        return Cue(text, start, end, mark.kind, reason)


def _token_shares(weights: NDArray[np.float64]) -> list[float]:
    """Each token's share of the weights of all n-grams that lie within the claim and cover it."""
    n = len(weights)
    by_length = weights @ _BY_LENGTH
    share = by_length[:, 0].copy()
    for length in range(2, min(n, _BY_LENGTH.shape[1]) + 1):
        grams = by_length[: n - length + 1, length - 1]
        for offset in range(length):
            share[offset : offset + len(grams)] += grams
    shares: list[float] = share.tolist()
    return shares
