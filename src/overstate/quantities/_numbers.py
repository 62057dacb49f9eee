"""One number at a token: digits or words, with scales, halves and vague numbers such as "tens of thousands".

The value of a run of number words is text2num's; where such a run ends, decimals, scales and halves are found here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from text_to_num import text2num

from overstate.quantities._tokens import Tokens, is_digits
from overstate.quantities._words import numbers, values

__all__ = ["MANY", "NUMBERS", "SCALES", "SOME", "Number", "read_number"]

NUMBERS = values("number")
SCALES = values("scale")
SUFFIXES = values("suffix")
MANY = numbers("many")
SOME = numbers("some")
#: Scales that text2num knows; "dozen" and "grand" are none of them.
_SPOKEN = frozenset(("hundred", "thousand", "million", "billion", "trillion"))
_PLURAL_SCALES = {f"{word}s": value for word, value in SCALES.items()}
_PARTS = {"and a half": 0.5, "and a quarter": 0.25, "and three quarters": 0.75}
_MOST_WORDS = 14
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was said.

    Attributes:
        value: Its value.
        low: Least value; equal to `value` unless it is vague.
        high: Greatest value.
        step: Place of its last significant digit.
        scale: What it was multiplied by: 1,000,000 for "3 million".
        start: First token.
        end: Token behind the last.
        digits: Whether it was written in digits.
        skip: Whether it is no amount (an identifier, digits read out one by one).
    """

    value: float
    low: float
    high: float
    step: float
    scale: float
    start: int
    end: int
    digits: bool = False
    skip: bool = False

    @property
    def vague(self) -> bool:
        """Whether it is a range by itself, as "a couple" is."""
        return self.low != self.high

    def times(self, factor: float, end: int) -> Number:
        """The number in a larger scale."""
        return replace(
            self,
            value=self.value * factor,
            low=self.low * factor,
            high=self.high * factor,
            step=self.step * factor,
            scale=self.scale * factor,
            end=end,
        )


def read_number(t: Tokens, i: int) -> Number | None:
    """The longest number that begins at a token; an article before it is not looked at."""
    word = t.words[i]
    if is_digits(word):
        number = _digits(t, i)
    elif word in NUMBERS or word in _SPOKEN:
        number = _spoken(t, i)
    elif word in SCALES:  # "a dozen"
        number = Number(SCALES[word], SCALES[word], SCALES[word], 1, SCALES[word], i, i + 1)
    elif word in SOME:
        return _some(t, i)
    elif word in MANY:
        return _many(t, i)
    elif len(word) == 1 and unicodedata.category(word) == "No" and 0 < unicodedata.numeric(word, 0) < 1:
        value = unicodedata.numeric(word)
        number = Number(value, value, value, 0.1 * value, 1, i, i + 1, digits=True)
    elif word == "point" and t.words[i + 1] in NUMBERS:
        number = _decimals(t, Number(0, 0, 0, 1, 1, i, i))
        if number.end == i:
            return None
    elif word in ("half", "quarter"):
        return _part(t, i)
    else:
        return None
    if number.skip:
        return number
    return _scaled(t, _and_half(t, _scaled(t, _decimals(t, number))))


def _digits(t: Tokens, i: int) -> Number:
    word = t.words[i]
    groups = word.split(",")
    decimal_comma = len(groups) == 2 and len(groups[1]) < 3  # "99,9 %"
    plain = word.replace(",", "." if decimal_comma else "")
    value = float(plain)
    whole, _, decimals = plain.partition(".")
    skip = len(plain) > _MOST_DIGITS or (len(whole) > 1 and whole[0] == "0")
    number = Number(value, value, value, 10.0 ** -min(len(decimals), 20), 1, i, i + 1, digits=True, skip=skip)
    following = t.words[i + 1]
    if skip or not t.glued(i + 1):
        return number
    if following in SUFFIXES:
        return number.times(SUFFIXES[following], i + 2)
    if len(following) == 1 and unicodedata.category(following) == "No":
        part = unicodedata.numeric(following, 0)
        if 0 < part < 1:
            return replace(number, value=value + part, low=value + part, high=value + part, step=0.5, end=i + 2)
    return number


