"""Other turns that bear on a claim: who confirmed or denied it, what was asked before or after."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from overstate.features.tokens import QUESTION_MARK, TokenTable
from overstate.lexicons import KINDS
from overstate.types import Evidence, Quote, Reason, Relation

__all__ = ["NEEDS_LINK", "find_link"]

#: Reasons that rest on another turn and cannot stand without one.
NEEDS_LINK = frozenset({Reason.CORROBORATION, Reason.ANSWERED, Reason.CONTRADICTED, Reason.EVADED})
_QUESTION, _NUMBER, _DENIAL = (list(KINDS).index(kind) for kind in ("question", "number", "denial"))
#: Turns looked at after a claim for a question about it.
_AHEAD = 2


def find_link(
    reason: Reason, table: TokenTable, texts: Sequence[str], start: int, stop: int, echo: int
) -> Evidence | None:
    """The turn that stands behind a reason, quoted by its nearest sentence, or None if there is none.

    Args:
        reason: One of `NEEDS_LINK`.
        table: The token arrays.
        texts: The text of each turn.
        start, stop: The claim's token range.
        echo: The nearby turn by somebody else that shares most words with the claim; -1 for none.
    """
    turn = int(table.turn[start])
    if reason in (Reason.CORROBORATION, Reason.CONTRADICTED):
        if echo < 0:
            return None
        sentence = _nearest_sentence(table, echo, start, stop)
        if not _bears_on(table, sentence, start, stop, clash=reason is Reason.CONTRADICTED):
            return None
        relation = Relation.CORROBORATION if reason is Reason.CORROBORATION else Relation.CONTRADICTION
        return _quote(relation, table, texts, echo, sentence, (start, stop))
    asked = _question_near(table, turn)
    if asked is None:
        return None
    if reason is Reason.EVADED:
        return _quote(Relation.QUESTION, table, texts, *asked, (start, stop))
    following = asked[0] + 1
    answered = turn < following < table.turns and table.speaker[following] == table.speaker[turn]
    if answered and table.turn_start[following] < table.turn_start[following + 1]:
        nearest = _nearest_sentence(table, following, start, stop)
        return _quote(Relation.ANSWER, table, texts, following, nearest, (start, stop))
    return _quote(Relation.QUESTION, table, texts, *asked, (start, stop))


def _bears_on(table: TokenTable, sentence: int, start: int, stop: int, *, clash: bool) -> bool:
    """Whether a sentence is worth quoting as confirming or contradicting a claim.

    It must not be a question, and must share enough words: two content words, or one with a claim of up to three. A
    clash must show, too: in a denial, or in amounts on both sides that are not the same.
    """
    first, last = int(table.sentence_start[sentence]), int(table.sentence_end[sentence])
    theirs = set(table.lower[first:last].tolist())
    if table.is_question[sentence] or int(QUESTION_MARK) in theirs:
        return False
    mine = set(table.lower[start:stop][table.content[start:stop]].tolist())
    if len(mine & theirs) < min(2, max(1, len(mine) - 2)):
        return False
    if not clash:
        return True
    numbers = [
        set(table.lower[a:b][table.signal[a:b, _NUMBER] > 0].tolist()) for a, b in ((start, stop), (first, last))
    ]
    differ = bool(numbers[0] and numbers[1] and numbers[0] != numbers[1])
    denied = [bool(table.signal[a:b, _DENIAL].any()) for a, b in ((start, stop), (first, last))]
    return differ or denied[0] != denied[1]


def _question_near(table: TokenTable, turn: int) -> tuple[int, int] | None:
    """Turn and sentence of a question by somebody else: just after the claim's turn, or just before it."""
    after = range(turn + 1, min(turn + 1 + _AHEAD, table.turns))
    for other in [*after, turn - 1]:
        if other < 0 or table.speaker[other] == table.speaker[turn]:
            continue
        low, high = table.turn_start[other], table.turn_start[other + 1]
        marks = np.flatnonzero(table.signal[low:high, _QUESTION]) + low
        if len(marks):
            return other, int(table.sentence[marks[-1]])
    return None


def _nearest_sentence(table: TokenTable, turn: int, start: int, stop: int) -> int:
    """The sentence of a turn that shares most content words with the claim, the first of equals."""
    low, high = int(table.turn_start[turn]), int(table.turn_start[turn + 1])
    # for so few words, a set is much faster than np.isin
    mine = set(table.lower[start:stop][table.content[start:stop]].tolist())
    shared = [word in mine for word in table.lower[low:high].tolist()]
    sentences = table.sentence[low:high]
    counts = np.bincount(sentences - sentences[0], weights=shared)
    return int(sentences[0] + counts.argmax())


def _quote(
    relation: Relation, table: TokenTable, texts: Sequence[str], turn: int, sentence: int, span: tuple[int, int]
) -> Evidence:
    first = int(table.sentence_start[sentence])
    last = int(table.sentence_end[sentence]) - 1
    near = int(table.turn[span[0]])
    ends = []
    for place, low, high in ((near, span[0], span[1] - 1), (turn, first, last)):
        start, end = int(table.start[low]), int(table.end[high])
        ends.append(Quote(texts[place][start:end], place, start, end))
    return Evidence(relation, ends[0], ends[1])
