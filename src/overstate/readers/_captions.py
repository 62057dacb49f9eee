"""WebVTT and SubRip captions: who speaks in each cue."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from overstate.errors import TranscriptError
from overstate.readers import _labels
from overstate.readers._cues import EXPECTED, Cue, Cues
from overstate.readers._parsed import Parsed, assemble, one_line, plural
from overstate.types import Turn

__all__ = ["read"]

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?(?:\s+([^<>]*))?>")
# Known tags only: "x < 5 and y > 3" is speech.
_TAG = re.compile(
    r"</?(?:c|i|b|u|v|s|em|strong|ruby|rt|lang|font|span|p)(?:[.\s][^<>]*)?/?>|<[0-9]{1,4}:[0-9:.]*>", re.I
)
_BREAK = re.compile(r"<br\s*/?>", re.I)
_KARAOKE = re.compile(r"<[0-9]{1,4}:[0-9:.]*>")
_POSITION = re.compile(r"\{\\[a-z][^{}]*\}", re.I)
# With the semicolon only: html.unescape alone would also turn "R&Dagger" and "&copy" into signs.
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_NEW_SPEAKER = re.compile(r">>+\s*|[-–—]\s+(?=\S)")


def read(text: str, *, source: object = None, webvtt: bool) -> Parsed:
    """Turns of a WebVTT or SubRip text.

    Speakers come from `<v Name>`; in a file without, from "Name:", "- Name:", ">> NAME:" and "[Name]" at the
    beginning of a cue or line. Times are seconds.

    Raises:
        TranscriptError: A timing line is malformed (with its line), or there are no words in any cue.
    """
    lines = text.split("\n")
    notes = []
    if webvtt and not text.lstrip().startswith("WEBVTT"):
        notes.append("The first line, WEBVTT, is missing.")
    found = Cues(lines, source, webvtt=webvtt)
    if not found.cues:
        raise TranscriptError(f"no cues were found; {EXPECTED} before each", source=source)
    notes += found.notes()
    notes += _unroll(found.cues)
    if any(_VOICE.search(line) for cue in found.cues for line in cue.lines):
        return assemble(_voices(found.cues), notes, source=source)
    return assemble(_prefixes(found.cues, notes), notes, source=source)


def _plain(text: str) -> str:
    text = _POSITION.sub("", _TAG.sub("", _BREAK.sub("\n", text)))
    return one_line(_ENTITY.sub(lambda found: html.unescape(found[0]), text))


def _voices(cues: list[Cue]) -> Iterator[Turn]:
    for cue in cues:
        before, *rest = _VOICE.split("\n".join(cue.lines))
        if before.strip() or not rest:
            yield Turn("", _plain(before), cue.start, cue.end)
        for name, said in zip(rest[::2], rest[1::2], strict=True):
            inside, _, after = said.partition("</v>")
            yield Turn(" ".join(_plain(name or "").split()), _plain(inside), cue.start, cue.end)
            if _plain(after):
                yield Turn("", _plain(after), cue.start, cue.end)


def _unroll(cues: list[Cue]) -> Iterator[str]:
    """Take out the lines that roll-up captions show twice.

    YouTube's automatic captions repeat the line before above each new one. Only files with times inside the
    lines are of this kind; in others, a line said twice was said twice.
    """
    if not any(_KARAOKE.search(line) for cue in cues for line in cue.lines):
        return
    count, shown = 0, ""
    for cue in cues:
        texts = [line for line in cue.lines if line.strip()]
        if texts and shown and _plain(texts[0]) == shown:
            texts, count = texts[1:], count + 1
        shown = _plain(cue.lines[-1]) or shown if cue.lines else shown
        cue.lines = texts
    if count:
        yield f"{plural(count, 'line')} shown twice by roll-up captions left out once."


def _prefixes(cues: list[Cue], notes: list[str]) -> list[Turn]:
    lines = [[_plain(line) for line in cue.lines] for cue in cues]
    heads = [[_labels.head(line, stamps=False, brackets=True) for line in cue] for cue in lines]
    # Only the first line of a cue, or a marked one, is where speakers are named; others are broken anywhere.
    first = [h for cue in heads for at, h in enumerate(cue) if h and (at == 0 or h.style == "marked")]
    speakers = _labels.Speakers(first, lines=len(cues))
    pieces, speaker, carried = [], "", 0
    for cue, texts, candidates in zip(cues, lines, heads, strict=True):
        parts: list[tuple[str, list[str]]] = [(speaker, [])]
        for text, found in zip(texts, candidates, strict=True):
            if found and speakers.accepts(found):
                parts.append((found.label, [found.rest]))
            elif marker := _NEW_SPEAKER.match(text):
                parts.append(("", [text[marker.end() :]]))
            else:
                parts[-1][1].append(text)
        carried += bool(speaker and any(parts[0][1]))
        parts = [part for part in parts if any(part[1])] or [(speaker, [""])]
        speaker = parts[-1][0]
        pieces += [Turn(name, one_line("\n".join(said)), cue.start, cue.end) for name, said in parts]
    if carried:
        notes.append(f"{plural(carried, 'cue')} without a name put to the speaker before.")
    return pieces
