"""Write each labelled call as a transcript file, in the formats that recorders and note takers export.

    python data/render.py

The JSON Lines files in `calls/` are the source; the files are for readers, examples and tests. Times are made up of
word counts (150 words a minute and a short pause between turns), so they are plausible, not measured.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections.abc import Callable
from html import escape
from pathlib import Path

HERE = Path(__file__).parent / "calls"
WORDS_A_SECOND = 2.5
PAUSE = 0.4
CUE_WORDS = 14

Piece = tuple[str, str, float, float]


def timed(turns: list[dict[str, str]]) -> list[Piece]:
    """(speaker, text, start, end) of each turn."""
    at, out = 2.0, []
    for turn in turns:
        end = at + max(0.6, len(turn["text"].split()) / WORDS_A_SECOND)
        out.append((turn["speaker"], turn["text"], round(at, 2), round(end, 2)))
        at = end + PAUSE
    return out


def cues(turns: list[Piece]) -> list[Piece]:
    """Turns cut into cues of a line or two."""
    out = []
    for speaker, text, start, end in turns:
        words = text.split()
        step = (end - start) / len(words)
        for i in range(0, len(words), CUE_WORDS):
            part = words[i : i + CUE_WORDS]
            out.append((speaker, " ".join(part), start + i * step, start + (i + len(part)) * step))
    return out


def clock(seconds: float, mark: str = ".") -> str:
    """hh:mm:ss.mmm"""
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{mark}{rest % 1000:03}"


def short(seconds: float) -> str:
    """m:ss"""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


def teams_vtt(turns: list[Piece], name: str) -> str:
    """Teams: voice tags, cue ids that are GUIDs."""
    lines = ["WEBVTT", ""]
    for n, (speaker, text, start, end) in enumerate(cues(turns)):
        guid = uuid.uuid5(uuid.NAMESPACE_URL, f"{name}/{n}")
        voice = f"<v {escape(speaker)}>{escape(text, False)}</v>"
        lines += [f"{guid}-0", f"{clock(start)} --> {clock(end)}", voice, ""]
    return "\n".join(lines)


def zoom_vtt(turns: list[Piece], name: str) -> str:
    """Zoom: numbered cues, the name before a colon."""
    lines = ["WEBVTT", ""]
    for n, (speaker, text, start, end) in enumerate(cues(turns), 1):
        lines += [str(n), f"{clock(start)} --> {clock(end)}", f"{speaker}: {text}", ""]
    return "\n".join(lines)


def srt(turns: list[Piece], name: str) -> str:
    """SubRip, the name before a colon."""
    lines = []
    for n, (speaker, text, start, end) in enumerate(cues(turns), 1):
        lines += [str(n), f"{clock(start, ',')} --> {clock(end, ',')}", f"{speaker}: {text}", ""]
    return "\n".join(lines)


def labelled(turns: list[Piece], name: str) -> str:
    """Plain text, a turn a line."""
    return "".join(f"{speaker}: {text}\n" for speaker, text, _, _ in turns)


def stamped(turns: list[Piece], name: str) -> str:
    """Plain text with times in brackets."""
    return "".join(f"[{clock(start)[:8]}] {speaker}: {text}\n" for speaker, text, start, _ in turns)


def otter(turns: list[Piece], name: str) -> str:
    """Otter: a line with name and time, the text below."""
    return "".join(f"{speaker}  {short(start)}\n{text}\n\n" for speaker, text, start, _ in turns)


def turns_json(turns: list[Piece], name: str) -> str:
    """A list of turns with times."""
    rows = [{"speaker": s, "text": t, "start": a, "end": b} for s, t, a, b in turns]
    return json.dumps(rows, indent=1, ensure_ascii=False) + "\n"


def segments_json(turns: list[Piece], name: str) -> str:
    """Whisper with speakers: segments."""
    rows = [
        {"id": n, "start": round(a, 2), "end": round(b, 2), "text": f" {t}", "speaker": s}
        for n, (s, t, a, b) in enumerate(cues(turns))
    ]
    return json.dumps({"language": "en", "segments": rows}, indent=1, ensure_ascii=False) + "\n"


def table(turns: list[Piece], name: str) -> str:
    """CSV with a header."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["start", "end", "speaker", "text"])
    rows.writerows([a, b, s, t] for s, t, a, b in turns)
    return out.getvalue()


FORMATS: list[tuple[str, Callable[[list[Piece], str], str]]] = [
    (".vtt", teams_vtt),
    (".txt", labelled),
    (".srt", srt),
    (".json", turns_json),
    (".txt", otter),
    (".csv", table),
    (".vtt", zoom_vtt),
    (".txt", stamped),
    (".json", segments_json),
]


def main() -> None:
    sources = ("labelled.jsonl", "held_out.jsonl")
    lines = [line for name in sources for line in (HERE / name).read_text(encoding="utf-8").splitlines()]
    records = [json.loads(line) for line in lines]
    for old in HERE.iterdir():
        if old.name not in sources:
            old.unlink()
    for n, record in enumerate(records):
        suffix, write = FORMATS[n % len(FORMATS)]
        path = HERE / f"{record['id']}{suffix}"
        path.write_text(write(timed(record["turns"]), record["id"]), encoding="utf-8")
    print(f"{len(records)} files written to {HERE}")


if __name__ == "__main__":
    main()
