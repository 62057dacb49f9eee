"""Do the offsets of a report fit its transcript? If not, the wrong words would be marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from overstate.errors import DataError
from overstate.types import Claim, Hedge, Quote, Turn

__all__ = ["check_sides", "check_spans"]


def check_spans(turns: Sequence[Turn], claims: Iterable[Claim], hedges: Iterable[Hedge]) -> None:
    """Check that every claim, cue, hedge and quoted turn lies where it says.

    Raises:
        DataError: A turn index or an offset is out of range, or `text` is not what stands at the offsets.
    """
    for number, claim in enumerate(claims):
        field = f"claims[{number}]"
        _check_words(turns, claim, field)
        for position, cue in enumerate(claim.cues):
            _check_range(turns[claim.turn], cue.start, cue.end, f"{field}.cues[{position}]")
        for position, evidence in enumerate(claim.evidence):
            for name, quote in (("claim", evidence.claim), ("other", evidence.other)):
                if quote.turn is not None:
                    _check_words(turns, quote, f"{field}.evidence[{position}].{name}")
    for number, hedge in enumerate(hedges):
        _check_words(turns, hedge, f"hedges[{number}]")


def check_sides(speakers: Sequence[str], sides: Mapping[str, str]) -> None:
    """Check that sides are given only to speakers of the transcript.

    Raises:
        DataError: A side is given to somebody else.
    """
    for name in sides:
        if name not in speakers:
            known = ", ".join(repr(speaker) for speaker in speakers)
            raise DataError(f"no speaker {name!r}, expected one of {known}", field="sides")


def _check_words(turns: Sequence[Turn], span: Claim | Hedge | Quote, field: str) -> None:
    turn = _turn(turns, span.turn, field)
    _check_range(turn, span.start, span.end, field)
    found = turn.text[span.start : span.end]
    if found != span.text:
        raise DataError(
            f"text is {span.text!r}, but characters {span.start} to {span.end} of turn {span.turn} are {found!r}",
            field=field,
        )


def _turn(turns: Sequence[Turn], index: int | None, field: str) -> Turn:
    if index is None or not 0 <= index < len(turns):
        raise DataError(f"turn is {index}, but the transcript has turns 0 to {len(turns) - 1}", field=field)
    return turns[index]


def _check_range(turn: Turn, start: int, end: int, field: str) -> None:
    if not 0 <= start < end <= len(turn.text):
        raise DataError(
            f"start and end are {start} and {end}, but must satisfy 0 <= start < end <= {len(turn.text)}, "
            "the length of the turn",
            field=field,
        )
