"""Amounts, changes and durations at a number: approximators and sign before it, unit behind it, ranges."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from overstate.quantities._labels import label_end, series_end
from overstate.quantities._numbers import SCALES, SOME, Number, read_number
from overstate.quantities._tokens import Tokens, is_digits
from overstate.quantities._types import Quantity, QuantityKind
from overstate.quantities._units import MONEY, SIGNS, read_factors, read_per, read_unit
from overstate.quantities._words import numbers, values, words

__all__ = ["FRACTION_TOLERANCE", "Term", "quantity", "read_amount", "start_before", "tolerance_of"]

_BEFORE = numbers("before")
_SINGLED = words("singled")
_MOVED = words("moved")
_RISE = values("rise")
_FRACTIONS = values("fraction")
#: How far a fraction in words ("a third of") may be off and still be the same: 5 % of it.
FRACTION_TOLERANCE = 0.05
#: The most a value of 1,000 and more, and a duration, may be off for having been rounded.
LARGE_TOLERANCE, DURATION_TOLERANCE = 0.05, 0.1
#: The same for zeros that may be figures or rounding: "12,000", "40 million".
ZEROS_TOLERANCE = 0.02
Factors = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Term:
    """A number with its unit: an amount, or one end of a range. `start` and `end` are tokens."""

    low: float
    high: float
    tolerance: float
    unit: str
    kind: QuantityKind
    start: int
    end: int
    value: float
    scale: float = 1.0
    factor: float = 1.0
    factors: Factors | None = None
    loose: bool = False
    before: tuple[float, float] | None = None


def tolerance_of(value: float, step: float, *, duration: float = 0.0) -> float:
    """Half of the last place, within limits.

    Args:
        value: The number, before its unit.
        step: Place of its last digit.
        duration: Days in its unit, for a length of time; else 0.
    """
    size = abs(value)
    if duration:
        return min(step / 2, DURATION_TOLERANCE * size) * duration
    if size < 1000:
        return min(step, 1.0, size or 1.0) / 2
    if step < 1:
        return step / 2
    digits = f"{size:.0f}"
    zeros = 10.0 ** (len(digits) - len(digits.rstrip("0")))
    return max(min(step / 2, LARGE_TOLERANCE * size), min(zeros / 2, ZEROS_TOLERANCE * size))


def read_amount(t: Tokens, i: int, floor: int) -> tuple[Term | None, int]:
    """The amount at a token without what stands before it, and the token behind what was read.

    Args:
        t: The tokens.
        i: First token of the number.
        floor: First token that belongs to nothing yet.

    Returns:
        None for a label, a clock time, a pronoun and what is no number; the token behind tells how far to skip.
    """
    number = read_number(t, i)
    if number is None:
        return None, i + 1
    if number.digits and t.words[number.end] in ("st", "nd", "rd", "th") and t.glued(number.end):
        return None, number.end + 1
    if (end := series_end(t, number)) is not None:
        return None, end
    if part := _fraction(t, number, floor):
        return part, part.end
    term = _term(t, number, floor)
    bare = term.unit == "" and term.scale == 1 and term.factors is None and term.kind is QuantityKind.AMOUNT
    if (end := label_end(t, number, term.start, bare)) is not None:
        return None, max(end, number.end)
    joint = _range(t, term, floor)
    if number.value == 1 and t.words[i] == "one" and number.end == i + 1 and _pronoun(t, i, bare and joint is term):
        return None, i + 1
    return joint, joint.end


def _pronoun(t: Tokens, i: int, bare: bool) -> bool:
    return bare or t.words[i - 1] in _SINGLED or t.words[i + 1] == "of"


def _term(t: Tokens, number: Number, floor: int) -> Term:
    start = start_before(t, number.start, floor)
    sign = t.words[number.start - 1] if number.start > floor else ""
    money = MONEY[sign] if sign in SIGNS else ""
    factors, end = read_factors(t, number.end)
    unit = read_unit(t, end, number.value)
    if money:
        name, kind, size = money, QuantityKind.AMOUNT, 1.0
        end = unit.end if unit.name == money and t.words[unit.end - 1] in MONEY else end
    else:
        name, kind, size, end = unit.name, unit.kind, unit.factor, unit.end
    if factors is None:
        factors, end = read_factors(t, end)
    low, high = number.low * size, number.high * size
    if kind is QuantityKind.DURATION:
        rough = tolerance_of(number.value, number.step, duration=size)
    else:
        rough = tolerance_of(number.value, number.step) * size
    if t.words[start] in ("-", "−", "minus", "negative"):
        low, high = -high, -low
    value, vague = number.value, number.vague
    if name == "figure" and value in range(4, 11):  # "a seven-figure deal"
        low, high, name, vague = 10.0 ** (value - 1), 10.0**value - 1, "", True
    return Term(low, high, 0.0 if vague else rough, name, kind, start, end, value, number.scale, size, factors, vague)


def start_before(t: Tokens, i: int, floor: int) -> int:
    """First token of a number with the article, currency and minus sign before it."""
    start = i
    word = t.words[i]
    if (
        start > floor
        and t.words[start - 1] in ("a", "an")
        and (word in SCALES or word in SOME or word in ("half", "quarter"))
    ):
        start -= 1
    if start > floor and t.words[start - 1] in SIGNS:
        start -= 1
        if start > floor and t.words[start] == "$" and t.words[start - 1] == "us" and t.glued(start):
            start -= 1
    before = t.words[start - 1]
    if start > floor and (
        before in ("minus", "negative")
        or (before in "-−" and before and t.glued(start) and t.starts[start - 1] > t.ends[start - 2])
    ):
        start -= 1
    return start


def _range(t: Tokens, first: Term, floor: int) -> Term:
    """A range, if "to 23" or the like follows; a change, if "from" stands before it as well."""
    word, before = t.words[first.end], t.words[first.start - 1]
    if (found := t.phrase_before(first.start, _BEFORE)) is not None and found[1] > floor:
        before = t.words[found[1] - 1]
    joined = word in ("to", "through", "or", "-", "–", "till") or (word == "and" and before == "between")
    k = first.end + 1
    if word == "-" and t.words[k] in ("to", "or", "and"):
        joined, k = True, k + (1 + (t.words[k + 1] == "-"))
    elif word in ("-", "–") and not (is_digits(t.words[first.end - 1]) or t.glued(first.end)):
        joined = False
    spoken_pair = (
        not joined and first.unit == "" and not is_digits(t.words[first.end - 1]) and first.value in range(1, 100)
    )
    if spoken_pair:
        k = first.end
    if not joined and not spoken_pair:
        return first
    while t.words[k] in ("about", "roughly", "around", "maybe", "almost", "nearly", "over") and k < first.end + 3:
        k += 1
    while t.words[k] in MONEY or t.words[k] in ("a", "an"):
        k += 1
        if k > first.end + 4:
            return first
    number = read_number(t, k)
    if number is None or number.skip:
        return first
    if spoken_pair and (number.value - first.value not in (1, 10) or number.digits or t.words[k] == "point"):
        return first
    second = _term(t, number, first.end + 1 if joined else first.end)
    if second.unit and first.unit and second.unit != first.unit:
        return first
    if word == "or" and number.value <= first.value:
        return first
    # "up 12 percent to 40" is no range, "$3 to 4 million" and "from 21% to 23" are
    if first.unit and not second.unit and before not in ("from", "between") and t.words[first.start] not in MONEY:
        return first
    change = before == "from" and word == "to"
    if label_end(t, number, second.start, bare=False) is not None:
        return first
    merged = _aligned(first, second)
    if merged is None:
        return first
    low, high, rough = merged
    rough = max(rough, second.tolerance) if change else min(rough, second.tolerance)
    unit, kind = (second.unit, second.kind) if second.unit else (first.unit, first.kind)
    joint = replace(
        second, start=first.start, unit=unit, kind=kind, tolerance=rough, factors=second.factors or first.factors
    )
    if change and low != high:
        return replace(joint, kind=QuantityKind.CHANGE, low=high, high=high, before=(low, low))
    if low >= high:
        return first
    return replace(joint, low=low, high=high)


def _aligned(first: Term, second: Term) -> tuple[float, float, float] | None:
    """Both ends in base units: "3 to 4 million" is in millions, "four to six weeks" in weeks."""
    low, rough = first.low, first.tolerance
    if first.scale == 1 and second.scale > 1 and abs(first.value) < abs(second.value) / second.scale * 10:
        low, rough = low * second.scale, second.tolerance
    if not first.unit and second.factor != 1:
        low, rough = low * second.factor, rough * second.factor
    high = second.high * (first.factor if first.unit and not second.unit else 1)
    if math.isinf(low) or math.isinf(high):
        return None
    return low, high, rough


def _fraction(t: Tokens, number: Number, floor: int) -> Term | None:
    """Two thirds, three quarters of, one in five, nine out of ten: shares in per cent."""
    j = number.end + (t.words[number.end] == "-" and t.words[number.end + 1] in _FRACTIONS)
    word = t.words[j]
    share, end = 0.0, j + 1
    if number.scale != 1 or number.vague or number.value % 1:
        return None
    if word in _FRACTIONS and 1 <= number.value < _FRACTIONS[word] and (number.value > 1) == word.endswith("s"):
        if _FRACTIONS[word] == 4 and t.words[j + 1] != "of":
            return None
        share = number.value / _FRACTIONS[word]
        if t.words[j + 1] == "of" and t.words[j + 2] in ("a", "an") and t.words[j + 3] in SCALES:
            value = share * SCALES[t.words[j + 3]]
            unit = read_unit(t, j + 4, value)
            return Term(value, value, 0.05 * value, unit.name, unit.kind, number.start, unit.end, value)
    elif word in ("in", "of") or (word == "out" and t.words[j + 1] == "of"):
        whole = read_number(t, j + 1 + (word == "out"))
        if whole is None or whole.skip or whole.vague or not number.value < whole.value <= 1000 or number.value < 1:
            return None
        if read_unit(t, whole.end, whole.value).kind is QuantityKind.DURATION or number.digits != whole.digits:
            return None
        share, end = number.value / whole.value, whole.end
    if not share:
        return None
    return Term(
        100 * share, 100 * share, 100 * share * FRACTION_TOLERANCE, "%", QuantityKind.AMOUNT, number.start, end, share
    )


def _opened(t: Tokens, term: Term, floor: int) -> Term:
    """The term with the approximators around it."""
    start, around = term.start, [term.factors] if term.factors else []
    for _ in range(2):
        found = t.phrase_before(start, _BEFORE)
        if found is None or found[1] < floor or (t.words[found[1]] == "up" and t.words[found[1] - 1] in _MOVED):
            break
        around.append(found[0])
        start = found[1]
    low, high, loose = term.low, term.high, term.loose
    for least, most in around:
        loose = loose or (least > 0 and most < math.inf)
        low, high = (-high * most, -low * least) if high < 0 else (low * least, high * most if high else high)
    return replace(term, start=start, low=min(low, high), high=max(low, high), loose=loose)


def quantity(t: Tokens, term: Term, floor: int) -> tuple[Quantity, int]:
    """The quantity of a term, and the token behind it and behind what it is counted for."""
    term = _opened(t, term, floor)
    low, high, kind = term.low, term.high, term.kind
    if kind is QuantityKind.AMOUNT and (sign := _direction(t, term)):
        kind = QuantityKind.CHANGE
        low, high = (low, high) if sign > 0 else (-high, -low)
    per, end = read_per(t, term.end, term.unit in MONEY.values())
    if per:  # "per user per month"
        also, end = read_per(t, end, False)
        per = f"{per}/{also}" if also else per
    first, last = t.starts[term.start], t.ends[term.end - 1]
    text = t.text[first:last]
    return Quantity(first, last, text, kind, low, high, term.unit, term.loose, term.tolerance, term.before, per), end


def _direction(t: Tokens, term: Term) -> float:
    """1 or -1 for "grew by 5 %" and "down 5 %", else 0."""
    word, before = t.words[term.start - 1], t.words[term.start - 2]
    if word == "by":
        # "cut it by forty", "reduced the churn by 5 %"
        return next((_RISE[t.words[k]] for k in range(term.start - 2, term.start - 5, -1) if t.words[k] in _RISE), 0.0)
    if term.unit not in ("%", "x"):
        return 0.0
    return _RISE.get(before if word == "of" else word, 0.0)
