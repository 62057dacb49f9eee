"""From a path or bytes to text: size, kind and encoding. The only module that touches the disk."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from overstate.errors import TranscriptError
from overstate.readers._parsed import plural

__all__ = ["MAX_BYTES", "decode", "load", "normalise"]

MAX_BYTES = 64 * 2**20
"""Largest file read, in bytes: a day of talk is about one megabyte, so more is no transcript."""

_AUDIO = "an audio or video recording", "transcribe it first; this package reads text"
_PACKED = "an archive", "unpack it and read the transcript inside"
_PICTURE = "a picture", "give the transcript as text"
_OFFICE = "a Word, Excel or PowerPoint file", "save it as plain text (.txt), or a sheet as .csv"
# First bytes of the kinds of file that people take for a transcript: offset, bytes, (what it is, what to do).
_MAGIC: tuple[tuple[int, bytes, tuple[str, str]], ...] = (
    (0, b"%PDF-", ("a PDF", "copy or export its text to a .txt file")),
    (0, b"{\\rtf", ("rich text (RTF)", "save it as plain text (.txt)")),
    (0, b"\xd0\xcf\x11\xe0", _OFFICE),
    (0, b"\x1f\x8b", _PACKED),
    (0, b"7z\xbc\xaf", _PACKED),
    (0, b"Rar!\x1a", _PACKED),
    (0, b"ID3\x02", _AUDIO),
    (0, b"ID3\x03", _AUDIO),
    (0, b"ID3\x04", _AUDIO),
    (0, b"\xff\xfb", _AUDIO),
    (0, b"\xff\xf3", _AUDIO),
    (0, b"\xff\xf2", _AUDIO),
    (0, b"OggS\0", _AUDIO),
    (0, b"fLaC\0", _AUDIO),
    (0, b"\x1aE\xdf\xa3", _AUDIO),
    (0, b"\x89PNG", _PICTURE),
    (0, b"\xff\xd8\xff", _PICTURE),
    (0, b"SQLite format 3", ("a database", "export the transcript as text")),
)
# UTF-32 stands before UTF-16: its little-endian mark begins with the other's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def load(path: Path) -> tuple[str, list[str]]:
    """Text of a file, line ends as LF, and notes on how it was decoded.

    Raises:
        TranscriptError: The file is missing, a folder, unreadable, too large, empty or binary.
    """
    try:
        if path.is_dir():
            raise TranscriptError("this is a folder; give one transcript file", source=path)
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except TranscriptError:  # it is a ValueError, too
        raise
    except FileNotFoundError:
        raise TranscriptError("there is no such file", source=path) from None
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise TranscriptError(f"the file cannot be read: {error}", source=path) from error
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 2**20} MiB"
        raise TranscriptError(f"the file is larger than {limit}; split it, one call a file", source=path)
    return decode(data, source=path)


def decode(data: bytes, *, source: object = None) -> tuple[str, list[str]]:
    """Text of `data` by its byte order mark, its NUL pattern, UTF-8, or Windows-1252, in this order.

    Raises:
        TranscriptError: The bytes are empty, or no text.
    """
    _refuse_binary(data, source)
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return normalise(_strict(data[len(mark) :], encoding, source), source), []
    if b"\0" in data:
        return normalise(_without_mark(data, source), source), ["Read as UTF-16, by the pattern of its bytes."]
    try:
        return normalise(data.decode("utf-8"), source), []
    except UnicodeDecodeError as error:
        text, note = _fallback(data, error)
        return normalise(text, source), [note]


def normalise(text: str, source: object = None) -> str:
    """`text` without a byte order mark and with LF line ends.

    Raises:
        TranscriptError: There is nothing but white space, or the text holds NULs or many control characters.
    """
    text = text.removeprefix("\ufeff")
    # CR CR LF is what a text file becomes when its line ends are converted twice.
    if "\r" in text:
        text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    if not text or text.isspace():
        raise TranscriptError("it is empty; a transcript with words was expected", source=source)
    sample = text[:100_000]
    if "\0" in text or len(_CONTROL.findall(sample)) > len(sample) / 50:
        raise TranscriptError(_BINARY, source=source)
    return text


_BINARY = "this looks like a binary file, not text; export the transcript as .vtt, .srt, .txt, .json or .csv"


def _refuse_binary(data: bytes, source: object) -> None:
    kind = next((kind for at, magic, kind in _MAGIC if data.startswith(magic, at)), None)
    if data.startswith(b"PK\x03\x04"):
        office = any(part in data for part in (b"word/", b"xl/", b"ppt/", b"[Content_Types].xml"))
        kind = _OFFICE if office else _PACKED
    if data[4:8] == b"ftyp" or (data[:4] == b"RIFF" and data[8:12] in (b"WAVE", b"AVI ")):
        kind = _AUDIO
    if kind:
        raise TranscriptError(f"this looks like {kind[0]}, not a transcript; {kind[1]}", source=source)


def _strict(data: bytes, encoding: str, source: object) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        message = f"it begins as {encoding.upper()} text but byte {error.start} does not fit; save it as UTF-8"
        raise TranscriptError(message, source=source) from None


def _without_mark(data: bytes, source: object) -> str:
    # Latin letters in UTF-16 have a NUL as every second byte, always on the same side.
    sample = data[:65_536]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    few, many = sorted((even, odd))
    if many * 5 < len(sample) // 2 or few * 10 > many or len(data) % 2:
        raise TranscriptError(_BINARY, source=source)
    try:
        return data.decode("utf-16-le" if odd > even else "utf-16-be")
    except UnicodeDecodeError:
        raise TranscriptError(_BINARY, source=source) from None


def _fallback(data: bytes, error: UnicodeDecodeError) -> tuple[str, str]:
    line = data.count(b"\n", 0, error.start) + 1
    # A UTF-8 file with one broken byte would turn into nonsense throughout if it were read as Windows-1252.
    mended = data.decode("utf-8", errors="replace")
    broken = mended.count("\ufffd")
    if sum(map(len, re.findall(r"[^\x00-\x7f\ufffd]+", mended))) > broken:
        where = f"{plural(broken, 'broken byte sequence')}, the first in line {line}"
        return mended, f"UTF-8 with {where}, now shown as U+FFFD."
    try:
        text, name = data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError:
        text, name = data.decode("latin-1"), "Latin-1"
    return text, f"Not UTF-8 (line {line}); read as {name}, so accented letters may be wrong."