def _spoken(t: Tokens, i: int) -> Number:
    """The longest run of number words from a token that text2num takes for one number."""
    run: list[str] = []
    value, end, scale = 0.0, i, 1.0
    before_small: tuple[float, int, float] | None = None
    j = i
    while len(run) < _MOST_WORDS:
        word = t.words[j]
        if word == "-" and run and t.glued(j) and t.glued(j + 1) and t.words[j + 1] in NUMBERS:
            j += 1
            continue
        if word == "and" and run and run[-1] in _SPOKEN and t.words[j + 1] in NUMBERS:
            before_small = (value, end, scale)
            run.append(word)
            j += 1
            continue
        if word not in NUMBERS and word not in _SPOKEN:
            break
        if run and run[-1] == "zero":
            break
        if run and run[-1] in _SPOKEN and word in NUMBERS:
            before_small = (value, end, scale)
        run.append(word)
        try:
            if word == "hundred" and value % 1000 >= 100:
                raise ValueError  # text2num makes 10,100 of "one hundred one hundred"
            value = float(text2num(" ".join(run), "en"))
        except ValueError:
            # "between one hundred and two hundred": "and two" was no part of the number
            if word in _SPOKEN and before_small is not None:
                value, end, scale = before_small
            break
        if word in _SPOKEN:
            scale = scale * SCALES[word] if len(run) > 1 and run[-2] in _SPOKEN else SCALES[word]
            before_small = None
        else:
            scale = 1.0
        j += 1
        end = j
    scale = scale if value >= scale else 1.0
    return Number(value, value, value, scale, scale, i, end)


def _decimals(t: Tokens, number: Number) -> Number:
    """With "point six five" behind it."""
    j = number.end
    if t.words[j] != "point" or number.scale != 1 or t.words[j + 1] not in {*NUMBERS, "oh"}:
        return number
    places = ""
    j += 1
    while len(places) < _MOST_DIGITS:
        word = t.words[j]
        if word == "oh" or NUMBERS.get(word, 10) < 10:
            places += f"{int(NUMBERS.get(word, 0))}"
            j += 1
        elif word in NUMBERS and not places:  # "three point fourteen"
            whole = _spoken(t, j)
            places = f"{int(whole.value)}"
            j = whole.end
            break
        else:
            break
    value = number.value + float(f"0.{places}")
    return replace(number, value=value, low=value, high=value, step=10.0 ** -len(places), end=j)


def _and_half(t: Tokens, number: Number) -> Number:
    """With "and a half", "and a quarter" or "and three quarters" behind it."""
    j = number.end
    part = _PARTS.get(" ".join(t.words[j : j + 3]))
    if part is None or (t.words[j + 3] in ("of", "past", "to") and part != 0.5):
        return number
    value = number.value + part * number.scale
    return replace(number, value=value, low=value, high=value, step=0.5 * number.scale, end=j + 3)


def _scaled(t: Tokens, number: Number) -> Number:
    """With the scales behind it: "12.6 million", "3 hundred thousand", "two dozen"."""
    for _ in range(3):
        word = t.words[number.end]
        hyphen = word == "-" and t.glued(number.end) and t.words[number.end + 1] in SCALES
        word = t.words[number.end + hyphen]
        factor = SCALES.get(word) or (_PLURAL_SCALES.get(word) if number.digits else None)
        if factor is None or number.value * factor > 1e18:
            break
        number = number.times(factor, number.end + hyphen + 1)
    if t.words[number.end] == "k" and number.scale == 1:  # "two point five k"
        number = number.times(1000, number.end + 1)
    if number.digits and number.scale == 1 and t.words[number.end] in ("mm", "mn", "bn", "mio", "mln", "bln", "tn"):
        number = number.times(SUFFIXES[t.words[number.end]], number.end + 1)
    return number


def _some(t: Tokens, i: int) -> Number | None:
    """A couple, alone or with a scale; "few" and "several" only with one: alone they are no amounts."""
    word = t.words[i]
    value, low, high = SOME[word]
    j = i + 1 + (t.words[i + 1] == "of")
    scale = SCALES.get(t.words[j])
    number = Number(value, low, high, 1, 1, i, i + 1)
    if scale is not None:
        return _scaled(t, number.times(scale, j + 1))
    return number if word == "couple" else None


def _many(t: Tokens, i: int) -> Number:
    low, high = MANY[t.words[i]]
    j = i + 1
    if t.words[j] == "of" and t.words[j + 1] in MANY and t.words[j + 1] not in ("tens", "dozens"):
        unit = MANY[t.words[j + 1]][0] / 2
        low, high, j = low * unit, high * unit, j + 2
    return Number(low, low, high, 1, 1, i, j)


def _part(t: Tokens, i: int) -> Number | None:
    """Half a million, half a dozen, a quarter of a million, half a percent."""
    share = 0.5 if t.words[i] == "half" else 0.25
    j = i + 1 + (t.words[i + 1] == "of")
    j += t.words[j] in ("a", "an")
    if t.words[j] in ("percent", "per", "percentage") and j > i + 1:
        return Number(share, share, share, 0.1, 1, i, j)
    scale = SCALES.get(t.words[j])
    if scale is None:
        return None
    value = share * scale
    return Number(value, value, value, value if scale > 100 else 1, scale, i, j + 1)
