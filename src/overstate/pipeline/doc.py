"""One Doc for a whole transcript, turns kept as spans; and the token arrays the models work on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any
from unicodedata import category

import numpy as np
import spacy
from spacy.attrs import IDX, IS_SPACE, LENGTH, LOWER, PREFIX, SHAPE, SUFFIX
from spacy.language import Language
from spacy.strings import hash_string  # type: ignore[attr-defined]
from spacy.tokens import Doc, Span

from overstate.encoder import Encoder
from overstate.features.tokens import TokenTable
from overstate.types import Turn

__all__ = ["SEPARATOR", "TURNS", "blank", "encode", "make_doc", "table_of", "turn_offsets", "words_of"]

#: Key of the turns in `doc.spans`.
TURNS = "turns"
#: Stands between two turns in the text of the Doc.
SEPARATOR = "\n\n"
#: Longest transcript, in characters: about a hundred hours of talk.
MAX_CHARACTERS = 8_000_000

# spaCy keeps typographic apostrophes apart ("’s" is not "'s"); the models know the plain ones
_PLAIN = ("'s", "'re", "'ve", "'ll", "'m", "'d", "n't")
_APOSTROPHES = {hash_string(word.replace("'", "’")): hash_string(word) for word in _PLAIN}


@cache
def blank() -> Language:
    """The tokenizer-only English pipeline used by default."""
    nlp = spacy.blank("en")
    nlp.max_length = MAX_CHARACTERS + 1
    return nlp


def make_doc(turns: Sequence[Turn], nlp: Language) -> Doc:
    """Tokenize the turns into one Doc; `doc.spans["turns"]` has a span a turn, its label the speaker, in order.

    Turn i begins at character `turn_offsets(doc)[i]`; empty turns have empty spans.
    """
    texts = [turn.text for turn in turns]
    doc = nlp.make_doc(SEPARATOR.join(texts))
    starts = np.cumsum([0, *(len(text) + len(SEPARATOR) for text in texts)])[:-1]
    place = doc.to_array([IDX]).ravel()
    first = np.searchsorted(place, starts, side="left")
    last = np.searchsorted(place, starts + [len(text) for text in texts], side="left")
    doc.spans[TURNS] = [
        Span(doc, int(a), int(max(a, b)), label=turn.speaker or "-")
        for a, b, turn in zip(first, last, turns, strict=True)
    ]
    doc._.overstate_turns = [
        [int(start), len(text), turn.speaker] for start, text, turn in zip(starts, texts, turns, strict=True)
    ]
    return doc


def turn_offsets(doc: Doc) -> list[list[Any]]:
    """[first character, length, speaker] of each turn; a Doc without turns is one turn of nobody."""
    turns: list[list[Any]] | None = doc._.overstate_turns
    return turns if turns else [[0, len(doc.text), ""]]


def table_of(doc: Doc) -> TokenTable:
    """The Doc's tokens as arrays, white space left out, offsets relative to their turns; no scores (see `encode`)."""
    columns = doc.to_array([LOWER, SHAPE, PREFIX, SUFFIX, IDX, LENGTH, IS_SPACE])
    columns = columns[columns[:, 6] == 0]
    turns = turn_offsets(doc)
    offsets = np.array([turn[0] for turn in turns], dtype=np.int64)
    sizes = np.array([turn[1] for turn in turns], dtype=np.int64)
    place = columns[:, 4].astype(np.int64)
    turn = np.maximum(np.searchsorted(offsets, place, side="right") - 1, 0)
    start = place - offsets[turn]
    end = np.minimum(start + columns[:, 5].astype(np.int64), sizes[turn])
    lower = columns[:, 0].copy()
    for curly, plain in _APOSTROPHES.items():
        lower[lower == curly] = plain
    strings = doc.vocab.strings
    shapes, of = np.unique(columns[:, 1], return_inverse=True)
    names = [strings[int(shape)] for shape in shapes]
    # SHAPE keeps punctuation and maps letters to X/x and digits to d, so these two can be read off it once a shape
    punct = np.array(
        [not any(c.isalnum() or c == "%" or category(c) == "Sc" for c in name) for name in names], dtype=bool
    )
    digit = np.array(["d" in name for name in names], dtype=bool)
    speakers: dict[str, int] = {}
    return TokenTable(
        lower=lower,
        shape=columns[:, 1].copy(),
        prefix=columns[:, 2].copy(),
        suffix=columns[:, 3].copy(),
        start=start,
        end=end,
        turn=turn,
        punct=punct[of] if len(of) else np.zeros(0, dtype=bool),
        digit=digit[of] if len(of) else np.zeros(0, dtype=bool),
        speaker=np.array([speakers.setdefault(turn[2], len(speakers)) for turn in turns], dtype=np.int64),
    )


def words_of(doc: Doc, table: TokenTable) -> list[str]:
    """The words of the table: lower case, plain apostrophes."""
    distinct, of = np.unique(table.lower, return_inverse=True)
    strings = doc.vocab.strings
    for plain in _PLAIN:
        strings.add(plain)
    names = [strings[int(word)].replace("’", "'") for word in distinct]
    return [names[i] for i in of.tolist()]


def encode(doc: Doc, encoder: Encoder | None) -> TokenTable:
    """The Doc's tokens with the encoder's scores, which stay with the Doc, shape (tokens without space, d).

    A Doc that this very encoder has read is not read again, unless its tokens have changed since. With None, for a
    model that does without, the table has no scores.
    """
    table = table_of(doc)
    if encoder is None:
        return table
    scores = doc._.overstate_scores
    if scores is None or doc._.overstate_encoder != encoder.checksum or len(scores) != len(table):
        scores = encoder(words_of(doc, table), table.turn, table.speaker)
        doc._.overstate_scores, doc._.overstate_encoder = scores, encoder.checksum
    return replace(table, scores=scores)


for _name in ("overstate_turns", "overstate_scores", "overstate_encoder"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)
