"""Finding the cues of a lexicon in plain text, with their places. For the models' own cues see `features.tokens`."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from overstate.lexicons import Entry, Lexicon

__all__ = ["Match", "Phrases", "Word", "words"]

# a clitic is a word of its own, as in `split_words`: "isn't" is "is", "n't"
_WORD = re.compile(r"[^\W_]+?(?=n't\b)|n't\b|'(?:s|m|re|ve|ll|d)\b|[^\W_]+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word or punctuation mark of a text: lower case, plain apostrophes, character offsets (end exclusive)."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A cue in a text.

    Attributes:
        entry: The cue.
        first, last: Where it stands among the text's words, last exclusive.
    """

    entry: Entry
    first: int
    last: int


def words(text: str) -> list[Word]:
    """The words and punctuation marks of a text, in order."""
    plain = text.replace("’", "'").lower()
    if len(plain) != len(text):  # a few letters are two in lower case, and offsets would no longer be true
        plain = "".join(low if len(low := char.lower()) == 1 else char for char in text.replace("’", "'"))
    return [Word(found.group(), found.start(), found.end()) for found in _WORD.finditer(plain)]


class Phrases:
    """The cues of a lexicon, ready to be looked for.

    Args:
        lexicon: The cues.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        by_first: dict[str, list[Entry]] = defaultdict(list)
        for entry in sorted(lexicon.entries, key=lambda entry: -len(entry.words)):
            by_first[entry.words[0]].append(entry)
        self._by_first = dict(by_first)

    def find(self, text: list[Word]) -> Iterator[Match]:
        """The cues in a text, in order; where several begin at one word, the longest alone, and none inside another."""
        at = 0
        while at < len(text):
            match = self._at(text, at)
            if match is not None:
                yield match
            at = at + 1 if match is None else match.last

    def _at(self, text: list[Word], at: int) -> Match | None:
        for entry in self._by_first.get(text[at].text, ()):
            last = at + len(entry.words)
            if last <= len(text) and all(text[at + i].text == word for i, word in enumerate(entry.words)):
                return Match(entry, at, last)
        return None
