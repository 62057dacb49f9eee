"""Which reader a text is for: what it holds decides, the suffix only where the text leaves it open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from overstate.errors import TranscriptError
from overstate.readers import _captions, _cues, _decode, _json, _labelled, _table
from overstate.readers._parsed import Parsed

__all__ = ["read_file", "read_text"]

_WEBVTT = re.compile(r"\s*WEBVTT(?=[\s:-]|$)")
_SBV = re.compile(r"\s*[0-9]+:[0-9]{2}:[0-9]{2}\.[0-9]{3},[0-9]+:[0-9]{2}:[0-9]{2}\.[0-9]{3}\s*\n")
_MARKUP = {
    "{\\rtf": "rich text (RTF)",
    "<!doctype html": "a web page (HTML)",
    "<html": "a web page (HTML)",
    "<?xml": "XML",
    "<tt": "TTML captions (XML)",
    "[script info]": "SubStation captions (.ass)",
}
_JSON_SUFFIXES = (".json", ".jsonl", ".ndjson")
_TABLE_SUFFIXES = (".csv", ".tsv", ".tab")
_CAPTION_SUFFIXES = (".vtt", ".srt")
_OPENING = 3
"""Lines that are not blank within which the first timing line of SubRip captions stands."""


def read_file(path: Path, *, columns: Mapping[str, str] | None = None) -> Parsed:
    """Read a transcript file of any known format.

    Args:
        path: WebVTT, SubRip, labelled text, JSON or JSON Lines, CSV or TSV.
        columns: For a table whose header is not recognised: which column holds `speaker`, `text`, `start`
            or `end`.

    Raises:
        TranscriptError: The file cannot be read as a transcript; the message says why, and where.
    """
    path = Path(path)
    text, notes = _decode.load(path)
    parsed = _read(text, path, path.suffix.lower(), columns)
    return Parsed(parsed.turns, notes + parsed.notes)


def read_text(text: str, *, source: str | None = None) -> Parsed:
    """Read a transcript from a string in any of the formats `read_file` knows.

    Args:
        text: The content of a transcript file.
        source: A name for messages; its suffix helps where the content leaves the format open.

    Raises:
        TranscriptError: Nothing in the text can be read as turns.
    """
    if not isinstance(text, str):
        raise TranscriptError(f"got {type(text).__name__}; a string was expected", source=source)
    if len(text) > _decode.MAX_BYTES:
        limit = _decode.MAX_BYTES
        raise TranscriptError(f"the text is longer than {limit} characters; split it by call", source=source)
    suffix = re.search(r"\.\w{1,8}$", source or "")
    return _read(_decode.normalise(text, source), source, suffix[0].lower() if suffix else "", None)


def _read(text: str, source: object, suffix: str, columns: Mapping[str, str] | None) -> Parsed:
    _refuse_markup(text, source)
    kind = _kind(text, suffix, tabular=bool(columns))
    if kind == "table":
        return _table.read(text, source=source, columns=columns)
    if kind == "json":
        parsed = _json.read(text, source=source)
    elif kind == "text":
        parsed = _labelled.read(text, source=source)
    else:
        parsed = _captions.read(text, source=source, webvtt=kind == "webvtt")
    unused = [] if not columns else [f"The columns given were not used: this is {kind}, not a table."]
    return Parsed(parsed.turns, parsed.notes + unused)


def _kind(text: str, suffix: str, *, tabular: bool) -> str:
    if _WEBVTT.match(text):
        return "webvtt"
    if _json.looks_like_json(text):
        return "json"
    if _opens_with_timing(text):
        return "webvtt" if suffix == ".vtt" else "subrip"
    if tabular or _table.looks_like_table(text):
        return "table"
    if suffix in _JSON_SUFFIXES:
        return "json"
    if suffix in _TABLE_SUFFIXES:
        return "table"
    if suffix in _CAPTION_SUFFIXES:
        return "webvtt" if suffix == ".vtt" else "subrip"
    return "text"


def _opens_with_timing(text: str) -> bool:
    lines = [line for line in text[:2000].split("\n") if line.strip()][:_OPENING]
    return any(_cues.TIMING.fullmatch(line) for line in lines)


def _refuse_markup(text: str, source: object) -> None:
    opening = text[:200].lstrip().lower()
    kind = next((kind for mark, kind in _MARKUP.items() if opening.startswith(mark)), None)
    if kind is None and _SBV.match(text[:200]):
        kind = "YouTube captions (.sbv)"
    if kind:
        message = f"this looks like {kind}; export it as .vtt, .srt, .txt, .json or .csv"
        raise TranscriptError(message, source=source)
