"""The spaCy components. Each has a pure step, and a thin `__call__` that writes its results to the Doc.

Results are spans in `doc.spans["hedges"]` and `doc.spans["claims"]`, labelled with hedge type and status, and
`doc._.overstate`, plain values that survive `nlp.pipe(n_process=...)`, `DocBin(store_user_data=True)` and `to_bytes`.
`span._.overstate` gives the entry of one claim: `status`, `probabilities`, `reasons`, `cues`, `evidence`, `question`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc, Span

from overstate.explain.build import build_hedges
from overstate.features.claims import Spans
from overstate.features.tokens import Ints, TokenTable
from overstate.learn.hedges import TYPES
from overstate.models import Models
from overstate.pipeline.doc import encode, turn_offsets
from overstate.storage import load_models
from overstate.types import Claim, Hedge, Turn

__all__ = ["CLAIMS", "HEDGES", "ClaimFinder", "HedgeFinder", "Overstate", "StatusJudge", "WordEncoder"]

#: Keys in `doc.spans`.
HEDGES = "hedges"
CLAIMS = "claims"
#: Name of the extension of Doc and Span.
EXTENSION = "overstate"


class _Component:
    """What the components share: the models, and `pipe` in the manner of spaCy."""

    def __init__(self, name: str, models: Models) -> None:
        self.name = name
        self.models = models

    def __call__(self, doc: Doc) -> Doc:
        raise NotImplementedError

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """Process Docs lazily, in order."""
        yield from map(self, stream)

    # spaCy calls these when a pipeline is saved; the factory's settings are all there is to restore from
    def to_disk(self, path: Any, *, exclude: Iterable[str] = ()) -> None:
        """Nothing to write: the model is named in the config."""

    def from_disk(self, path: Any, *, exclude: Iterable[str] = ()) -> _Component:
        """Nothing to read: the model is named in the config."""
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Nothing to write: the model is named in the config."""
        return b""

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> _Component:
        """Nothing to read: the model is named in the config."""
        return self


class WordEncoder(_Component):
    """Writes the encoder's scores of each token to `doc._.overstate_scores`; nothing for a model without encoder."""

    def __call__(self, doc: Doc) -> Doc:
        """Read one Doc."""
        encode(doc, self.models.encoder)
        return doc


class HedgeFinder(_Component):
    """Writes `doc.spans["hedges"]`, labels being hedge types."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the hedges of one Doc."""
        table = encode(doc, self.models.encoder)
        write_hedges(doc, build_hedges(table, turns_of(doc), self.models.hedges.predict(table)))
        return doc


class ClaimFinder(_Component):
    """Writes `doc.spans["claims"]`, not judged yet."""

    def __call__(self, doc: Doc) -> Doc:
        """Find the claims of one Doc."""
        table = encode(doc, self.models.encoder)
        doc.spans[CLAIMS] = spans_of(
            doc,
            [
                (int(table.turn[a]), int(table.start[a]), int(table.end[b - 1]), "")
                for a, b in zip(*self.models.claims.predict(table), strict=True)
            ],
        )
        return doc


class StatusJudge(_Component):
    """Labels `doc.spans["claims"]` with statuses and fills `doc._.overstate`; claims and hedges must be there."""

    def __call__(self, doc: Doc) -> Doc:
        """Judge the claims of one Doc.

        Raises:
            ValueError: Claims or hedges have not been looked for yet.
        """
        for key, component in ((CLAIMS, "overstate_claims"), (HEDGES, "overstate_hedges")):
            if key not in doc.spans:
                raise ValueError(f"doc.spans[{key!r}] is missing; add {component!r} before {self.name!r}")
        table, turns = encode(doc, self.models.encoder), turns_of(doc)
        first, last = _ranges(table, doc, doc.spans[CLAIMS])
        low, high = _ranges(table, doc, doc.spans[HEDGES])
        kinds = np.array([TYPES.index(span.label_) for span in doc.spans[HEDGES]], dtype=np.int64)
        kept = high > low
        marks = Spans(low[kept], high[kept], kinds[kept])
        kept = last > first
        hedges = build_hedges(table, turns, marks)
        claims, _ = self.models.judge(table, turns, (first[kept], last[kept]), marks, hedges)
        write_claims(doc, claims)
        return doc


class Overstate(_Component):
    """All of it in one step."""

    def __call__(self, doc: Doc) -> Doc:
        """Find hedges and claims of one Doc and judge the claims."""
        claims, hedges, _ = self.models.run(encode(doc, self.models.encoder), turns_of(doc))
        write_hedges(doc, hedges)
        write_claims(doc, claims)
        return doc


def turns_of(doc: Doc) -> list[Turn]:
    """The turns the Doc was made of; a Doc made of plain text is one turn of nobody."""
    text = doc.text
    return [Turn(speaker, text[start : start + size]) for start, size, speaker in turn_offsets(doc)]


