"""What stands behind a number: its unit, and what it is counted for."""

from __future__ import annotations

from dataclasses import dataclass

from overstate.quantities._numbers import MANY, NUMBERS, SCALES, SOME
from overstate.quantities._tokens import Tokens, is_digits, is_name
from overstate.quantities._types import QuantityKind
from overstate.quantities._words import numbers, texts, values, words

__all__ = ["AFTER", "MONEY", "SIGNS", "TIME", "Unit", "read_factors", "read_per", "read_unit", "singular"]

MONEY = texts("money")
#: What may stand before a number: signs and codes.
SIGNS = frozenset(word for word in MONEY if len(word) <= 3)
TIME = values("time")
AFTER = numbers("after")
_PERCENT = values("percent")
_CENTS = words("cents")
_IRREGULAR = texts("irregular")
_MEASURES = words("measure")
_ADJECTIVES = words("adjective")
_ATTRIBUTES = words("plural")
_DETERMINERS = words("determiner")
_DATES = words("month") | words("weekday") | words("day")
_STOP = words("stop") | NUMBERS.keys() | SCALES.keys() | MANY.keys() | SOME.keys() | _DATES | {"half", "twice"}
_IDLE = words("idle")
_PER = {"annum": "year", "annually": "year", "yearly": "year", "monthly": "month", "weekly": "week", "daily": "day"}
_SHORT_PER = {"mo": "month", "yr": "year", "wk": "week", "hr": "hour", "user": "user", "seat": "seat"}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit behind a number.

    Attributes:
        name: As in `Quantity.unit`.
        factor: Base units in one of it.
        kind: Amount or duration.
        end: Token behind it; the first token behind the number where there is none.
    """

    name: str
    factor: float
    kind: QuantityKind
    end: int


def read_unit(t: Tokens, j: int, value: float) -> Unit:
    """The unit behind a number that ends before token `j`; without a name if there is none."""
    amount = QuantityKind.AMOUNT
    hyphen = t.words[j] == "-" and t.glued(j) and t.glued(j + 1)
    k = j + hyphen
    word = t.words[k]
    if found := t.phrase_at(k, _PERCENT):
        return Unit("%", found[0], amount, found[1])
    if word in _CENTS:
        return Unit("$", 0.01, amount, k + 1)
    if word == "of" and t.words[k + 1] in MONEY:
        k += 1
        word = t.words[k]
    # "5 $10 plans": the sign belongs to what follows
    if word in MONEY and not (word in "$€£¥₹" and is_digits(t.words[k + 1])):
        return Unit(MONEY[word], 1, amount, k + 1)
    if word == "x" or (word == "fold" and t.glued(k)):
        return Unit("x", 1, amount, k + 1)
    if word in ("times", "time") and value != 1:
        return Unit("x", 1, amount, k + 1)
    if word in _MEASURES or (word == "ms" and t.glued(k)):
        return Unit(word, 1, amount, k + 1)
    if word == "of":
        k += 1
        while t.words[k] in _DETERMINERS and k < j + 4:
            k += 1
    return _noun(t, j, k, value, hyphen)


def _noun(t: Tokens, j: int, k: int, value: float, hyphen: bool) -> Unit:
    """The noun that is counted, past an adjective or two: "forty new enterprise customers"."""
    none = Unit("", 1, QuantityKind.AMOUNT, j)
    others = 0
    for m in range(k, k + 4):
        word = t.words[m].removesuffix("'s")
        if word in TIME and (value != 1 or word not in _IDLE or m > k or hyphen):
            return Unit("day", TIME[word], QuantityKind.DURATION, m + 1 + _long(t, m + 1))
        if not is_name(word) or word in _STOP or len(word) < 2:
            return none
        if word in _ADJECTIVES or (word in _ATTRIBUTES and _counted(t.words[m + 1])):
            continue
        if _counted(word) or hyphen or (value == 1 and word not in _IDLE and not word.endswith("ly")):
            if hyphen and m == k and word in ("and", "to", "or"):
                return none
            return Unit(singular(word), 1, QuantityKind.AMOUNT, m + 1)
        others += 1
        if others > 1 or value == 1:
            return none
    return none


def _long(t: Tokens, j: int) -> int:
    """Tokens of "-long", "-old"."""
    return 2 if t.words[j] == "-" and t.words[j + 1] in ("long", "old") else 0


def _counted(word: str) -> bool:
    return word in _IRREGULAR or (
        len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _STOP
    )


def singular(word: str) -> str:
    """Singular of a noun in lower case, by its ending."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word


def read_factors(t: Tokens, j: int) -> tuple[tuple[float, ...] | None, int]:
    """Factors of an approximator behind a number ("-ish", "or so", "+"), and the token behind it."""
    k = j + (t.words[j] == "-" and t.glued(j) and t.words[j + 1] in AFTER)
    found = t.phrase_at(k, AFTER)
    if found is None or (found[0][1] == float("inf") and t.words[k] in ("plus", "+") and _number_next(t, k + 1)):
        return None, j  # "forty plus ten"
    return found


def _number_next(t: Tokens, j: int) -> bool:
    return t.words[j] in NUMBERS or is_digits(t.words[j])


def read_per(t: Tokens, j: int, money: bool) -> tuple[str, int]:
    """What an amount is counted for, and the token behind it: "a seat", "per month", "/mo"."""
    word, following = t.words[j], t.words[j + 1]
    if word in _PER:
        return _PER[word], j + 1
    if word == "per" and following in _PER:
        return _PER[following], j + 2
    if word in ("per", "every", "each") or (
        word in ("a", "an") and (following in TIME or following in _SHORT_PER or money)
    ):
        if is_name(following) and following not in _STOP:
            return _SHORT_PER.get(following, singular(following)), j + 2
    elif word == "/" and is_name(following):
        return _SHORT_PER.get(following, singular(following)), j + 2
    return "", j
