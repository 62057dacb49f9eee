"""The two verbs that need no object: load a model, analyse a call with the shipped one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from os import PathLike

from overstate.analyzer import Analyzer, Source
from overstate.report import Report

__all__ = ["analyze", "load"]


def load(model: str | PathLike[str] = "default") -> Analyzer:
    """An analyzer with a shipped model (by name) or one's own (by folder).

    Args:
        model: "default" reads words in context with a small neural network and judges best; "fast" is linear models
            alone, some four times as fast and less exact (`models/*/README.md` say by how much).

    Raises:
        ModelError: There is no such model, or it is damaged, of another format, or not to be trusted.
    """
    return Analyzer.from_folder(model)


@lru_cache(maxsize=1)
def _shipped() -> Analyzer:
    return load()


def analyze(
    source: Source,
    evidence: Iterable[str | PathLike[str]] | None = None,
    *,
    sides: Mapping[str, str] | None = None,
    ask_threshold: float | None = None,
    framework: str | None = None,
) -> Report:
    """Find the claims and hedges of one call with the shipped model, and judge the claims.

    Args:
        source: A transcript file, a `Transcript`, or a list of turns.
        evidence: Documents to hold the claims against; see `Analyzer.analyze`.
        sides: By speaker, the name of their side; "us" is our own. None guesses. See `Analyzer.analyze`.
        ask_threshold: Probability, 0 to 1, from which a claim needs clarification; None leaves it to the model. See
            `Analyzer.analyze`.
        framework: "meddic", "meddpicc" or "bant": questions get the field that they are about as `Claim.topic`.

    Raises:
        TranscriptError: The source cannot be read as a transcript.
        EvidenceError: A piece of evidence cannot be read; its `report` was made without that piece.
        DataError: The evidence is no list of paths or texts, the threshold is no probability, a speaker in `sides` is
            not in the call, or there is no such framework.
    """
    return _shipped().analyze(source, evidence, sides=sides, ask_threshold=ask_threshold, framework=framework)
