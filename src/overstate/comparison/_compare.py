"""Calls in, the story of them out."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence

from overstate.comparison._commitments import find_commitments
from overstate.comparison._comparison import Comparison
from overstate.comparison._questions import find_open_questions
from overstate.comparison._story import Story
from overstate.comparison._threads import find_threads
from overstate.comparison._types import Call
from overstate.errors import DataError
from overstate.report import Report
from overstate.report._words import base_name

__all__ = ["compare"]


def compare(
    reports: Sequence[Report],
    dates: Sequence[datetime.date] | None = None,
    *,
    sides: Mapping[str, str] | None = None,
) -> Comparison:
    """What several calls with one customer say together: claims that recur, promises, questions left open.

    Everything is found by rule and by the words that calls share (TF-IDF), with an eye to precision: what is found can
    be relied on more than what is not. The rules are told where they are applied: `find_threads`, `find_promise`,
    `find_commitments` and `find_open_questions`.

    Args:
        reports: Two or more reports, in the order of the calls unless `dates` are given.
        dates: The day of each call. Puts the calls in order, and tells what "by Friday" means.
        sides: The side of each speaker, by any names ("customer", "us"); those that are not known may be left out.
            Without them, "we" said by two speakers is never taken for the same party, and some threads are missed.

    Raises:
        DataError: Fewer than two reports, something that is no report, or dates that are not one for each.
    """
    checked = _checked(reports)
    days: list[datetime.date | None] = [None] * len(checked)
    if dates is not None:
        days = _checked_dates(dates, len(checked))
        order = sorted(range(len(checked)), key=lambda n: days[n] or datetime.date.min)
        checked, days = [checked[n] for n in order], [days[n] for n in order]
    names = _names(checked)
    story = Story(checked, names, days, _checked_sides(sides))
    commitments = find_commitments(story)
    promised = {mention for commitment in commitments for mention in commitment.mentions}
    threads = find_threads(story, promised)
    questions = find_open_questions(story, threads, commitments)
    calls = tuple(Call(n, d, len(r.claims)) for n, d, r in zip(names, days, checked, strict=True))
    models = tuple(dict.fromkeys(report.model for report in checked if report.model))
    return Comparison(calls, tuple(threads), tuple(commitments), tuple(questions), ", ".join(models))


def _checked(reports: Sequence[Report]) -> list[Report]:
    if isinstance(reports, (str, bytes, Report)) or not hasattr(reports, "__iter__"):
        raise DataError(f"got {type(reports).__name__}, expected a list of two or more reports", field="reports")
    found = list(reports)
    for number, report in enumerate(found):
        if not isinstance(report, Report):
            raise DataError(
                f"got {type(report).__name__}, expected a Report, as overstate.analyze returns",
                field=f"reports[{number}]",
            )
    if len(found) < 2:
        raise DataError(f"got {len(found)}, expected two or more reports", field="reports")
    return found


def _checked_dates(dates: Sequence[datetime.date], count: int) -> list[datetime.date | None]:
    if isinstance(dates, str) or not hasattr(dates, "__iter__"):
        raise DataError(f"got {type(dates).__name__}, expected a list of dates, one for each report", field="dates")
    found: list[datetime.date | None] = []
    for number, day in enumerate(dates):
        if not isinstance(day, datetime.date):
            raise DataError(f"got {day!r}, expected a datetime.date", field=f"dates[{number}]")
        found.append(day.date() if isinstance(day, datetime.datetime) else day)
    if len(found) != count:
        raise DataError(f"got {len(found)} dates, expected {count}, one for each report", field="dates")
    return found


def _checked_sides(sides: Mapping[str, str] | None) -> dict[str, str]:
    if sides is None:
        return {}
    if not isinstance(sides, Mapping):
        raise DataError(f"got {type(sides).__name__}, expected sides by names of speakers", field="sides")
    return dict(sides)


def _names(reports: Sequence[Report]) -> list[str]:
    """File names, "call 1" where there is none; a number is put behind names that repeat."""
    given = [base_name(report.transcript.source) or f"call {n}" for n, report in enumerate(reports, 1)]
    again = {name for name, count in Counter(given).items() if count > 1}
    return [f"{name} ({n})" if name in again else name for n, name in enumerate(given, 1)]
