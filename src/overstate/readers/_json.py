"""JSON: the guideline's own format, lists of turns, and what the common transcribers write."""

from __future__ import annotations

import json
import re
from typing import Any

from overstate.errors import TranscriptError
from overstate.readers import _labelled, _vendors
from overstate.readers._items import SPEAKER_KEYS, TWICE, Items
from overstate.readers._parsed import Parsed, assemble, quote
from overstate.readers._turns import read_turns

__all__ = ["looks_like_json", "read"]

_START = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\"\]])")
# Where the pieces are, best first: a transcriber that gives utterances gives words and a plain text as well.
_LISTS = (
    "utterances monologues segments sentences audio_segments transcription transcript entries messages "
    "conversation dialogue items words results"
).split()
_WRAPPERS = ("data", "transcript", "transcription", "result", "results", "response")
_TEXTS = ("transcript", "text")
_MAX_DEPTH = 4
_EXPECTED = (
    "expected a list of {speaker, text}, or an object with a list of them under 'turns', 'utterances', "
    "'segments', 'sentences' or 'transcript', or the output of Whisper, AWS Transcribe, Deepgram, AssemblyAI "
    "or Fireflies"
)


def looks_like_json(text: str) -> bool:
    """Whether the text begins the way JSON does, and not like "[00:01] Ann: …" or "{inaudible}"."""
    return bool(_START.match(text))


def read(text: str, *, source: object = None) -> Parsed:
    """Turns of a JSON text, or of JSON Lines with one transcript or one turn a line.

    Raises:
        TranscriptError: It is no JSON, or of a shape not known, or it holds several transcripts.
    """
    data = _load(text, source)
    if isinstance(data, list) and data and all(isinstance(d, dict) and "turns" in d for d in data):
        if len(data) > 1:
            message = f"it holds {len(data)} transcripts; give one a file (split the lines into files of their own)"
            raise TranscriptError(message, source=source)
        data = data[0]
    if isinstance(data, dict) and isinstance(data.get("turns"), list):
        return _one_to_one(data["turns"], source)
    return _find(data, source, "", 0) or _unknown(data, source)


def _load(text: str, source: object) -> Any:
    try:
        return _parse(text)
    except json.JSONDecodeError as error:
        lines = _json_lines(text) if error.msg == "Extra data" else None
        if lines is not None:
            return lines
        near = quote(text[max(0, error.pos - 20) : error.pos + 20])
        message = f"not valid JSON: {error.msg} at column {error.colno}, near {near}"
        raise TranscriptError(message, source=source, line=error.lineno) from None
    except RecursionError:
        raise TranscriptError("the JSON is nested too deeply for a transcript", source=source) from None
    except ValueError as error:
        raise TranscriptError(f"not valid JSON: {error}", source=source) from None


def _parse(text: str) -> Any:
    return json.loads(text, parse_constant=_no_constant, object_pairs_hook=_object)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    for key, value in pairs:
        if value != made[key]:
            if key not in SPEAKER_KEYS:
                raise ValueError(f"the key {key!r} stands twice in one object, with different values")
            made[key] = TWICE
    return made


def _json_lines(text: str) -> list[dict[str, Any]] | None:
    try:
        records = [_parse(line) for line in text.split("\n") if line.strip()]
    except (ValueError, RecursionError):
        return None
    return records if all(isinstance(record, dict) for record in records) else None


def _one_to_one(items: list[Any], source: object) -> Parsed:
    """The guideline's format: labels point at turns by index and offset, so nothing is joined or stripped."""
    reader = Items(source, "turns")
    turns = [reader.turn(item, index) for index, item in enumerate(items)]
    parsed = read_turns(turns, source=source)
    return Parsed(parsed.turns, parsed.notes + reader.notes())


def _find(data: Any, source: object, where: str, depth: int) -> Parsed | None:
    """The turns in `data`, wherever a known key leads; None if nothing does."""
    if isinstance(data, list):
        return _segments(data, source, where)
    if not isinstance(data, dict) or depth > _MAX_DEPTH:
        return None
    if (found := _vendors.pieces(data, source)) is not None:
        pieces, notes = found
        return assemble(pieces, notes, source=source)
    for key in _LISTS:
        if isinstance(data.get(key), list) and data[key]:
            return _segments(data[key], source, f"{where}{key}")
    for key in _WRAPPERS:
        if isinstance(data.get(key), dict) and (parsed := _find(data[key], source, f"{where}{key}.", depth + 1)):
            return parsed
    for key in _TEXTS:
        if isinstance(data.get(key), str) and data[key].strip():
            parsed = _labelled.read(data[key].replace("\r\n", "\n"), source=source)
            return Parsed(parsed.turns, [f"No list of turns; {where + key!r} was read as plain text.", *parsed.notes])
    return None


def _segments(items: list[Any], source: object, where: str) -> Parsed | None:
    if not items or not any(isinstance(item, dict | list) for item in items):
        return None
    reader = Items(source, where)
    pieces = reader.turns(items)
    return assemble(pieces, reader.notes(), source=source)


def _unknown(data: Any, source: object) -> Parsed:
    if isinstance(data, dict):
        keys = ", ".join(quote(str(key), 30) for key in list(data)[:12]) or "none"
        got = f"an object with the keys {keys}{', …' if len(data) > 12 else ''}"
    elif isinstance(data, list):
        got = f"a list of {len(data)}, the first {quote(json.dumps(data[0]))}" if data else "an empty list (no turns)"
    else:
        got = f"a single {type(data).__name__}"
    raise TranscriptError(f"got {got}; {_EXPECTED}", source=source)
