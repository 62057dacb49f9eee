"""All quantities of a text, in order."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

from overstate.quantities._amounts import Term, quantity, read_amount
from overstate.quantities._calendar import resolve
from overstate.quantities._dates import DATE_WORDS, read_date
from overstate.quantities._numbers import MANY, NUMBERS, SCALES, SOME
from overstate.quantities._tokens import PAD, Tokens, tokenize
from overstate.quantities._types import DateParts, Quantity, QuantityKind
from overstate.quantities._vague import read_vague
from overstate.quantities._words import words

__all__ = ["read_quantities"]

_VAGUE = words("tens") | words("multiple") | words("grown") | words("fraction") | {"digit", "digits", "half"}
_TIMES = frozenset(("week", "month", "year", "quarter", "decade", "day", "hour", "fortnight"))
_NUMBERS = NUMBERS.keys() | SCALES.keys() | SOME.keys() | MANY.keys() | {"point", "half", "quarter"}
_BEGINNERS = _NUMBERS | DATE_WORDS | _VAGUE | _TIMES


def read_quantities(text: str, said_on: dt.date | None = None) -> tuple[Quantity, ...]:
    """Amounts, changes, dates and durations of a text, as spoken or in print, in order and not overlapping.

    Numbers that name things ("clause 4", "ISO 27001", "COVID-19"), ordinals, telephone numbers, clock times and digits
    read out one by one are left out. Nothing is raised, whatever the text; time is linear in its length.

    Args:
        text: Any text.
        said_on: The day of the call, from which "last Friday" and "in two weeks" count. Without it such dates are kept
            but not resolved.
    """
    t = tokenize(text)
    found: list[Quantity] = []
    floor = at = PAD
    for i in range(PAD, len(t.words) - PAD):
        word = t.words[i]
        if i < at or not (word in _BEGINNERS or word[0].isnumeric() or word[-1].isdecimal() or word[0] == "."):
            continue
        quantity_, end = _read(t, i, floor, said_on)
        if quantity_ is not None:
            found.append(quantity_)
            floor = end
        at = max(end, i + 1)
    return tuple(found)


def _read(t: Tokens, i: int, floor: int, said_on: dt.date | None) -> tuple[Quantity | None, int]:
    word = t.words[i]
    if (word in DATE_WORDS or word in NUMBERS or word[-1].isdecimal() or word[0].isdecimal()) and (
        date := read_date(t, i, floor)
    ):
        parts, start, end = date
        return _date(t, parts, start, end, said_on), end
    term: Term | None = None
    end = i + 1
    if word in _VAGUE or word in _TIMES:
        term = read_vague(t, i, floor)
        end = term.end if term else end
    if term is None and (word in _NUMBERS or word[0].isnumeric() or word[0] == "."):
        term, end = read_amount(t, i, floor)
    if term is None:
        return None, end
    read, end = quantity(t, term, floor)
    return _counted_from_call(t, read, term, end, floor, said_on)


def _date(t: Tokens, parts: DateParts, start: int, end: int, said_on: dt.date | None) -> Quantity:
    parts, low, high = resolve(parts, said_on)
    first, last = t.starts[start], t.ends[end - 1]
    return Quantity(first, last, t.text[first:last], QuantityKind.DATE, low, high, "date", date=parts)


def _counted_from_call(
    t: Tokens, read: Quantity, term: Term, end: int, floor: int, said_on: dt.date | None
) -> tuple[Quantity, int]:
    """A length of time as a date: "in two weeks", "two years ago", "a week from now"; and "within two weeks"."""
    if read.kind is not QuantityKind.DURATION or read.per or not math.isfinite(read.high) or read.low < 1:
        return read, end
    start = next(i for i in range(term.start, floor - 1, -1) if t.starts[i] <= read.start)
    if t.words[term.end] == "ago":
        offset, last = (-read.high, -read.low), term.end + 1
    elif t.words[term.end] == "from" and t.words[term.end + 1] in ("now", "today"):
        offset, last = (read.low, read.high), term.end + 2
    elif t.words[start - 1] == "in" and start > floor and t.words[start - 2] not in ("once", "times"):
        offset, last, start = (read.low, read.high), term.end, start - 1
    else:
        return read, end
    offset = (math.floor(offset[0]), math.ceil(offset[1])) if offset[0] != offset[1] else (round(offset[0]),) * 2
    date = _date(t, DateParts(offset=offset), start, last, said_on)
    return replace(date, approximate=read.approximate, tolerance=read.tolerance), last
