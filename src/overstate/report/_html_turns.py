"""What the page shows of each turn and each claim, ready for the template: strings, numbers and lists."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from overstate.report._outline import evidence_place, one_line
from overstate.report._segments import Piece, Run, cut
from overstate.report._words import (
    HEDGE_LABELS,
    REASON_LABELS,
    STATUS_LABELS,
    STATUS_ORDER,
    STATUS_SIGNS,
    clock,
    percent,
    place,
    reason_words,
    relation_label,
    speaker_name,
    topic_label,
)
from overstate.types import Claim, Cue, Hedge, Status

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = ["ClaimView", "EvidenceView", "PieceView", "RunView", "TurnView", "claim_views", "turn_views"]


@dataclass(frozen=True)
class EvidenceView:
    """One quotation beside a claim; `turn` is the number to link to, from 1, or None."""

    relation: str
    detail: str
    place: str
    turn: int | None
    text: str


@dataclass(frozen=True)
class ClaimView:
    """One claim; `number` counts from 1 in the order of the transcript and ties the words to their note."""

    claim: Claim
    number: int
    css: str
    sign: str
    label: str
    percent: str
    reasons: str
    speaker: str
    place: str
    question: str
    topic: str
    evidence: tuple[EvidenceView, ...]
    odds: str

    @property
    def hover(self) -> str:
        """All that is known about the claim, on one line."""
        verdict = f"{self.label} ({self.percent}){f': {self.reasons}' if self.reasons else ''}"
        return f"{verdict}. Ask: {self.question}" if self.question else verdict

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to say about it but its status."""
        return self.claim.status is Status.PLAUSIBLE and not (self.question or self.evidence or self.reasons)


@dataclass(frozen=True)
class PieceView:
    """Words with one set of marks; an empty title means no such mark."""

    text: str
    hedge: str
    cue: str


@dataclass(frozen=True)
class RunView:
    """Words inside the same claims; `css` is "" outside claims."""

    css: str
    hover: str
    starting: tuple[ClaimView, ...]
    pieces: tuple[PieceView, ...]


@dataclass(frozen=True)
class TurnView:
    """One turn; `css` names the statuses of its claims, for the filter."""

    number: int
    speaker: str
    time: str
    css: str
    runs: tuple[RunView, ...]
    notes: tuple[ClaimView, ...]
    plain: tuple[ClaimView, ...]


def claim_views(report: Report) -> list[ClaimView]:
    """The claims in the order of the transcript."""
    ordered = sorted(report.claims, key=lambda claim: (claim.turn, claim.start, -claim.end))
    return [_claim_view(report, claim, number) for number, claim in enumerate(ordered, start=1)]


def turn_views(report: Report, claims: Mapping[int, Sequence[ClaimView]]) -> list[TurnView]:
    """All turns.

    Args:
        report: The report.
        claims: By index of the turn, its claims in order; turns without claims may be missing.
    """
    hedges: dict[int, list[Hedge]] = defaultdict(list)
    for hedge in report.hedges:
        hedges[hedge.turn].append(hedge)
    views = []
    for index, turn in enumerate(report.transcript.turns):
        here = claims.get(index, ())
        spans = [view.claim for view in here]
        runs = cut(turn.text, spans, hedges.get(index, ()), [cue for claim in spans for cue in claim.cues])
        views.append(
            TurnView(
                number=index + 1,
                speaker=speaker_name(turn.speaker),
                time=clock(turn.start),
                css=" ".join(sorted({f"has-{view.css}" for view in here})) or "silent",
                runs=tuple(_run_view(run, here) for run in runs),
                notes=tuple(view for view in here if not view.quiet),
                plain=tuple(view for view in here if view.quiet),
            )
        )
    return views


def _claim_view(report: Report, claim: Claim, number: int) -> ClaimView:
    odds = [
        f"{STATUS_LABELS[status]} {percent(claim.probabilities[status])}"
        for status in STATUS_ORDER
        if status in claim.probabilities
    ]
    return ClaimView(
        claim=claim,
        number=number,
        css=claim.status.value,
        sign=STATUS_SIGNS[claim.status],
        label=STATUS_LABELS[claim.status],
        percent=percent(claim.confidence),
        reasons=reason_words(claim),
        speaker=speaker_name(claim.speaker),
        place=place(claim.turn, report.transcript.turns[claim.turn]),
        question=claim.question or "",
        topic=topic_label(claim.topic),
        evidence=tuple(
            EvidenceView(
                relation=relation_label(piece),
                detail=one_line(piece.detail),
                place=evidence_place(report, piece),
                turn=None if piece.turn is None else piece.turn + 1,
                text=piece.text,
            )
            for piece in claim.evidence
        ),
        odds=", ".join(odds),
    )


def _run_view(run: Run, claims: Sequence[ClaimView]) -> RunView:
    inside = [claims[index] for index in run.claims]
    # Where claims overlap, the words take the colour of the one most worth asking about.
    foremost = min(inside, key=lambda view: STATUS_ORDER.index(view.claim.status), default=None)
    nested = " nested" if len(inside) > 1 else ""
    return RunView(
        css="" if foremost is None else f"{foremost.css}{nested}",
        hover="\n".join(f"{view.number}: {view.hover}" for view in inside) if nested else _only(inside),
        starting=tuple(claims[index] for index in run.starting),
        pieces=tuple(_piece_view(piece) for piece in run.pieces),
    )


def _only(views: Sequence[ClaimView]) -> str:
    return views[0].hover if views else ""


def _piece_view(piece: Piece) -> PieceView:
    return PieceView(piece.text, _hedge_title(piece.hedge), _cue_title(piece.cue))


def _hedge_title(hedge: Hedge | None) -> str:
    return "" if hedge is None else f"hedge, {hedge.type.value}: {HEDGE_LABELS[hedge.type]}"


def _cue_title(cue: Cue | None) -> str:
    return "" if cue is None else f"speaks for: {REASON_LABELS[cue.reason]}"
