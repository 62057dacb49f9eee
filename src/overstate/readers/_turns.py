"""Turns already in memory, and the guideline's own format: one to one, text untouched."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

from overstate.errors import TranscriptError
from overstate.readers._parsed import Parsed, plural
from overstate.types import Turn

__all__ = ["read_turns"]

_FIELDS = ("speaker", "text", "start", "end")
_EXPECTED = "a Turn, a mapping with speaker and text (and start, end in seconds), or a (speaker, text) pair"
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")


def read_turns(turns: Iterable[Turn | Mapping[str, Any] | tuple[str, str]], *, source: object = None) -> Parsed:
    """Check turns in memory and return them one to one, in order, with their text untouched.

    Args:
        turns: `Turn` objects, mappings with `speaker` and `text` (and `start`, `end` in seconds), or
            (speaker, text) pairs. A speaker of None, or none at all, becomes "".
        source: A name for messages.

    Raises:
        TranscriptError: There are no turns, or one has another form; the message names its index and field.
    """
    if isinstance(turns, str | bytes | Mapping) or not isinstance(turns, Iterable):
        raise TranscriptError(f"got {type(turns).__name__}; a list of turns was expected", source=source)
    read = [_turn(item, index, source) for index, item in enumerate(turns)]
    if not read:
        raise TranscriptError("there are no turns in the list", source=source)
    nameless = sum(not turn.speaker for turn in read)
    return Parsed(read, [f"No speaker is named in {nameless} of {plural(len(read), 'turn')}."] if nameless else [])


def _turn(item: object, index: int, source: object) -> Turn:
    fields = _fields(item, index, source)
    if unknown := [key for key in fields if key not in _FIELDS]:
        names = ", ".join(map(repr, unknown))
        raise TranscriptError(f"unknown keys {names}; known are {', '.join(_FIELDS)}", source=_at(source, index))
    if "text" not in fields:
        raise TranscriptError("the text is missing", source=_at(source, index), field="text")
    speaker = fields.get("speaker")
    return Turn(
        "" if speaker is None else _string(speaker, "speaker", index, source),
        _string(fields["text"], "text", index, source),
        _time(fields.get("start"), "start", index, source),
        _time(fields.get("end"), "end", index, source),
    )


def _fields(item: object, index: int, source: object) -> Mapping[str, Any]:
    if isinstance(item, Turn):
        return {name: getattr(item, name) for name in _FIELDS}
    if isinstance(item, Mapping):
        return item
    if isinstance(item, tuple | list) and len(item) == 2:
        return {"speaker": item[0], "text": item[1]}
    size = f" of length {len(item)}" if isinstance(item, tuple | list) else ""
    message = f"got {type(item).__name__}{size}; expected {_EXPECTED}"
    raise TranscriptError(message, source=_at(source, index))


def _string(value: object, name: str, index: int, source: object) -> str:
    if not isinstance(value, str):
        message = f"got {type(value).__name__}; a string was expected"
        raise TranscriptError(message, source=_at(source, index), field=name)
    if half := _HALF_CHARACTER.search(value):
        message = f"half of a surrogate pair at character {half.start()}; the text was cut inside a character"
        raise TranscriptError(message, source=_at(source, index), field=name)
    return value


def _time(value: object, name: str, index: int, source: object) -> float | None:
    if value is None:
        return None
    if not isinstance(value, Real) or isinstance(value, bool):
        message = f"got {type(value).__name__}; seconds as a number, or None, were expected"
        raise TranscriptError(message, source=_at(source, index), field=name)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise TranscriptError("not a finite number of seconds", source=_at(source, index), field=name)
    return number


def _at(source: object, index: int) -> str:
    return f"turn {index}" if source is None else f"{source}, turn {index}"
