"""Text to tokens with true offsets: numbers, words, signs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["PAD", "Tokens", "is_digits", "is_name", "tokenize"]

T = TypeVar("T")

#: Empty words before and after, so that looking a few words back or ahead needs no check.
PAD = 12

# No piece can be tried again and again over a long stretch: repetitions are bounded or end the token.
_TOKEN = re.compile(
    r"""
      [ap]\.m\b\.?                                          # p.m.
    | [^\W\d_]+(?:['’][^\W\d_]+){0,2}(?!\w)                 # words
    | \d{4}-\d{1,2}-\d{1,2}(?![\w-])                        # 2024-03-14
    | \+(?:[ .()-]{0,2}\d){8,15}(?!\w)                      # phone numbers
    | \(\d{3}\)[ ]?\d{3}[ .-]\d{4}(?!\w)
    | \d{3}[ .-]\d{3}[ .-]\d{4}(?!\w)
    | \d{3}-\d{3}[1-9](?!\w)
    | \d{1,2}:\d\d(?::\d\d)?(?!\w)                          # clock times
    | \d{1,4}(?:/\d{1,4}){1,2}(?![\w/])                     # 3/14/2024, 24/7
    | \d+(?:\.\d+){2,}                                      # versions, addresses
    | \d+,\d{1,2}(?=[ ]?(?:[%€]|[mb]illion))                               # 99,9 %
    | \d+[^\W\d]+\d\w*                                      # 2Q24
    | \d{1,3}(?:,\d{3})+(?:\.\d+)?(?!\d)
    | \d+(?:\.\d+)?
    | \.\d+
    | \w+                                                   # Q2, FY24
    | \S
    """,
    re.X | re.I,
)
_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|\d+,\d{1,2}")


@dataclass(frozen=True, slots=True)
class Tokens:
    """Lower-case words with their offsets, padded on both sides.

    Attributes:
        text: The text.
        words: Tokens in lower case, `PAD` empty ones before and after.
        starts: Offset of the first character of each.
        ends: Offset behind the last character of each.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]

    def glued(self, i: int) -> bool:
        """Whether nothing stands between a token and the one before."""
        return self.starts[i] == self.ends[i - 1]

    def original(self, i: int) -> str:
        """A token as it is written."""
        return self.text[self.starts[i] : self.ends[i]]

    def phrase_at(self, i: int, phrases: Mapping[str, T]) -> tuple[T, int] | None:
        """Value and end of the longest phrase, of four words at most, that begins at a token."""
        for n in (4, 3, 2, 1):
            found = phrases.get(" ".join(self.words[i : i + n])) if self.words[i + n - 1] else None
            if found is not None:
                return found, i + n
        return None

    def phrase_before(self, i: int, phrases: Mapping[str, T]) -> tuple[T, int] | None:
        """Value and start of the longest phrase, of four words at most, that ends before a token."""
        for n in (4, 3, 2, 1):
            found = phrases.get(" ".join(self.words[i - n : i])) if self.words[i - n] else None
            if found is not None:
                return found, i - n
        return None


def tokenize(text: str) -> Tokens:
    """Tokens of a text, in time linear in its length."""
    words, starts, ends = [""] * PAD, [-1] * PAD, [-1] * PAD
    for match in _TOKEN.finditer(text):
        words.append(match[0].lower().replace("’", "'"))
        starts.append(match.start())
        ends.append(match.end())
    words += [""] * PAD
    starts += [len(text) + 1] * PAD
    ends += [len(text) + 1] * PAD
    return Tokens(text, words, starts, ends)


def is_digits(word: str) -> bool:
    """Whether a token is a number in digits."""
    return _DIGITS.fullmatch(word) is not None


def is_name(word: str) -> bool:
    """Whether a token is made of letters."""
    return bool(word) and word.replace("'", "").isalpha()
