"""Patterns that are looked for in plain text: what is asked for, left open or at stake, and the fields of frameworks.

Unlike hedges and signals they are no features of a model. In these lists `*` ends a word in any way ("approv*":
approve, approved, approval).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from overstate.errors import DataError
from overstate.lexicons import Lexicon, read_lexicon, split_words

__all__ = ["ASKS", "SCOPES", "STAKES", "Patterns", "asks", "frameworks", "read_frameworks", "scopes", "stakes"]

#: What a question asks for, most telling kind first.
ASKS = {
    "source": "how does the speaker know?",
    "yardstick": "compared with what?",
    "example": "which case, for example?",
    "amount": "how much, how many?",
    "date": "when?",
    "name": "who, which one?",
    "reason": "why?",
    "means": "how?",
}
#: What words of a vague claim leave open.
SCOPES = {
    "start": "since when?",
    "date": "by when?",
    "count": "how many?",
    "amount": "how much?",
    "frequency": "how often?",
    "which": "which ones, who?",
    "size": "how big?",
}
#: What a claim can be about that makes it costly to get wrong.
STAKES = {
    "money": "does it speak of prices, budgets, revenue?",
    "commitment": "does it promise something?",
    "decision": "does it say who decides, or that somebody did?",
    "legal": "does it speak of contracts, law or security?",
    "need": "does it say that something must be?",
}


@dataclass(frozen=True)
class Patterns:
    """Compiled phrases by kind. Spaces of a phrase match spaces and hyphens, apostrophes of both forms match."""

    patterns: Mapping[str, re.Pattern[str]]

    @classmethod
    def of(cls, phrases: Mapping[str, Iterable[tuple[str, ...]]]) -> Patterns:
        """Compile the words of phrases, given by kind."""
        return cls({kind: _pattern(cues) for kind, cues in phrases.items()})

    def spans(self, text: str) -> dict[str, list[tuple[int, int]]]:
        """Character offsets (start, end exclusive) of what is found of each kind; kinds not found are left out."""
        text = text.replace("’", "'")
        found = {kind: [match.span() for match in pattern.finditer(text)] for kind, pattern in self.patterns.items()}
        return {kind: spans for kind, spans in found.items() if spans}

    def kinds(self, text: str) -> tuple[str, ...]:
        """Kinds found in a text, in the order of `patterns`."""
        text = text.replace("’", "'")
        return tuple(kind for kind, pattern in self.patterns.items() if pattern.search(text))


def _pattern(cues: Iterable[tuple[str, ...]]) -> re.Pattern[str]:
    # longest first: of two phrases that begin at one place the alternation takes the one that stands first
    written = sorted({_regex(words) for words in cues}, key=lambda regex: (-len(regex), regex))
    return re.compile(rf"(?<!\w)(?:{'|'.join(written)})(?!\w)" if written else r"(?!)", re.IGNORECASE)


def _regex(words: tuple[str, ...]) -> str:
    out = ""
    for word in words:
        if word == "-":
            continue
        clitic = word.startswith("'") or word == "n't"
        out += ("" if clitic or not out else r"[\s-]+") + re.escape(word).replace(r"\*", r"\w*")
    return out


def _by_kind(lexicon: Lexicon) -> Patterns:
    return Patterns.of({kind: [entry.words for entry in lexicon.of(kind)] for kind in lexicon.kinds})


@cache
def asks() -> Patterns:
    """Words of questions by what they ask for, `ASKS`."""
    return _by_kind(read_lexicon(_read("asks.tsv"), ASKS, "asks.tsv"))


@cache
def scopes() -> Patterns:
    """Words that leave something open, by `SCOPES`."""
    return _by_kind(read_lexicon(_read("scopes.tsv"), SCOPES, "scopes.tsv"))


@cache
def stakes() -> Patterns:
    """Words of what is costly to get wrong, by `STAKES`."""
    return _by_kind(read_lexicon(_read("stakes.tsv"), STAKES, "stakes.tsv"))


@cache
def frameworks() -> Mapping[str, Patterns]:
    """Patterns of the fields of each sales framework, by its name; fields in the order of the framework."""
    return read_frameworks(_read("frameworks.tsv"), "frameworks.tsv")


def read_frameworks(text: str, name: str) -> Mapping[str, Patterns]:
    """Parse a tab-separated list with the columns `framework`, `field` and `cue`.

    A cell `framework` may name several, with spaces between. Lines that start with `#` are comments.

    Raises:
        DataError: Other columns, an empty cell, a cue that stands twice in one framework.
    """
    lines = [(n, line.split("\t")) for n, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    header = lines[0][1] if lines else []
    if header != ["framework", "field", "cue"]:
        raise DataError(f"got columns {header}, expected framework, field, cue", source=name, line=1)
    found: dict[str, dict[str, list[tuple[str, ...]]]] = {}
    seen = set()
    for number, row in lines[1:]:
        if len(row) != len(header) or not all(cell.strip() for cell in row):
            raise DataError(f"got cells {row}, expected framework, field, cue", source=name, line=number)
        words = split_words(row[2])
        for framework in row[0].split():
            if (framework, words) in seen:
                raise DataError(f"cue {row[2]!r} is twice in {framework}", source=name, line=number)
            seen.add((framework, words))
            found.setdefault(framework, {}).setdefault(row[1], []).append(words)
    return {framework: Patterns.of(fields) for framework, fields in found.items()}


def _read(name: str) -> str:
    return files("overstate.lexicons").joinpath(name).read_text(encoding="utf-8")
