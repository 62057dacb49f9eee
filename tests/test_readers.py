"""Readers: a line a case. Every text here is invented."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from overstate.errors import TranscriptError
from overstate.readers import Parsed, read_file, read_text, read_turns
from overstate.readers import _decode as decode_module
from overstate.readers._labels import grade
from overstate.types import Turn

VTT = "WEBVTT\n\n"
CUE = "00:00:01.000 --> 00:00:02.500"
NEXT = "00:00:02.500 --> 00:00:04.000"


def said(parsed: Parsed) -> list[tuple[str, str]]:
    return [(turn.speaker, turn.text) for turn in parsed.turns]


def times(parsed: Parsed) -> list[tuple[float | None, float | None]]:
    return [(turn.start, turn.end) for turn in parsed.turns]


def noted(parsed: Parsed, words: str) -> bool:
    return any(words in note for note in parsed.notes)


# --- WebVTT and SubRip ---------------------------------------------------------------------------------

CAPTIONS = [
    ("teams", f"{VTT}5c1f-2/12-0\n{CUE}\n<v Ann Lee>Hello.</v>\n", [("Ann Lee", "Hello.")]),
    ("two voices", f"{VTT}{CUE}\n<v Ann>Hi.</v> <v Bob>Yo.</v>\n", [("Ann", "Hi."), ("Bob", "Yo.")]),
    ("voices by line", f"{VTT}{CUE}\n<v Ann>Hi.\n<v Bob>Yo.\n", [("Ann", "Hi."), ("Bob", "Yo.")]),
    ("voice class", f"{VTT}{CUE}\n<v.loud Ann O&apos;Neil>Hi.\n", [("Ann O'Neil", "Hi.")]),
    ("entities", f"{VTT}{CUE}\n<v Ann>R&amp;D &lt;i&gt; R&D &copy2 x&nbsp;y\n", [("Ann", "R&D <i> R&D &copy2 x\xa0y")]),
    ("joined", f"{VTT}{CUE}\n<v Ann>we\n\n{NEXT}\n<v Ann>grew\n", [("Ann", "we grew")]),
    ("zoom", f"{VTT}1\n{CUE}\nAnn Lee: Hi.\n\n2\n{NEXT}\nBob: Yo.\n", [("Ann Lee", "Hi."), ("Bob", "Yo.")]),
    ("note", f"{VTT}NOTE\nx: y\n\nSTYLE\n::cue {{}}\n\n{CUE}\n<v A>Hi.\n", [("A", "Hi.")]),
    ("settings", f"{VTT}{CUE} align:start position:0%\n<v A>Hi.\n", [("A", "Hi.")]),
    ("no hours", f"{VTT}00:01.000 --> 00:02.500\n<v A>Hi.\n", [("A", "Hi.")]),
    ("many lines", f"{VTT}{CUE}\n<v A>we grew\n  forty  percent\n", [("A", "we grew forty  percent")]),
    ("tags", f"{VTT}{CUE}\n<v A><i>we</i> <c.x>grew</c> <00:01.500>x < 5 and y > 3", [("A", "we grew x < 5 and y > 3")]),
    ("text says so:", f"{VTT}{CUE}\n<v A>Result: we grew.\n", [("A", "Result: we grew.")]),
    ("no speakers", f"{VTT}{CUE}\nwe\n\n{NEXT}\ngrew.\n", [("", "we grew.")]),
    ("one colon", f"{VTT}{CUE}\nthe point:\n\n{NEXT}\nHere is the thing: no.\n", [("", "the point: Here is the thing: no.")]),
    ("blank in cue", f"{VTT}{CUE}\n<v A>we\n\ngrew\n", [("A", "we grew")]),
    ("no blank between", f"{VTT}{CUE}\n<v A>Hi.\n{NEXT}\n<v B>Yo.\n", [("A", "Hi."), ("B", "Yo.")]),
    ("header", f"WEBVTT - Call\nKind: captions\n\n{CUE}\n<v A>Hi.\n", [("A", "Hi.")]),
    ("srt", f"1\n{CUE.replace('.', ',')}\nAnn: Hi.\n\n2\n{NEXT}\nBob: Yo.\n", [("Ann", "Hi."), ("Bob", "Yo.")]),
    ("srt two", f"1\n{CUE}\n- Ann: Hi.\n- Bob: Yo.\n", [("Ann", "Hi."), ("Bob", "Yo.")]),
    ("srt >>", f"1\n{CUE}\n>> ANN: Hi.\n\n2\n{NEXT}\nMore.\n", [("ANN", "Hi. More.")]),
    ("srt >> nobody", f"1\n{CUE}\n>> ANN: Hi.\n\n2\n{NEXT}\n>> Yo.\n", [("ANN", "Hi."), ("", "Yo.")]),
    ("srt []", f"1\n{CUE}\n[Ann] Hi.\n\n2\n{NEXT}\n[Ann] More.\n", [("Ann", "Hi. More.")]),
    ("srt sound", f"1\n{CUE}\n[Music] la\n\n2\n{NEXT}\n[Music] li\n", [("", "[Music] la [Music] li")]),
    ("srt font", f'1\n{CUE}\n<font color="#fff">Ann: Hi.</font>{{\\an8}}\n', [("Ann", "Hi.")]),
    ("crlf", f"1\r\n{CUE}\r\nAnn: Hi.\r\n", [("Ann", "Hi.")]),
    ("cr cr lf", f"1\r\r\n{CUE}\r\r\nAnn: Hi.\r\r\n", [("Ann", "Hi.")]),
    ("arrow said", f"1\n{CUE}\nAnn: go to\nFile --> Save\n", [("Ann", "go to File --> Save")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [pytest.param(t, e, id=i) for i, t, e in CAPTIONS])
def test_captions(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(read_text(text)) == expected


def test_caption_times_span_the_joined_cues_and_the_join_is_noted() -> None:
    parsed = read_text(f"{VTT}{CUE}\n<v A>a\n\n{NEXT}\n<v A>b\n\n01:00:00.000 --> 01:00:01.250\n<v B>c\n")
    assert times(parsed) == [(1.0, 4.0), (3600.0, 3601.25)]
    assert noted(parsed, "1 piece joined")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"{VTT}{CUE}\nHi.\n\n00:00:03.000 -> 00:00:04.000\nYo.\n", 6),
        (f"{VTT}00:00:xx.000 --> 00:00:02.000\nHi.\n", 3),
        (f"{VTT}a-1\n00:00:01.000 --> later\nHi.\n", 4),
        (f"{VTT}00:99:01.000 --> 00:99:02.000\nHi.\n", 3),
        (f"1\n{CUE}\nHi.\n\n2\n00:00:03,000 00:00:04,000\nYo.\n", 6),
        (f"1\n{CUE}\nHi.\n\n2\nsoon\nYo.\n", 6),
    ],
)
def test_bad_timing_line_is_an_error_with_its_line(text: str, line: int) -> None:
    with pytest.raises(TranscriptError, match=r"expected 'hh:mm:ss\.mmm -->") as caught:
        read_text(text, source="call.vtt")
    assert (caught.value.line, caught.value.source) == (line, "call.vtt")


def test_nothing_of_a_caption_file_is_left_out_in_silence() -> None:
    parsed = read_text(f"{VTT}stray words\n\nNOTE by hand\n\n{CUE}\n<v A>a\n\nb\n\n{NEXT}\n<v A> </v>\n")
    assert said(parsed) == [("A", "a b")]
    for words in ("'stray words'", "'NOTE by hand'", "after a blank line", "1 empty piece"):
        assert noted(parsed, words), parsed.notes


def test_roll_up_captions_are_read_once() -> None:
    rolled = f"{VTT}{CUE}\n \nwe<00:00:01.500><c> grew</c>\n\n{NEXT}\nwe grew\nby<00:00:03.000><c> ten</c>\n"
    parsed = read_text(rolled)
    assert said(parsed) == [("", "we grew by ten")]
    assert noted(parsed, "shown twice")


# --- labelled text -------------------------------------------------------------------------------------

AB = [("Ann Lee", "Hi."), ("Bob", "Yo.")]
LABELLED = [
    ("plain", "Ann Lee: Hi.\nBob: Yo.", AB),
    ("one line", "Ann: We grew forty percent.", [("Ann", "We grew forty percent.")]),
    ("time first", "[00:01:02] Ann Lee: Hi.\n[00:01:05] Bob: Yo.", AB),
    ("bare time first", "00:01:02 Ann Lee: Hi.\n00:01:05 Bob: Yo.", AB),
    ("round time first", "(00:12) Ann Lee: Hi.\n(00:15) Bob: Yo.", AB),
    ("time after", "Ann Lee [00:01:02]: Hi.\nBob [00:01:05]: Yo.", AB),
    ("round time after", "Ann Lee (00:12): Hi.\nBob (00:15): Yo.", AB),
    ("time range", "[00:01.000 --> 00:02.000] Ann Lee: Hi.\n[00:02.000 --> 00:03.000] Bob: Yo.", AB),
    ("zoom txt", "[Ann Lee] 10:00:01\nHi.\n\n[Bob] 10:00:05\nYo.\n", AB),
    ("zoom chat", "00:01:02\tAnn Lee:\tHi.\n00:01:05\tBob:\tYo.", AB),
    ("otter", "Ann Lee  0:12\nHi.\n\nBob  0:15\nYo.\n\nTranscribed by https://otter.ai\n", AB),
    ("otter dash", "Ann Lee - 0:12\nHi.\n\nBob - 0:15\nYo.\n", AB),
    ("meet", "Ann Lee\n00:12\nHi.\n\nBob\n00:15\nYo.\n", AB),
    ("meet tight", "Ann Lee\n00:12\nHi.\nBob\n00:15\nYo.\n", AB),
    ("gemini", "### 00:00:00\n\n**Ann Lee:** Hi.\n\n### 00:05:00\n\n**Bob:** Yo.\n", AB),
    ("bold", "**Ann Lee**: Hi.\n**Bob**: Yo.", AB),
    ("rev", "Ann Lee (00:00):\nHi.\n\nBob (00:05):\nYo.\n", AB),
    ("speaker_00", "SPEAKER_00: Hi.\nSPEAKER_01: Yo.", [("SPEAKER_00", "Hi."), ("SPEAKER_01", "Yo.")]),
    ("small letters", "rep: hi\nbuyer: yo\nrep: so\nbuyer: no", [("rep", "hi"), ("buyer", "yo"), ("rep", "so"), ("buyer", "no")]),
    ("other case", "Ann: We\nann: grew.\nAnn: So.", [("Ann", "We"), ("ann", "grew."), ("Ann", "So.")]),
    ("continuation", "Ann: We\ngrew.\n\nAnd more.\nBob: Yo.", [("Ann", "We grew. And more."), ("Bob", "Yo.")]),
    ("joined", "Ann: We\nAnn: grew.\nBob: Yo.", [("Ann", "We grew."), ("Bob", "Yo.")]),
    ("no space", "Ann:Hi.\nBob:Yo.\nAnn:So.", [("Ann", "Hi."), ("Bob", "Yo."), ("Ann", "So.")]),
    ("wide colon", "张伟：你好\n李娜：早", [("张伟", "你好"), ("李娜", "早")]),
    ("a time is no name", "Ann: So\n10:30 Meeting: where?\nBob: Yo.", [("Ann", "So 10:30 Meeting: where?"), ("Bob", "Yo.")]),
    ("sentence", "Ann: So.\nHere is the thing: no.\nBob: Yo.", [("Ann", "So. Here is the thing: no."), ("Bob", "Yo.")]),
    ("note", "Ann: So.\nNote: no.\nBob: Yo.", [("Ann", "So. Note: no."), ("Bob", "Yo.")]),
    ("link", "Ann: See\nhttps://x.example/a: b\nBob: Yo.", [("Ann", "See https://x.example/a: b"), ("Bob", "Yo.")]),
    ("other style", "[00:01] Ann: So\nPipeline: up\n[00:02] Bob: Yo.", [("Ann", "So Pipeline: up"), ("Bob", "Yo.")]),
    ("time said", "Ann: Let us meet at\n10:30: fine?\nBob: Yo.", [("Ann", "Let us meet at 10:30: fine?"), ("Bob", "Yo.")]),
    ("list", "- **Ann Lee**: Hi.\n- **Bob**: Yo.", AB),
    ("whatsapp", "[03/05/2024, 10:01:22] Ann Lee: Hi.\n[03/05/2024, 10:01:40] Bob: Yo.", AB),
    ("dated", "2024-05-03 10:01:22 Ann Lee: Hi.\n2024-05-03T10:01:40 Bob: Yo.", AB),
    ("office", "Operator: Welcome.\n\nJane Doe -- Chief Executive Officer: Hi.\n\nOperator: Next.", [("Operator", "Welcome."), ("Jane Doe -- Chief Executive Officer", "Hi."), ("Operator", "Next.")]),
    ("interview", "Q: How many?\nA: Forty.\nQ: Since?\nA: March.", [("Q", "How many?"), ("A", "Forty."), ("Q", "Since?"), ("A", "March.")]),
    ("quoted", "Ann: He said: no.\nBob: Why?", [("Ann", "He said: no."), ("Bob", "Why?")]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [pytest.param(t, e, id=i) for i, t, e in LABELLED])
def test_labelled(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(read_text(text)) == expected


NAMELIKE = "Ann|Dr. Ana Müller-Ruiz (Acme)|Speaker 1|Q1 Customer|O'Neil, Sean|SPEAKER_00|Ludwig van der Berg|THE COURT|Operator|Will May|Q|A"
IF_IT_COMES_BACK = "speaker 1|customer|unknown speaker"
NO_NAME = "Note|RE|Subject|Agenda|Summary|Meeting|https|Action items|Here is the thing|what it is|1st||A B C D E F|We grew. Then|I think|He said|The thing is"
GRADES = {2: NAMELIKE, 1: IF_IT_COMES_BACK, 0: f"{NO_NAME}|{'A' * 41}"}


@pytest.mark.parametrize(
    ("label", "expected"),
    [(label, number) for number, labels in GRADES.items() for label in labels.split("|")],
)
def test_what_looks_like_a_speaker(label: str, expected: int) -> None:
    assert grade(label) == expected


def test_start_times_of_labelled_text() -> None:
    assert times(read_text("[01:01:02.5] Ann: Hi.\n(75:12) Bob: Yo.")) == [(3662.5, None), (4512.0, None)]
    assert times(read_text("Ann  0:12\nHi.\n\nBob  1:00:15\nYo.")) == [(12.0, None), (3615.0, None)]
    wall = read_text("Ann 10:01 AM\nHi.\n\nBob 10:02 AM\nYo.")
    assert times(wall) == [(None, None)] * 2 and noted(wall, "of day")


def test_preamble_is_left_out_and_quoted() -> None:
    parsed = read_text("Call with Acme\nDate: 3 May\nAttendees: Ann, Bob\n\nAnn: Hi.\nBob: Yo.\nAnn: So.")
    assert said(parsed) == [("Ann", "Hi."), ("Bob", "Yo."), ("Ann", "So.")]
    assert noted(parsed, "3 lines before the first speaker left out: 'Call with Acme'; 'Date: 3 May'")


def test_fields_of_a_header_are_no_speakers() -> None:
    parsed = read_text("Client: Acme\nRep: Joe\n\nAnn: Hi.\nBob: Yo.\nAnn: So.\nBob: No.")
    assert [turn.speaker for turn in parsed.turns] == ["Ann", "Bob", "Ann", "Bob"]
    assert noted(parsed, "'Client: Acme'; 'Rep: Joe'")


def test_once_only_speakers_are_named_in_a_note() -> None:
    text = "Ann: a\nBob: b\nAnn: c\nBob: d\nPipeline: up\nAnn: e\nBob: f"
    assert noted(read_text(text), "once only: 'Pipeline'")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We grew.\n\nThey\nshrank.", ["We grew.", "They shrank."]),
        ("We grew.\n\nResult: they shrank.\n\nSo be it.\n\nYes.", ["We grew.", "Result: they shrank.", "So be it.", "Yes."]),
        ("[00:00.000 --> 00:01.000]  We\n[00:01.000 --> 00:02.000]  grew.", ["We grew."]),
        ("0:01\nwe grew.\n0:05\nYes\n", ["we grew.", "Yes"]),
    ],
)  # fmt: skip
def test_text_without_labels_is_paragraphs_with_a_note(text: str, expected: list[str]) -> None:
    parsed = read_text(text)
    assert said(parsed) == [("", one) for one in expected]
    assert noted(parsed, "No speaker labels")


# --- JSON ----------------------------------------------------------------------------------------------

PAIR = [("Ann", "Hi."), ("Bob", "Yo.")]


def _aws(**more: Any) -> dict[str, Any]:
    def word(text: str, at: float) -> dict[str, Any]:
        return {"type": "pronunciation", "start_time": str(at), "end_time": str(at + 1), "alternatives": [{"content": text}]}  # fmt: skip

    dot = {"type": "punctuation", "alternatives": [{"content": "."}]}
    segments = [
        {"speaker_label": f"spk_{n}", "items": [{"start_time": str(float(n)), "speaker_label": f"spk_{n}"}]} for n in (0, 1)
    ]  # fmt: skip
    return {"results": {"items": [word("Hi", 0.0), dot, word("Yo", 1.0), dot], "speaker_labels": {"segments": segments}, **more}}  # fmt: skip


def _deepgram(**alternative: Any) -> dict[str, Any]:
    return {"metadata": {}, "results": {"channels": [{"alternatives": [alternative]}]}}


SPK = [("spk_0", "Hi."), ("spk_1", "Yo.")]
NUMBERED = [("Speaker 0", "Hi."), ("Speaker 1", "Yo.")]
JSON = [
    ("list", [{"speaker": "Ann", "text": "Hi."}, {"speaker": "Bob", "text": "Yo."}], PAIR),
    ("names", [{"speaker_name": "Ann", "sentence": "Hi."}, {"from": "Bob", "content": "Yo."}], PAIR),
    ("name before code", [{"speaker": "SPEAKER_00", "speaker_name": "Ann", "transcript": "Hi."}], [("Ann", "Hi.")]),
    ("number and name", [{"speaker": 0, "name": "Ann", "text": "Hi."}], [("Ann", "Hi.")]),
    ("object", [{"participant": {"id": 3, "name": "Ann"}, "words": [{"text": "Hi"}, {"text": "you."}]}], [("Ann", "Hi you.")]),
    ("pairs", [["Ann", "Hi."], ["Bob", "Yo."]], PAIR),
    ("joined", [{"speaker": "Ann", "text": " Hi"}, {"speaker": "Ann", "text": "you. "}], [("Ann", "Hi you.")]),
    ("whisper", {"text": "We grew.", "segments": [{"start": 0.0, "end": 1.0, "text": " We"}, {"start": 1.0, "end": 2.0, "text": " grew."}], "language": "en"}, [("", "We grew.")]),
    ("whisperx", {"segments": [{"speaker": "SPEAKER_00", "text": " Hi."}, {"text": " Yo."}]}, [("SPEAKER_00", "Hi."), ("", "Yo.")]),
    ("aws items", _aws(), SPK),
    ("aws segments", _aws(audio_segments=[{"speaker_label": "spk_0", "transcript": "Hi.", "start_time": "0.0"}, {"speaker_label": "spk_1", "transcript": "Yo."}]), SPK),
    ("deepgram utterances", {"results": {"channels": [], "utterances": [{"speaker": 0, "transcript": "Hi."}, {"speaker": 1, "transcript": "Yo."}]}}, NUMBERED),
    ("deepgram paragraphs", _deepgram(paragraphs={"paragraphs": [{"speaker": 0, "sentences": [{"text": "Hi.", "start": 0, "end": 1}]}, {"speaker": 1, "sentences": [{"text": "Yo."}]}]}), NUMBERED),
    ("deepgram words", _deepgram(words=[{"word": "hi", "punctuated_word": "Hi.", "speaker": 0}, {"word": "yo", "punctuated_word": "Yo.", "speaker": 1}]), NUMBERED),
    ("deepgram plain", _deepgram(transcript="Hi you."), [("", "Hi you.")]),
    ("assemblyai", {"id": "x", "text": "Hi. Yo.", "words": [], "utterances": [{"speaker": "A", "text": "Hi.", "start": 250, "end": 1250}, {"speaker": "B", "text": "Yo.", "start": 2000, "end": 2500}]}, [("A", "Hi."), ("B", "Yo.")]),
    ("assemblyai unsplit", {"text": "We grew.", "utterances": None, "words": None}, [("", "We grew.")]),
    ("fireflies", {"data": {"transcript": {"title": "x", "sentences": [{"speaker_name": "Ann", "text": "Hi.", "start_time": 1.5, "end_time": 2}, {"speaker_name": "Bob", "text": "Yo."}]}}}, PAIR),
    ("rev", {"monologues": [{"speaker": 0, "elements": [{"type": "text", "value": "Hi", "ts": 0.5, "end_ts": 1.0}, {"type": "punct", "value": "."}]}]}, [("Speaker 0", "Hi.")]),
    ("plain inside", {"transcript": "Ann: Hi.\nBob: Yo."}, PAIR),
    ("two speakers", [{"speaker": ["Ann", "Bob"], "text": "Hi."}], [("", "Hi.")]),
    ("two names", [{"speaker": "Ann", "name": "Bob", "text": "Hi."}], [("", "Hi.")]),
    ("guideline", {"id": "1", "turns": [{"speaker": "Ann", "text": " Hi. "}, {"speaker": "Ann", "text": ""}], "claims": []}, [("Ann", " Hi. "), ("Ann", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("data", "expected"), [pytest.param(d, e, id=i) for i, d, e in JSON])
def test_json(data: Any, expected: list[tuple[str, str]]) -> None:
    assert said(read_text(json.dumps(data))) == expected
    assert said(read_text(json.dumps(data, indent=1), source="x.json")) == expected


def test_json_times_are_seconds() -> None:
    by_name = {name: data for name, data, _ in JSON}
    assert times(read_text(json.dumps(by_name["assemblyai"]))) == [(0.25, 1.25), (2.0, 2.5)]
    assert times(read_text(json.dumps(by_name["fireflies"]))) == [(1.5, 2.0), (None, None)]
    assert times(read_text(json.dumps(by_name["aws items"]))) == [(0.0, 1.0), (1.0, 2.0)]
    assert times(read_text('[{"text": "Hi", "start": "00:01:02.5", "end": "63.5s"}]')) == [(62.5, 63.5)]
    assert noted(read_text('[{"text": "Hi", "start": "2026-05-03T10:00:00Z"}]'), "cannot be read")


def test_json_lines() -> None:
    record = json.dumps({"turns": [{"speaker": "Ann", "text": "Hi."}]})
    turn = json.dumps({"speaker": "Ann", "text": "Hi."})
    assert said(read_text(record + "\n\n", source="x.jsonl")) == [("Ann", "Hi.")]
    assert said(read_text(f"{turn}\n{turn}\n")) == [("Ann", "Hi. Hi.")]
    with pytest.raises(TranscriptError, match="holds 2 transcripts"):
        read_text(f"{record}\n{record}\n")


def test_json_key_given_twice() -> None:
    parsed = read_text('[{"speaker": "Ann", "speaker": "Bob", "text": "Hi."}]')
    assert said(parsed) == [("", "Hi.")] and noted(parsed, "more than one speaker")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"a": 1, "b": 2}', "keys 'a', 'b'; expected a list of {speaker, text}"),
        ("[]", "no turns"),
        ('{"turns": []}', "no turns"),
        ('{"turns": [{"speaker": "A"}]}', "no text"),
        ('{"turns": [{"speaker": "A", "text": 3}]}', "got int; a string was expected"),
        ('["a", "b"]', "a list of 2"),
        ('[{"speaker": "A", "texxt": "x"}]', "keys found are 'speaker', 'texxt'"),
        ('[{"speaker": "A", "text": "x"}, 3]', r"\[1\].*got int"),
        ('[{"text": "x", "start": NaN}]', "NaN is no JSON number"),
        ('[{"text": "x", "start": 1e999}]', "no time in seconds"),
        ('[{"text": "x", "text": "y"}]', "stands twice"),
        ('{"speaker": "A", "text": ', "not valid JSON"),
        ("[" * 200_000, "nested too deeply|not valid JSON"),
        ('{"a":' * 100_000 + "1" + "}" * 100_000, "nested too deeply"),
        ('{"results": {"channels": [{}]}}', "a part is missing"),
        ('{"results": {"items": [{"type": "x"}]}}', "a part is missing"),
        ('[{"text": "x", "start": ' + "9" * 5000 + "}]", "not valid JSON"),
    ],
)
def test_json_errors(text: str, message: str) -> None:
    with pytest.raises(TranscriptError, match=message):
        read_text(text, source="x.json")


# --- tables --------------------------------------------------------------------------------------------

TABLES = [
    ("csv", "speaker,text\nAnn,Hi.\nBob,Yo.\n"),
    ("order", "Text,Start Time,Speaker_Name\nHi.,1.5,Ann\nYo.,00:00:02.5,Bob\n"),
    ("tsv", "who\tmessage\nAnn\tHi.\nBob\tYo.\n"),
    ("semicolon", "Name;Transcript\nAnn;Hi.\nBob;Yo.\n"),
    ("excel", "sep=;\nName;Transcript\nAnn;Hi.\nBob;Yo.\n"),
    ("quoted", '"speaker","text"\n"Ann","Hi."\n"Bob","Yo."\n'),
    ("empty row", "speaker,text\nAnn,Hi.\n,\nCarl,\nBob,Yo.\n"),
]


@pytest.mark.parametrize("text", [pytest.param(t, id=i) for i, t in TABLES])
def test_tables(text: str) -> None:
    assert said(read_text(text)) == PAIR


def test_table_details(tmp_path: Path) -> None:
    path = tmp_path / "call.csv"
    path.write_text("Who?,What,From\nAnn,Hi.,0:01\nAnn,you.,62\n", encoding="utf-8")
    parsed = read_file(path, columns={"speaker": "Who?", "text": "What", "start": "From"})
    assert (said(parsed), times(parsed)) == ([("Ann", "Hi. you.")], [(1.0, None)])
    assert said(read_text('speaker\ttext\nAnn\t"Hi" he said\n')) == [("Ann", '"Hi" he said')]
    assert said(read_text("speaker,text\nAnn," + "x" * 200_000))[0][1] == "x" * 200_000
    assert csv.field_size_limit() == 131_072
    assert times(read_text("start\tend\ttext\n0\t1500\tHi.\n")) == [(0.0, 1.5)]


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("a,b\nAnn,Hi.\n", None, r"the columns are 'a', 'b'; name them: columns="),
        (
            "a,b\nAnn,Hi.\n",
            {"speaker": "a", "text": "c"},
            "no column 'c' for the text; the columns are 'a', 'b'",
        ),
        ("a,b\nAnn,Hi.\n", {"speker": "a", "text": "b"}, "it maps speaker, text, start, end"),
        ("speaker,text\nAnn,Hi, you.\n", None, "line 2: 3 cells, but the header has 2"),
        ('speaker,text\nAnn,"Hi.\nBob,Yo.\n', None, "not a table"),
        ("speaker,text,text\nAnn,Hi.,x\n", None, "two columns are named 'text'"),
        ("speaker,text\n", None, "no turns"),
        (
            "speaker,text,at\nAnn,Hi.,soon\n",
            {"start": "at"},
            "line 2, field 'start': got 'soon'; expected seconds",
        ),
    ],
)
def test_table_errors(tmp_path: Path, text: str, columns: dict[str, str] | None, message: str) -> None:
    path = tmp_path / "call.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TranscriptError, match=message):
        read_file(path, columns=columns)


# --- files: encodings, kinds, sizes --------------------------------------------------------------------

TEXT = "Zoë: It’s café.\nBob: Yo — no.\n"
ENCODED = [("Zoë", "It’s café."), ("Bob", "Yo — no.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_encodings(tmp_path: Path, encoding: str, newline: str) -> None:
    path = tmp_path / "call.txt"
    path.write_bytes(TEXT.replace("\n", newline).encode(encoding))
    parsed = read_file(path)
    assert said(parsed) == ENCODED
    assert noted(parsed, "Windows-1252") == (encoding == "cp1252")


def test_one_broken_byte_does_not_spoil_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "call.txt"
    path.write_bytes(TEXT.encode() + b"Ann: caf\xc3\n")
    parsed = read_file(path)
    assert said(parsed)[:2] == ENCODED and noted(parsed, "1 broken byte sequence, the first in line 3")


@pytest.mark.parametrize(
    ("name", "text", "speaker"),
    [
        ("a.txt", f"{VTT}{CUE}\n<v Ann>Hi.\n", "Ann"),
        ("a.json", f"{VTT}{CUE}\n<v Ann>Hi.\n", "Ann"),
        ("a.txt", f"1\n{CUE}\nAnn: Hi.\n", "Ann"),
        ("a.vtt", f"{CUE}\n<v Ann>Hi.\n", "Ann"),
        ("a.txt", '[{"speaker": "Ann", "text": "Hi."}]', "Ann"),
        ("a.txt", "speaker,text\nAnn,Hi.\n", "Ann"),
        ("a.txt", "[00:01] Ann: Hi.\n", "Ann"),
        ("a", "Ann: Hi.\n", "Ann"),
        ("a.json", '{"turns": [{"speaker": "Ann", "text": "Hi."}]}\n', "Ann"),
    ],
)
def test_content_decides(tmp_path: Path, name: str, text: str, speaker: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert read_file(tmp_path / name).turns[0] == Turn(speaker, "Hi.", *times(read_file(tmp_path / name))[0])


def test_columns_for_a_file_that_is_no_table_are_noted(tmp_path: Path) -> None:
    (tmp_path / "a.vtt").write_text(f"{VTT}{CUE}\n<v Ann>Hi.\n")
    parsed = read_file(tmp_path / "a.vtt", columns={"speaker": "Who"})
    assert said(parsed) == [("Ann", "Hi.")] and noted(parsed, "were not used: this is webvtt")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\xff\xfe", "empty"),
        (b"%PDF-1.7\n", "a PDF, not a transcript; copy or export"),
        (b"PK\x03\x04....word/document.xml", "Word, Excel"),
        (b"PK\x03\x04....", "an archive"),
        (b"ID3\x04\0\0", "audio or video"),
        (b"\0\0\0\x18ftypM4A ", "audio or video"),
        (b"RIFF\x10\0\0\0WAVEfmt ", "audio or video"),
        (b"{\\rtf1 x}", "rich text"),
        (b"<html><body>", "web page"),
        (b"\x01\x02\0\x03\0\0\x07", "binary"),
        (bytes(range(1, 32)) * 9, "binary"),
        (b"\xff\xfea\0b", "does not fit"),
        (b"0:00:00.599,0:00:04.160\nHi.\n", "sbv"),
    ],
)
def test_files_that_are_no_text(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "call.txt"
    path.write_bytes(data)
    with pytest.raises(TranscriptError, match=message) as caught:
        read_file(path)
    assert caught.value.source == str(path)


def test_paths_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, message in (
        (tmp_path, "folder"),
        (tmp_path / "no", "no such file"),
        (Path("a\0b"), "cannot be read"),
    ):
        with pytest.raises(TranscriptError, match=message):
            read_file(path)
    (tmp_path / "a.txt").write_text("Ann: Hi.")
    monkeypatch.setattr(decode_module, "MAX_BYTES", 4)
    with pytest.raises(TranscriptError, match="larger than"):
        read_file(tmp_path / "a.txt")
    with pytest.raises(TranscriptError, match="longer than 4 characters"):
        read_text("Ann: Hi.")


@pytest.mark.parametrize(
    "unit",
    [
        "a",
        "a ",
        "a: ",
        "<v ",
        "0:00 ",
        "\r",
        "&#1",
        '"',
        "[",
        "Ann: b. ",
        "(",
        "- ",
        "*",
        "\n",
        "a\n",
        "0:0\n",
        "1.2.2024 ",
    ],
)
@pytest.mark.parametrize("start", ["", f"{VTT}{CUE}\n", "speaker,text\nAnn,", "Ann: ", '[{"text": "'])
def test_long_lines_take_linear_time(start: str, unit: str) -> None:
    text = start + unit * (300_000 // len(unit))
    began = time.perf_counter()
    try:
        read_text(text)
    except TranscriptError:
        pass
    assert time.perf_counter() - began < 3  # far more than needed; a quadratic step takes minutes


# --- turns in memory -----------------------------------------------------------------------------------


def test_turns_are_kept_one_to_one() -> None:
    given_turns = [
        Turn("Ann", " a  b ", 1, 2.5),
        {"speaker": "Ann", "text": ""},
        ("", "x"),
        {"text": "y", "end": None},
    ]
    parsed = read_turns(given_turns)  # type: ignore[arg-type]
    assert said(parsed) == [("Ann", " a  b "), ("Ann", ""), ("", "x"), ("", "y")]
    assert times(parsed)[0] == (1.0, 2.5)
    assert parsed.notes == ["No speaker is named in 2 of 4 turns."]


@pytest.mark.parametrize(
    ("turns", "message"),
    [
        ([], "no turns"),
        ("Ann: Hi.", "got str"),
        (3, "got int"),
        ({"speaker": "Ann"}, "got dict"),
        (["ab"], "turn 0: got str; expected a Turn"),
        ([("a", "b"), ("a", "b", "c")], "turn 1: got tuple of length 3"),
        ([("a", 3)], "turn 0, field 'text': got int"),
        ([(3, "a")], "turn 0, field 'speaker': got int"),
        ([{"speaker": "a"}], "field 'text': the text is missing"),
        (
            [{"speaker": "a", "text": "b", "txt": 1}],
            "unknown keys 'txt'; known are speaker, text, start, end",
        ),
        ([{"text": "b", "start": "1"}], "field 'start': got str; seconds"),
        ([{"text": "b", "end": float("nan")}], "field 'end': not a finite"),
        ([Turn("a", None)], "field 'text': got NoneType"),  # type: ignore[arg-type]
        ([("a", "\ud83d")], "half of a surrogate pair"),
    ],
)
def test_turns_errors(turns: Any, message: str) -> None:
    with pytest.raises(TranscriptError, match=message):
        read_turns(turns)


# --- properties ----------------------------------------------------------------------------------------

WORDS = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=6).map(" ".join)
NAMES = st.sampled_from(["Ann", "Bob Ray", "Dr. Ana Müller-Ruiz", "Speaker 1", "O'Neil, Sean"])
TURNS = st.lists(st.tuples(NAMES, WORDS), min_size=1, max_size=8).map(
    lambda turns: [turn for at, turn in enumerate(turns) if at == 0 or turns[at - 1][0] != turn[0]]
)
ANYTHING = st.text(max_size=300) | st.lists(
    st.sampled_from(["WEBVTT\n\n", CUE, "\n", "\n\n", "-->", "<v ", ">", "Ann: ", "0:12", "[", "]", "{", "}", '"', ",",
                     "speaker", "text", "turns", ":", "1", "**", ">> ", "- ", "(", ")", "\t", ";", "&lt;", "\ud800"]),
    max_size=30,
).map("".join)  # fmt: skip


@given(TURNS)
@settings(max_examples=60, deadline=None)
def test_round_trips(turns: list[tuple[str, str]]) -> None:
    table = io.StringIO()
    csv.writer(table).writerows([("speaker", "text"), *turns])
    written = [
        "\n".join(f"{name}: {text}" for name, text in turns),
        "\n".join(f"[00:00:{at:02}] {name}: {text}" for at, (name, text) in enumerate(turns)),
        "\n\n".join(f"**{name}:** {text}" for name, text in turns),
        VTT + "\n\n".join(f"{CUE}\n<v {name}>{text}</v>" for name, text in turns),
        "\n\n".join(f"{at}\n{CUE}\n{name}: {text}" for at, (name, text) in enumerate(turns, 1)),
        json.dumps([{"speaker": name, "text": text} for name, text in turns]),
        table.getvalue(),
    ]
    for text in written:
        assert said(read_text(text)) == turns


@given(st.lists(st.tuples(st.text(), st.text()), min_size=1, max_size=5))
@settings(max_examples=100, deadline=None)
def test_turns_and_guideline_format_keep_every_character(turns: list[tuple[str, str]]) -> None:
    assert said(read_turns(turns)) == turns
    record = json.dumps({"turns": [{"speaker": name, "text": text} for name, text in turns]})
    assert [turn.text for turn in read_text(record).turns] == [text for _, text in turns]


@given(ANYTHING)
@settings(max_examples=400, deadline=None)
def test_any_text_is_read_or_refused(text: str) -> None:
    for source in (None, "a.json", "a.csv", "a.srt", "a.vtt"):
        try:
            parsed = read_text(text, source=source)
        except TranscriptError:
            continue
        assert parsed.turns and all(turn.text for turn in parsed.turns)
        parsed.turns[0].text.encode("utf-8")


@given(st.binary(max_size=300) | ANYTHING.map(lambda text: text.encode("utf-16", "surrogatepass")))
@settings(max_examples=300, deadline=None)
def test_any_bytes_are_decoded_or_refused(data: bytes) -> None:
    try:
        text, _ = decode_module.decode(data)
        read_text(text)
    except TranscriptError:
        pass


LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(["a", "Ann", "1.5", "0:01"])
)
KEYS = st.sampled_from(["turns", "results", "items", "channels", "alternatives", "segments", "speaker", "text", "words",
                        "start", "end", "name", "transcript", "monologues", "elements", "ts", "paragraphs", "offsets",
                        "speaker_labels", "utterances", "audio_segments", "content", "type", "end_ts", "sentences"])  # fmt: skip


@given(
    st.recursive(
        LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=5),
        max_leaves=25,
    )
)
@settings(max_examples=400, deadline=None)
def test_any_json_is_read_or_refused(data: Any) -> None:
    try:
        read_text(json.dumps(data), source="a.json")
    except TranscriptError:
        pass
