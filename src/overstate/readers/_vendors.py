"""Two services whose words and speakers stand in different places: AWS Transcribe and Deepgram."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from overstate.errors import TranscriptError
from overstate.readers._items import Items, speaker_name
from overstate.types import Turn

__all__ = ["pieces"]

_Found = tuple[list[Turn], list[str]]


def pieces(data: Mapping[str, Any], source: object) -> _Found | None:
    """The pieces of an AWS Transcribe or Deepgram result and notes on them; None for any other object.

    Raises:
        TranscriptError: It is of that kind, but broken.
    """
    results = data.get("results")
    if isinstance(data.get("monologues"), list):
        return _rev(data["monologues"])
    if not isinstance(results, Mapping):
        return None
    try:
        if isinstance(results.get("channels"), list) and not results.get("utterances"):
            return _deepgram(results["channels"], source)
        if isinstance(results.get("items"), list) and not results.get("audio_segments"):
            return _aws(results, source)
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, TranscriptError):
            raise
        message = f"looks like AWS Transcribe or Deepgram, but a part is missing: {error!r}"
        raise TranscriptError(message, source=source, field="results") from None
    return None


def _rev(monologues: list[Any]) -> _Found | None:
    if not all(isinstance(m, Mapping) and isinstance(m.get("elements"), list) for m in monologues):
        return None
    turns = []
    for monologue in monologues:
        parts = [part for part in monologue["elements"] if isinstance(part, Mapping)]
        text = "".join(str(part.get("value", "")) for part in parts)
        times = [t for part in parts for t in (part.get("ts"), part.get("end_ts")) if isinstance(t, int | float)]
        speaker = speaker_name(monologue.get("speaker")) or ""
        turns.append(Turn(speaker, text, *((float(times[0]), float(times[-1])) if times else (None, None))))
    return turns, []


def _deepgram(channels: list[Any], source: object) -> _Found:
    found: list[Turn] = []
    notes: list[str] = []
    for number, channel in enumerate(channels):
        turns, more = _deepgram_channel(channel["alternatives"][0], source)
        if len(channels) > 1:  # one person a channel: that is surer than the diarizer
            turns = [Turn(f"Channel {number}", turn.text, turn.start, turn.end) for turn in turns]
        found += turns
        notes += more
    if len(channels) > 1:
        found.sort(key=lambda turn: turn.start or 0.0)
        notes.append(f"{len(channels)} channels, each taken for one speaker and put in order of time.")
    return found, notes


def _deepgram_channel(best: Mapping[str, Any], source: object) -> _Found:
    nested = best.get("paragraphs")
    paragraphs = nested["paragraphs"] if isinstance(nested, Mapping) else nested
    if paragraphs:
        reader = Items(source, "results.channels.paragraphs")
        flat = [
            {"speaker": paragraph.get("speaker"), **sentence}
            for paragraph in paragraphs
            for sentence in paragraph["sentences"]
        ]
    elif best.get("words"):
        reader = Items(source, "results.channels.words")
        # "punctuated_word" is the word as it should be read; "word" is in small letters.
        flat = [{**word, "text": word.get("punctuated_word", word.get("word"))} for word in best["words"]]
    else:
        reader = Items(source, "results.channels.transcript")
        flat = [{"text": best["transcript"]}]
    return reader.turns(flat), reader.notes()


def _aws(results: Mapping[str, Any], source: object) -> _Found:
    """Words with times, punctuation without, and who spoke when in a list of its own."""
    labels = results.get("speaker_labels")
    by_start: dict[str, str] = {}
    for segment in labels["segments"] if isinstance(labels, Mapping) else ():
        for word in segment.get("items", ()):
            by_start[str(word["start_time"])] = word.get("speaker_label", segment.get("speaker_label"))
    found: list[Turn] = []
    for item in results["items"]:
        said = item["alternatives"][0]["content"]
        if item.get("type") == "punctuation" and found:
            last = found[-1]
            found[-1] = Turn(last.speaker, last.text + said, last.start, last.end)
            continue
        label = item.get("speaker_label") or by_start.get(str(item.get("start_time")))
        times = Items(source, "results.items").times(item, len(found))
        found.append(Turn(speaker_name(label) or "", said, *times))
    return found, []
