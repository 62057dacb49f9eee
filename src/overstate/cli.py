"""The command line: `overstate analyze`, `overstate compare`, `overstate train`, `overstate evaluate`.

Exit codes: 0 done; 1 a file, record or model was not as expected; 2 the command itself was wrong.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from overstate.errors import EvidenceError, OverstateError

__all__ = ["app", "main"]

app = typer.Typer(
    help="Find overstated and unverified claims in transcripts of calls and meetings.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"
    JSONL = "jsonl"
    HTML = "html"
    MARKDOWN = "markdown"
    CSV = "csv"


class ComparedFormat(StrEnum):
    """How a comparison is written."""

    TABLE = "table"
    JSON = "json"
    HTML = "html"
    MARKDOWN = "markdown"


Files = Annotated[list[str], typer.Argument(metavar="FILE...", help="Transcripts; - reads one from standard input.")]
Data = Annotated[list[Path], typer.Argument(metavar="DATA...", help="Labelled transcripts, JSON Lines.")]
Model = Annotated[str, typer.Option("--model", help="A shipped model or a model folder.")]
Out = Annotated[
    Path | None,
    typer.Option("-o", "--out", help="File to write; with several transcripts, a folder. Default: standard output."),
]
EvidenceFiles = Annotated[
    list[Path] | None, typer.Option("--evidence", help="A document to hold the claims against; may be repeated.")
]


def _probability(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= 1:  # unlike typer's own check, this one refuses nan
        raise typer.BadParameter(f"got {value}, expected 0 to 1")
    return value


SideOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--side",
        metavar="SPEAKER=SIDE",
        help='Whose side a speaker is on, "us" being our own; may be repeated. Default: guessed.',
    ),
]


def _sides(options: list[str] | None) -> dict[str, str] | None:
    sides = {}
    for option in options or ():
        speaker, _, side = option.rpartition("=")
        if not (speaker.strip() and side.strip()):
            raise typer.BadParameter(f"got {option!r}, expected SPEAKER=SIDE", param_hint="--side")
        sides[speaker.strip()] = side.strip()
    return sides or None


Threshold = Annotated[
    float | None,
    typer.Option(
        "--ask-threshold",
        callback=_probability,
        help="Probability, 0 to 1, from which a claim needs clarification. Default: as the model was tuned.",
    ),
]


def _framework(name: str | None) -> str | None:
    if name is not None:
        from overstate.explain.frameworks import fields_of

        try:
            fields_of(name)
        except OverstateError as error:
            raise typer.BadParameter(error.message) from None
    return name


Framework = Annotated[
    str | None,
    typer.Option(
        "--framework",
        callback=_framework,
        help="Say which field of a sales framework each question is about: meddic, meddpicc or bant.",
    ),
]


@app.command()
def analyze(
    files: Files,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to write the report.")] = Format.TABLE,
    ask: Annotated[
        int | None, typer.Option("--ask", min=0, help="Show only the N claims most worth asking about.")
    ] = None,
    out: Out = None,
    model: Model = "default",
    evidence: EvidenceFiles = None,
    side: SideOptions = None,
    ask_threshold: Threshold = None,
    framework: Framework = None,
) -> None:
    """Find and judge the claims in transcripts."""
    if out is not None and len(files) > 1 and os.path.isfile(out):
        raise typer.BadParameter(f"{out} is a file, expected a folder for {len(files)} reports", param_hint="--out")
    if files.count("-") > 1:
        raise typer.BadParameter("standard input can be read only once", param_hint="FILE")
    sides = _sides(side)
    told: set[str] = set()  # the same evidence goes with every call; what is wrong with it is said once
    for name, report, errors in _reports(files, model, evidence, sides, ask_threshold, framework):
        if report is not None:
            _write(_rendered(report, format, ask), _target(out, name, format, len(files)))
        for error in errors:
            if str(error) not in told:
                _complain(error)
            told.add(str(error))
    if told:
        raise typer.Exit(1)


@app.command()
def compare(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Transcripts, the first call first.")],
    format: Annotated[
        ComparedFormat, typer.Option("--format", "-f", help="How to write the comparison.")
    ] = ComparedFormat.TABLE,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="File to write. Default: standard output.")] = None,
    model: Model = "default",
    ask_threshold: Threshold = None,
) -> None:
    """Tell what several calls say together: claims that changed, promises, questions left open."""
    if len(files) < 2:
        raise typer.BadParameter(f"got {len(files)} transcript, expected two or more", param_hint="FILE")
    if files.count("-") > 1:
        raise typer.BadParameter("standard input can be read only once", param_hint="FILE")
    if out is not None and os.path.isdir(out):
        raise typer.BadParameter(f"{out} is a folder, expected a file", param_hint="--out")
    from overstate.comparison import compare as compared

    read = list(_reports(files, model, None, None, ask_threshold, None))
    broken = [error for _, _, errors in read for error in errors]
    for error in broken:
        _complain(error)
    if broken:  # a story with a call missing would call promises forgotten that were kept there
        raise typer.Exit(1)
    _write(_compared(compared([report for _, report, _ in read]), format), out)


def _compared(comparison: Any, format: ComparedFormat) -> str:
    match format:
        case ComparedFormat.JSON:
            return str(comparison.to_json(indent=2)) + "\n"
        case ComparedFormat.HTML:
            return str(comparison.to_html())
        case ComparedFormat.MARKDOWN:
            return str(comparison.to_markdown())
        case _:
            return str(comparison.to_text(width=_width())) + "\n"


@app.command()
def train(
    data: Data,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder to write the model to.")],
    name: Annotated[str, typer.Option("--name", help="Name of the model.")] = "custom",
    seed: Annotated[int, typer.Option("--seed", min=0, max=2**32 - 1, help="Seed of everything random.")] = 0,
    fast: Annotated[bool, typer.Option("--fast", help="Learn a linear model that does without the encoder.")] = False,
) -> None:
    """Retrain all models on labelled transcripts and save them."""
    from rich.console import Console

    from overstate.storage import check_target
    from overstate.training import train as learn

    check_target(out)  # now, not after minutes of learning
    console = Console(stderr=True)
    with console.status("reading") as status:

        def progress(step: str) -> None:
            status.update(step)
            if not console.is_terminal:
                console.print(step)

        analyzer = learn(data, name=name, seed=seed, encoder=None if fast else "default", progress=progress)
        folder = analyzer.save(out)
    _print(f"model written to {folder}\n")


@app.command()
def evaluate(
    data: Data,
    model: Model = "default",
    ask_threshold: Threshold = None,
    bootstrap: Annotated[
        int, typer.Option("--bootstrap", min=0, help="Rounds of resampling for the 95 % intervals; 0 for none.")
    ] = 1000,
    mistakes: Annotated[
        int, typer.Option("--mistakes", min=0, help="Show the N worst mistakes of each kind, with their words.")
    ] = 0,
    json_: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare what a model finds with labelled transcripts."""
    import json

    from overstate._verbs import load
    from overstate.evaluation import evaluate as measure

    scores = measure(
        load(model), data, ask_threshold=ask_threshold, bootstrap=bootstrap, mistakes=mistakes, progress=_bar
    )
    shown = bool(mistakes)
    _print((json.dumps(scores.to_dict(mistakes=shown)) if json_ else scores.to_text(mistakes=shown)) + "\n")


