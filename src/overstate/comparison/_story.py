"""Everything that was said in the calls, read once, and how much each word tells."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt

from overstate.comparison._types import Mention
from overstate.comparison._words import Reading, read, sentences
from overstate.quantities import read_quantities
from overstate.report import Report
from overstate.types import Claim, Quote

__all__ = ["Sentence", "Statement", "Story"]


@dataclass(frozen=True)
class Statement:
    """A claim or question of a call, and what it is about."""

    mention: Mention
    reading: Reading


@dataclass(frozen=True)
class Sentence:
    """A sentence of a turn: where it stands, and its content words."""

    call: int
    turn: int
    start: int
    end: int
    terms: frozenset[str]


class Story:
    """The calls in order.

    Args:
        reports: One report a call.
        names: A name for each.
        dates: The day of each, or None.
        sides: The side of each speaker that has one.
    """

    def __init__(
        self,
        reports: Sequence[Report],
        names: Sequence[str],
        dates: Sequence[datetime.date | None],
        sides: Mapping[str, str],
    ) -> None:
        self.reports, self.names, self.dates, self.sides = reports, names, dates, sides
        given = [name for report in reports for name in report.transcript.speakers if name.strip()]
        #: Full names of the speakers by their first names in lower case.
        self.speakers = {name.lower().split()[0]: name for name in reversed(given)}
        self.claims = [self.statement(n, claim) for n, report in enumerate(reports) for claim in report.claims]

    def statement(self, call: int, quote: Claim | Quote) -> Statement:
        """A claim or quoted words of a call, read."""
        mention = self.mention(call, quote.turn or 0, quote.start, quote.end)
        if isinstance(quote, Claim):
            mention = replace(mention, status=quote.status)
        quantities = read_quantities(quote.text, said_on=self.dates[call])
        return Statement(mention, read(quote.text, mention.speaker, self.speakers, quantities))

    def mention(self, call: int, turn: int, start: int, end: int) -> Mention:
        """The words at these offsets."""
        said = self.reports[call].transcript.turns[turn]
        return Mention(call, self.names[call], turn, start, end, said.text[start:end], said.speaker)

    @cached_property
    def sentences(self) -> list[Sentence]:
        """All sentences, in order."""
        return [
            Sentence(call, number, start, end, read(turn.text[start:end], turn.speaker, self.speakers, ()).terms)
            for call, report in enumerate(self.reports)
            for number, turn in enumerate(report.transcript.turns)
            for start, end in sentences(turn.text)
        ]

    @cached_property
    def holding(self) -> Mapping[str, list[int]]:
        """For each content word the sentences that hold it, by their index."""
        where: dict[str, list[int]] = defaultdict(list)
        for number, sentence in enumerate(self.sentences):
            for term in sentence.terms:
                where[term].append(number)
        return where

    @cached_property
    def weights(self) -> Mapping[str, float]:
        """How much each content word tells: scikit-learn's smooth inverse document frequency, over sentences."""
        from sklearn.feature_extraction.text import TfidfVectorizer

        vectorizer = TfidfVectorizer(analyzer=sorted)
        told = [sentence.terms for sentence in self.sentences if sentence.terms]
        if not told:
            return {}
        vectorizer.fit(told)
        return dict(zip(vectorizer.get_feature_names_out().tolist(), vectorizer.idf_.tolist(), strict=True))

    def total(self, terms: Iterable[str]) -> float:
        """Sum of the squared weights, which is what cosines of TF-IDF vectors count."""
        return sum(self.weights.get(term, 1.0) ** 2 for term in terms)

    def share(self, wanted: frozenset[str], found: frozenset[str]) -> float:
        """How much of what is wanted was found, 0 to 1 by weight; 0 where nothing is wanted."""
        return self.total(wanted & found) / self.total(wanted) if wanted else 0.0

    def likeness(self, a: frozenset[str], b: frozenset[str]) -> float:
        """Cosine of two sets of content words, 0 to 1."""
        if not a or not b:
            return 0.0
        return self.total(a & b) / sqrt(self.total(a) * self.total(b))

    def same_party(self, a: Statement, b: Statement) -> bool:
        """Whether "we" and "you" in two statements can mean the same people.

        Where sides are known, "we" of one side is "you" of the other. Where they are not, "we" said by two speakers is
        never taken for the same: they may be colleagues, or not.
        """
        if not a.reading.about or not b.reading.about:
            return True
        alike = a.reading.about == b.reading.about
        one, other = a.mention.speaker, b.mention.speaker
        if one in self.sides and other in self.sides:
            return (self.sides[one] == self.sides[other]) == alike
        return bool(one) and (one == other) == alike
