"""Words of a statement that say what it is about, whether it denies, and whom it concerns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from overstate.lexicons import signals, subjects
from overstate.quantities import Quantity, QuantityKind

__all__ = ["Reading", "Word", "negations", "read", "sentences", "stem", "words_of"]

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
# A full stop inside a number ends nothing.
_SENTENCE = re.compile(r"\S(?:.*?[.?!]+(?=\s|$)|.*$)", re.DOTALL)
_ENDINGS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("ing", ""), ("ed", ""), ("s", ""))
# Here "more" adds nothing.
_COMPARED = re.compile(r"\b(?:(?:more|less|fewer)\s+than|(?:any|no|once)\s+more)\b", re.I)


@dataclass(frozen=True, slots=True)
class Word:
    """One word and its character offsets; `lower` has straight apostrophes."""

    lower: str
    raw: str
    start: int
    end: int


@dataclass(frozen=True)
class Reading:
    """What a statement is about.

    Attributes:
        terms: Stemmed content words; numbers, dates and words that say little are left out.
        names: Names in it, in lower case: capitalised inside the sentence, acronyms, speakers of the calls, and "I".
        quantities: Amounts and dates, with offsets in the text.
        denied: Whether it is negated; None where it is so more than once, which cannot be told here.
        unfinished: Whether what is denied has only not happened yet.
        events: Words that say something comes or goes.
        about: "us" or "you" by the first such pronoun; "" for none.
    """

    terms: frozenset[str]
    names: frozenset[str]
    quantities: tuple[Quantity, ...]
    denied: bool | None
    unfinished: bool
    events: frozenset[str]
    about: str


def words_of(text: str) -> list[Word]:
    """The words of a text, without numbers in digits."""
    return [Word(m[0].lower().replace("’", "'"), m[0], *m.span()) for m in _WORD.finditer(text)]


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Character offsets of the sentences of a turn."""
    for match in _SENTENCE.finditer(text):
        yield match.span()


@cache
def stem(word: str) -> str:
    """The word without its plural s, "ing", "ed" or last "e", so that "seats" meets "seat" and "handling" "handle"."""
    word = word.removesuffix("'s")
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us", "is")):
            word = word.removesuffix(ending) + instead
            if ending in ("ing", "ed") and word[-1] == word[-2] and word[-1] not in "lse":
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > 3 else word


def _bare(word: str) -> str:
    """The word without what is drawn to it: "we" for "we'll", "do" for "don't"."""
    return word[:-3] if word.endswith("n't") else word.split("'")[0]


@cache
def _of(kind: str) -> frozenset[str]:
    return frozenset(" ".join(entry.words) for entry in subjects().of(kind))


@cache
def _idle() -> frozenset[str]:
    numbers = {entry.words[0] for entry in signals().of("number") if len(entry.words) == 1}
    return _of("idle") | _of("negation") | _of("me") | _of("us") | _of("you") | numbers


@cache
def _events() -> frozenset[str]:
    return frozenset(map(stem, _of("event")))


@cache
def _phrases(kind: str) -> re.Pattern[str]:
    return re.compile("|".join(rf"(?<!\w){re.escape(words)}(?!\w)" for words in sorted(_of(kind), key=len)[::-1]))


def negations(words: Sequence[Word]) -> int:
    """How many words deny."""
    flat = _phrases("no_negation").sub(" ", " ".join(word.lower for word in words).replace("n't", " n't"))
    return sum(word in _of("negation") for word in flat.split())


def read(text: str, speaker: str, speakers: Collection[str], quantities: tuple[Quantity, ...]) -> Reading:
    """Read a statement.

    Args:
        text: Its words.
        speaker: Who says it.
        speakers: First names of all speakers of the calls, in lower case.
        quantities: Its amounts and dates, by `overstate.quantities.read_quantities`.
    """
    dated = [(q.start, q.end) for q in quantities if q.kind in (QuantityKind.DATE, QuantityKind.DURATION)]
    words = words_of(text)
    capitals = sum(word.raw[0].isupper() for word in words)
    named = 2 * capitals <= len(words) + 2  # in a headline capitals mean nothing
    terms, names = set(), set()
    first = True
    for word in words:
        begins, first = first, text[word.end : word.end + 1] in (".", "?", "!")
        if any(start <= word.start < end for start, end in dated):
            continue
        bare = _bare(word.lower)
        acronym = len(bare) > 1 and word.raw.removesuffix("s").isupper()
        if bare in _of("me"):
            if speaker:
                names.add(stem(speaker.lower().split()[0]))
            continue
        if not acronym and (word.lower in _idle() or bare in _idle() or len(bare) < 2):
            continue
        terms.add(stem(bare))
        if bare in speakers or (named and (acronym or (word.raw[0].isupper() and not begins))):
            names.add(stem(bare))
    denials = negations(words)
    flat = " ".join(word.lower for word in words).replace("n't", " n't")
    happening = {_bare(word.lower) for word in words_of(_COMPARED.sub(" ", text))}
    about = next((kind for word in words for kind in ("us", "you") if _bare(word.lower) in _of(kind)), "")
    return Reading(
        frozenset(terms),
        frozenset(names),
        quantities,
        None if denials > 1 else bool(denials),
        bool(denials) and _phrases("unfinished").search(flat) is not None,
        frozenset(stem(word) for word in happening if word in _of("event") or word not in _idle()) & _events(),
        about,
    )