def _bar(items: Any, description: str = "analysing") -> Any:
    """A progress bar on standard error, only where somebody watches."""
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    return track(items, description, console=console, transient=True, disable=not console.is_terminal)


def _reports(
    files: list[str],
    model: str,
    evidence: list[Path] | None,
    sides: dict[str, str] | None,
    ask_threshold: float | None,
    framework: str | None,
) -> Iterator[tuple[str, Any, tuple[OverstateError, ...]]]:
    """(name, report, errors) of each file; None for a report where the file itself cannot be read."""
    from overstate._verbs import load
    from overstate.transcript import Transcript

    analyzer = load(model)
    for name in _bar(files) if len(files) > 1 else files:
        try:
            if name == "-":
                source = Transcript.from_text(_stdin(), source="standard input")
            else:
                source = Transcript.from_file(name)
            here = sides
            if sides and len(files) > 1:  # our people are in many calls, each customer in one
                here = {speaker: side for speaker, side in sides.items() if speaker in source.speakers} or sides
            report = analyzer.analyze(
                source, evidence or None, sides=here, ask_threshold=ask_threshold, framework=framework
            )
        except EvidenceError as error:
            yield name, error.report, error.errors
        except OverstateError as error:
            yield name, None, (error,)
        else:
            yield name, report, ()


