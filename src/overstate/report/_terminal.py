"""The report as rich prints it: the plain text's order and words, with colour where it helps the eye."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.console import Group as Stack
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from overstate.report._outline import Item, Section, all_notes, headline, outline, tally
from overstate.report._who import taken, who
from overstate.report._words import estimate_note
from overstate.types import Status

if TYPE_CHECKING:
    from overstate.report._report import Report

__all__ = ["renderable"]

_STYLES = {Status.NEEDS_CLARIFICATION: "bold yellow", Status.PLAUSIBLE: "dim", Status.VERIFIED: "green"}

# Everything is built of Text objects, never of markup strings: "[red]" in a transcript is just words.


def renderable(report: Report, ask: int | None = None) -> RenderableType:
    """What a rich console prints for a report; `ask` as in `outline`."""
    return Stack(*_parts(report, ask))


def _parts(report: Report, ask: int | None) -> Iterator[RenderableType]:
    yield Text(headline(report), style="bold")
    if report.claims:
        yield Text("")
        yield Text("   ").join(_tally(report))
        yield Text(estimate_note(report.model), style="dim")
        if ask is None:
            yield from _who(report)
    for section in outline(report, ask):
        yield Text("")
        yield Text(section.title, style="bold underline")
        yield from _section(section)
    notes = all_notes(report)
    if notes:
        yield Text("\nNotes", style="bold underline")
        yield from (_hang(Text("-"), Text(note)) for note in notes)


def _who(report: Report) -> Iterator[RenderableType]:
    table = who(report)
    yield Text(f"\n{table.title}", style="bold underline")
    grid = Table(box=None, padding=(0, 2, 0, 0))
    for index, column in enumerate(table.columns):
        grid.add_column(Text(column.head, style="dim"), justify="right" if index else "left")
    for row in table.rows:
        grid.add_row(*(Text(cell) for cell in row))
    yield grid
    items = taken(report)
    if items:
        yield Text("\nTaken at face value", style="bold underline")
    for item in items:
        about = f" ({item.speaker}, {item.place}{f'; {item.how}' if item.how else ''})"
        yield _hang(Text("-"), Text.assemble(f"“{item.words}”", (about, "dim")))


def _tally(report: Report) -> list[Text]:
    # The counts come in the order of _STYLES; what follows them (the share hedged) has no colour.
    styles = [*_STYLES.values(), ""]
    return [Text(words, style=style) for words, style in zip(tally(report), styles, strict=True)]


def _section(section: Section) -> Iterator[RenderableType]:
    for group in section.groups:
        yield Text(f"\n{group.speaker}", style="bold")
        for number, item in enumerate(group.items):
            if section.status is Status.PLAUSIBLE:
                yield _hang(Text(f"  {item.sign}"), _short(item))
                continue
            if number:
                yield Text("")
            yield _hang(Text(f"  {item.sign}", style=_STYLES[item.status]), _first(item))
            yield from (Padding(line, (0, 0, 0, 4), expand=False) for line in _details(item))


def _short(item: Item) -> Text:
    return Text.assemble((f"{item.verdict}, {item.place}: ", "dim"), item.words)


def _first(item: Item) -> Text:
    return Text.assemble((item.verdict, _STYLES[item.status]), (f"; {item.place}", "dim"))


def _details(item: Item) -> Iterator[RenderableType]:
    yield Text(f"“{item.words}”")
    for origin, words in item.evidence:
        yield _hang(Text("-", style="dim"), Text.assemble((f"{origin}: ", "dim"), f"“{words}”"))
    if item.question:
        yield _hang(Text(item.ask, style="bold"), Text(item.question, style="bold"))


def _hang(label: Text, body: Text) -> RenderableType:
    """A label and, beside it, a body whose further lines stay clear of the label."""
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_row(label, body)
    return grid
