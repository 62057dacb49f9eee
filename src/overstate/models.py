"""The four models together: everything that is saved, loaded and used as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from overstate.encoder import Encoder
from overstate.explain.build import build_claims, build_hedges
from overstate.explain.links import FAINT, LEAST, find_links
from overstate.features.claims import Spans, claim_inputs
from overstate.features.pairs import Units
from overstate.features.tokens import Ints, TokenTable
from overstate.learn.claims import ClaimModel
from overstate.learn.hedges import HedgeModel
from overstate.learn.links import LinkModel, link_columns
from overstate.learn.status import StatusModel, asked_from
from overstate.threads import one_thread
from overstate.types import Claim, Hedge, Question, Turn

__all__ = ["Models"]


@dataclass(frozen=True, eq=False)
class Models:
    """What finds hedges, finds claims, links them to other turns and judges them.

    Attributes:
        hedges, claims, links, status: The four models.
        name: Name and version, for reports.
        encoder: What scores each word in its context before these models see it; None for models that do without.
    """

    hedges: HedgeModel
    claims: ClaimModel
    links: LinkModel
    status: StatusModel
    name: str = ""
    encoder: Encoder | None = None

    def run(
        self, table: TokenTable, turns: Sequence[Turn], ask_threshold: float | None = None
    ) -> tuple[tuple[Claim, ...], tuple[Hedge, ...], tuple[Question, ...]]:
        """All claims, hedges and questions of one transcript; `ask_threshold` as in `judge`."""
        with one_thread():
            spans = self.hedges.predict(table)
            hedges = build_hedges(table, turns, spans)
            claims, questions = self.judge(table, turns, self.claims.predict(table), spans, hedges, ask_threshold)
        return claims, hedges, questions

    def judge(
        self,
        table: TokenTable,
        turns: Sequence[Turn],
        span: tuple[Ints, Ints],
        marks: Spans,
        hedges: Sequence[Hedge],
        ask_threshold: float | None = None,
    ) -> tuple[tuple[Claim, ...], tuple[Question, ...]]:
        """Links of and verdicts on the claims with the given token ranges; `marks` and `hedges` are the same hedges.

        A claim needs clarification from the probability `ask_threshold` on; None leaves that to the model.
        """
        units = Units(table, [turn.text for turn in turns], *span)
        scores = self.links.predict(units)
        inputs = claim_inputs(table, *span, marks, link_columns(units, scores))
        judged = self.status.judge(inputs)
        if ask_threshold is not None:
            judged = asked_from(judged, self.status.offsets, ask_threshold)
        speakers = [turn.speaker for turn in turns]
        links, faint = (find_links(units, scores, speakers, least) for least in (LEAST, FAINT))
        claims = build_claims(table, turns, span, hedges, links.evidence, faint.evidence, judged, self.status)
        return claims, links.questions
