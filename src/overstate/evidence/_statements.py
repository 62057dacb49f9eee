"""Statements: what a claim or a passage says, taken apart into subject, quantities and state."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from overstate.evidence._passage import SENTENCE_END, Passage
from overstate.evidence._words import Sign, Word, signs, stem, words
from overstate.quantities import Quantity, QuantityKind, read_quantities

__all__ = ["Statement", "read_claim", "read_passage"]

#: Last words of names of fields whose numbers name something: "ticket: 4711", "invoice no".
_LABELS = frozenset(
    """id no nr ref reference phone tel fax ticket invoice version page line zip postcode code sku account clause lot
    key""".split()
)
_UNITS = re.compile(
    r"[€$£%]|\b(?:eur|euros?|usd|dollars?|gbp|pounds?|percent|pct|days?|weeks?|months?|years?|hours?)\b", re.I
)
_NAMED = re.compile(r"([^\W\d_][^:;.!?]{0,60}): +(?=\S)")
_CONTINENTAL = re.compile(r"\D*(?:\d{1,3}(?:\.\d{3})+|\d+),\d{1,2}\D*")
_AMBIGUOUS = re.compile(r"\D*[1-9]\d{0,2}(?:\.\d{3})+\D*")
#: Words to the right of a quantity that say what it is counted for.
_NEAR = 3


@dataclass(frozen=True)
class Statement:
    """One sentence, one field of a record, or one claim.

    Attributes:
        text: Its words.
        subject: Stems of its content words, quantities and words of state left out, units of counts included.
        capitals: Those of them that have a capital without opening a sentence.
        plain: Those of them that have none.
        opening: Those of them that open a sentence with a capital.
        quantities: Its quantities; in a field "seats: 40" the unit may be any word of the name.
        near: For each quantity, stems of the words that say of what kind it is: "12 **visitor** seats for **guests**".
        units: Stems that a quantity without unit may count: the words of the field's name.
        signs: Its words of state.
        order: The stems of its subject in the order of the text.
        around: Stems of what belongs to it: headings, the other fields of its record.
        keys: Of a field: for each short text beside it (name of a row, say) its stems.
    """

    text: str
    subject: frozenset[str]
    capitals: frozenset[str]
    plain: frozenset[str]
    opening: frozenset[str]
    quantities: tuple[Quantity, ...]
    near: tuple[frozenset[str], ...] = ()
    units: frozenset[str] = frozenset()
    signs: tuple[Sign, ...] = ()
    order: tuple[str, ...] = ()
    around: frozenset[str] = frozenset()
    keys: tuple[frozenset[str], ...] = ()

    @property
    def denied(self) -> bool:
        """Whether it is negated."""
        return sum(sign.kind == "not" for sign in self.signs) % 2 == 1

    def has(self, kind: str) -> bool:
        """Whether a cue of a kind stands in it."""
        return any(sign.kind == kind for sign in self.signs)

    def groups(self, kind: str) -> set[str]:
        """Groups of its cues of a kind."""
        return {sign.group for sign in self.signs if sign.kind == kind}


def read_claim(text: str) -> Statement:
    """A claim taken apart."""
    return _sentence(text)


def read_passage(passage: Passage) -> tuple[Statement, ...]:
    """The sentences of a passage, or the fields of a record."""
    context = frozenset(word.stem for word in words(passage.context))
    if passage.fields:
        return tuple(_fields(passage.fields, context))
    parts = [part for sentence in SENTENCE_END.split(passage.text) for part in re.split(r";\s+", sentence)]
    found: list[Statement] = []
    for part in parts:
        named = _NAMED.match(part)
        if named and len(named[1].split()) <= 8:
            found += _fields([(named[1], part[named.end() :])], context)
        elif not part.rstrip().endswith("?"):
            found.append(_sentence(part, around=context))
    return tuple(found)


def _fields(fields: Collection[tuple[str, str]], context: frozenset[str]) -> Iterator[Statement]:
    cells = [(_sentence(name), _sentence(value, _valued(name, value)), name, value) for name, value in fields]
    # a cell with figures describes its row, a short one without names it
    keys = [
        (name, cell.subject)
        for _, cell, name, value in cells
        if all(q.kind is QuantityKind.DATE for q in cell.quantities) and len(value.split()) <= 8
    ]
    told = tuple(sign for _, _, name, value in cells for sign in signs(_stated(name, value)))
    for title, cell, name, value in cells:
        beside = tuple(key for other, key in keys if other != name and key)
        around = context.union(*(other.subject for _, other, _, _ in cells if other is not cell))
        # "revenue last year: 12" and "2024: 12" speak of a period
        periods = tuple(q for q in title.quantities if q.kind is QuantityKind.DATE)
        yield Statement(
            f"{name}: {value}" if name else value,
            cell.subject | title.subject,
            cell.capitals | title.capitals | _titled(value),
            cell.plain | title.plain,
            frozenset(),
            (*cell.quantities, *periods),
            (*(near - title.subject for near in cell.near), *(frozenset() for _ in periods)),
            # what a column of plain quantities counts stands in the row
            title.subject or frozenset().union(*beside),
            told,
            (*title.order, *cell.order),
            around,
            beside,
        )


def _stated(name: str, value: str) -> str:
    return f"{name} {value}" if value.lower() not in ("no", "false", "n") else f"not {name}"


def _titled(value: str) -> frozenset[str]:
    """Stems of a short cell all in capitals: "Lyon", "North Sea"."""
    parts = value.split()
    titled = 0 < len(parts) <= 3 and all(part[0].isupper() for part in parts)
    return frozenset(word.stem for word in words(value)) if titled else frozenset()


def _valued(name: str, value: str) -> tuple[Quantity, ...]:
    """Quantities of a cell, the unit taken from the name where the cell has a bare number: "price (EUR)"."""
    if _AMBIGUOUS.fullmatch(value):  # 1.200 is 1200 in one country and 1.2 in another
        return ()
    if _CONTINENTAL.fullmatch(value):
        value = value.replace(".", "").replace(",", ".")
    found = read_quantities(value) or read_quantities(f"in {value}")  # "March" alone might be a verb
    if _LABELS & set(re.findall(r"[a-z]+", name.lower())[-1:]):
        return tuple(q for q in found if q.kind is QuantityKind.DATE)
    if re.fullmatch(r"\W*[\d.,]+\W*", value):  # a cell is not rounded, however many noughts it ends in
        found = tuple(replace(q, tolerance=0.0) for q in found)
    unit = _UNITS.search(name)
    if len(found) == 1 and not found[0].unit and unit:
        found = tuple(replace(q, tolerance=found[0].tolerance) for q in read_quantities(f"{value} {unit[0]}")) or found
    return found


def _sentence(text: str, found: tuple[Quantity, ...] | None = None, around: frozenset[str] = frozenset()) -> Statement:
    found = read_quantities(text) if found is None else found
    told = signs(text)
    states = [(s.start, s.start + len(s.text)) for s in told if s.kind != "mark"]
    dates = [(q.start, q.end) for q in found if q.kind in (QuantityKind.DATE, QuantityKind.DURATION)]
    kept = [w for w in words(text) if not any(a <= w.start < b for a, b in (*states, *dates))]
    counted = {stem(q.unit) for q in found if q.unit.isalpha() and q.kind is QuantityKind.AMOUNT and q.unit != "x"}
    return Statement(
        text,
        frozenset(w.stem for w in kept) | counted,
        frozenset(w.stem for w in kept if w.capital),
        frozenset(w.stem for w in kept if w.plain),
        frozenset(w.stem for w in kept if not w.plain and not w.capital),
        found,
        tuple(_near(q, text, kept) - {stem(q.unit)} for q in found),
        frozenset(),
        tuple(told),
        (*(w.stem for w in kept), *(counted - {w.stem for w in kept})),
        around,
    )


def _near(quantity: Quantity, text: str, kept: list[Word]) -> frozenset[str]:
    if quantity.kind is QuantityKind.DATE:
        return frozenset()
    rest = re.split(r"[,;.:!?()]", text[quantity.end :])[0]
    last = quantity.end + sum(len(piece) for piece in re.findall(r"\s*\S+", rest)[:_NEAR])
    return frozenset(w.stem for w in kept if quantity.start <= w.start < last)
