"""Token arrays of a transcript, and what can be read off them without any model.

A `TokenTable` is what crosses from the spaCy pipeline to the classifiers: numpy columns, one row a token, white space
left out. Everything that depends on a token alone (sentence, word class, signal words) is computed once and kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from spacy.strings import hash_string  # type: ignore[attr-defined]

from overstate.lexicons import KINDS, REPLIES, Entry, replies, signals, word_table

__all__ = ["GAP", "OUTSIDE", "Bools", "Hashes", "Ints", "PhraseIndex", "Spaced", "TokenTable"]

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]
Bools = NDArray[np.bool_]

#: Stands for "no token there" (before the start or after the end of a turn).
OUTSIDE = np.uint64(0x5851F42D4C957F2D)
#: The farthest neighbour of a token that any feature looks at.
GAP = 5

_MIX = np.uint64(0x9E3779B97F4A7C15)
_MIX2 = np.uint64(0xC2B2AE3D27D4EB4F)
_ONE = np.uint64(1)


def _hashes(words: Sequence[str]) -> Hashes:
    return np.array([hash_string(word) for word in words], dtype=np.uint64)


SENTENCE_ENDS = _hashes([".", "?", "!", "…", "..."])
STRONG_BREAKS = _hashes([".", "?", "!", "…", "...", ";", ":", "—", "–", "--"])
COMMA = np.uint64(hash_string(","))
QUESTION_MARK = np.uint64(hash_string("?"))
_STOP_WORDS = _hashes(
    (
        "the a an and or but so of to in on at for with from by is are was were be been it its it's that this "
        "these those i you we they he she our your their as not n't do does did have has had will would can "
        "could there here what which who um uh like just 's 're 've 'll 'm 'd if then than about very really "
        "well yeah know think going"
    ).split()
)


def combine(left: Hashes, right: Hashes) -> Hashes:
    """Order-sensitive hash of pairs."""
    return ((left * _MIX) ^ ((right + _MIX2) * _MIX2)) >> _ONE


@cache
def _word_classes() -> tuple[Hashes, Ints, NDArray[np.float32]]:
    """The word table sorted by spaCy's hash of the word: hashes, clusters (0 is unknown), vectors in -1..1."""
    table = word_table()
    hashes = _hashes(table.words.tolist())
    order = np.argsort(hashes)
    return (
        hashes[order],
        table.clusters[order].astype(np.int64) + 1,
        (table.vectors[order] / 127.0).astype(np.float32),
    )


class PhraseIndex:
    """Finds the words of lexicon entries in token arrays; made once for a lexicon.

    Args:
        entries: The entries; matches name them by their index here.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        ending: list[dict[int, list[int]]] = [{} for _ in range(max((len(e.words) for e in entries), default=0))]
        for i, entry in enumerate(entries):
            gram = _hashes(entry.words[:1])
            for length, word in enumerate(_hashes(entry.words)):
                gram = combine(gram, word[None]) if length else gram
                # every beginning of an entry is a key, so that the search can stop where none goes on
                ending[length].setdefault(int(gram[0]), [])
            ending[len(entry.words) - 1][int(gram[0])].append(i)
        self._levels = [_Level.of(keys) for keys in ending]

    def matches(self, lower: Hashes, turn: Ints) -> tuple[Ints, Ints, Ints]:
        """All places where the words of an entry stand within one turn.

        Returns:
            Token index of the first word, number of words, index of the entry; sorted by place, then length.
        """
        found: list[tuple[Ints, Ints, Ints]] = []
        start, gram = np.arange(len(lower)), lower
        for length, level in enumerate(self._levels, 1):
            if length > 1:
                # the n-gram that starts here is the (n-1)-gram that starts here and the word n-1 further on
                last = start + length - 1
                kept = last < len(lower)
                kept[kept] = turn[last[kept]] == turn[start[kept]]
                start, gram = start[kept], combine(gram[kept], lower[last[kept]])
            key = np.minimum(np.searchsorted(level.keys, gram), len(level.keys) - 1)
            known = level.keys[key] == gram
            start, gram, key = start[known], gram[known], key[known]
            # an entry may stand in several kinds: every member of a key is a match
            place, member = spread(level.first[key], level.first[key + 1])
            found.append((start[place], np.full(len(place), length), level.members[member]))
        if not found:
            empty = np.zeros(0, dtype=np.int64)
            return empty, empty, empty
        begin, size, entry = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.lexsort((size, begin))
        return begin[order], size[order], entry[order]


@dataclass(frozen=True, eq=False)
class _Level:
    """The beginnings of n words of all entries: sorted hashes, and the entries that end there.

    Entries `members[first[i]:first[i + 1]]` belong to key i.
    """

    keys: Hashes
    first: Ints
    members: Ints

    @classmethod
    def of(cls, ending: Mapping[int, Sequence[int]]) -> _Level:
        keys = sorted(ending)
        members = [member for key in keys for member in ending[key]]
        first = np.cumsum([0, *(len(ending[key]) for key in keys)])
        return cls(np.array(keys, dtype=np.uint64), first, np.array(members, dtype=np.int64))


def spread(start: Ints, stop: Ints) -> tuple[Ints, Ints]:
    """All indices of the ranges [start, stop): (number of the range, index), both of the total length."""
    length = np.maximum(stop - start, 0)
    row = np.repeat(np.arange(len(start)), length)
    first = np.repeat(start - (np.cumsum(length) - length), length)
    return row, first + np.arange(len(first))


def cumulated(values: NDArray[Any]) -> NDArray[np.float64]:
    """Running sums of the rows, a row of zeros first, so that `between` gives the sum of any range."""
    return np.vstack([np.zeros(values.shape[1]), np.cumsum(values, axis=0, dtype=np.float64)])


def between(sums: NDArray[np.float64], start: Ints, stop: Ints) -> NDArray[np.float64]:
    """From running sums (`cumulated`), sums of the rows of ranges [start, stop), zero for an empty one."""
    return np.asarray(sums[np.maximum(start, stop)] - sums[start])


@cache
def _signal_index() -> tuple[PhraseIndex, Ints]:
    """The signal lexicon's index, and the kind of each entry as an index into `KINDS`."""
    entries = signals().entries
    kinds = list(KINDS)
    return PhraseIndex(entries), np.array([kinds.index(entry.kind) for entry in entries], dtype=np.int64)


