"""The three models together: everything that is saved, loaded and used as one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from overstate.explain.build import build_claims, build_hedges
from overstate.features.claims import Spans, claim_inputs
from overstate.features.tokens import Ints, TokenTable
from overstate.learn.claims import ClaimModel
from overstate.learn.hedges import HedgeModel
from overstate.learn.status import StatusModel
from overstate.types import Claim, Hedge, Turn

__all__ = ["Models"]


@dataclass(frozen=True, eq=False)
class Models:
    """What finds hedges, finds claims and judges claims.

    Attributes:
        hedges, claims, status: The three models.
        name: Name and version, for reports.
    """

    hedges: HedgeModel
    claims: ClaimModel
    status: StatusModel
    name: str = ""

    def run(self, table: TokenTable, turns: Sequence[Turn]) -> tuple[tuple[Claim, ...], tuple[Hedge, ...]]:
        """All claims and hedges of one transcript."""
        spans = self.hedges.predict(table)
        claims = self.judge(table, turns, self.claims.predict(table), spans)
        return claims, build_hedges(table, turns, spans)

    def judge(
        self, table: TokenTable, turns: Sequence[Turn], span: tuple[Ints, Ints], hedges: Spans
    ) -> tuple[Claim, ...]:
        """Verdicts on the claims with the given token ranges."""
        inputs = claim_inputs(table, *span, hedges)
        judged = self.status.judge(inputs)
        return build_claims(table, turns, span, build_hedges(table, turns, hedges), inputs, judged, self.status)
