"""Claims as users see them: verdict, reasons with their words, links and question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from overstate.explain.cues import NEEDS_CUE, CueFinder
from overstate.explain.links import NEEDS_LINK, find_link
from overstate.explain.questions import question_for
from overstate.features.claims import ClaimInputs, Spans, gram_columns
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
    Reason,
    Status,
    Turn,
)

__all__ = ["build_claims", "build_hedges"]

#: A further reason is named when its own model gives it at least this probability.
ALSO = 0.35
MOST_REASONS = 3


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
    inputs: ClaimInputs,
    judged: Judgement,
    model: StatusModel,
) -> tuple[Claim, ...]:
    """Claims with verdict, reasons, cues, links and question, in order of place.

    Args:
        table: Token arrays of the transcript.
        turns: Its turns.
        span: Token ranges (start, stop) of the claims.
        hedges: The hedges found.
        inputs: The features that were judged.
        judged: The judgement.
        model: The model that judged, for the weight of each word.
    """
    texts = [turn.text for turn in turns]
    first, last = span
    columns = (first, last, table.turn[first], table.start[first], table.end[last - 1])
    places = zip(*(column.tolist() for column in columns), strict=True)
    verdicts = zip(judged.status.tolist(), judged.probabilities.tolist(), judged.reasons.tolist(), strict=True)
    explainer = _Explainer(CueFinder(table, texts, hedges), model)
    speakers = [turn.speaker for turn in turns]
    claims = []
    for (a, b, turn, start, end), (verdict, chances, likely), echo in zip(
        places, verdicts, inputs.echo.tolist(), strict=True
    ):
        status = Status(STATUSES[verdict])
        text = texts[turn][start:end]
        chance = dict(zip(STATUSES, chances, strict=True))
        reasons, cues, evidence = explainer.explain(status, dict(zip(REASONS, likely, strict=True)), a, b, echo)
        question = None
        if status is Status.NEEDS_CLARIFICATION:
            kinds = {mark.kind for mark in explainer.finder.inside(a, b)}
            question = question_for(reasons[0], text, start, cues, evidence, kinds, speakers, turns[turn].speaker)
        claims.append(
            Claim(
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
                evidence=evidence,
                question=question,
            )
        )
    return tuple(claims)


class _Explainer:
    """Reasons of the claims of one transcript; weights of words are looked up once a reason."""

    def __init__(self, finder: CueFinder, model: StatusModel) -> None:
        self.finder = finder
        self._model = model
        self._columns = gram_columns(finder.table)
        self._weights: dict[Reason, NDArray[np.float64]] = {}

    def explain(
        self, status: Status, chance: Mapping[str, float], a: int, b: int, echo: int
    ) -> tuple[tuple[Reason, ...], tuple[Cue, ...], tuple[Evidence, ...]]:
        """Reasons that fit the status and can be shown, likeliest first, each with its words or the turn behind it."""
        reasons: list[Reason] = []
        cues: list[Cue] = []
        links: list[Evidence] = []
        for reason in sorted(REASONS_OF[status], key=chance.__getitem__, reverse=True):
            if reasons and (len(reasons) == MOST_REASONS or chance[reason] < ALSO):
                break
            if reason is Reason.EVIDENCE:
                continue  # nothing was handed over
            link = None
            if reason in NEEDS_LINK:
                link = find_link(reason, self.finder.table, self.finder.texts, a, b, echo)
                if link is None:
                    continue
            words = self.finder.find(reason, a, b, self._weigh(reason)[a:b])
            if not words and reason in NEEDS_CUE:
                continue
            reasons.append(reason)
            cues.extend(words)
            if link is not None:
                links.append(link)
        return tuple(reasons), tuple(cues), tuple(links)

    def _weigh(self, reason: Reason) -> NDArray[np.float64]:
        if reason not in self._weights:
            self._weights[reason] = self._model.word_weights(str(reason), self._columns).T
        return self._weights[reason]
