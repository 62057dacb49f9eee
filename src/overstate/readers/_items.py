"""One item of a JSON list (an utterance, segment, sentence or word) as a turn, under the names tools use."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from overstate.errors import TranscriptError
from overstate.readers._parsed import plural, quote, seconds
from overstate.types import Turn

__all__ = ["SPEAKER_KEYS", "TWICE", "Items", "speaker_and_notes", "speaker_name"]

# Names before numbers and codes: {"speaker": 0, "speaker_name": "Ann"} is Ann.
SPEAKER_KEYS = (
    "speaker_name speakerName name participant participant_name user from who role author speaker "
    "speaker_label speakerLabel speaker_id speakerId speakerTag"
).split()
_TEXT_KEYS = (
    "text transcript sentence content utterance message transcription raw_text value punctuated_word word"
).split()
_START_KEYS = ("start start_time startTime begin start_timestamp startTimestamp timestamp time ts offset").split()
_END_KEYS = ["end", "end_time", "endTime", "stop", "end_timestamp", "endTimestamp"]
_TIME_OBJECT = ("seconds", "relative")
TWICE = object()
"""Stands for a speaker key given twice, with different values, in one JSON object."""
# More seconds a word than this are no speech: such whole numbers are milliseconds (AssemblyAI).
_SLOWEST = 50


def speaker_name(value: object) -> str | None:
    """The name in a speaker field: a string, a number (0 is "Speaker 0"), or an object with a name."""
    if isinstance(value, str):
        return " ".join(value.split()) or None
    if isinstance(value, int) and not isinstance(value, bool):
        return f"Speaker {value}" if abs(value) < 10**9 else None
    if isinstance(value, Mapping):
        return next((name for key in SPEAKER_KEYS if (name := speaker_name(value.get(key)))), None)
    if isinstance(value, list) and len(value) == 1:
        return speaker_name(value[0])
    return None


def speaker_and_notes(item: Mapping[str, Any], items: Items) -> str:
    """The speaker of one item, "" where none or several are named (counted in `items`)."""
    if any(item.get(key) is TWICE or (isinstance(item.get(key), list) and len(item[key]) > 1) for key in SPEAKER_KEYS):
        items.count["names more than one speaker"] += 1
        return ""
    codes = ("speaker_id", "speakerId", "speakerTag", "role")
    plain = [key for key in ("speaker_name", "speakerName", "name", "speaker") if isinstance(item.get(key), str)]
    if len({item[key].strip() for key in plain} - {""}) > 1 and not _is_code(item.get("speaker")):
        items.count["names more than one speaker"] += 1
        return ""
    keys = [key for key in SPEAKER_KEYS if key not in codes] + list(codes)
    return next((name for key in keys if (name := speaker_name(item.get(key)))), "")


def _is_code(value: object) -> bool:
    """ "SPEAKER_00", "spk_1", "A", "2": a diarizer's name for somebody."""
    if not isinstance(value, str):
        return True
    return len(value.strip()) < 2 or any(c.isdigit() for c in value)


