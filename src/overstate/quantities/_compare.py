"""Whether two quantities agree, or cannot both be the value of one thing."""

from __future__ import annotations

import math
from dataclasses import replace

from overstate.quantities._calendar import nominal_days
from overstate.quantities._types import DateParts, Quantity, QuantityKind

__all__ = ["clash", "same"]


def same(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities agree within their precision: their ranges meet, their units are alike.

    A quantity without unit agrees with one that has a unit, and one that is counted for nothing with one that is
    counted for something ("$40", "$40 a seat"). A change by an amount agrees with that amount ("grew by 5 %", "5 %
    growth").
    Where both `same` and `clash` are False, the two cannot be compared.
    """
    if QuantityKind.DATE in (a.kind, b.kind):
        return a.kind is b.kind and _dates_meet(a, b) is True
    if QuantityKind.DURATION in (a.kind, b.kind) and a.kind is not b.kind:
        return False
    if (a.before is None) is not (b.before is None):
        return False
    if (a.unit != b.unit and a.unit and b.unit) or (a.per != b.per and a.per and b.per):
        return False
    if a.kind is not b.kind:
        a, b = _size(a), _size(b)
    return _meet((a.low, a.high), (b.low, b.high), a, b) and (
        a.before is None or b.before is None or _meet(a.before, b.before, a, b)
    )


def clash(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities of one kind and unit cannot both be the value of one thing.

    Never for different units or kinds, what is counted for different things, nor dates that are not resolved, unless
    the parts that both name differ ("in March", "in May"). Two amounts without a unit can clash: judge first
    whether they speak of one thing.
    """
    if a.kind is not b.kind:
        return False
    if a.kind is QuantityKind.DATE:
        return _dates_meet(a, b) is False
    if a.unit != b.unit or a.per != b.per or (a.before is None) is not (b.before is None):
        return False
    if not _meet((a.low, a.high), (b.low, b.high), a, b):
        return True
    return a.before is not None and b.before is not None and not _meet(a.before, b.before, a, b)


def _size(q: Quantity) -> Quantity:
    return replace(q, low=-q.high, high=-q.low) if q.high < 0 else q


def _meet(x: tuple[float, float], y: tuple[float, float], a: Quantity, b: Quantity) -> bool:
    """Whether two ranges overlap, the finer one rounded as the coarser one was."""
    # a hair more than the tolerance, because 0.35 - 0.3 is more than 0.05
    off = max(a.tolerance, b.tolerance) + 1e-9 * max((abs(v) for v in (*x, *y) if math.isfinite(v)), default=0.0)
    return x[0] - off <= y[1] and y[0] - off <= x[1]


def _dates_meet(a: Quantity, b: Quantity) -> bool | None:
    """Whether two dates can be one; None where that cannot be told."""
    x, y = a.date, b.date
    if x is None or y is None:
        return None
    if _resolved(a) and _resolved(b):
        if x.bound and x.bound == y.bound:  # deadlines: the days themselves count, not the time before
            return None if a.high == b.high or a.low == b.low else _parts_meet(x, y)
        return _meet((a.low, a.high), (b.low, b.high), a, b)
    return _parts_meet(x, y)


def _resolved(q: Quantity) -> bool:
    return math.isfinite(q.low) or math.isfinite(q.high)


def _parts_meet(x: DateParts, y: DateParts) -> bool | None:
    if x.offset or y.offset or x.relative != y.relative or x.period != y.period or x.bound != y.bound:
        return None
    if x.relative and (x.year, x.fiscal) != (y.year, y.fiscal):
        return None
    if x.weekday is not None or y.weekday is not None:
        return None if x.weekday is None or y.weekday is None else x.weekday == y.weekday
    if x.fiscal is not y.fiscal:
        # nobody knows how a fiscal year lies to the calendar; the same number of a year is taken for agreement
        return True if x.year is not None and x.year == y.year and nominal_days(x) == nominal_days(y) else None
    if x.year is not None and y.year is not None and x.year != y.year:
        return False
    if x.day is not None and y.day is not None and (x.month is None or y.month is None):
        return x.day == y.day
    days, others = nominal_days(x), nominal_days(y)
    if days is None or others is None:
        same_year = (x.year is not None and x.year == y.year) or (bool(x.relative) and x.period == y.period)
        return True if same_year else None
    return days[0] <= others[1] and others[0] <= days[1]
