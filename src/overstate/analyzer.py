"""The analyzer: transcripts in, reports out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from numbers import Real
from os import PathLike
from pathlib import Path
from typing import Any

from overstate.errors import DataError, EvidenceError
from overstate.evidence import Passages, weigh_evidence
from overstate.explain.frameworks import fields_of, with_topics
from overstate.loaded import mark_loaded
from overstate.models import Models
from overstate.pipeline.doc import MAX_CHARACTERS, blank, encode, make_doc
from overstate.report import Report
from overstate.sides import Sides, given_sides, guess_sides
from overstate.storage import load_models, model_folder, read_config, save_models
from overstate.transcript import Transcript
from overstate.types import Turn

__all__ = ["Analyzer", "Source"]

#: Calls that one task of a parallel `Analyzer.pipe` works on.
BATCH = 20

#: What can be analysed.
Source = str | PathLike[str] | Transcript | Iterable[Turn | Mapping[str, Any] | tuple[str, str]]


class Analyzer:
    """Finds and judges the claims in transcripts with one set of models.

    Args:
        models: The models.
        config: What is known about them: name, version, training data, scores.
        card: The model card, Markdown.
    """

    def __init__(self, models: Models, config: Mapping[str, Any], card: str = "") -> None:
        self.models = models
        self.config = dict(config)
        self.card = card

    @classmethod
    def from_folder(cls, model: str | PathLike[str] = "default") -> Analyzer:
        """Read a shipped model by name, or one's own by folder.

        Raises:
            ModelError: There is no such model, or it cannot be trusted or read.
        """
        folder = model_folder(str(model))
        models = load_models(str(model))
        card = folder / "README.md"
        return cls(models, read_config(folder), _text(card) if card.is_file() else "")

    def __repr__(self) -> str:
        return f"<Analyzer {self.models.name or 'without a name'}>"

    def analyze(
        self,
        source: Source,
        evidence: Iterable[str | PathLike[str]] | None = None,
        *,
        sides: Mapping[str, str] | None = None,
        ask_threshold: float | None = None,
        framework: str | None = None,
    ) -> Report:
        """Find the claims and hedges of one call and judge the claims.

        Args:
            source: A transcript file, a `Transcript`, or a list of turns (`Turn`, mappings with speaker and text,
                or pairs of both).
            evidence: Documents handed over with the call: paths of text, Markdown, CSV, TSV, JSON, JSON Lines, PDF
                or Word files (the last two need `overstate[documents]`), or strings with white space in them, which
                are taken as the text itself. See `overstate.evidence`.
            sides: By speaker, the name of their side; exactly "us" is our own, other names are free. Speakers who are
                left out are "them" if only our own side was given, else "unknown". None guesses (`report.notes` says
                from what). What our own side says of people in loaded words needs clarification in any case.
            ask_threshold: Probability, 0 to 1, from which a claim needs clarification; lower asks about more claims.
                Below it a claim is verified or plausible, whichever the model holds likelier by its own rule.
                None leaves it to the model, which was tuned to agree with careful readers. Documents come first: a
                claim that one contradicts needs clarification in any case, and one that is supported is verified,
                unless it is asked about because the call contradicts or evades it.
            framework: A sales framework, "meddic", "meddpicc" or "bant": each claim with a question gets the field that
                it is about as its `topic`.

        Returns:
            The report; its turns are those of the source, one to one where a list was given.

        Raises:
            TranscriptError: The source cannot be read as a transcript.
            EvidenceError: A piece of evidence cannot be read; its `report` was made without that piece.
            DataError: The evidence is no list of paths or texts, the transcript is far too long, the threshold is no
                probability, `sides` has a name that is not in the call, or there is no such framework.
        """
        _check_settings(ask_threshold, framework)
        passages = Passages(()) if evidence is None else Passages.read(evidence)
        transcript = read_source(source)
        return self._analyze(transcript, passages, _sides(transcript, sides), ask_threshold, framework)

    def _analyze(
        self,
        transcript: Transcript,
        passages: Passages,
        sides: Sides,
        ask_threshold: float | None,
        framework: str | None,
    ) -> Report:
        size = sum(len(turn.text) + 2 for turn in transcript)
        if size > MAX_CHARACTERS:
            raise DataError(
                f"the transcript has {size:,} characters, expected at most {MAX_CHARACTERS:,}; split it into calls",
                source=transcript.source,
            )
        doc = make_doc(transcript.turns, blank())
        table = encode(doc, self.models.encoder)
        claims, hedges, questions = self.models.run(table, transcript.turns, ask_threshold)
        claims = mark_loaded(claims, transcript.turns, sides.of)
        notes = sides.notes
        if ask_threshold is not None:
            notes += (f"Claims were taken to need clarification from a probability of {100 * ask_threshold:g}% on.",)
        claims = weigh_evidence(claims, passages)
        if framework is not None:
            claims = with_topics(claims, transcript.turns, framework)
        report = Report(
            transcript,
            claims,
            hedges,
            (*notes, *passages.notes),
            self.models.name,
            questions,
            sides=sides.of,
            sides_guessed=sides.guessed,
        )
        if passages.errors:
            raise EvidenceError("\n".join(map(str, passages.errors)), report=report, errors=passages.errors)
        return report

    def pipe(
        self,
        sources: Iterable[Source],
        *,
        n_jobs: int | None = 1,
        sides: Mapping[str, str] | None = None,
        ask_threshold: float | None = None,
        framework: str | None = None,
    ) -> Iterator[Report]:
        """Analyse many calls, lazily and in order.

        Args:
            sources: As for `analyze`.
            n_jobs: How many to work on at a time, as joblib counts them; 1 stays in this process. joblib's
                `parallel_config` decides where (processes, threads, Dask, Ray).
            sides: As for `analyze`, of the speakers of all calls; at least one of them must be in each call.
            ask_threshold, framework: As for `analyze`.

        Raises:
            TranscriptError: A source cannot be read as a transcript.
            DataError: The threshold is no probability, there is no such framework, or none of the speakers in `sides`
                is in a call.
        """
        _check_settings(ask_threshold, framework)
        settings = (sides, ask_threshold, framework)
        if n_jobs == 1:
            yield from _analyze(self, sources, *settings)
            return
        from joblib import Parallel, delayed

        parallel = Parallel(n_jobs=n_jobs, return_as="generator")
        for reports in parallel(delayed(_analyze_batch)(self, batch, *settings) for batch in _batches(sources)):
            yield from reports

    def save(self, path: str | PathLike[str]) -> Path:
        """Write the model to a folder, whole or not at all.

        Raises:
            ModelError: The folder cannot be written, or holds something else.
        """
        config = {key: value for key, value in self.config.items() if key not in ("format", "libraries")}
        return save_models(self.models, Path(path), config, self.card)


def _text(path: Path) -> str:
    # a card in another encoding is no reason to refuse a model
    return path.read_text(encoding="utf-8", errors="replace")


def _batches(sources: Iterable[Source]) -> Iterator[list[Source]]:
    """Sources that travel together: the models travel with each batch."""
    rest = iter(sources)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _analyze(
    analyzer: Analyzer,
    sources: Iterable[Source],
    sides: Mapping[str, str] | None,
    ask_threshold: float | None,
    framework: str | None,
) -> Iterator[Report]:
    for source in sources:
        transcript = read_source(source)
        known = _sides(transcript, sides, exact=False)
        yield analyzer._analyze(transcript, Passages(()), known, ask_threshold, framework)


def _analyze_batch(
    analyzer: Analyzer,
    sources: list[Source],
    sides: Mapping[str, str] | None,
    ask_threshold: float | None,
    framework: str | None,
) -> list[Report]:
    return list(_analyze(analyzer, sources, sides, ask_threshold, framework))


def _sides(transcript: Transcript, sides: Mapping[str, str] | None, exact: bool = True) -> Sides:
    if sides is None:
        return guess_sides(transcript.turns)
    return given_sides(transcript.speakers, sides, exact=exact)


def _check_settings(ask_threshold: float | None, framework: str | None) -> None:
    number = isinstance(ask_threshold, Real) and not isinstance(ask_threshold, bool)
    if ask_threshold is not None and not (number and 0 <= ask_threshold <= 1):
        raise DataError(f"got {ask_threshold!r}, expected a probability, 0 to 1", field="ask_threshold")
    if framework is not None:
        fields_of(framework)


def read_source(source: Source) -> Transcript:
    """The transcript of whatever `Analyzer.analyze` takes."""
    if isinstance(source, Transcript):
        return source
    if isinstance(source, (str, PathLike)):
        return Transcript.from_file(Path(source))
    return Transcript.from_turns(source)