class Items:
    """Reads the items of one list, and counts what it could not use.

    Args:
        source: File name, for messages.
        where: Key of the list, for messages.
    """

    def __init__(self, source: object, where: str) -> None:
        self.source, self.where = source, where
        self.count: Counter[str] = Counter()
        self.milliseconds = False

    def turns(self, items: list[Any]) -> list[Turn]:
        """The items as turns; those without any text field are left out.

        Raises:
            TranscriptError: An item is no object, or none has text.
        """
        turns = [self.turn(item, index) for index, item in enumerate(items) if self._has_text(item, index)]
        if not turns:
            keys = ", ".join(map(repr, list(items[0])[:12]))
            message = f"no item has a text; the keys found are {keys}; expected one of {', '.join(_TEXT_KEYS)}"
            raise TranscriptError(message, source=self.source, field=self.where or None)
        return self._in_seconds(turns)

    def turn(self, item: Any, index: int) -> Turn:
        """One item as a turn, its text untouched.

        Raises:
            TranscriptError: It is neither an object with text nor a pair of strings, or a time is not finite.
        """
        if isinstance(item, list) and len(item) == 2 and all(isinstance(part, str) for part in item):
            return Turn(item[0].strip(), item[1])
        if not isinstance(item, Mapping):
            message = f"got {type(item).__name__}; expected an object with speaker and text"
            raise TranscriptError(message, source=self.source, field=f"{self.where}[{index}]")
        text = self._text(item, index)
        return Turn(speaker_and_notes(item, self), text, *self.times(item, index))

    def times(self, item: Mapping[str, Any], index: int) -> tuple[float | None, float | None]:
        """Start and end of an item in seconds, None where it gives none.

        Raises:
            TranscriptError: A time is not a finite number.
        """
        offsets = item.get("offsets")
        if isinstance(offsets, Mapping):  # whisper.cpp, in milliseconds
            start, end = (self._number(offsets.get(key), index) for key in ("from", "to"))
            return None if start is None else start / 1000, None if end is None else end / 1000
        return self._time(item, _START_KEYS, index), self._time(item, _END_KEYS, index)

    def notes(self) -> list[str]:
        """What could not be used, one sentence each."""
        notes = [f"{plural(count, 'item')} {what}." for what, count in self.count.items()]
        return notes + ["Times were read as milliseconds."] * self.milliseconds

    def _has_text(self, item: Any, index: int) -> bool:
        if not isinstance(item, Mapping) or self._text(item, index, missing_ok=True) is not None:
            return True
        self.count["without any text left out"] += 1
        return False

    def _text(self, item: Mapping[str, Any], index: int, missing_ok: bool = False) -> Any:
        for key in _TEXT_KEYS:
            if (value := item.get(key)) is not None:
                if isinstance(value, str):
                    return value
                message = f"got {type(value).__name__}; a string was expected"
                raise TranscriptError(message, source=self.source, field=f"{self.where}[{index}].{key}")
        words = item.get("words")
        if isinstance(words, list) and words and all(isinstance(word, Mapping) for word in words):
            said = (self._text(word, index, missing_ok=True) for word in words)
            return " ".join(word.strip() for word in said if word)
        if missing_ok:
            return None
        keys = ", ".join(map(repr, list(item)[:12])) or "none"
        message = f"no text; the keys found are {keys}; expected one of {', '.join(_TEXT_KEYS)}"
        raise TranscriptError(message, source=self.source, field=f"{self.where}[{index}]")

    def _time(self, item: Mapping[str, Any], keys: list[str], index: int) -> float | None:
        for key in keys:
            for unit, name in ((1, key), (1000, f"{key}_ms"), (1000, f"{key}Ms")):
                if (value := item.get(name)) is not None:
                    number = self._number(value, index)
                    return number if number is None or unit == 1 else number / unit
        return None

    def _number(self, value: object, index: int) -> float | None:
        if isinstance(value, Mapping):
            value = next((value[key] for key in _TIME_OBJECT if key in value), None)
        try:
            number = float(value.removesuffix("s") if isinstance(value, str) else value)  # type: ignore[arg-type]
        except (TypeError, ValueError, OverflowError):
            number = seconds(value) if isinstance(value, str) else None  # type: ignore[assignment]
        if number is None or isinstance(value, bool):
            if value is not None:
                self.count[f"with a time that cannot be read, such as {quote(str(value), 30)}"] += 1
            return None
        if not math.isfinite(number):
            field = f"{self.where}[{index}]"
            raise TranscriptError(f"{value!r} is no time in seconds", source=self.source, field=field)
        return number

    def _in_seconds(self, turns: list[Turn]) -> list[Turn]:
        timed = [(turn.text, turn.start, turn.end) for turn in turns if turn.start is not None and turn.end is not None]
        words = sum(len(text.split()) for text, _, _ in timed)
        whole = all(start == int(start) and end == int(end) for _, start, end in timed)
        if not words or not whole or sum(end - start for _, start, end in timed) / words < _SLOWEST:
            return turns
        self.milliseconds = True
        return [replace(t, start=t.start and t.start / 1000, end=t.end and t.end / 1000) for t in turns]
