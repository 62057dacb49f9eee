"""Years, fiscal years, quarters and halves."""

from __future__ import annotations

import re
from dataclasses import replace

from overstate.quantities._numbers import NUMBERS, SCALES, read_number
from overstate.quantities._tokens import Tokens
from overstate.quantities._types import DateParts
from overstate.quantities._words import values, words

__all__ = ["any_year", "read_code", "read_fiscal", "read_period_of_year", "year_at", "year_behind"]

FIRST, LAST = 1900, 2099
_CODE = re.compile(
    r"(?:(?P<period>[qh])(?P<number>[1-4])|(?P<number2>[1-4])(?P<period2>[qh]))?"
    r"(?:(?P<kind>fy|cy)?(?P<year>\d{4}|\d\d))?"
)
_ORDINALS = values("ordinal")
_FISCAL = frozenset(("fiscal", "fy", "calendar", "cy", "financial"))
_RELATIVE = {
    "last": "last",
    "previous": "last",
    "prior": "last",
    "next": "next",
    "coming": "next",
    "this": "this",
    "current": "this",
}
#: Behind a number that looks like a year, these make it an amount.
_UNITS = words("percent") | words("money") | SCALES.keys() | words("time")
#: What may stand before a year.
_BEFORE = frozenset(
    "in since of from during until till by before after through year fiscal calendar late early mid end for to and "
    "summer fall winter spring autumn - , back around".split()
)
Found = tuple[DateParts, int]


def year_at(t: Tokens, i: int) -> tuple[int, int] | None:
    """A year of four digits, or said as two pairs or as "two thousand and nineteen", and the token behind it."""
    word = t.words[i]
    if len(word) == 4 and word.isdecimal():
        return (int(word), i + 1) if FIRST <= int(word) <= LAST else None
    if word in ("nineteen", "twenty"):
        j = i + 1 + (t.words[i + 1] == "-")
        century = 100 * int(NUMBERS[word])
        if t.words[j] == "oh" and 0 < NUMBERS.get(t.words[j + 1], 0) < 10:
            return century + int(NUMBERS[t.words[j + 1]]), j + 2
        if NUMBERS.get(t.words[j], 0) >= 10:
            pair = read_number(t, j)
            if pair is not None and pair.value <= 99 and pair.scale == 1 and pair.value % 1 == 0:
                return century + int(pair.value), pair.end
    elif word == "two" and t.words[i + 1] == "thousand":
        number = read_number(t, i)
        if number is not None and 2000 < number.value <= LAST and number.value % 1 == 0:
            return int(number.value), number.end
    return None


def any_year(t: Tokens, i: int) -> tuple[int, int] | None:
    """A year, also of two digits: "'24", "twenty-four"."""
    if found := year_at(t, i):
        return found
    j = i + (t.words[i] in ("'", "’", "‘"))
    word = t.words[j]
    if word.isdecimal() and len(word) == 2:
        return _full(int(word)), j + 1
    if NUMBERS.get(word, 0) >= 10:
        number = read_number(t, j)
        if number is not None and number.value <= 99 and number.value % 1 == 0:
            return _full(int(number.value)), number.end
    return None


def _full(year: int) -> int:
    """Four digits of two."""
    if year >= 100:
        return year
    return year + (2000 if year < 70 else 1900)


def stands_alone(t: Tokens, i: int, year: tuple[int, int]) -> bool:
    """Whether a number that may be a year is one, by what stands around it."""
    _, end = year
    following, before = t.words[end], t.words[i - 1]
    if following in _UNITS or before in ("$", "€", "£", "#") or (following == "-" and t.words[end + 1] in _UNITS):
        return False
    if following in ("+", "x", "or") and t.glued(end):
        return False
    if before in _BEFORE:
        return True
    counted = (
        following.endswith("s") and len(following) > 3 and following.isalpha() and following not in ("this", "was")
    )
    of = following == "of" or (following.endswith("s") and following == "points")
    return not counted and not of


def year_behind(t: Tokens, j: int, parts: DateParts) -> Found:
    """The parts with the year behind them ("Q2 2024", "of last year", ", 2019"), and the token behind it."""
    k = j + (t.words[j] in (",", "of", "in", "-", "/"))
    k += t.words[k] in ("the", "calendar")
    word = t.words[k]
    if word in _FISCAL and (found := read_fiscal(t, k)):
        return replace(parts, year=found[0].year, fiscal=found[0].fiscal), found[1]
    if (code := _CODE.fullmatch(word)) and code["kind"]:
        return replace(parts, year=_full(int(code["year"])), fiscal=code["kind"] == "fy"), k + 1
    if word in _RELATIVE:
        fiscal = t.words[k + 1] in ("fiscal", "financial")
        if t.words[k + 1 + fiscal] == "year":
            return replace(
                parts, relative=_RELATIVE[word], period="year", fiscal=parts.fiscal or fiscal
            ), k + 2 + fiscal
    if word == "year" and t.words[j] == "of":
        return parts, k + 1
    if word in ("'", "’", "‘") and (year := any_year(t, k)):
        return replace(parts, year=year[0]), year[1]
    if (year := year_at(t, k)) and (stands_alone(t, k, year) or t.words[j] in (",", "of")):
        return replace(parts, year=year[0]), year[1]
    return parts, j


def read_fiscal(t: Tokens, i: int) -> Found | None:
    """Fiscal twenty-four, fiscal year 2024, FY 24, fiscal Q2."""
    fiscal = t.words[i] not in ("calendar", "cy")
    j = i + 1 + (t.words[i + 1] == "year")
    if year := any_year(t, j):
        return DateParts(year=year[0], fiscal=fiscal), year[1]
    found = read_period_of_year(t, j) if t.words[j] in _ORDINALS else read_code(t, j)
    return (replace(found[0], fiscal=fiscal), found[1]) if found else None


def read_code(t: Tokens, i: int) -> Found | None:
    """Q2, H1, FY24, 2Q24, with the year behind."""
    match = _CODE.fullmatch(t.words[i])
    if match is None:
        return None
    period, number = match["period"] or match["period2"], int(match["number"] or match["number2"] or 0)
    kind, digits = match["kind"], match["year"]
    if not (period or kind) or (kind and not digits) or (period == "h" and number > 2):
        return None
    if match["period"] and digits and not kind:
        return None  # "q224" is a name
    parts = DateParts(
        year=_full(int(digits)) if digits else None,
        half=number if period == "h" else None,
        quarter=number if period == "q" else None,
        fiscal=kind == "fy",
    )
    return (parts, i + 1) if digits else year_behind(t, i + 1, parts)


def read_period_of_year(t: Tokens, i: int) -> Found | None:
    """Second quarter, first half of 2024, q two."""
    word, following = t.words[i], t.words[i + 1]
    if word == "q":
        number = NUMBERS.get(following, 0) or (int(following) if following in ("1", "2", "3", "4") else 0)
        return year_behind(t, i + 2, DateParts(quarter=int(number))) if 1 <= number <= 4 else None
    fiscal = following in ("fiscal", "financial")
    j = i + 1 + (fiscal or following in ("calendar", "-"))
    number = int(_ORDINALS.get(word, 0))
    if t.words[j] == "quarter" and 1 <= number <= 4:
        parts = DateParts(quarter=number, fiscal=fiscal)
    elif t.words[j] == "half" and 1 <= number <= 2:
        parts = DateParts(half=number, fiscal=fiscal)
    else:
        return None
    found = year_behind(t, j + 1, parts)
    # "the second half of the meeting"
    return None if found[1] == j + 1 and t.words[j + 1] == "of" else found
