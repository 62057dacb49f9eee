"""Learning all four models from labelled transcripts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from overstate.analyzer import Analyzer
from overstate.corpus import LabelledTranscript, augmented, read_labelled
from overstate.encoder import COLUMNS, Encoder
from overstate.errors import DataError
from overstate.features.claims import Spans, claim_inputs
from overstate.features.pairs import Units
from overstate.features.tokens import Ints, TokenTable
from overstate.learn.claims import ClaimModel
from overstate.learn.hedges import TYPES, HedgeModel
from overstate.learn.links import LinkModel, LinkScores, link_columns
from overstate.learn.status import STATUSES, StatusModel
from overstate.models import Models
from overstate.pipeline.doc import blank, encode, make_doc, table_of, words_of
from overstate.storage import load_models, model_folder
from overstate.types import Reason

__all__ = ["Example", "labelled_arrays", "train"]

#: Share of the transcripts of which a copy without punctuation and capitals is learned from, too.
UNPUNCTUATED = 0.3
#: How much a pair of a dialogue counts beside one of a call, which has a hundred times as many.
DIALOGUE_WEIGHT = 20.0


@dataclass(frozen=True, eq=False)
class Example:
    """A labelled transcript as arrays.

    Attributes:
        record: The transcript and its labels.
        table: Its tokens.
        words: Their words, lower case, with plain apostrophes.
        claims: Token ranges (start, stop) of the labelled claims, disjoint, in order.
        status: Their statuses as indices into `STATUSES`.
        reasons: Their reasons.
        hedges: The labelled hedges, types as indices into `TYPES`.
    """

    record: LabelledTranscript
    table: TokenTable
    words: tuple[str, ...]
    claims: tuple[Ints, Ints]
    status: Ints
    reasons: tuple[tuple[Reason, ...], ...]
    hedges: Spans


def train(
    data: str | Path | Mapping[str, Any] | Iterable[Any],
    *,
    name: str = "custom",
    version: str = "1",
    seed: int = 0,
    unpunctuated: float = UNPUNCTUATED,
    encoder: str | PathLike[str] | None = "default",
    scores: Mapping[str, NDArray[np.float32]] | None = None,
    progress: Callable[[str], None] | None = None,
) -> Analyzer:
    """Learn to find hedges and claims and to judge claims.

    About four minutes (with the encoder, five) and 4 GB on two cores for 900 excerpts of 700 words. The same data, seed
    and library versions give the same model.

    Args:
        data: JSON Lines files in the format of the annotation guideline, or records. Links between turns are learned
            from records with `links`; where there are none, the shipped model's are kept. A record whose `claims` are
            null (a dialogue) teaches links alone.
        name: Name of the model, for reports and its card.
        version: Version of the model.
        seed: Seed of everything random.
        unpunctuated: Share of the transcripts (0 to 1) of which a copy as raw speech recognition would write it,
            without punctuation and capitals, is learned from as well.
        encoder: The shipped model or the folder whose encoder reads the words; None for a fast, linear model without.
            The encoder itself does not learn. Where it has learned from the same transcripts before, its scores of
            them are better than those of any new call, and the models would trust them too much; give `scores` then.
        scores: What an encoder that has *not* learned from a transcript makes of its words, by id; copies without
            punctuation have "~plain" in theirs (`overstate.corpus.unpunctuated`). The encoder scores what is not
            among them. Shape (words, columns of `overstate.encoder.COLUMNS`). Without an encoder they are not used.
        progress: Called with a sentence before each step.

    Raises:
        DataError: A record does not have the documented form (file, line and field are named), or there is too
            little to learn from: at least two claims of each status and one hedge are needed.
        ModelError: There is no such encoder.
    """
    if not 0 <= unpunctuated <= 1:
        raise DataError(f"got {unpunctuated}, expected 0 to 1", field="unpunctuated")
    if not 0 <= seed < 2**32:
        raise DataError(f"got {seed}, expected 0 to {2**32 - 1}", field="seed")
    tell = progress or (lambda _: None)
    began = time.perf_counter()
    records = read_labelled(data)
    judged = [record for record in records if record.judged]
    _check_enough(judged)
    tell(f"reading {len(records)} transcripts")
    reader = None if encoder is None else Encoder(model_folder(encoder))
    known = scores if reader is not None and scores else {}
    examples = [labelled_arrays(r, reader, known.get(r.id)) for r in augmented(judged, unpunctuated, seed)]
    groups = [example.record.group for example in examples]
    tell("learning hedges")
    hedges = HedgeModel.fit(
        [e.table for e in examples], [e.hedges for e in examples], [e.words for e in examples], seed
    )
    tell("learning to find claims")
    claims = ClaimModel.fit([e.table for e in examples], [e.claims for e in examples], groups, seed)
    tell("learning links between turns")
    spoken = augmented([r for r in records if r.links is not None and not r.judged], unpunctuated, seed)
    dialogues = [labelled_arrays(r, reader, known.get(r.id)) for r in spoken]
    found = [replace(e, claims=claims.predict(e.table)) for e in dialogues]
    links, linked = _learn_links(examples, found, encoder)
    tell("learning to judge claims")
    # how a claim is judged should not hang on punctuation, so the copies take part here, too
    status = StatusModel.fit(
        [claim_inputs(e.table, *e.claims, hedges.predict(e.table), k) for e, k in zip(examples, linked, strict=True)],
        [e.status for e in examples],
        [e.reasons for e in examples],
        groups,
    )
    models = Models(hedges, claims, links, status, f"{name} {version}", reader)
    config = {
        "name": name,
        "version": version,
        "seed": seed,
        "unpunctuated": unpunctuated,
        "data": _described(judged),
        "links": _linked(records),
        "parameters": {
            "claim threshold": claims.threshold,
            "status offsets": dict(zip(STATUSES, np.round(status.offsets, 3).tolist(), strict=True)),
        },
    }
    tell(f"done in {time.perf_counter() - began:.0f} s")
    return Analyzer(models, config, _card(config))


def _check_enough(records: Sequence[LabelledTranscript]) -> None:
    statuses = Counter(str(claim.status) for record in records for claim in record.claims)
    for name in STATUSES:
        if statuses[name] < 2:
            raise DataError(f"got {statuses[name]} claims labelled {name}, expected at least 2 to learn from")
    if not any(record.hedges for record in records):
        raise DataError("got no labelled hedge, expected at least 1 to learn from")


def labelled_arrays(
    record: LabelledTranscript, encoder: Encoder | None = None, scores: NDArray[np.float32] | None = None
) -> Example:
    """Tokens and labels of one transcript.

    Args:
        record: The transcript.
        encoder: Reads the words; None for none.
        scores: Scores of the words to be used instead of the encoder's.

    Raises:
        DataError: The scores have another shape, or are not finite.
    """
    doc = make_doc(record.transcript.turns, blank())
    if encoder is not None and scores is not None:
        table = table_of(doc)
        expected = (len(table), len(COLUMNS))
        if scores.shape != expected:
            raise DataError(
                f"got scores of shape {scores.shape}, expected {expected}", source=record.id, field="scores"
            )
        if not np.isfinite(scores).all():
            raise DataError("got scores that are not finite", source=record.id, field="scores")
        table = replace(table, scores=scores.astype(np.float32))
    else:
        table = encode(doc, encoder)
    words = tuple(words_of(doc, table))
    claims = [(table.token_span(c.turn, c.start, c.end), c) for c in record.claims]
    # a label on punctuation alone, or within another claim, teaches nothing
    kept, reached = [], 0
    for (a, b), claim in claims:
        if a < b and a >= reached:
            kept.append((a, b, claim))
            reached = b
    hedges = [(*table.token_span(h.turn, h.start, h.end), TYPES.index(str(h.type))) for h in record.hedges]
    marks = np.array([h for h in hedges if h[0] < h[1]], dtype=np.int64).reshape(-1, 3)
    return Example(
        record,
        table,
        words,
        (np.array([k[0] for k in kept], dtype=np.int64), np.array([k[1] for k in kept], dtype=np.int64)),
        np.array([STATUSES.index(str(k[2].status)) for k in kept], dtype=np.int64),
        tuple(k[2].reasons for k in kept),
        Spans(marks[:, 0], marks[:, 1], marks[:, 2]),
    )


def _learn_links(
    examples: Sequence[Example], dialogues: Sequence[Example], encoder: str | PathLike[str] | None
) -> tuple[LinkModel, list[NDArray[np.float32]]]:
    """The model of links, and what it makes of each example's claims without having seen the conversation."""
    units = {e.record.id: _units(e) for e in [*examples, *dialogues]}
    learned = [e for e in [*examples, *dialogues] if e.record.links is not None]
    unseen: dict[str, LinkScores] = {}
    if learned:
        model, scores = LinkModel.fit(
            [units[e.record.id] for e in learned],
            [e.record.links or () for e in learned],
            [e.record.group for e in learned],
            [1.0 if e.record.judged else DIALOGUE_WEIGHT for e in learned],
        )
        unseen = {e.record.id: s for e, s in zip(learned, scores, strict=True)}
    else:
        # nothing to learn from: what the shipped model knows of conversations holds for these as well
        model = load_models("fast" if encoder is None else str(encoder)).links
    columns = [
        link_columns(units[e.record.id], unseen.get(e.record.id) or model.predict(units[e.record.id])) for e in examples
    ]
    return model, columns


