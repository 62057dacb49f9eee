"""Find overstated and unverified claims in transcripts of calls and meetings.

Importing this package loads neither spaCy nor scikit-learn; the first call that needs them does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from overstate._verbs import analyze as analyze
    from overstate._verbs import load as load
    from overstate.analyzer import Analyzer as Analyzer
    from overstate.comparison import Comparison as Comparison
    from overstate.comparison import compare as compare
    from overstate.corpus import LabelledTranscript as LabelledTranscript
    from overstate.corpus import read_labelled as read_labelled
    from overstate.errors import DataError as DataError
    from overstate.errors import EvidenceError as EvidenceError
    from overstate.errors import ModelError as ModelError
    from overstate.errors import OverstateError as OverstateError
    from overstate.errors import TranscriptError as TranscriptError
    from overstate.evaluation import Scores as Scores
    from overstate.evaluation import evaluate as evaluate
    from overstate.report import Report as Report
    from overstate.report import SpeakerStats as SpeakerStats
    from overstate.training import train as train
    from overstate.transcript import Transcript as Transcript
    from overstate.types import Claim as Claim
    from overstate.types import Cue as Cue
    from overstate.types import Evidence as Evidence
    from overstate.types import Hedge as Hedge
    from overstate.types import HedgeType as HedgeType
    from overstate.types import Outcome as Outcome
    from overstate.types import Question as Question
    from overstate.types import Quote as Quote
    from overstate.types import Reason as Reason
    from overstate.types import Relation as Relation
    from overstate.types import Status as Status
    from overstate.types import Turn as Turn

__version__ = "0.1.0"

_HOMES = {
    "analyze": "_verbs",
    "load": "_verbs",
    "train": "training",
    "evaluate": "evaluation",
    "compare": "comparison",
    "Analyzer": "analyzer",
    "Comparison": "comparison",
    "Report": "report",
    "Scores": "evaluation",
    "SpeakerStats": "report",
    "Transcript": "transcript",
    "LabelledTranscript": "corpus",
    "read_labelled": "corpus",
    **dict.fromkeys(("Claim", "Cue", "Evidence", "Hedge", "HedgeType", "Outcome"), "types"),
    **dict.fromkeys(("Question", "Quote", "Reason", "Relation", "Status", "Turn"), "types"),
    **dict.fromkeys(("DataError", "EvidenceError", "ModelError", "OverstateError", "TranscriptError"), "errors"),
}

__all__ = [*sorted(_HOMES), "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
