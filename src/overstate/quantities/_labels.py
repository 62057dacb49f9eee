"""Numbers that name or number something, or tell the time of day: they are no amounts."""

from __future__ import annotations

from overstate.quantities._numbers import NUMBERS, Number, read_number
from overstate.quantities._tokens import Tokens, is_digits, is_name
from overstate.quantities._words import words

__all__ = ["label_end", "series_end"]

_LABELS = words("label")
_HALVES = frozenset(("am", "pm", "a.m", "p.m", "a.m.", "p.m.", "o'clock"))
_KNOWN = words("month") | words("weekday") | words("stop") | {"q", "h", "fy"}
#: Prefixes that leave a number what it is: "mid-2024", "sub-10".
_PREFIXES = frozenset("mid pre post sub under over non minus".split())


def label_end(t: Tokens, number: Number, start: int, bare: bool) -> int | None:
    """The token behind a label or a clock time, or None where the number is an amount.

    Args:
        t: The tokens.
        number: The number.
        start: Its first token.
        bare: Whether neither sign, unit nor scale belong to it.
    """
    if number.skip:
        return number.end
    if (end := _clock_end(t, number, start)) is not None:
        return end
    before = t.words[start - 1]
    if before == "-" and t.glued(start) and t.glued(start - 1) and is_name(t.words[start - 2]):  # COVID-19
        return number.end if t.words[start - 2] not in _PREFIXES else None
    if not bare or t.ends[start - 1] < 0:
        return None
    if before in _LABELS or (before == "." and t.words[start - 2] in ("no", "nr", "fig")):
        return _list_end(t, number.end)
    name = t.original(start - 1)
    if number.digits and is_name(before) and before not in _KNOWN and t.starts[start] - t.ends[start - 1] == 1:
        opens = t.words[start - 2] in ("", ".", "?", "!", ":", '"', "“") and not name.isupper()
        if any(letter.isupper() for letter in name) and not opens and len(name) > 1:
            return number.end
    return None


def _clock_end(t: Tokens, number: Number, start: int) -> int | None:
    j = number.end
    if not 1 <= number.value <= 24 or number.value % 1 or number.scale != 1:
        return None
    if t.words[j] in _HALVES:
        return j + 1
    if t.words[start - 2] in ("half", "quarter") and t.words[start - 1] in ("past", "to"):
        return j
    minutes = j + 1 + (t.words[j + 1] == "-") if t.words[j] == "oh" else j
    second = read_number(t, minutes)
    if second is not None and second.value < 60 and t.words[second.end] in _HALVES:
        return second.end + 1
    if t.words[start - 1] == "at" and number.value <= 12:
        if second is not None and second.scale == 1 and second.value < 60 and not second.digits:
            return second.end
        return j
    return None


def _list_end(t: Tokens, j: int) -> int:
    """Behind the rest of "pages 3, 4 and 5"."""
    for _ in range(20):
        k = j + 1 + (t.words[j] == "," and t.words[j + 1] == "and")
        if t.words[j] not in (",", "and", "to", "-", "–", "through", "or", "&", "."):
            break
        if not (is_digits(t.words[k]) or t.words[k] in NUMBERS) or (t.words[j] == "." and not t.glued(k)):
            break
        more = read_number(t, k)
        if more is None or (is_name(t.words[more.end]) and t.words[more.end] not in _KNOWN):
            break
        j = more.end
    return j


def series_end(t: Tokens, number: Number) -> int | None:
    """Behind number words that follow one another and make no number: "five five five one two", "one oh five".

    None where there is but one number, or two that are a range said without "to" ("two three weeks").
    """
    if number.digits or number.vague:
        return None
    parts = [number]
    j = number.end
    while len(parts) < 40:
        k = j + (t.words[j] in ("oh", "-") and j > number.start)
        if t.words[k] not in NUMBERS:
            break
        following = read_number(t, k)
        if following is None:
            break
        parts.append(following)
        j = following.end
    if len(parts) == 1 or (len(parts) == 2 and parts[1].value - parts[0].value in (1, 10)):
        return None
    return j