def _units(example: Example) -> Units:
    return Units(example.table, [turn.text for turn in example.record.transcript], *example.claims)


def _linked(records: Sequence[LabelledTranscript]) -> dict[str, int]:
    """How many labelled links of each kind were learned from."""
    return dict(Counter(str(link.relation) for record in records for link in record.links or ()).most_common())


def _described(records: Sequence[LabelledTranscript]) -> dict[str, Any]:
    """How much was learned from, by source."""
    sources: dict[str, dict[str, int]] = {}
    for record in records:
        row = sources.setdefault(record.source or "unnamed", {"transcripts": 0, "words": 0, "claims": 0, "hedges": 0})
        row["transcripts"] += 1
        row["words"] += sum(len(turn.text.split()) for turn in record.transcript)
        row["claims"] += len(record.claims)
        row["hedges"] += len(record.hedges)
    return dict(sorted(sources.items()))


def _card(config: Mapping[str, Any]) -> str:
    """A model card to begin with; whoever trains a model knows best what to add."""
    rows = [
        f"| {source} | {row['transcripts']} | {row['words']:,} | {row['claims']:,} | {row['hedges']:,} |"
        for source, row in config["data"].items()
    ]
    return "\n".join(
        [
            f"# {config['name']} {config['version']}",
            "",
            "A model of overstate: scikit-learn models that find hedges and claims in transcripts and judge the"
            " claims. Statuses are estimates from the words of the conversation, not facts about the world.",
            "",
            "## Training data",
            "",
            "| source | transcripts | words | claims | hedges |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
            f"Seed {config['seed']}; {config['unpunctuated']:.0%} of the transcripts were learned from once more"
            " without punctuation and capitals.",
            "",
        ]
    )
