"""Which column of a table holds what, and which delimiter makes most sense of its header."""

from __future__ import annotations

import csv
from collections.abc import Mapping

from overstate.errors import TranscriptError
from overstate.readers._parsed import quote

__all__ = ["checked", "delimiter_of", "header_of", "recognise"]

# Column names known without being told, best first; compared case-folded, "_" and "-" as spaces.
_NAMES: dict[str, tuple[str, ...]] = {
    "speaker": (
        "speaker",
        "speaker name",
        "participant",
        "participant name",
        "name",
        "who",
        "person",
        "user",
    ),
    "text": ("text", "utterance", "transcript", "content", "message", "sentence", "transcription", "words"),
    "start": ("start", "start time", "starttime", "begin", "start (s)", "timestamp", "time", "offset"),
    "end": ("end", "end time", "endtime", "stop", "end (s)"),
}
_DELIMITERS = "\t;,|"
_HOW = "name them: columns={'speaker': 'Who', 'text': 'What'}"


def header_of(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line], delimiter=delimiter), [])


def _fold(name: str) -> str:
    return " ".join(name.replace("_", " ").replace("-", " ").casefold().split())


def checked(columns: Mapping[str, str], source: object) -> Mapping[str, str]:
    for key, name in columns.items():
        if key not in _NAMES or not isinstance(name, str):
            message = f"got columns={dict(columns)!r}; it maps {', '.join(_NAMES)} to names of columns"
            raise TranscriptError(message, source=source, field=str(key))
    return columns


def delimiter_of(line: str, columns: Mapping[str, str]) -> str:
    def sense(delimiter: str) -> tuple[int, int]:
        header = header_of(line, delimiter)
        return len(recognise(header, columns, None, strict=False)[0]), len(header)

    return max(_DELIMITERS, key=sense)


def recognise(
    header: list[str], columns: Mapping[str, str], source: object, *, strict: bool = True
) -> tuple[dict[str, int], list[str]]:
    """Index of the column of each field, and the header; with `strict`, errors for what is missing."""
    folded = [_fold(name) for name in header]
    places: dict[str, int] = {}
    for field, usual in _NAMES.items():
        wanted = (_fold(columns[field]),) if field in columns else usual
        name = next((name for name in wanted if name in folded), None)
        if name is not None and name:
            places[field] = folded.index(name)
        if strict and (name is None and (field in columns or field in ("speaker", "text"))):
            missing = f"no column {columns[field]!r} for the {field}" if field in columns else f"no {field} column"
            raise TranscriptError(f"{missing}; the columns are {_list(header)}; {_HOW}", source=source, field=field)
        if strict and name and folded.count(name) > 1:
            raise TranscriptError(f"two columns are named {name!r}; {_HOW}", source=source, field=field)
    return places, header


def _list(header: list[str]) -> str:
    names = ", ".join(quote(name, 30) for name in header[:20])
    return names + (", …" if len(header) > 20 else "")
