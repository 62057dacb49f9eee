"""From the parts of a date to its days."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import replace

from overstate.quantities._types import DateParts

__all__ = ["nominal_days", "resolve"]

Days = tuple[int, int]
#: A leap year, for dates of which no year was said.
_NOMINAL = 2000
UNKNOWN = (-math.inf, math.inf)


def resolve(parts: DateParts, said_on: dt.date | None) -> tuple[DateParts, float, float]:
    """The parts with the year that the day of the call tells, and first and last day as ordinals, infinite if unknown.

    Args:
        parts: What was said.
        said_on: The day of the call.
    """
    if said_on is not None and parts.period == "year" and parts.relative and parts.year is None and not parts.fiscal:
        parts = replace(
            parts, year=said_on.year + {"last": -1, "next": 1}.get(parts.relative, 0), relative="", period=""
        )
    try:
        days = _days(parts, said_on)
    except (ValueError, OverflowError):  # 30 February, the year 10,000
        days = None
    if days is None:
        return parts, *UNKNOWN
    low, high = days
    if parts.bound in ("by", "before", "until"):
        return parts, -math.inf, high if parts.bound != "before" else low - 1.0
    if parts.bound in ("after", "since"):
        return parts, low if parts.bound == "since" else high + 1.0, math.inf
    return parts, low, high


def nominal_days(parts: DateParts) -> Days | None:
    """Days within a year of which only quarter, half, month or day are known; None if none of these is."""
    if parts.month is None and parts.quarter is None and parts.half is None:
        return None
    try:
        return _within(parts, _NOMINAL)
    except ValueError:
        return None


def _days(parts: DateParts, said_on: dt.date | None) -> tuple[float, float] | None:
    if parts.fiscal:
        return None
    if parts.year is not None:
        return _within(parts, parts.year)
    if said_on is None:
        return None
    today = said_on.toordinal()
    if parts.offset is not None:
        return today + parts.offset[0], today + parts.offset[1]
    if not parts.relative:
        return None
    step = {"last": -1, "next": 1}.get(parts.relative, 0)
    if parts.weekday is not None:
        return _weekday(parts.weekday, step, said_on)
    if parts.period == "week":
        monday = today - said_on.weekday() + 7 * step
        return _third(monday, monday + 6, parts.part)
    if parts.period in ("month", "quarter"):
        size = 1 if parts.period == "month" else 3
        index = (said_on.year * 12 + said_on.month - 1) // size + step
        return _months(index * size, size, parts.part)
    if parts.month is not None:
        year = said_on.year
        if step < 0:
            year -= said_on.month <= parts.month
        elif step > 0:
            year += said_on.month >= parts.month
        return _within(parts, year)
    return None


def _weekday(weekday: int, step: int, said_on: dt.date) -> Days:
    """Last and this Friday are one day; next Friday may be the one to come or that of the week after."""
    today = said_on.toordinal()
    ahead = (weekday - said_on.weekday() - 1) % 7 + 1
    if step < 0:
        day = today - ((said_on.weekday() - weekday - 1) % 7 + 1)
        return day, day
    if step > 0:
        return (
            today + ahead,
            today - said_on.weekday() + 7 + weekday if ahead + said_on.weekday() < 7 else today + ahead,
        )
    day = today - said_on.weekday() + weekday
    return day, day


def _within(parts: DateParts, year: int) -> Days:
    if parts.month is not None and parts.day is not None:
        day = dt.date(year, parts.month, parts.day).toordinal()
        return day, day
    if parts.month is not None:
        return _months(year * 12 + parts.month - 1, 1, parts.part)
    if parts.quarter is not None:
        return _months(year * 12 + 3 * (parts.quarter - 1), 3, parts.part)
    if parts.half is not None:
        return _months(year * 12 + 6 * (parts.half - 1), 6, parts.part)
    return _months(year * 12, 12, parts.part)


def _months(index: int, count: int, part: str) -> Days:
    """Days of some months, counted from the year 0."""
    first = dt.date(index // 12, index % 12 + 1, 1).toordinal()
    behind = index + count
    last = dt.date(behind // 12, behind % 12 + 1, 1).toordinal() - 1
    return _third(first, last, part)


def _third(first: int, last: int, part: str) -> Days:
    length = (last - first + 1) / 3
    if part == "early":
        return first, first + math.ceil(length) - 1
    if part == "late":
        return last - math.ceil(length) + 1, last
    if part == "middle":
        return first + math.floor(length), last - math.floor(length)
    return first, last
