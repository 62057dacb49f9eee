"""Dates at a token: days, weekdays, months, quarters, years, and days counted from the call."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from overstate.quantities._numbers import NUMBERS, read_number
from overstate.quantities._tokens import Tokens, is_digits
from overstate.quantities._types import DateParts
from overstate.quantities._units import read_unit
from overstate.quantities._words import texts, values
from overstate.quantities._years import (
    read_code,
    read_fiscal,
    read_period_of_year,
    stands_alone,
    year_at,
    year_behind,
)

__all__ = ["DATE_WORDS", "read_date"]

_MONTHS = {word: int(number) for word, number in values("month").items()}
_WEEKDAYS = {word: int(number) for word, number in values("weekday").items()}
_DAYS = values("day")
_ORDINALS = {word: int(number) for word, number in values("ordinal").items()}
_PERIODS = frozenset(("week", "month", "quarter", "year"))
_ENDS = {"eoy": "year", "eoq": "quarter", "eom": "month", "eow": "week"}
_RELATIVE = {
    "last": "last",
    "past": "last",
    "previous": "last",
    "this": "this",
    "current": "this",
    "next": "next",
    "coming": "next",
}
_BOUNDS = texts("bound")
_PARTS = texts("part")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_SLASHED = re.compile(r"(\d{1,4})/(\d{1,2})(?:/(\d{4}|\d\d))?")
#: Before "may" and "march" in small letters these make a month of them.
_MONTH_BEFORE = frozenset(
    "in by until till since of last next this mid early late end from during before after through each for -".split()
)
#: Behind "May" and "March" these make a month of them.
_MONTH_AFTER = frozenset(("", ".", ",", ":", ";", "|", "was", "is"))
_VERBS = frozenset(
    ("may", "march", "mar", "dec", "jan", "sep", "jun", "jul", "apr", "aug", "oct", "nov", "feb", "sept")
)
Found = tuple[DateParts, int]
#: Words that a date can begin with, or that stand in one where its beginning is looked for backwards.
DATE_WORDS = (
    _MONTHS.keys() | _WEEKDAYS.keys() | _DAYS.keys() | _ORDINALS.keys() | _PERIODS | _ENDS.keys()
    | {"fiscal", "fy", "cy", "calendar", "financial", "q", "nineteen", "twenty", "two"}
)  # fmt: skip


def read_date(t: Tokens, i: int, floor: int) -> tuple[DateParts, int, int] | None:
    """The date at a token, its first token and the token behind it.

    Args:
        t: The tokens.
        i: A token in `DATE_WORDS`, or one with digits.
        floor: First token that belongs to nothing yet.
    """
    word = t.words[i]
    found: Found | None = None
    readers = _readers(word)
    start = i
    for reader in readers:
        if found := reader(t, i):
            break
    if found is None:
        return None
    parts, end = found
    if word in _DAYS and parts.offset and abs(parts.offset[0]) > 1 and i - 2 >= floor:
        i -= 2  # "the day after tomorrow"
    start = _article(t, i, floor)
    if start > floor and t.words[start - 1] in _RELATIVE and not parts.relative and _takes_relative(parts):
        parts = replace(parts, relative=_RELATIVE[t.words[start - 1]])
        start -= 1
        start = _article(t, start, floor)
    elif parts.period and not parts.relative:
        parts, start = _before(t, replace(parts, relative="this"), start, floor)
        return (parts, start, end) if parts.part else None  # not "of the week"
    parts, start = _before(t, parts, start, floor)
    return parts, start, end


def _readers(word: str) -> tuple[Callable[[Tokens, int], Found | None], ...]:
    if word in _MONTHS:
        return (_month,)
    if word in _WEEKDAYS:
        return (_weekday,)
    if word in _PERIODS or word in _ENDS:
        return (_period,)
    if word in _DAYS:
        return (_named_day,)
    if word in ("fiscal", "fy", "calendar", "cy", "financial"):
        return (read_fiscal,)
    if word == "q":
        return (read_period_of_year,)
    if word in _ORDINALS:
        return (read_period_of_year, _day_first)
    if word in NUMBERS:
        return (_year, _day_first)
    if is_digits(word):
        return (_year, _day_first)
    return (_written, read_code)


def _takes_relative(parts: DateParts) -> bool:
    named = parts.weekday is not None or (parts.month is not None and parts.day is None and parts.year is None)
    return bool(parts.period) or named


def _article(t: Tokens, i: int, floor: int) -> int:
    return i - (i > floor and t.words[i - 1] == "the")


def _before(t: Tokens, parts: DateParts, start: int, floor: int) -> tuple[DateParts, int]:
    """With "mid-", "end of" and "by" before it; the article alone is left out."""
    for _ in range(2):
        i = start - (t.words[start - 1] == "-" and t.glued(start))
        i = _article(t, i, floor) if t.words[i - 1] == "the" else i
        part, bound = t.phrase_before(i, _PARTS), t.phrase_before(i, _BOUNDS)
        if part and part[1] >= floor and not parts.part and not parts.bound:
            parts, start = replace(parts, part=part[0]), part[1]
        elif bound and bound[1] >= floor and not parts.bound:
            parts, start = replace(parts, bound=bound[0]), bound[1]
        else:
            break
    if t.words[start] == "the" and parts.day is None and parts.weekday is None:
        start += 1
    return parts, start


def _year(t: Tokens, i: int) -> Found | None:
    year = year_at(t, i)
    return (DateParts(year=year[0]), year[1]) if year and stands_alone(t, i, year) else None


def _written(t: Tokens, i: int) -> Found | None:
    """2024-03-14, 3/14/2024. Where day and month cannot be told apart, only the year is kept."""
    if match := _ISO.fullmatch(t.words[i]):
        return _checked(int(match[1]), int(match[2]), int(match[3]), i + 1)
    match = _SLASHED.fullmatch(t.words[i])
    if match is None or len(match[1]) > 2:
        return None
    a, b = int(match[1]), int(match[2])
    year = None if match[3] is None else int(match[3]) + (2000 if len(match[3]) == 2 else 0)
    if a > 12 or b > 12 or a == b:
        return _checked(year, *((b, a) if a > 12 else (a, b)), i + 1) if year or b > 12 else None
    return (DateParts(year=year), i + 1) if year else None


def _checked(year: int | None, month: int, day: int, end: int) -> Found | None:
    return (DateParts(year=year, month=month, day=day), end) if 1 <= month <= 12 and 1 <= day <= 31 else None


def _day(t: Tokens, j: int) -> tuple[int, int, bool] | None:
    """Day of a month, the token behind it, and whether it was an ordinal."""
    word = t.words[j]
    if word in _ORDINALS:
        return _ORDINALS[word], j + 1, True
    if word.isdecimal() and len(word) <= 2 and 1 <= int(word) <= 31:
        suffix = t.words[j + 1] in ("st", "nd", "rd", "th") and t.glued(j + 1)
        return int(word), j + 1 + suffix, suffix
    if word in ("twenty", "thirty"):
        k = j + 1 + (t.words[j + 1] == "-")
        if t.words[k] in _ORDINALS and _ORDINALS[t.words[k]] < 10:
            day = int(NUMBERS[word]) + _ORDINALS[t.words[k]]
            return (day, k + 1, True) if day <= 31 else None
    if word in NUMBERS:
        number = read_number(t, j)
        if number is not None and 1 <= number.value <= 31 and number.value % 1 == 0 and number.scale == 1:
            return int(number.value), number.end, False
    return None


def _month(t: Tokens, i: int) -> Found | None:
    word = t.words[i]
    month = _MONTHS[word]
    j = i + 1 + (t.words[i + 1] == "." and word in _VERBS and word not in ("may", "march"))
    parts = DateParts(month=month)
    if year_at(t, j) and (found := year_behind(t, j, parts))[1] > j:
        return found
    day = _day(t, j + (t.words[j] == "the"))
    if day and not day[2] and read_unit(t, day[1], day[0]).name:
        day = None  # "in March 20 customers left"
    if day and (t.words[day[1]] in (":", "%") or t.words[day[1]] == "percent"):
        day = None
    if not day and word in _VERBS and not _is_month(t, i):
        found = year_behind(t, j, parts)
        return found if found[1] > j else None
    if day and word in _VERBS and not (day[2] or _is_month(t, i) or is_digits(t.words[j])):
        return None
    if not day:
        return year_behind(t, j, parts)
    end = day[1]
    more = _day(t, end + 1) if t.words[end] in ("to", "-", "–", "through") else None
    if more and more[0] > day[0]:
        end = more[1]  # a few days: the month is kept
    else:
        parts = replace(parts, day=day[0])
    return year_behind(t, end, parts)


def _is_month(t: Tokens, i: int) -> bool:
    """Whether a word that may be a verb or a name is a month here."""
    before, capital = t.words[i - 1], t.original(i)[:1].isupper()
    if before == "to" or before in ("i", "we", "you", "they", "it", "he", "she"):
        return False
    if t.words[i] in ("may", "march"):
        if capital and t.words[i + 1] in _MONTH_AFTER:
            return True
        return before in _MONTH_BEFORE or (capital and before not in ("", ".", "?", "!", ":", '"', "“", "…"))
    return capital or before in _MONTH_BEFORE


def _day_first(t: Tokens, i: int) -> Found | None:
    """3 March, 3rd of March, the third of March 2024; "by the thirtieth"."""
    day = _day(t, i)
    if day is None:
        return None
    j = day[1] + (t.words[day[1]] == "of")
    word = t.words[j]
    if word in _MONTHS and (day[2] or t.original(j)[:1].isupper()):
        if word in _VERBS and j == day[1] and not t.original(j)[:1].isupper():
            return None
        return year_behind(t, j + 1, DateParts(month=_MONTHS[word], day=day[0]))
    alone = t.words[i - 1] == "the" and t.words[i - 2] in ("on", "by", "until", "before", "after", "since")
    ends = t.words[day[1]] in (
        "",
        ".",
        ",",
        "?",
        "!",
        ";",
        "and",
        "or",
        "at",
        "so",
        "but",
        "if",
        "in",
        "we",
        "i",
        "they",
    )
    return (DateParts(day=day[0]), day[1]) if day[2] and alone and ends else None


def _weekday(t: Tokens, i: int) -> Found | None:
    if t.words[i - 1] in ("every", "each"):
        return None
    j = i + 1 + (t.words[i + 1] in (",", "the"))
    j += t.words[j] == "the"
    if t.words[j] in _MONTHS and (found := _month(t, j)) and found[0].day is not None:
        return found
    if (found := _day_first(t, j)) and found[0].month is not None:
        return found
    return DateParts(weekday=_WEEKDAYS[t.words[i]]), i + 1


def _named_day(t: Tokens, i: int) -> Found | None:
    offset = _DAYS[t.words[i]]
    if offset and t.words[i - 2] == "day" and t.words[i - 1] in ("after", "before"):
        offset *= 2
    return DateParts(offset=(offset, offset)), i + 1


def _period(t: Tokens, i: int) -> Found | None:
    """Week, month, quarter, year, where "last" or the like, or "end of", stands before it."""
    word = t.words[i]
    if word in _ENDS:
        return DateParts(period=_ENDS[word], relative="this", part="late"), i + 1
    if word == "year" and t.words[i + 1] in ("-", "end") and t.words[i + 1 + (t.words[i + 1] == "-")] == "end":
        return DateParts(period="year", relative="this", part="late"), i + 2 + (t.words[i + 1] == "-")
    fiscal = t.words[i - 1] in ("fiscal", "financial")
    k = i - 1 - fiscal - (t.words[i - 1 - fiscal] == "the")
    if t.words[i - 1 - fiscal] in _RELATIVE or t.words[k] == "of":
        return DateParts(period=word, fiscal=fiscal), i + 1
    return None
