"""A report as plain dicts and lists, and back.

`FORMAT` is the version of the form. It rises when a key is added, renamed, removed or changes its meaning (a
reader refuses keys it does not know); `decode` then has to convert the older versions it accepts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from overstate.errors import DataError
from overstate.report._fields import Fields
from overstate.transcript import Transcript
from overstate.types import (
    Claim,
    Cue,
    Evidence,
    Hedge,
    HedgeType,
    Outcome,
    Question,
    Quote,
    Reason,
    Relation,
    Status,
    Turn,
)

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = ["FORMAT", "decode", "encode"]

FORMAT = 2


def encode(report: Report) -> dict[str, Any]:
    """Everything in the report as JSON-ready objects."""
    return {
        "format": FORMAT,
        "source": report.transcript.source,
        "model": report.model,
        "notes": list(report.notes),
        "transcript_notes": list(report.transcript.notes),
        "turns": [
            {"speaker": turn.speaker, "text": turn.text, "start": turn.start, "end": turn.end}
            for turn in report.transcript.turns
        ],
        "claims": [_encode_claim(claim) for claim in report.claims],
        "hedges": [
            {
                "turn": hedge.turn,
                "start": hedge.start,
                "end": hedge.end,
                "text": hedge.text,
                "type": hedge.type.value,
            }
            for hedge in report.hedges
        ],
        "questions": [_encode_question(question) for question in report.questions],
        "sides": dict(report.sides),
        "sides_guessed": report.sides_guessed,
    }


def _encode_claim(claim: Claim) -> dict[str, Any]:
    return {
        "turn": claim.turn,
        "start": claim.start,
        "end": claim.end,
        "text": claim.text,
        "speaker": claim.speaker,
        "status": claim.status.value,
        "confidence": float(claim.confidence),
        "probabilities": {str(name): float(value) for name, value in claim.probabilities.items()},
        "reasons": [reason.value for reason in claim.reasons],
        "cues": [
            {
                "text": cue.text,
                "start": cue.start,
                "end": cue.end,
                "kind": cue.kind,
                "reason": cue.reason.value,
            }
            for cue in claim.cues
        ],
        "evidence": [
            {
                "relation": evidence.relation.value,
                "claim": _encode_quote(evidence.claim),
                "other": _encode_quote(evidence.other),
                "outcome": evidence.outcome and evidence.outcome.value,
                "detail": evidence.detail,
                "probability": float(evidence.probability),
            }
            for evidence in claim.evidence
        ],
        "question": claim.question,
        "topic": claim.topic,
    }


def decode(data: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of the `Report` that `encode` was given.

    Raises:
        DataError: Another format version, a missing or unknown key, or a value of the wrong form.
    """
    fields = Fields(data)
    version = fields.integer("format")
    if version != FORMAT:
        raise DataError(f"format version {version}, but this overstate reads version {FORMAT}", field="format")
    source = fields.optional_string("source")
    turns = tuple(_decode_turn(item) for item in fields.objects("turns"))
    arguments = {
        "transcript": Transcript(turns, source, fields.strings("transcript_notes")),
        "claims": tuple(_decode_claim(item) for item in fields.objects("claims")),
        "hedges": tuple(_decode_hedge(item) for item in fields.objects("hedges")),
        "questions": tuple(_decode_question(item) for item in fields.objects("questions")),
        "notes": fields.strings("notes"),
        "model": fields.string("model"),
        "sides": fields.named_strings("sides"),
        "sides_guessed": fields.flag("sides_guessed"),
    }
    fields.finish()
    return arguments


def _decode_turn(fields: Fields) -> Turn:
    turn = Turn(
        speaker=fields.string("speaker"),
        text=fields.string("text"),
        start=fields.optional_number("start"),
        end=fields.optional_number("end"),
    )
    fields.finish()
    return turn


def _decode_claim(fields: Fields) -> Claim:
    claim = Claim(
        turn=fields.integer("turn"),
        start=fields.integer("start"),
        end=fields.integer("end"),
        text=fields.string("text"),
        speaker=fields.string("speaker"),
        status=fields.name("status", Status),
        confidence=fields.probability("confidence"),
        probabilities=fields.probabilities("probabilities", Status),
        reasons=fields.names("reasons", Reason),
        cues=tuple(_decode_cue(item) for item in fields.objects("cues")),
        evidence=tuple(_decode_evidence(item) for item in fields.objects("evidence")),
        question=fields.optional_string("question"),
        topic=fields.optional_string("topic"),
    )
    fields.finish()
    return claim


def _decode_cue(fields: Fields) -> Cue:
    cue = Cue(
        text=fields.string("text"),
        start=fields.integer("start"),
        end=fields.integer("end"),
        kind=fields.string("kind"),
        reason=fields.name("reason", Reason),
    )
    fields.finish()
    return cue


def _decode_evidence(fields: Fields) -> Evidence:
    evidence = Evidence(
        relation=fields.name("relation", Relation),
        claim=_decode_quote(fields.object("claim")),
        other=_decode_quote(fields.object("other")),
        outcome=fields.optional_name("outcome", Outcome),
        detail=fields.string("detail"),
        probability=fields.probability("probability"),
    )
    fields.finish()
    return evidence


def _encode_quote(quote: Quote) -> dict[str, Any]:
    return {
        "text": quote.text,
        "turn": quote.turn,
        "start": quote.start,
        "end": quote.end,
        "speaker": quote.speaker,
        "source": quote.source,
    }


def _decode_quote(fields: Fields) -> Quote:
    quote = Quote(
        text=fields.string("text"),
        turn=fields.optional_integer("turn"),
        start=fields.integer("start"),
        end=fields.integer("end"),
        speaker=fields.string("speaker"),
        source=fields.optional_string("source"),
    )
    fields.finish()
    return quote


def _encode_question(question: Question) -> dict[str, Any]:
    return {
        "asked": _encode_quote(question.asked),
        "claim": question.claim and _encode_quote(question.claim),
        "answer": question.answer and _encode_quote(question.answer),
        "outcome": question.outcome.value,
    }


def _decode_question(fields: Fields) -> Question:
    claim, answer = fields.optional_object("claim"), fields.optional_object("answer")
    question = Question(
        asked=_decode_quote(fields.object("asked")),
        claim=None if claim is None else _decode_quote(claim),
        answer=None if answer is None else _decode_quote(answer),
        outcome=fields.name("outcome", Outcome),
    )
    fields.finish()
    return question


def _decode_hedge(fields: Fields) -> Hedge:
    hedge = Hedge(
        turn=fields.integer("turn"),
        start=fields.integer("start"),
        end=fields.integer("end"),
        text=fields.string("text"),
        type=fields.name("type", HedgeType),
    )
    fields.finish()
    return hedge