@cache
def _reply_index() -> tuple[PhraseIndex, Ints]:
    entries = replies().entries
    kinds = list(REPLIES)
    return PhraseIndex(entries), np.array([kinds.index(entry.kind) for entry in entries], dtype=np.int64)


@dataclass(frozen=True, eq=False)
class Spaced:
    """Columns with `GAP` times `OUTSIDE` before, between and after the turns: neighbours of all tokens are slices.

    Attributes:
        at: Where each token stands, shape (n,).
        of: Where it stands in the slices that `window` gives, shape (n,).
        lower, coarse, middle, fine, shape, prefix, suffix: Columns of the tokens and of their word classes.
        lower_pair, lower_triple, middle_pair, coarse_pair, coarse_triple: Hashes of the 2 and 3 that begin here.
    """

    at: Ints
    of: Ints
    lower: Hashes
    coarse: Hashes
    middle: Hashes
    fine: Hashes
    shape: Hashes
    prefix: Hashes
    suffix: Hashes
    lower_pair: Hashes
    lower_triple: Hashes
    middle_pair: Hashes
    coarse_pair: Hashes
    coarse_triple: Hashes

    @classmethod
    def from_table(cls, table: TokenTable) -> Spaced:
        """Lay out the columns of a table."""
        at = np.arange(len(table)) + GAP * (table.turn + 1)
        columns = (table.lower, *table.clusters.T, table.shape, table.prefix, table.suffix)
        wide = np.full((len(columns), len(table) + GAP * (table.turns + 1)), OUTSIDE)
        for row, column in zip(wide, columns, strict=True):
            row[at] = column
        lower, coarse, middle, fine, shape, prefix, suffix = wide
        lower_pair, coarse_pair = (combine(column[:-1], column[1:]) for column in (lower, coarse))
        lower_triple, coarse_triple = combine(lower_pair[:-1], lower[2:]), combine(coarse_pair[:-1], coarse[2:])
        middle_pair = combine(middle[:-1], middle[1:])
        return cls(
            at, at - GAP, lower, coarse, middle, fine, shape, prefix, suffix,
            lower_pair, lower_triple, middle_pair, coarse_pair, coarse_triple,
        )  # fmt: skip

    def window(self, column: Hashes, by: int) -> Hashes:
        """The column as seen `by` places further on (back if negative); token i stands in place `of[i]`."""
        return column[GAP + by : len(self.lower) - GAP + by]


