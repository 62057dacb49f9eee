"""The command line: what it writes, how it ends, and that nothing makes it end in a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from conftest import CALLS

import overstate
from overstate import cli

CALL = CALLS / "demo-payroll-migration.txt"
OTHER = CALLS / "discovery-bakery-ovens.vtt"


class Done(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch, capsys):
    """Run the command line in this process, through `main`, as the installed command does."""

    def runs(*args: object, stdin: bytes | None = b"") -> Done:
        monkeypatch.setattr(sys, "argv", ["overstate", *map(str, args)])
        monkeypatch.setattr(sys, "stdin", None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin)))
        capsys.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = 0 if end.code is None else end.code
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Done(code, out, err)

    return runs


def complaint(done: Done, words: str, code: int = 1) -> None:
    """The command ended as it should, with one line that says why."""
    assert done.code == code, done
    lines = done.err.strip().splitlines()
    assert len(lines) == 1 and lines[0].startswith("overstate: "), done.err
    assert re.search(words, lines[0]), lines[0]


FORMATS = {
    "table": (".txt", "claims"),
    "json": (".json", '"claims"'),
    "jsonl": (".jsonl", '"claims"'),
    "html": (".html", "<!doctype html>"),
    "markdown": (".md", "#"),
    "csv": (".csv", "speaker,side,turn,start,end"),
}


@pytest.fixture(scope="module")
def report() -> overstate.Report:
    return overstate.analyze(CALL)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format(run, format, report):
    done = run("analyze", CALL, "--format", format)
    assert (done.code, done.err) == (0, "")
    assert FORMATS[format][1] in done.out.lower()
    assert done.out.endswith("\n") or format == "html"
    if format in ("json", "jsonl"):
        assert overstate.Report.from_dict(json.loads(done.out)) == report
        assert (done.out.count("\n") == 1) == (format == "jsonl")
    if format == "csv":
        rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
        assert len(rows) == len(report.claims)


def test_format_is_a_table_unless_told(run):
    assert run("analyze", CALL).out == run("analyze", CALL, "-f", "table").out


@pytest.mark.parametrize("format", FORMATS)
def test_ask_shows_only_what_is_most_worth_asking(run, format, report):
    asked = report.to_ask(3)
    left_out = [claim for claim in report.to_ask() if claim not in asked]
    assert len(asked) == 3 and left_out
    out = run("analyze", CALL, "--ask", 3, "-f", format).out
    if format in ("json", "jsonl"):
        assert sorted(c["text"] for c in json.loads(out)["claims"]) == sorted(c.text for c in asked)
    elif format == "csv":
        assert len(list(csv.DictReader(io.StringIO(out, newline="")))) == 3
    else:
        first = [re.escape(claim.question.split()[-1]) for claim in asked]
        assert all(re.search(words, out) for words in first)
        assert len(out) < len(run("analyze", CALL, "-f", format).out)


def test_ask_nothing(run):
    assert run("analyze", CALL, "--ask", 0).code == 0


@pytest.mark.parametrize("format", FORMATS)
def test_out_to_a_file(run, format, tmp_path):
    place = tmp_path / "deep" / "report.x"
    done = run("analyze", CALL, "-f", format, "-o", place)
    assert (done.code, done.out, done.err) == (0, "", "")
    with open(place, encoding="utf-8", newline="") as file:
        assert file.read() == run("analyze", CALL, "-f", format).out
    assert [path.name for path in place.parent.iterdir()] == ["report.x"], "no partial file is left"


@pytest.mark.parametrize("format", FORMATS)
def test_out_to_a_folder(run, format, tmp_path):
    done = run("analyze", CALL, OTHER, "-f", format, "-o", tmp_path / "reports")
    assert (done.code, done.out) == (0, "")
    names = {path.name for path in (tmp_path / "reports").iterdir()}
    assert names == {name + FORMATS[format][0] for name in (CALL.name, OTHER.name)}


def test_out_to_a_folder_that_is_there(run, tmp_path):
    assert run("analyze", CALL, "-o", tmp_path, "-f", "json").code == 0
    assert [path.name for path in tmp_path.iterdir()] == [f"{CALL.name}.json"]


def test_a_report_replaces_an_older_one(run, tmp_path):
    place = tmp_path / "report.json"
    place.write_text("old", encoding="utf-8")
    assert run("analyze", CALL, "-f", "json", "-o", place).code == 0
    assert json.loads(place.read_text(encoding="utf-8"))


def test_several_calls_as_lines(run):
    done = run("analyze", CALL, OTHER, "-f", "jsonl")
    assert [json.loads(line)["source"] for line in done.out.splitlines()] == [str(CALL), str(OTHER)]


def test_standard_input(run, report):
    done = run("analyze", "-", "-f", "json", stdin=CALL.read_bytes())
    data = json.loads(done.out)
    assert (done.code, data["source"]) == (0, "standard input")
    assert data["claims"] == report.to_dict()["claims"]


def test_standard_input_beside_a_file(run, tmp_path):
    assert run("analyze", "-", OTHER, "-o", tmp_path, "-f", "csv", stdin=CALL.read_bytes()).code == 0
    assert {path.name for path in tmp_path.iterdir()} == {"stdin.csv", f"{OTHER.name}.csv"}


def test_one_bad_file_does_not_spoil_the_others(run, tmp_path):
    done = run("analyze", CALL, tmp_path / "missing.vtt", OTHER, "-f", "json", "-o", tmp_path / "reports")
    complaint(done, r"missing\.vtt: there is no such file")
    assert {path.name for path in (tmp_path / "reports").iterdir()} == {f"{CALL.name}.json", f"{OTHER.name}.json"}


def test_evidence(run, tmp_path):
    (tmp_path / "call.txt").write_text("Ines: We have forty seats in the Leeds office.\nTom: Good.\n", encoding="utf-8")
    (tmp_path / "facts.md").write_text("Leeds office: 12 seats in use.", encoding="utf-8")
    done = run("analyze", tmp_path / "call.txt", "--evidence", tmp_path / "facts.md", "-f", "json")
    claim = json.loads(done.out)["claims"][0]
    assert (claim["status"], claim["reasons"][0]) == ("needs_clarification", "contradicted")
    assert claim["evidence"][0]["other"]["source"] == "facts.md, line 1"


def test_broken_evidence_is_named_once_and_the_reports_are_written(run, tmp_path):
    (tmp_path / "facts.md").write_text("The office has 12 seats.", encoding="utf-8")
    missing = tmp_path / "none.md"
    done = run("analyze", CALL, OTHER, "--evidence", missing, "--evidence", tmp_path / "facts.md", "-f", "jsonl")
    complaint(done, "none.md: there is no such file")
    reports = [json.loads(line) for line in done.out.splitlines()]
    assert [report["notes"][-1] for report in reports] == [f"Evidence left out: {missing}: there is no such file."] * 2


# What may be wrong with a file: how it is made, and what the complaint must say.


def deep(opening: str) -> str:
    return opening * 100_000


BAD = {
    "empty": (b"", "call: it is empty"),
    "blank": (b" \n\t\n", "call: it is empty"),
    "binary": (bytes(range(256)) * 40, "call: .*binary"),
    "zeros": (b"\0" * 4096, "call: .*binary"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "call: .*picture"),
    "malformed JSON": (b'[{"speaker": "Ines", "text": "we gr', "call: .*JSON"),
    "JSON of something else": (b'{"a": 1}', "call: "),
    "JSON nested deep": (deep("[").encode(), "call: "),
    "JSON objects nested deep": (deep('{"turns":').encode(), "call: "),
    "a huge number": (b'[{"speaker": "Ines", "text": "we grew", "start": ' + b"9" * 5000 + b"}]", "call: "),
}


@pytest.mark.parametrize("suffix", ["", ".json", ".vtt", ".csv", ".txt"])
@pytest.mark.parametrize(("data", "words"), BAD.values(), ids=BAD)
def test_bad_file(run, tmp_path, data, words, suffix):
    path = tmp_path / f"call{suffix}"
    path.write_bytes(data)
    complaint(run("analyze", path), words.replace("call: ", re.escape(f"{path.name}") + ".*: "))


@pytest.mark.parametrize("data", [data for data, _ in BAD.values()], ids=BAD)
def test_bad_standard_input(run, data):
    complaint(run("analyze", "-", stdin=data), "standard input.*: ")


def test_closed_standard_input(run):
    complaint(run("analyze", "-", stdin=None), "standard input: is closed")


def test_missing_file_and_folder(run, tmp_path):
    complaint(run("analyze", tmp_path / "missing.vtt"), r"missing\.vtt: there is no such file")
    complaint(run("analyze", tmp_path), "this is a folder")
    complaint(run("analyze", "x" * 3000), "cannot be read")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_forbidden_file(run, tmp_path):
    shutil.copy(CALL, tmp_path / "call.txt")
    (tmp_path / "call.txt").chmod(0)
    complaint(run("analyze", tmp_path / "call.txt"), r"call\.txt.*cannot be read")


@pytest.mark.parametrize("text", ["we have forty seats ", "x"], ids=["words", "one word"])
def test_fifty_megabytes_in_one_line(run, tmp_path, text):
    path = tmp_path / "call.txt"
    path.write_text(text * (50 * 2**20 // len(text)), encoding="utf-8")
    complaint(run("analyze", path), r"call\.txt")


def test_more_than_any_transcript(run, tmp_path):
    with open(tmp_path / "call.txt", "wb") as file:
        file.truncate(2**31)
    complaint(run("analyze", tmp_path / "call.txt"), "larger than 64 MiB")


ATTACK = "<script>alert(1)</script><img src=x onerror=alert(2)>"


@pytest.mark.parametrize("format", ["html", "markdown"])
def test_markup_of_a_transcript_is_escaped(run, tmp_path, format):
    said = f"We have forty seats {ATTACK} in Leeds and everyone loves it."
    turns = [{"speaker": ATTACK, "text": said}, {"speaker": "Tom", "text": f"No, twelve {ATTACK} seats."}]
    (tmp_path / f"{ATTACK.replace('/', '')}.json").write_text(json.dumps(turns), encoding="utf-8")
    out = run("analyze", next(tmp_path.iterdir()), "-f", format).out
    assert "alert" in out
    assert not re.search(r"<script>alert|<img src", out)


@pytest.mark.parametrize("start", [*"=+-@＝＋－＠", "\t="], ids=repr)
def test_formulas_of_a_table_are_disarmed(run, tmp_path, start):
    said = f"{start}cmd|' /C calc'!A0 we have forty seats in the Leeds office"
    with open(tmp_path / "call.csv", "w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["speaker", "text"], [f"{start}SUM(A1)", said], ["Tom", "Everyone loves it."]])
    done = run("analyze", tmp_path / "call.csv", "-f", "csv")
    rows = list(csv.DictReader(io.StringIO(done.out, newline="")))
    assert rows and any("seats" in row["text"] for row in rows)
    for row in rows:
        for name in ("speaker", "text", "question"):
            assert not row[name].startswith(tuple("=+-@\t\r＝＋－＠")), row


def test_terminal_codes_do_not_reach_the_terminal(run, tmp_path):
    said = "We have \x1b[2Jforty\x1b]0;owned\x07 seats in Leeds."
    (tmp_path / "call.json").write_text(json.dumps([{"speaker": "\x1b[31mInes", "text": said}]), encoding="utf-8")
    done = run("analyze", tmp_path / "call.json")
    assert done.code == 0
    assert "\x1b" not in done.out and "\x07" not in done.out


# Where output cannot go.


@pytest.mark.parametrize(
    ("files", "out", "words"),
    [
        ([CALL], "file/report.txt", r"report\.txt: cannot be written"),
        ([CALL, OTHER], "file/reports", "reports: cannot be made a folder"),
        ([CALL], "x" * 300, "cannot be written"),
    ],
)
def test_output_that_cannot_be_written(run, tmp_path, files, out, words):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    complaint(run("analyze", *files, "-o", tmp_path / out), words)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def test_one_file_for_two_reports(run, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = run("analyze", CALL, OTHER, "-o", tmp_path / "file")
    assert done.code == 2
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"


def to_stream(monkeypatch, stream) -> int:
    monkeypatch.setattr(sys, "argv", ["overstate", "analyze", str(CALL), "-f", "json"])
    monkeypatch.setattr(sys, "stdout", stream)
    try:
        cli.main()
    except SystemExit as end:
        return end.code or 0
    return 0


def test_reader_that_left_is_no_error(monkeypatch, capsys):
    read, write = os.pipe()
    os.close(read)
    with open(write, "w") as stream:
        assert to_stream(monkeypatch, stream) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is not there")
def test_full_disk_is_said(monkeypatch, capsys):
    with open("/dev/full", "w") as stream:
        assert to_stream(monkeypatch, stream) == 1
    assert capsys.readouterr().err == "overstate: standard output: cannot be written: No space left on device\n"


def test_pipes_get_utf_8_whatever_the_locale(monkeypatch, report):
    stream = io.TextIOWrapper(raw := io.BytesIO(), encoding="ascii")
    assert to_stream(monkeypatch, stream) == 0
    assert overstate.Report.from_dict(json.loads(raw.getvalue().decode("utf-8"))) == report


def test_a_terminal_gets_what_it_can_show(monkeypatch):
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    stream = Terminal(raw := io.BytesIO(), encoding="ascii")
    assert to_stream(monkeypatch, stream) == 0
    assert b"?" in raw.getvalue() and raw.getvalue().isascii()


@pytest.mark.skipif(os.name != "posix" or not shutil.which("head"), reason="needs a shell with head")
def test_head_of_the_installed_command_is_quiet():
    command = (
        f'"{sys.executable}" -m overstate.cli analyze "{CALL}" "{OTHER}" -f html | head -n 1; echo ${{PIPESTATUS[0]}}'
    )
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    first, code = done.stdout.strip().splitlines()
    assert first.lower().startswith("<!doctype html>")
    assert (code, done.stderr) == ("0", "")


# Commands that are wrong.


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ([], "Usage"),
        (["analyse"], "No such command"),
        (["analyze"], "Missing argument"),
        (["analyze", CALL, "--format", "pdf"], "'pdf'"),
        (["analyze", CALL, "--ask", "-1"], "greater than or equal to 0"),
        (["analyze", CALL, "--ask", "many"], "--ask"),
        (["analyze", CALL, "--nonesuch"], "nonesuch"),
        (["analyze", "-", "-"], "only once"),
        (["train"], "Missing"),
        (["train", CALLS / "labelled.jsonl"], "--out"),
        (["train", CALLS / "labelled.jsonl", "-o", "x", "--seed", "-1"], "greater than or equal to 0"),
        (["evaluate"], "Missing argument"),
        (["evaluate", CALLS / "labelled.jsonl", "--bootstrap", "-1"], "greater than or equal to 0"),
        (["evaluate", CALLS / "labelled.jsonl", "--mistakes", "-1"], "greater than or equal to 0"),
        (["evaluate", CALLS / "labelled.jsonl", "--ask-threshold", "2"], "got 2.0, expected 0 to 1"),
        (["analyze", CALL, "--ask-threshold", "-0.1"], "got -0.1, expected 0 to 1"),
        (["analyze", CALL, "--ask-threshold", "nan"], "got nan, expected 0 to 1"),
        (["analyze", CALL, "--ask-threshold", "high"], "--ask-threshold"),
    ],
    ids=lambda part: " ".join(map(str, part))[-30:] if isinstance(part, list) else "",
)
def test_wrong_command(run, args, words):
    done = run(*args)
    assert done.code == 2
    assert words in re.sub(r"\x1b\[[\d;]*m", "", done.out + done.err)


@pytest.mark.parametrize("command", [[], ["analyze"], ["train"], ["evaluate"]], ids=" ".join)
def test_help(run, command):
    done = run(*command, "--help")
    assert (done.code, done.err) == (0, "")
    assert "Usage" in done.out and "--help" in done.out


@pytest.mark.parametrize("command", ["analyze", "evaluate"])
def test_no_such_model(run, command):
    data = CALL if command == "analyze" else CALLS / "labelled.jsonl"
    complaint(run(command, data, "--model", "nonesuch"), "nonesuch.*expected a shipped model")


def test_spoilt_model(run, saved, tmp_path):
    shutil.copytree(saved, tmp_path / "model")
    (tmp_path / "model" / "claims.skops").write_bytes(b"no zip")
    complaint(run("analyze", CALL, "--model", tmp_path / "model"), r"claims\.skops: cannot be read")


def test_own_model(run, saved):
    done = run("analyze", CALL, "--model", saved, "-f", "json")
    assert json.loads(done.out)["model"] == "small 1"


# Training and evaluation.


@pytest.fixture
def data(small, tmp_path) -> Path:
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(record) + "\n" for record in small[:4]), encoding="utf-8")
    return path


def test_train_and_use(run, data, tmp_path):
    done = run("train", data, "-o", tmp_path / "mine", "--name", "mine", "--seed", 3)
    assert (done.code, done.out) == (0, f"model written to {tmp_path / 'mine'}\n")
    assert "reading 4 transcripts" in done.err
    model = overstate.load(tmp_path / "mine")
    assert (model.config["name"], model.config["seed"]) == ("mine", 3)
    assert model.models.encoder is not None, "unless told to be fast"
    assert run("analyze", CALL, "--model", tmp_path / "mine").code == 0


def test_train_without_the_encoder(run, data, tmp_path):
    assert run("train", data, "-o", tmp_path / "fast", "--fast").code == 0
    assert overstate.load(tmp_path / "fast").models.encoder is None
    assert not [path for path in (tmp_path / "fast").iterdir() if path.name in ("encoder.onnx", "tokenizer.json")]
    assert run("analyze", CALL, "--model", tmp_path / "fast").code == 0


def test_train_does_not_overwrite_and_says_so_at_once(run, data, tmp_path, monkeypatch):
    def never(*args, **kwargs):
        raise AssertionError("learning began before the place was looked at")

    monkeypatch.setattr("overstate.training.train", never)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine", encoding="utf-8")
    complaint(run("train", data, "-o", tmp_path / "mine"), "is there already and is no model folder")


@pytest.mark.parametrize("command", ["train", "evaluate"])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no labelled transcripts"),
        (b"{}\n", r"bad\.jsonl, line 1.*id"),
        (b'\n{"id": 3}\n', r"bad\.jsonl, line 2, field 'id'"),
        (b"nonsense\n", r"bad\.jsonl, line 1: is not JSON"),
        (b"[" * 100_000, r"bad\.jsonl, line 1: is not JSON"),
        (b"\xff\xfe\x00\x01", "is not UTF-8"),
    ],
)
def test_bad_data(run, tmp_path, command, content, words):
    (tmp_path / "bad.jsonl").write_bytes(content)
    out = ["-o", tmp_path / "model"] if command == "train" else []
    done = run(command, tmp_path / "bad.jsonl", *out)
    assert done.code == 1
    assert re.search(words, done.err.replace("\n", " ")), done.err
    assert not (tmp_path / "model").exists()


def test_evaluate(run, data):
    done = run("evaluate", data)
    assert done.code == 0
    assert "claim_span_f1" in done.out and "status_kappa" in done.out
    scores = json.loads(run("evaluate", data, "--json").out)
    assert scores == json.loads(json.dumps(overstate.evaluate(overstate.load(), data).to_dict()))


def test_evaluate_shows_intervals_and_mistakes_when_asked(run, data):
    done = run("evaluate", data, "--bootstrap", 20)
    assert "interval" in done.out and "the most confident first" not in done.out
    done = run("evaluate", data, "--bootstrap", 0, "--mistakes", 2)
    assert "interval" not in done.out and "Wrong statuses, the most confident first" in done.out
    shown = json.loads(run("evaluate", data, "--bootstrap", 0, "--mistakes", 2, "--json").out)
    scores = overstate.evaluate(overstate.load(), data, bootstrap=0, mistakes=2)
    assert shown == json.loads(json.dumps(scores.to_dict(mistakes=True)))


def test_ask_threshold(run, data):
    claims = json.loads(run("analyze", CALL, "--ask-threshold", 0.7, "-f", "json").out)["claims"]
    assert claims == overstate.analyze(CALL, ask_threshold=0.7).to_dict()["claims"]
    assert "from a probability of 70% on" in run("analyze", CALL, "--ask-threshold", 0.7).out
    scores = json.loads(run("evaluate", data, "--ask-threshold", 0, "--json").out)
    assert not [pair for pair in scores["confusion"] if not pair.endswith("->needs_clarification")]


COMPARED = {
    "table": "claims that recur",
    "json": '"threads"',
    "html": "<!doctype html>",
    "markdown": "## ",
}


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> list[Path]:
    folder = tmp_path_factory.mktemp("story")
    told = {
        "one.txt": "Ann: We have forty reps in the Harlow office.\nBo: I'll send you the security report by Friday.\n",
        "two.txt": "Ann: We have twelve reps in the Harlow office.\nBo: We sent the security report on Monday.\n",
    }
    for name, text in told.items():
        (folder / name).write_text(text, encoding="utf-8")
    return [folder / name for name in told]


@pytest.mark.parametrize("format", COMPARED)
def test_compare_in_every_format(run, format, story, tmp_path):
    done = run("compare", *story, "-f", format, "--model", "fast")
    assert (done.code, done.err) == (0, "")
    assert COMPARED[format] in done.out.lower() and "twelve reps" in done.out
    place = tmp_path / "deep" / "story"
    assert run("compare", *story, "-f", format, "--model", "fast", "-o", place) == Done(0, "", "")
    assert place.read_text(encoding="utf-8") == done.out


def test_compare_names_every_broken_file_and_writes_nothing(run, story, tmp_path):
    done = run("compare", story[0], tmp_path / "none.vtt", tmp_path / "no.vtt", "--model", "fast", "-o", tmp_path / "o")
    assert done.code == 1 and done.out == ""
    assert [line.startswith("overstate: ") for line in done.err.strip().splitlines()] == [True, True]
    assert "none.vtt" in done.err and "no.vtt" in done.err and not (tmp_path / "o").exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["a.vtt"], "got 1 transcript, expected two or more"),
        (["-", "-"], "standard input can be read only once"),
        (["a.vtt", "b.vtt", "-o", "."], "is a folder, expected a file"),
        (["a.vtt", "b.vtt", "-f", "csv"], "csv"),
    ],
)
def test_compare_refuses_what_makes_no_sense(run, args, words):
    done = run("compare", *args)
    assert done.code == 2 and words in " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.err).split())