def _stdin() -> str:
    from overstate.errors import TranscriptError
    from overstate.readers import decode_bytes

    if sys.stdin is None:  # closed, as some schedulers start programs
        raise TranscriptError("is closed, expected a transcript", source="standard input")
    return decode_bytes(sys.stdin.buffer.read(), source="standard input")


def _rendered(report: Any, format: Format, ask: int | None) -> str:
    if ask is not None and format in (Format.JSON, Format.JSONL, Format.CSV, Format.HTML):
        from dataclasses import replace

        kept = report.to_ask(ask)
        report = replace(report, claims=tuple(sorted(kept, key=lambda claim: (claim.turn, claim.start))))
    match format:
        case Format.JSON:
            return str(report.to_json(indent=2)) + "\n"
        case Format.JSONL:
            return str(report.to_json()) + "\n"
        case Format.HTML:
            return str(report.to_html())
        case Format.MARKDOWN:
            return str(report.to_markdown(ask=ask))
        case Format.CSV:
            return str(report.to_csv())
        case _:
            return str(report.to_text(width=_width(), ask=ask)) + "\n"


def _width() -> int:
    import shutil

    return min(110, max(60, shutil.get_terminal_size((100, 24)).columns))


_SUFFIXES = {Format.TABLE: ".txt", Format.MARKDOWN: ".md"}


def _target(out: Path | None, name: str, format: Format, count: int) -> Path | None:
    """Where a report goes: nowhere in particular, the file named, or a file of its own in the folder named."""
    if out is None or (count == 1 and not os.path.isdir(out)):
        return out
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OverstateError(f"cannot be made a folder: {error.strerror or error}", source=out) from None
    stem = "stdin" if name == "-" else Path(name).name
    return out / (stem + _SUFFIXES.get(format, f".{format}"))


def _write(text: str, target: Path | None) -> None:
    if target is None:
        _print(text)
        return
    # written whole or not at all: a reader never meets half a report
    partial = target.with_name(f".{target.name}.partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(text, encoding="utf-8", newline="")
        partial.replace(target)
    except OSError as error:
        raise OverstateError(f"cannot be written: {error.strerror or error}", source=target) from None


def _print(text: str) -> None:
    """Write to standard output: what a terminal can show, UTF-8 (as `--out` writes) to files and pipes."""
    stream = sys.stdout
    try:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=None if stream.isatty() else "utf-8", errors="replace", newline="")
        stream.write(text)
        stream.flush()
    except OSError as error:
        # what is still buffered must not be tried again when Python ends
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if isinstance(error, BrokenPipeError):  # the reader left, as `head` does; that is not an error
            raise typer.Exit(0) from None
        raise OverstateError(f"cannot be written: {error.strerror or error}", source="standard output") from None


def _complain(error: OverstateError) -> None:
    typer.echo(f"overstate: {error}", err=True)


def main() -> None:
    """Entry point: errors of this package become one line on standard error and exit code 1."""
    # starting makes millions of small objects that stay; going over them again and again is a tenth of the start
    gc.set_threshold(100_000, 20, 100)
    try:
        app()
    except OverstateError as error:
        _complain(error)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
