"""From a path to passages: size and kind of the file, and the reader for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from overstate.errors import DataError, TranscriptError
from overstate.evidence._office import docx_passages, pdf_passages
from overstate.evidence._passage import Passage
from overstate.evidence._prose import prose_passages
from overstate.evidence._records import json_passages, table_passages
from overstate.readers import MAX_BYTES, decode_bytes

__all__ = ["SUFFIXES", "read_document"]

#: File names that end like this are taken for paths, whatever else is in them.
SUFFIXES = (".txt", ".text", ".md", ".markdown", ".csv", ".tsv", ".json", ".jsonl", ".ndjson", ".pdf", ".docx")
_KINDS = "expected text, Markdown, CSV, JSON, PDF or Word (.docx)"


def read_document(path: Path) -> Iterator[Passage]:
    """The passages of a file.

    Raises:
        DataError: The file is missing, a folder, unreadable, too large, empty, or not what its name promises.
    """
    data = _bytes(path)
    suffix = path.suffix.lower()
    if data.startswith(b"%PDF-") or suffix == ".pdf":
        return pdf_passages(data, path.name, path)
    if suffix == ".docx":
        return docx_passages(data, path.name, path)
    try:
        text = decode_bytes(data)
    except TranscriptError as error:
        got = error.message.partition(";")[0].partition(", not ")[0]  # the rest speaks of transcripts
        raise DataError(f"{got}; {_KINDS}", source=path) from None
    if suffix in (".csv", ".tsv"):
        return table_passages(text, path.name, path)
    if suffix in (".json", ".jsonl", ".ndjson"):
        return json_passages(text, path.name, path, lines=suffix != ".json")
    return prose_passages(text, path.name)


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise DataError(f"is a folder; {_KINDS}", source=path)
        size = path.stat().st_size
        if size > MAX_BYTES:
            limit = f"expected at most {MAX_BYTES // 2**20} MiB; hand over the part that matters"
            raise DataError(f"the file has {size / 2**20:,.1f} MiB, {limit}", source=path)
        data = path.read_bytes()
    except DataError:  # it is a ValueError, too
        raise
    except FileNotFoundError:
        raise DataError("there is no such file", source=path) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise DataError(f"the file cannot be read: {error}", source=path) from None
    if not data:
        raise DataError(f"the file is empty; {_KINDS}", source=path)
    return data
