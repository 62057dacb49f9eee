"""What is read from a text: quantities and, for dates, the parts of the calendar that were said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["DateParts", "Quantity", "QuantityKind"]


class QuantityKind(StrEnum):
    """What a quantity is.

    `AMOUNT`: a count, money, a share, a multiple. `CHANGE`: from one amount to another, or by an amount. `DATE`: a day
    or a period of the calendar. `DURATION`: a length of time.
    """

    AMOUNT = "amount"
    CHANGE = "change"
    DATE = "date"
    DURATION = "duration"


@dataclass(frozen=True, slots=True)
class DateParts:
    """As much of a date as was said; what was not said is None, "" or False.

    Attributes:
        year: Year, four digits.
        half: Half of the year, 1 or 2.
        quarter: Quarter of the year, 1 to 4.
        month: Month, 1 to 12.
        day: Day of the month, 1 to 31.
        weekday: Day of the week, Monday is 0.
        fiscal: Whether year, half or quarter belong to a fiscal year, whose first month is not known.
        part: "early", "middle" or "late" in the period: its first, second, or last third.
        bound: "by", "before", "after", "since" or "until" the date.
        relative: "last", "this" or "next" weekday, week, month, quarter or year: counted from the day of the call.
        period: What `relative` counts: "week", "month", "quarter", "year", or "" for the weekday or month named.
        offset: Days from the day of the call, least and most ("tomorrow" is `(1, 1)`).
    """

    year: int | None = None
    half: int | None = None
    quarter: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    fiscal: bool = False
    part: str = ""
    bound: str = ""
    relative: str = ""
    period: str = ""
    offset: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """An amount, change, date or duration in a text.

    Attributes:
        start: Offset of the first character: number, unit and approximators are covered ("about forty seats").
        end: Offset behind the last character.
        text: The text between them.
        kind: What it is.
        low: Least value in base units: single things, whole currency, per cent, days. Of a date, the number of its
            first day (`datetime.date.toordinal`); minus infinity where the date is not resolved. Below 0 for a fall.
        high: Greatest value, equal to `low` for a plain value, infinity for "over forty"; of a date, its last day.
        unit: "$", "€", "£", "¥" or "₹"; "%"; "x" for multiples; "day" for durations; "date"; else the noun that is
            counted, singular and in lower case ("seat"); "" if none was said.
        approximate: Whether it was hedged. "about", "-ish" and the like open a value by 10 % to both sides, "almost"
            below it, "just over" above it; "a couple" is 2 to 3; "mid-teens" 13 to 17; "thousands" 2,000 to a million.
        tolerance: How far another value may lie from `low` and `high` and still be the same, said less or more
            precisely: half of the last place that was given ("12.6 million": 50,000), at most 5 % of 1,000 and more
            and 10 % of a duration; 5 % of a fraction in words ("a third of").
        before: For "from 21% to 23%", least and greatest value before; `low` and `high` are those after it.
        per: What it is counted for ("$40 a seat": "seat"; "twice a week": "week"), singular; "" if nothing was said.
        date: Parts of a date; None for everything else.
    """

    start: int
    end: int
    text: str
    kind: QuantityKind
    low: float
    high: float
    unit: str = ""
    approximate: bool = False
    tolerance: float = 0.0
    before: tuple[float, float] | None = None
    per: str = ""
    date: DateParts | None = None
