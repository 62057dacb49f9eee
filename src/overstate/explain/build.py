"""Claims as users see them: verdict, reasons with their words, links and question."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from overstate.explain.cues import NEEDS_CUE, CueFinder
from overstate.explain.pieces import follows
from overstate.explain.questions import question_for
from overstate.features.claims import Spans, gram_columns
from overstate.features.tokens import Ints, TokenTable
from overstate.learn.hedges import TYPES
from overstate.learn.status import REASONS, STATUSES, Judgement, StatusModel
from overstate.types import (
    REASONS_OF,
    Claim,
    Cue,
    Evidence,
    Hedge,
    HedgeType,
    Outcome,
    Quote,
    Reason,
    Relation,
    Status,
    Turn,
)

__all__ = ["build_claims", "build_hedges"]

#: A further reason is named when its own model gives it at least this probability.
ALSO = 0.35
MOST_REASONS = 3
#: A reason is held likely enough from this probability on to show a faint link that carries it.
LIKELY = 0.5
#: Reasons that rest on another turn, and the links that can carry them.
RESTS_ON: dict[Reason, Callable[[Evidence], bool]] = {
    Reason.CORROBORATION: lambda e: e.relation is Relation.CORROBORATION and follows(e),
    Reason.ANSWERED: lambda e: e.outcome is Outcome.ANSWERED and follows(e),
    Reason.CONTRADICTED: lambda e: (
        e.relation in (Relation.CONTRADICTION, Relation.DENIAL) or (e.relation is Relation.CORRECTION and follows(e))
    ),
    Reason.EVADED: lambda e: e.outcome is Outcome.EVADED,
}


def build_hedges(table: TokenTable, turns: Sequence[Turn], spans: Spans) -> tuple[Hedge, ...]:
    """Hedges with their words and offsets."""
    found = []
    for a, b, kind in zip(spans.start, spans.stop, spans.type, strict=True):
        turn, start, end = int(table.turn[a]), int(table.start[a]), int(table.end[b - 1])
        found.append(Hedge(turn, start, end, turns[turn].text[start:end], HedgeType(TYPES[kind])))
    return tuple(found)


def build_claims(
    table: TokenTable,
    turns: Sequence[Turn],
    span: tuple[Ints, Ints],
    hedges: Sequence[Hedge],
    links: Sequence[Sequence[Evidence]],
    faint: Sequence[Sequence[Evidence]],
    judged: Judgement,
    model: StatusModel,
) -> tuple[Claim, ...]:
    """Claims with verdict, reasons, cues, links and question, in order of place.

    Args:
        table: Token arrays of the transcript.
        turns: Its turns.
        span: Token ranges (start, stop) of the claims.
        hedges: The hedges found.
        links: What else in the conversation bears on each claim.
        faint: The same with what may bear on it; it is shown where a verdict rests on it.
        judged: The judgement.
        model: The model that judged, for the weight of each word.
    """
    texts = [turn.text for turn in turns]
    first, last = span
    columns = (first, last, table.turn[first], table.start[first], table.end[last - 1])
    places = zip(*(column.tolist() for column in columns), strict=True)
    verdicts = zip(judged.status.tolist(), judged.probabilities.tolist(), judged.reasons.tolist(), strict=True)
    explainer = _Explainer(CueFinder(table, texts, hedges), model)
    claims = []
    for (a, b, turn, start, end), (verdict, chances, likely), known, perhaps in zip(
        places, verdicts, links, faint, strict=True
    ):
        status = Status(STATUSES[verdict])
        text = texts[turn][start:end]
        chance = dict(zip(STATUSES, chances, strict=True))
        likely_reasons = dict(zip(REASONS, likely, strict=True))
        evidence = _with_faint(known, perhaps, status, likely_reasons)
        reasons, cues = explainer.explain(status, likely_reasons, a, b, evidence)
        claim = Claim(
            turn=turn,
            start=start,
            end=end,
            text=text,
            speaker=turns[turn].speaker,
            status=status,
            confidence=chance[str(status)],
            probabilities=chance,
            reasons=reasons,
            cues=cues,
            evidence=tuple(evidence),
        )
        if status is Status.NEEDS_CLARIFICATION:
            kinds = {mark.kind for mark in explainer.finder.inside(a, b)}
            claim = replace(claim, question=question_for(claim, kinds))
        claims.append(claim)
    return tuple(claims)


def _with_faint(
    known: Sequence[Evidence], perhaps: Sequence[Evidence], status: Status, chance: Mapping[str, float]
) -> list[Evidence]:
    """The links, and the likeliest faint one for a reason that the model holds likely and no link carries."""
    evidence = list(known)
    for reason in REASONS_OF[status]:
        carries = RESTS_ON.get(reason)
        if carries is None or chance[reason] < LIKELY or any(map(carries, evidence)):
            continue
        best = max(filter(carries, perhaps), key=lambda e: e.probability, default=None)
        if best is not None:
            # a question comes with the answer to it
            asked = [e for e in perhaps if best.relation is Relation.ANSWER and e.relation is Relation.QUESTION]
            evidence += [e for e in (*asked[:1], best) if (e.relation, e.other) not in _ends(evidence)]
    if len(evidence) == len(known):
        return evidence
    return sorted(evidence, key=lambda e: (e.other.turn or 0, e.other.start, e.relation))


def _ends(evidence: Sequence[Evidence]) -> set[tuple[Relation, Quote]]:
    return {(e.relation, e.other) for e in evidence}


class _Explainer:
    """Reasons of the claims of one transcript; weights of words are looked up once a reason."""

    def __init__(self, finder: CueFinder, model: StatusModel) -> None:
        self.finder = finder
        self._model = model
        self._columns = gram_columns(finder.table)
        self._weights: dict[Reason, NDArray[np.float64]] = {}

    def explain(
        self, status: Status, chance: Mapping[str, float], a: int, b: int, links: Sequence[Evidence]
    ) -> tuple[tuple[Reason, ...], tuple[Cue, ...]]:
        """Reasons that fit the status and can be shown, likeliest first, each with its words or the turn behind it."""
        reasons: list[Reason] = []
        cues: list[Cue] = []
        shown = {reason for reason in RESTS_ON if any(map(RESTS_ON[reason], links))}
        # what another turn shows goes before what a model makes of the words
        for reason in sorted(REASONS_OF[status], key=lambda r: (r not in shown, -chance[r])):
            if reasons and (len(reasons) == MOST_REASONS or (chance[reason] < ALSO and reason not in shown)):
                break
            if reason is Reason.EVIDENCE:
                continue  # nothing was handed over
            if reason in RESTS_ON and reason not in shown:
                continue
            words = self.finder.find(reason, a, b, self._weigh(reason)[a:b])
            if not words and reason in NEEDS_CUE:
                continue
            reasons.append(reason)
            cues.extend(words)
        return tuple(reasons), tuple(cues)

    def _weigh(self, reason: Reason) -> NDArray[np.float64]:
        if reason not in self._weights:
            self._weights[reason] = self._model.word_weights(str(reason), self._columns).T
        return self._weights[reason]
