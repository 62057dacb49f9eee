"""Rows and records: CSV, TSV, JSON and JSON Lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from typing import Any

from overstate.errors import DataError
from overstate.evidence._passage import Passage, record_passages

__all__ = ["json_passages", "table_passages"]

_DELIMITERS = ",;\t|"
_SEPARATOR = re.compile(r"sep=([,;|\t])\n", re.I)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"[-+$€£]?\s*\d[\d.,\s]*%?")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_JOINTS = re.compile(rf"[_\s]+|{_CAMEL.pattern}")


def table_passages(text: str, name: str, source: object) -> Iterator[Passage]:
    """Rows of a table with the names of its header, one passage each.

    Args:
        text: The table; commas, semicolons, tabs or bars part the cells, whichever the header has most of.
        name: What to call the document.
        source: File, for messages.

    Raises:
        DataError: There is no header or no row, a row has too many cells, or quotes do not match.
    """
    declared = _SEPARATOR.match(text)
    skipped = 1 if declared else 0
    text = text[declared.end() :] if declared else text
    delimiter = declared[1] if declared else _delimiter(text)
    rows = csv.reader((line + "\n" for line in text.split("\n")), delimiter=delimiter, strict=True)
    header: list[str] = []
    before = found = 0
    try:
        for row in rows:
            line, before = before + 1 + skipped, rows.line_num
            if not any(cell.strip() for cell in row):
                continue
            if not header:
                header = _header(row, source, line)
                continue
            if any(cell.strip() for cell in row[len(header) :]):
                expected = f"expected {len(header)} as in the header; put a text with the delimiter in quotes"
                raise DataError(f"got {len(row)} cells, {expected}", source=source, line=line)
            found += 1
            yield from record_passages(list(zip(header, row, strict=False)), f"{name}, line {line}")
    except csv.Error as error:
        raise DataError(f"is not CSV: {error}", source=source, line=rows.line_num + skipped) from None
    if not found:
        raise DataError(f"got the header {header} and no rows, expected rows below it", source=source)


def _delimiter(text: str) -> str:
    first = next((line for line in text.split("\n") if line.strip()), "")
    return max(_DELIMITERS, key=lambda sign: len(next(csv.reader([first], delimiter=sign), [])))


def _header(row: list[str], source: object, line: int) -> list[str]:
    numbers = any(_NUMBER.fullmatch(cell.strip()) and not _YEAR.fullmatch(cell.strip()) for cell in row)
    if numbers or not any(re.search(r"[^\W\d]", cell) for cell in row):
        raise DataError(f"got the first row {row}, expected a header of column names", source=source, line=line)
    return [_spelled(cell) or f"column {number}" for number, cell in enumerate(row, 1)]


def json_passages(text: str, name: str, source: object, *, lines: bool) -> Iterator[Passage]:
    """Records of JSON, nested objects flattened; records in a list within a record are passages of their own.

    Args:
        text: One JSON value, or one a line.
        name: What to call the document.
        source: File, for messages.
        lines: Whether each line is a value.

    Raises:
        DataError: The text is no JSON, is nested too deeply, or holds no values.
    """
    number, found = None, False
    try:
        if lines:
            for number, row in enumerate(text.split("\n"), 1):
                if row.strip():
                    for passage in _records(json.loads(row), f"{name}, line {number}", ""):
                        found = True
                        yield passage
        else:
            whole = json.loads(text)
            for passage in _records(whole, name, "") if isinstance(whole, list) else _record(whole, name, ""):
                found = True
                yield passage
    except json.JSONDecodeError as error:
        line = error.lineno if number is None else number
        raise DataError(f"is not JSON: {error.msg}, in column {error.colno}", source=source, line=line) from None
    except (ValueError, RecursionError) as error:
        raise DataError(f"is not JSON that can be read: {error}", source=source, line=number) from None
    if not found:
        raise DataError("got JSON without any values, expected records", source=source)


def _records(value: Any, place: str, context: str) -> Iterator[Passage]:
    if not isinstance(value, list):
        yield from _record(value, place, context)
        return
    for number, item in enumerate(value, 1):
        yield from _records(item, f"{place}, record {number}", context)


def _record(value: Any, place: str, context: str) -> Iterator[Passage]:
    if not isinstance(value, dict):
        yield from record_passages([("", _shown(value))], place, context)
        return
    fields, lists = _flat(value)
    yield from record_passages(fields, place, context)
    key = "; ".join(f"{name}: {shown}" for name, shown in fields if len(shown.split()) <= 8)
    for name, items in lists:
        yield from _records(items, f"{place}, {name}", " / ".join(part for part in (context, key, name) if part))


def _flat(record: dict[str, Any], prefix: str = "") -> tuple[list[tuple[str, str]], list[tuple[str, Any]]]:
    """The plain values of a record by name, and the lists of records in it."""
    fields: list[tuple[str, str]] = []
    lists: list[tuple[str, Any]] = []
    for key, value in record.items():
        name = f"{prefix} {_spelled(key)}".strip()
        if isinstance(value, dict):
            inner, more = _flat(value, name)
            fields += inner
            lists += more
        elif isinstance(value, list) and any(isinstance(item, (dict, list)) for item in value):
            lists.append((name, value))
        elif value is not None:
            fields.append((name, _shown(value)))
    return fields, lists


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_shown(item) for item in value)
    return json.dumps(value) if isinstance(value, bool) or value is None else str(value)


def _spelled(name: str) -> str:
    """`seat_count` and `seatCount` as words."""
    words = _JOINTS.sub(" ", name).strip()
    return words.lower() if _CAMEL.search(name) else words
