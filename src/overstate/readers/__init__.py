"""Readers: from a file, a string or objects in memory to turns.

Every reader returns the turns and, in `notes`, what it took for granted or left out. The only error a
reader raises is `overstate.errors.TranscriptError`.
"""

from overstate.readers._decode import MAX_BYTES, decode
from overstate.readers._parsed import Parsed
from overstate.readers._pick import read_file, read_text
from overstate.readers._turns import read_turns

__all__ = ["MAX_BYTES", "Parsed", "decode_bytes", "read_file", "read_text", "read_turns"]


def decode_bytes(data: bytes, *, source: str | None = None) -> str:
    """Text of bytes, decoded as `read_file` does.

    Raises:
        TranscriptError: There are no bytes, or they are no text.
    """
    return decode(data, source=source)[0]