def spans_of(doc: Doc, marks: Iterable[tuple[int, int, int, str]]) -> list[Span]:
    """The tokens that hold each (turn, start, end, label), offsets counting characters of the turn."""
    starts = [turn[0] for turn in turn_offsets(doc)]
    spans = []
    for turn, start, end, label in marks:
        span = doc.char_span(starts[turn] + start, starts[turn] + end, label=label, alignment_mode="expand")
        assert span is not None, (turn, start, end)  # offsets come from tokens of this very Doc
        spans.append(span)
    return spans


def write_hedges(doc: Doc, hedges: Iterable[Hedge]) -> None:
    """Put hedges into `doc.spans["hedges"]`."""
    doc.spans[HEDGES] = spans_of(doc, [(h.turn, h.start, h.end, str(h.type)) for h in hedges])


def write_claims(doc: Doc, claims: Iterable[Claim]) -> None:
    """Put claims into `doc.spans["claims"]` and what is known of them into `doc._.overstate`."""
    claims = list(claims)
    spans = spans_of(doc, [(c.turn, c.start, c.end, str(c.status)) for c in claims])
    doc.spans[CLAIMS] = spans
    entries = {}
    for span, claim in zip(spans, claims, strict=True):
        entries[f"{span.start}-{span.end}"] = _plain(claim)
    doc._.set(EXTENSION, entries)


def _plain(claim: Claim) -> dict[str, Any]:
    """A claim as values that msgpack can hold."""
    return {
        "turn": claim.turn,
        "start": claim.start,
        "end": claim.end,
        "speaker": claim.speaker,
        "status": str(claim.status),
        "confidence": claim.confidence,
        "probabilities": dict(claim.probabilities),
        "reasons": [str(reason) for reason in claim.reasons],
        "cues": [
            {"text": c.text, "start": c.start, "end": c.end, "kind": c.kind, "reason": str(c.reason)}
            for c in claim.cues
        ],
        "evidence": [
            {
                "relation": str(e.relation),
                "text": e.text,
                "turn": e.turn,
                "start": e.start,
                "end": e.end,
                "speaker": e.speaker,
                "outcome": e.outcome and str(e.outcome),
                "detail": e.detail,
            }
            for e in claim.evidence
        ],
        "question": claim.question,
        "topic": claim.topic,
    }


def _ranges(table: TokenTable, doc: Doc, spans: Iterable[Span]) -> tuple[Ints, Ints]:
    """Token ranges of spans in the table's own counting."""
    starts = np.array([turn[0] for turn in turn_offsets(doc)])
    pairs = []
    for span in spans:
        turn = max(0, int(np.searchsorted(starts, span.start_char, side="right")) - 1)
        offset = int(starts[turn])
        pairs.append(table.token_span(turn, span.start_char - offset, span.end_char - offset))
    array = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return array[:, 0], array[:, 1]


def _entry_of(span: Span) -> dict[str, Any] | None:
    entries: dict[str, dict[str, Any]] = getattr(span.doc._, EXTENSION) or {}
    return entries.get(f"{span.start}-{span.end}")


if not Doc.has_extension(EXTENSION):
    Doc.set_extension(EXTENSION, default=None)
if not Span.has_extension(EXTENSION):
    Span.set_extension(EXTENSION, getter=_entry_of)


@Language.factory("overstate_encoder", default_config={"model": "default"})
def make_encoder(nlp: Language, name: str, model: str) -> WordEncoder:
    """spaCy factory. `model` is the name of a shipped model or a model folder."""
    return WordEncoder(name, load_models(model))


@Language.factory("overstate_hedges", default_config={"model": "default"}, assigns=["doc.spans"])
def make_hedges(nlp: Language, name: str, model: str) -> HedgeFinder:
    """spaCy factory. `model` is the name of a shipped model or a model folder."""
    return HedgeFinder(name, load_models(model))


@Language.factory("overstate_claims", default_config={"model": "default"}, assigns=["doc.spans"])
def make_claims(nlp: Language, name: str, model: str) -> ClaimFinder:
    """spaCy factory. `model` is the name of a shipped model or a model folder."""
    return ClaimFinder(name, load_models(model))


@Language.factory("overstate_status", default_config={"model": "default"}, requires=["doc.spans"])
def make_status(nlp: Language, name: str, model: str) -> StatusJudge:
    """spaCy factory. `model` is the name of a shipped model or a model folder."""
    return StatusJudge(name, load_models(model))


@Language.factory("overstate", default_config={"model": "default"}, assigns=["doc.spans"])
def make_all(nlp: Language, name: str, model: str) -> Overstate:
    """spaCy factory. `model` is the name of a shipped model or a model folder."""
    return Overstate(name, load_models(model))
