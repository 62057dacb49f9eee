"""Word lists of the package: hedge cues, signal words, and the word table. Data, read once, frozen.

The lists are features for the models and words for explanations; they are never the verdict.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from overstate.errors import DataError
from overstate.types import HedgeType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["KINDS", "REPLIES", "Entry", "Lexicon", "WordTable", "hedges", "replies", "signals", "word_table"]

#: Kinds of signal word, with the question each answers about a claim.
KINDS = {
    "absolute": "does it allow no exception?",
    "booster": "is it made bigger by degree?",
    "comparison": "is it better or more than something left open?",
    "denial": "does it contradict somebody?",
    "direction": "does it say something rises or falls?",
    "evidence": "does it point at something one could look at?",
    "forecast": "is it about what will happen?",
    "hearsay": "does somebody unnamed vouch for it?",
    "number": "is there an amount?",
    "puffery": "is it praise that nobody could check?",
    "question": "is something asked?",
    "time": "is there a date or a period?",
    "vague": "is amount, time or scope left open?",
    "agreement": "does it agree or confirm?",
    "commitment": "does somebody promise something?",
    "role": "does it name a person or body that decides?",
}

#: Kinds of word that say what a turn does to the one before it.
REPLIES = {
    "doubt": "does it doubt, or ask for grounds?",
    "ask": "does it ask for a piece of information?",
    "onward": "does it go on to something else?",
    "agree": "does it agree, with or without substance?",
    "witness": "does the speaker know it at first hand, or from a record?",
    "negate": "does it turn a statement into its opposite?",
    "refuse": "does it open a denial?",
    "mend": "does the speaker correct themselves?",
    "deflect": "does it talk around an answer?",
    "again": "is something said once more?",
}

_CLITIC = re.compile(r"(?<=[a-z])(?=n't\b)|(?<=[a-z])(?='(?:s|m|re|ve|ll|d)\b)|(?<=\bgon)(?=na\b)|(?<=\bgot)(?=ta\b)")
_HYPHEN = re.compile(r"(?<=[a-z])-(?=[a-z])")


def split_words(cue: str) -> tuple[str, ...]:
    """The words of a cue as spaCy's English tokenizer cuts them: `"i don't"` is `("i", "do", "n't")`.

    Hyphens within words stand alone, and "gonna" and "gotta" are two words, as there.
    """
    return tuple(_HYPHEN.sub(" - ", _CLITIC.sub(" ", cue.lower().replace("’", "'"))).split())


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a lexicon: the words of a cue, its kind (or hedge type), and where it comes from."""

    words: tuple[str, ...]
    kind: str
    source: str = ""


@dataclass(frozen=True)
class Lexicon:
    """A frozen list of cues. `extended` returns a new one; nothing changes one in place."""

    entries: tuple[Entry, ...]
    kinds: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.entries)

    def of(self, kind: str) -> tuple[Entry, ...]:
        """Entries of one kind.

        Raises:
            DataError: No such kind.
        """
        if kind not in self.kinds:
            raise DataError(f"no cue kind {kind!r}; expected one of {', '.join(self.kinds)}")
        return tuple(entry for entry in self.entries if entry.kind == kind)

    def extended(self, cues: Iterable[tuple[str, str]], source: str = "user") -> Lexicon:
        """A new lexicon with (cue, kind) pairs added; a cue already there with that kind stays once.

        Raises:
            DataError: A kind is not one of `kinds`, or a cue has no words.
        """
        known = {(entry.words, entry.kind) for entry in self.entries}
        added = list(self.entries)
        for cue, kind in cues:
            entry = _entry(cue, kind, source, self.kinds)
            if (entry.words, entry.kind) not in known:
                known.add((entry.words, entry.kind))
                added.append(entry)
        return Lexicon(tuple(added), self.kinds)


def _entry(cue: str, kind: str, source: str, kinds: Iterable[str], line: int | None = None, name: str = "") -> Entry:
    words = split_words(cue)
    where = {"source": name or None, "line": line}
    if not words:
        raise DataError("got an empty cue, expected words", **where)  # type: ignore[arg-type]
    if kind not in kinds:
        raise DataError(f"got kind {kind!r}, expected one of {', '.join(kinds)}", **where)  # type: ignore[arg-type]
    return Entry(words, kind, source)


def read_lexicon(text: str, kinds: Iterable[str], name: str) -> Lexicon:
    """Parse a tab-separated lexicon with the columns `cue`, `kind` and, if wanted, `source`.

    Lines that start with `#` are comments.

    Raises:
        DataError: Unknown or missing columns, an unknown kind, an empty or repeated cue.
    """
    kinds = tuple(kinds)
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    rows = csv.reader(io.StringIO("\n".join(line for _, line in lines)), delimiter="\t")
    header = next(rows, [])
    if not {"cue", "kind"} <= set(header) <= {"cue", "kind", "source"} or len(set(header)) != len(header):
        raise DataError(f"got columns {header}, expected cue, kind and perhaps source", source=name, line=1)
    entries: dict[tuple[tuple[str, ...], str], Entry] = {}
    for (number, _), row in zip(lines[1:], rows, strict=True):
        if len(row) != len(header):
            raise DataError(f"got {len(row)} cells, expected {len(header)}", source=name, line=number)
        cell = dict(zip(header, row, strict=True))
        entry = _entry(cell["cue"], cell["kind"], cell.get("source", ""), kinds, number, name)
        if (entry.words, entry.kind) in entries:
            raise DataError(f"cue {cell['cue']!r} is there twice", source=name, line=number)
        entries[entry.words, entry.kind] = entry
    return Lexicon(tuple(entries.values()), kinds)


def _packaged(name: str, kinds: Iterable[str]) -> Lexicon:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return read_lexicon(text, kinds, name)


@cache
def hedges() -> Lexicon:
    """Hedge cues by type. The claim of each cue to be a hedge is decided in its place by a model."""
    return _packaged("hedges.tsv", [str(kind) for kind in HedgeType])


@cache
def signals() -> Lexicon:
    """Signal words by the kinds in `KINDS`."""
    return _packaged("signals.tsv", KINDS)


@cache
def replies() -> Lexicon:
    """What turns say to one another, by the kinds in `REPLIES`."""
    return _packaged("replies.tsv", REPLIES)


@dataclass(frozen=True, eq=False)
class WordTable:
    """Word classes and vectors learned from plain text (see `training/word_vectors.py`).

    Attributes:
        words: Lower-cased words, shape (n,).
        clusters: Cluster numbers at three sizes, coarse to fine, int16, shape (n, 3).
        vectors: Vectors scaled to -127..127, int8, shape (n, dimensions).
    """

    words: NDArray[np.str_]
    clusters: NDArray[np.int16]
    vectors: NDArray[np.int8]


@cache
def word_table() -> WordTable:
    """The word table shipped with the package."""
    import numpy as np  # only here: a report reads phrases and must not wait for it

    with files(__package__).joinpath("words.npz").open("rb") as file, np.load(file) as arrays:
        return WordTable(arrays["words"], arrays["clusters"], arrays["vectors"])