@dataclass(frozen=True, eq=False)
class TokenTable:
    """Columns over the n tokens of one transcript.

    Attributes:
        lower: spaCy's 64-bit hashes of LOWER, shape (n,); likewise `shape`, `prefix`, `suffix`.
        start: Character offset of the token in the text of its turn, shape (n,).
        end: Its end, exclusive, shape (n,).
        turn: Index of the turn, from 0, shape (n,), never decreasing.
        punct: Whether the token holds no letter, digit or currency or percent sign, shape (n,).
        digit: Whether it holds a digit, shape (n,).
        speaker: A number for the speaker of each turn, shape (turns,).
        scores: What the encoder makes of each token, shape (n, d), columns as in `overstate.encoder.COLUMNS`; None
            where no encoder has read them.
    """

    lower: Hashes
    shape: Hashes
    prefix: Hashes
    suffix: Hashes
    start: Ints
    end: Ints
    turn: Ints
    punct: Bools
    digit: Bools
    speaker: Ints
    scores: NDArray[np.float32] | None = None

    def __len__(self) -> int:
        return len(self.lower)

    @property
    def turns(self) -> int:
        """How many turns there are, those without tokens included."""
        return len(self.speaker)

    @cached_property
    def turn_start(self) -> Ints:
        """Index of the first token of each turn, and n at the end, shape (turns + 1,)."""
        return np.searchsorted(self.turn, np.arange(self.turns + 1))

    @cached_property
    def sentence_start(self) -> Ints:
        """Index of the first token of each sentence: after . ? ! … and at the start of a turn."""
        if not len(self):
            return np.zeros(0, dtype=np.int64)
        ends = np.isin(self.lower, SENTENCE_ENDS)
        first = np.ones(len(self), dtype=bool)
        first[1:] = (ends[:-1] & ~ends[1:]) | (self.turn[1:] != self.turn[:-1])
        return np.flatnonzero(first)

    @cached_property
    def sentence_end(self) -> Ints:
        """Index after the last token of each sentence."""
        return np.append(self.sentence_start[1:], len(self)) if len(self) else self.sentence_start

    @cached_property
    def sentence(self) -> Ints:
        """Index of the sentence of each token, shape (n,)."""
        return np.searchsorted(self.sentence_start, np.arange(len(self)), side="right") - 1

    @cached_property
    def is_question(self) -> Bools:
        """Whether each sentence ends in a question mark."""
        ends: Bools = self.lower[self.sentence_end - 1] == QUESTION_MARK
        return ends

    @cached_property
    def _class_rows(self) -> tuple[Ints, Bools]:
        hashes = _word_classes()[0]
        rows = np.minimum(np.searchsorted(hashes, self.lower), len(hashes) - 1)
        return rows, hashes[rows] == self.lower

    @cached_property
    def clusters(self) -> Hashes:
        """Word classes at three sizes, coarse to fine, 0 for an unknown word, shape (n, 3)."""
        rows, known = self._class_rows
        return np.where(known[:, None], _word_classes()[1][rows], 0).astype(np.uint64)

    @cached_property
    def vectors(self) -> NDArray[np.float32]:
        """Word vectors of content words, zero elsewhere, shape (n, dimensions)."""
        rows, known = self._class_rows
        return _word_classes()[2][rows] * (known & self.content)[:, None]

    @cached_property
    def content(self) -> Bools:
        """Whether the token is a content word or an amount, shape (n,)."""
        long = (self.end - self.start > 2) | self.digit
        return ~np.isin(self.lower, _STOP_WORDS) & ~self.punct & long

    @cached_property
    def signal_matches(self) -> tuple[Ints, Ints, Ints]:
        """Matches of the signal lexicon: first token, number of tokens, kind (index into `KINDS`)."""
        index, kinds = _signal_index()
        start, length, entry = index.matches(self.lower, self.turn)
        return start, length, kinds[entry]

    @cached_property
    def signal(self) -> NDArray[np.float32]:
        """1 where a signal word of a kind stands, shape (n, kinds); digits count as numbers."""
        marks = _marked(len(self), *self.signal_matches, len(KINDS))
        marks[self.digit, list(KINDS).index("number")] = 1.0
        return marks

    @cached_property
    def reply(self) -> NDArray[np.float32]:
        """1 where a word stands that says what a turn does to another, shape (n, kinds of `REPLIES`)."""
        index, kinds = _reply_index()
        start, length, entry = index.matches(self.lower, self.turn)
        return _marked(len(self), start, length, kinds[entry], len(REPLIES))

    @cached_property
    def spaced(self) -> Spaced:
        """The columns laid out with gaps between the turns."""
        return Spaced.from_table(self)

    @cached_property
    def grams(self) -> Hashes:
        """Hashes of the 1-, 2- and 3-grams of words and 1- and 2-grams of classes that begin here, shape (5, n)."""
        spaced = self.spaced
        columns = (spaced.lower, spaced.lower_pair, spaced.lower_triple, spaced.fine, spaced.middle_pair)
        return np.stack([column[spaced.at] for column in columns])

    def token_span(self, turn: int, start: int, end: int) -> tuple[int, int]:
        """Token indices [first, last) of the characters start..end of a turn, outer punctuation left off.

        Returns:
            Two equal indices where no word lies in the span.
        """
        low, high = int(self.turn_start[turn]), int(self.turn_start[turn + 1])
        first = low + int(np.searchsorted(self.end[low:high], start, side="right"))
        last = low + int(np.searchsorted(self.start[low:high], end, side="left"))
        while first < last and self.punct[first]:
            first += 1
        while first < last and self.punct[last - 1]:
            last -= 1
        return (first, last) if first < last else (low, low)


def _marked(size: int, start: Ints, length: Ints, kind: Ints, kinds: int) -> NDArray[np.float32]:
    """1 where a match of a kind covers a token, shape (size, kinds)."""
    marks = np.zeros((size, kinds), dtype=np.float32)
    for offset in range(int(length.max(initial=0))):
        within = length > offset
        marks[start[within] + offset, kind[within]] = 1.0
    return marks
