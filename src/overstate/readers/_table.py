"""Tables: CSV, TSV, and the semicolons of European spreadsheets, with a header line."""

from __future__ import annotations

import csv
import math
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from itertools import islice

from overstate.errors import TranscriptError
from overstate.readers._columns import checked, delimiter_of, header_of, recognise
from overstate.readers._parsed import Parsed, assemble, one_line, plural, quote, seconds
from overstate.types import Turn

__all__ = ["looks_like_table", "read"]

# Excel's own first line.
_SEPARATOR = re.compile(r"sep=([,;|\t])(?:\n|$)", re.IGNORECASE)
_WHISPER = ["start", "end", "text"]
# The csv module keeps one field limit for the whole process.
_LIMIT = threading.Lock()


def looks_like_table(text: str) -> bool:
    """Whether the first line is a header with a speaker and a text column, or that of Whisper's TSV."""
    line = _first_line(text)
    if _SEPARATOR.match(line):
        return True
    columns, _ = recognise(header_of(line, delimiter_of(line, {})), {}, None, strict=False)
    return {"speaker", "text"} <= columns.keys() or line.split("\t") == _WHISPER


def read(text: str, *, source: object = None, columns: Mapping[str, str] | None = None) -> Parsed:
    """Turns of a table, a row a piece.

    Args:
        text: The table; its delimiter is the one that makes most sense of the header.
        source: File name, for messages.
        columns: Which column holds `speaker`, `text`, `start` or `end`; what is not given is looked for
            by the usual names. Times are seconds or h:mm:ss.

    Raises:
        TranscriptError: A column is missing, a row has too many cells, or quotes do not match.
    """
    columns = checked(columns or {}, source)
    text = text.lstrip("\n")
    declared = _SEPARATOR.match(text)
    text = text[declared.end() :] if declared else text
    delimiter = declared[1] if declared else delimiter_of(_first_line(text), columns)
    rows, notes = _rows(text, delimiter, source)
    _, header = next(rows, (1, []))
    if [cell.strip().casefold() for cell in header] == _WHISPER and not columns:
        return _whisper(rows, notes, source)
    places, header = recognise(header, columns, source)
    pieces = list(_pieces(rows, places, header, columns, source, notes))
    return assemble(pieces, notes, source=source)


def _first_line(text: str) -> str:
    return text.lstrip()[:10_000].partition("\n")[0]


def _rows(text: str, delimiter: str, source: object) -> tuple[Iterator[tuple[int, list[str]]], list[str]]:
    try:
        return iter(_parse(text, delimiter, csv.QUOTE_MINIMAL)), []
    except _RowError as bad:
        # Tab-separated files seldom quote: their quotation marks are speech.
        if delimiter == "\t":
            return iter(_parse(text, delimiter, csv.QUOTE_NONE)), ["Quotation marks were read as text."]
        message = f"not a table: {bad}; put texts with commas or quotation marks in quotes, and double inner quotes"
        raise TranscriptError(message, source=source, line=bad.line) from None


class _RowError(Exception):
    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def _parse(text: str, delimiter: str, quoting: int) -> list[tuple[int, list[str]]]:
    lines = (line + "\n" for line in text.split("\n"))
    # strict: an open quotation mark would otherwise swallow the rest of the file into one cell.
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)  # type: ignore[arg-type]
    with _LIMIT:
        before = csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
        try:
            return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
        except csv.Error as error:
            raise _RowError(str(error), reader.line_num) from None
        finally:
            csv.field_size_limit(before)


def _pieces(
    rows: Iterator[tuple[int, list[str]]],
    places: dict[str, int],
    header: list[str],
    columns: Mapping[str, str],
    source: object,
    notes: list[str],
) -> Iterator[Turn]:
    unread: list[str] = []
    for line, row in rows:
        if any(cell.strip() for cell in islice(row, len(header), None)):
            message = f"{len(row)} cells, but the header has {len(header)}; put a text with the delimiter in quotes"
            raise TranscriptError(message, source=source, line=line)
        cells = {field: row[at] if at < len(row) else "" for field, at in places.items()}
        start, end = (_time(cells.get(f, ""), f, f in columns, unread, source, line) for f in ("start", "end"))
        yield Turn(" ".join(cells["speaker"].split()), one_line(cells["text"]), start, end)
    if unread:
        notes.append(f"{plural(len(unread), 'time')} neither seconds nor h:mm:ss left out: {quote(unread[0])}.")


def _time(cell: str, field: str, named: bool, unread: list[str], source: object, line: int) -> float | None:
    cell = cell.strip()
    if not cell:
        return None
    try:
        number = float(cell.replace(",", "."))
    except ValueError:
        number = seconds(cell)  # type: ignore[assignment]
    if number is not None and math.isfinite(number):
        return number
    if named:
        message = f"got {quote(cell)}; expected seconds or h:mm:ss"
        raise TranscriptError(message, source=source, line=line, field=field)
    unread.append(cell)
    return None


def _whisper(rows: Iterator[tuple[int, list[str]]], notes: list[str], source: object) -> Parsed:
    """Whisper's TSV: start, end and text, in milliseconds, without speakers."""
    pieces = []
    for line, row in rows:
        try:
            start, end, text = row
            pieces.append(Turn("", one_line(text), int(start) / 1000, int(end) / 1000))
        except ValueError:
            message = f"got {quote(' '.join(row))}; expected start and end in milliseconds, and text"
            raise TranscriptError(message, source=source, line=line) from None
    return assemble(pieces, [*notes, "Whisper's table: times in milliseconds."], source=source)
