"""The object that analysis returns. Each view of it lives in a module of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from overstate.errors import DataError
from overstate.explain.frameworks import fields_untouched
from overstate.report import _json, _markdown, _rows, _text
from overstate.report._check import check_sides, check_spans
from overstate.report._face_value import agreement_after, face_value
from overstate.report._speakers import SpeakerStats, by_side, speaker_stats
from overstate.report._summary import Summary, summarize, worth_asking
from overstate.report._words import base_name, counted
from overstate.sides import US
from overstate.transcript import Transcript
from overstate.types import Claim, Evidence, Hedge, Question, Quote, Relation

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import RenderableType

__all__ = ["Report"]


@dataclass(frozen=True, repr=False)
class Report:
    """What was found in one transcript.

    Data (`to_dict`, `to_frame`, `to_csv`) count turns from 0, as `Claim.turn` does; pages and text for
    people count them from 1.

    Attributes:
        transcript: The transcript that was read.
        claims: The claims found.
        hedges: The hedges found, inside claims or not.
        notes: What the analysis took for granted, one sentence each. The reader's own are in `transcript`.
        model: Name and version of the model that judged; "" if unknown.
        questions: The questions that were asked for information, and what became of them.
        sides: By speaker, the name of their side; "us" is our own, "unknown" nobody's.
        sides_guessed: Whether the sides were guessed from what was said; `notes` says so, too.

    Raises:
        DataError: A claim or hedge does not lie where its offsets say, or a side is given to a stranger.
    """

    transcript: Transcript
    claims: tuple[Claim, ...]
    hedges: tuple[Hedge, ...]
    notes: tuple[str, ...] = ()
    model: str = ""
    questions: tuple[Question, ...] = ()
    sides: Mapping[str, str] = field(default_factory=dict, hash=False)
    sides_guessed: bool = False

    def __post_init__(self) -> None:
        check_sides(self.transcript.speakers, self.sides)
        check_spans(self.transcript.turns, self.claims, self.hedges)

    @property
    def summary(self) -> Summary:
        """Counts by status and by speaker, and the share of claims that are hedged."""
        turns = len(self.transcript.turns)
        return summarize(self.transcript.speakers, turns, self.claims, self.hedges)

    @property
    def links(self) -> tuple[Evidence, ...]:
        """All evidence of all claims, each link once though both its ends may be claims."""
        seen: dict[tuple[Relation, frozenset[Quote]], Evidence] = {}
        for claim in self.claims:
            for link in claim.evidence:
                seen.setdefault((link.relation, frozenset((link.claim, link.other))), link)
        return tuple(seen.values())

    @property
    def speakers(self) -> tuple[SpeakerStats, ...]:
        """What each speaker said, asked and let pass, in order of appearance."""
        return speaker_stats(self)

    def by_side(self) -> dict[str, SpeakerStats]:
        """The counts of `speakers` summed by side; the key is the side's name."""
        return by_side(self.speakers)

    def accepted_at_face_value(self, side: str = US) -> list[Claim]:
        """What the other sides said that needs clarification, and that nobody on `side` asked about, denied or backed.

        `agreement_after` has the words with which such a claim was let pass.

        Returns:
            Likeliest to need clarification first; none where the side, or every other one, is unknown.

        Raises:
            DataError: No speaker of the call is on this side, and it is not "us".
        """
        if side != US and side not in self.sides.values():
            known = ", ".join(repr(name) for name in dict.fromkeys(self.sides.values())) or "none"
            raise DataError(f"got {side!r}, expected a side of this call: {known}", field="side")
        return face_value(self, side)

    def agreement_after(self, claim: Claim, side: str = US) -> Quote | None:
        """The words of agreement ("sounds good") that `side` says right after a claim, or None."""
        return agreement_after(self, claim, side)

    def to_ask(self, n: int | None = None) -> list[Claim]:
        """The claims most worth asking about: those that need clarification and have a question.

        Args:
            n: How many at most; None for all.

        Returns:
            By the probability of needing clarification times what hangs on the claim (money, dates, commitments, who
            decides, contracts, needs, disputes); equal ones in the order of the transcript.

        Raises:
            DataError: `n` is negative or not a whole number.
        """
        _check_count("n", n)
        return worth_asking(self.claims)[:n]

    def open_fields(self, framework: str) -> tuple[str, ...]:
        """Fields of a sales framework that nobody touched in the call, as far as its phrases show; in its order.

        Args:
            framework: "meddic", "meddpicc" or "bant".

        Raises:
            DataError: There is no such framework.
        """
        return fields_untouched(framework, self.transcript.turns)

    def to_frame(self) -> pd.DataFrame:
        """One row a claim. `seconds` is where the claim's turn starts; `turn` counts from 0.

        Raises:
            ImportError: pandas is not installed.
        """
        return _rows.frame(_rows.CLAIM_COLUMNS, _rows.claim_rows(self))

    def hedges_to_frame(self) -> pd.DataFrame:
        """One row a hedge. `seconds` is where its turn starts; `turn` counts from 0.

        Raises:
            ImportError: pandas is not installed.
        """
        return _rows.frame(_rows.HEDGE_COLUMNS, _rows.hedge_rows(self))

    def to_csv(self) -> str:
        """The rows of `to_frame` as RFC 4180 text.

        Cells that a spreadsheet would run as a formula get a leading apostrophe.
        """
        return _rows.csv_text(_rows.CLAIM_COLUMNS, _rows.claim_rows(self))

    def to_dict(self) -> dict[str, Any]:
        """Everything in the report as dicts, lists, strings and numbers, ready for JSON."""
        return _json.encode(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Report:
        """Read back what `to_dict` wrote; the result equals the report that wrote it.

        Raises:
            DataError: Another format version, a missing or unknown key, or a value of the wrong form; the
                message names the field.
        """
        return cls(**_json.decode(data))

    def to_json(self, indent: int | None = None) -> str:
        """`to_dict` as a JSON string.

        Args:
            indent: Spaces a level; None for one line.
        """
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=indent, allow_nan=False)

    def to_markdown(self, ask: int | None = None) -> str:
        """The findings as GitHub-flavoured Markdown, all transcript text escaped.

        Args:
            ask: List only this many claims, most worth asking about first; None for every claim.

        Raises:
            DataError: `ask` is negative or not a whole number.
        """
        _check_count("ask", ask)
        return _markdown.markdown(self, ask)

    def to_text(self, width: int = 100, ask: int | None = None) -> str:
        """The findings as plain text: what to ask first, then the other claims, by speaker.

        Args:
            width: Characters a line, at least 40.
            ask: List only this many claims, most worth asking about first; None for every claim.

        Raises:
            DataError: `width` is below 40, or `ask` is negative or not a whole number.
        """
        _check_count("width", width, least=40)
        _check_count("ask", ask)
        return _text.plain_text(self, width, ask)

    # The page and the terminal need jinja2 and rich, which a program that only reads claims need not load.

    def to_html(self) -> str:
        """The whole transcript with its claims marked, as one page that needs no script and no network."""
        from overstate.report import _html

        return _html.page(self)

    def _repr_html_(self) -> str:
        from overstate.report import _html

        return _html.fragment(self)

    def __rich__(self) -> RenderableType:
        from overstate.report import _terminal

        return _terminal.renderable(self)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        name = base_name(self.transcript.source)
        return (
            f"<Report {f'{name!r}: ' if name else ''}{counted(len(self.claims), 'claim')}, "
            f"{len(worth_asking(self.claims))} to ask about>"
        )


def _check_count(name: str, value: int | None, least: int = 0) -> None:
    if value is None and least == 0:
        return
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise DataError(f"got {value!r}, expected a whole number of at least {least}", field=name)
