"""PDF and Word documents. Their libraries come with `overstate[documents]` and are imported only when needed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from overstate.errors import DataError
from overstate.evidence._passage import Passage, record_passages, windows
from overstate.evidence._prose import prose_passages
from overstate.readers import MAX_BYTES

__all__ = ["docx_passages", "pdf_passages"]

_INSTALL = 'install it with: pip install "overstate[documents]"'


def pdf_passages(data: bytes, name: str, source: object) -> Iterator[Passage]:
    """Passages of a PDF with page and line; lines are counted in each page.

    Raises:
        DataError: pypdf is missing, or the file is broken, encrypted or without text.
    """
    try:
        import pypdf
        from pypdf.errors import DependencyError, FileNotDecryptedError
    except ImportError:
        raise DataError(f"reading a PDF needs pypdf; {_INSTALL}", source=source) from None
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        # many documents are encrypted with an empty password, only to forbid printing
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = [] if locked else [page.extract_text() for page in reader.pages]
    except (DependencyError, FileNotDecryptedError):
        locked, pages = True, []
    except Exception as error:  # a broken file raises whatever its breakage leads to
        raise DataError(f"is a broken PDF: {error or type(error).__name__}", source=source) from None
    if locked:
        raise DataError("is an encrypted PDF, expected one without a password", source=source)
    if not any(page.strip() for page in pages):
        raise DataError(
            f"is a PDF of {len(pages)} pages without text, perhaps a scan, expected one with text", source=source
        )
    for number, page in enumerate(pages, 1):
        yield from prose_passages(page, f"{name}, page {number}", ragged=True)


def docx_passages(data: bytes, name: str, source: object) -> Iterator[Passage]:
    """Passages of a Word document: paragraphs by number (empty ones not counted), and rows of tables.

    Raises:
        DataError: python-docx is missing, or the file is broken, empty or far too large when unpacked.
    """
    try:
        import docx
    except ImportError:
        raise DataError(f"reading a Word document needs python-docx; {_INSTALL}", source=source) from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            size = sum(entry.file_size for entry in packed.infolist() if entry.filename.endswith(".xml"))
        if size <= MAX_BYTES:
            # read to the end here: what is broken inside shows only there
            parts = list(docx.Document(io.BytesIO(data)).iter_inner_content())
            found = list(_parts(parts, name))
    except Exception as error:  # zip, XML and package errors have no common base
        raise DataError(f"is a broken Word document: {error or type(error).__name__}", source=source) from None
    if size > MAX_BYTES:
        message = f"unpacks to {size / 2**20:,.0f} MiB, expected at most {MAX_BYTES // 2**20} MiB"
        raise DataError(message, source=source)
    if not found:
        raise DataError("is a Word document without words, expected paragraphs or tables", source=source)
    yield from found


def _parts(parts: list[Any], name: str) -> Iterator[Passage]:
    headings: dict[str, str] = {}
    paragraphs = tables = 0
    for part in parts:
        if hasattr(part, "rows"):
            tables += 1
            yield from _rows(part, f"{name}, table {tables}", " / ".join(headings.values()))
            continue
        text = " ".join(part.text.split())
        if not text:
            continue
        paragraphs += 1
        style = part.style.name if part.style is not None else ""
        if style.startswith(("Heading", "Title")):
            headings = {**{level: kept for level, kept in headings.items() if level < style}, style: text}
            continue
        for piece, _ in windows(text):
            yield Passage(piece, f"{name}, paragraph {paragraphs}", " / ".join(headings.values()))


def _rows(table: Any, place: str, context: str) -> Iterator[Passage]:
    """Rows of a table: a name and its value where there are two columns, else the cells named by the first row."""
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    pairs = all(len(row) == 2 for row in rows)
    for number, row in enumerate(rows, 1):
        if pairs:
            yield from record_passages([(row[0], row[1])], f"{place}, row {number}", context)
        elif number > 1:
            fields = list(zip(rows[0], row, strict=False))
            yield from record_passages(fields, f"{place}, row {number}", context)
