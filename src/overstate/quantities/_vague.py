"""Amounts and lengths of time without a number: "mid-teens", "half of", "twice", "doubled", "a week"."""

from __future__ import annotations

from overstate.quantities._amounts import FRACTION_TOLERANCE, Term
from overstate.quantities._numbers import read_number
from overstate.quantities._tokens import Tokens
from overstate.quantities._types import QuantityKind
from overstate.quantities._units import TIME, read_unit
from overstate.quantities._words import values, words

__all__ = ["read_vague"]

_TENS = values("tens")
_MULTIPLES = values("multiple")
_GROWN = values("grown")
_FRACTIONS = values("fraction")
_TAKES = words("takes")
_LEVELS = ("low", "lower", "mid", "middle", "high", "upper")
#: Of ten numbers, those that "low", "mid" and "high" mean.
_OF_TEN = {"low": (0, 4), "lower": (0, 4), "mid": (3, 7), "middle": (3, 7), "high": (6, 9), "upper": (6, 9), "": (0, 9)}
_OF_TEENS = {
    "low": (11, 13),
    "lower": (11, 13),
    "mid": (13, 17),
    "middle": (13, 17),
    "high": (17, 19),
    "upper": (17, 19),
    "": (13, 19),
}
_OF_DIGITS = {
    "single": {"low": (1, 3), "mid": (4, 6), "high": (7, 9), "": (1, 9)},
    "double": {"low": (10, 14), "mid": (10, 60), "high": (60, 99), "": (10, 99)},
    "triple": {"low": (100, 300), "mid": (400, 600), "high": (700, 999), "": (100, 999)},
}
_WHOLE = frozenset("of the our their my your its all these those this".split())
_CLOSE = frozenset("about around roughly approximately almost nearly over than by".split())
#: "Double" is no doubling before these.
_NAMES = frozenset("check checks click clicks down digit digits edged sided booked clicked checked checking".split())


def read_vague(t: Tokens, i: int, floor: int) -> Term | None:
    """The amount or length of time at a word that is no number, or None."""
    word = t.words[i]
    if word in _TENS:
        return _tens(t, i, floor)
    if word in ("digit", "digits"):
        return _digits(t, i, floor)
    if word in _MULTIPLES:
        return _term(t, i, i + 1, _MULTIPLES[word], "x")
    if word == "half" and (term := _half_a_time(t, i, floor)):
        return term
    if word in _FRACTIONS and (term := _share(t, i, floor)):
        return term
    if word in _GROWN:
        k = i + 1 + (t.words[i + 1] == "-")
        if t.words[k] in _NAMES or word == "halves":
            return None
        return _term(t, i, i + 1, _GROWN[word], "x", QuantityKind.CHANGE)
    return _a_time(t, i, floor)


def _term(
    t: Tokens,
    start: int,
    end: int,
    value: float,
    unit: str,
    kind: QuantityKind = QuantityKind.AMOUNT,
    *,
    share: bool = False,
) -> Term:
    rough = value * FRACTION_TOLERANCE if share else 0.0
    return Term(value, value, rough, unit, kind, start, end, value)


def _level(t: Tokens, i: int, floor: int) -> tuple[str, int]:
    """ "low", "mid" or "high" before a token, and where it begins."""
    k = i - 1 - (t.words[i - 1] == "-")
    if k < floor or t.words[k] not in _LEVELS:
        return "", i
    if t.words[k - 1] in ("to", "-") and t.words[k - 2] in _LEVELS and k - 2 >= floor:  # "low to mid thirties"
        return f"{t.words[k - 2]} {t.words[k]}", k - 2
    return t.words[k], k


def _spread(level: str, bounds: dict[str, tuple[int, int]]) -> tuple[int, int] | None:
    parts = [bounds.get(name) for name in level.split(" ")]
    first, last = parts[0], parts[-1]
    return (first[0], last[1]) if first and last else None


def _loose(t: Tokens, start: int, end: int, low: float, high: float) -> Term:
    unit = read_unit(t, end, low)
    return Term(low * unit.factor, high * unit.factor, 0, unit.name, unit.kind, start, unit.end, low, loose=True)


def _tens(t: Tokens, i: int, floor: int) -> Term | None:
    """Mid-teens, low thirties. Without "low" or the like the thirties may be years."""
    word = t.words[i]
    level, start = _level(t, i, floor)
    if word != "teens" and not level:
        return None
    spread = _spread(level, _OF_TEENS if word == "teens" else _OF_TEN)
    if spread is None:
        return None
    base = 0 if word == "teens" else _TENS[word]
    return _loose(t, start, i + 1, base + spread[0], base + spread[1])


def _digits(t: Tokens, i: int, floor: int) -> Term | None:
    """High single digits, double-digit."""
    k = i - 1 - (t.words[i - 1] == "-")
    bounds = _OF_DIGITS.get(t.words[k])
    if bounds is None or k < floor:
        return None
    level, start = _level(t, k, floor)
    spread = _spread(level, bounds)
    return None if spread is None else _loose(t, start, i + 1, *spread)


def _share(t: Tokens, i: int, floor: int) -> Term | None:
    """Half of, half the; a third of, a quarter of."""
    word, following = t.words[i], t.words[i + 1]
    if word in ("half", "halves"):
        near = t.words[i - 1] in _CLOSE and following not in ("a", "an", "-", "past")
        if t.words[i - 1] in ("first", "second", "other", "and", "last", "next", "this") or not (
            following in _WHOLE or near
        ):
            return None
        return _term(t, i, i + 1 + (following == "of"), 50, "%", share=True)
    if t.words[i - 1] not in ("a", "an", "one") or i - 1 < floor:
        return None
    if following == "of" and t.words[i + 2] in ("a", "an") and read_number(t, i) is not None:
        return None  # "a quarter of a million"
    if following != "of" and (t.words[i - 2] not in _CLOSE or word == "quarter"):
        return None
    return _term(t, i - 1, i + 1 + (following == "of"), 100 / _FRACTIONS[word], "%", share=True)


def _half_a_time(t: Tokens, i: int, floor: int) -> Term | None:
    """Half an hour, a half day, half a year."""
    j = i + 1 + (t.words[i + 1] in ("a", "an", "-"))
    start = i - (t.words[i - 1] == "a" and i > floor)
    if t.words[j] not in TIME or t.words[j].endswith("s") or t.words[j] in ("second", "quarter"):
        return None
    if start == i and j == i + 1:
        return None
    days = 0.5 * TIME[t.words[j]]
    return Term(days, days, 0.1 * days, "day", QuantityKind.DURATION, start, j + 1, 0.5)


def _a_time(t: Tokens, i: int, floor: int) -> Term | None:
    """A week or two, a year and a half; a week, where "takes" or the like stands before it."""
    word = t.words[i]
    if t.words[i - 1] not in ("a", "an") or word not in TIME or i - 1 < floor:
        return None
    days, start, end = TIME[word], i - 1, i + 1
    low = high = 1.0
    loose = False
    if t.words[end : end + 2] == ["or", "two"]:
        high, end, loose = 2.0, end + 2, True
    elif t.words[end : end + 3] == ["and", "a", "half"]:
        low = high = 1.5
        end += 3
    elif t.words[end : end + 2] == ["or", "so"]:
        low, high, end, loose = 0.9, 1.1, end + 2, True
    elif t.words[end : end + 1] == ["ago"] or t.words[end : end + 2] == ["from", "now"]:
        pass
    elif t.words[i - 2] not in _TAKES:
        return None
    return Term(low * days, high * days, 0.1 * days, "day", QuantityKind.DURATION, start, end, low, loose=loose)
