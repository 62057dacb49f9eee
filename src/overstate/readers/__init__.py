"""Readers: from a file, a string or objects in memory to turns.

Every reader returns the turns and, in `notes`, what it took for granted or left out. The only error a
reader raises is `overstate.errors.TranscriptError`.
"""

from pathlib import Path

from overstate.readers._decode import decode, load
from overstate.readers._parsed import Parsed
from overstate.readers._pick import read_file, read_text
from overstate.readers._turns import read_turns

__all__ = ["Parsed", "decode_bytes", "read_file", "read_plain", "read_text", "read_turns"]


def read_plain(path: Path) -> str:
    """Decoded text of a file, line ends as LF, whatever it holds.

    Raises:
        TranscriptError: The file is missing, unreadable, too large, empty or binary.
    """
    return load(path)[0]


def decode_bytes(data: bytes, *, source: str | None = None) -> str:
    """Text of bytes, decoded as `read_file` does.

    Raises:
        TranscriptError: There are no bytes, or they are no text.
    """
    return decode(data, source=source)[0]
