"""The story of several calls with one customer: claims that recur, promises, questions left open."""

from overstate.comparison._compare import compare
from overstate.comparison._comparison import Comparison
from overstate.comparison._types import (
    Call,
    Commitment,
    CommitmentState,
    Drift,
    Mention,
    OpenQuestion,
    Thread,
    ThreadKind,
)

__all__ = [
    "Call",
    "Commitment",
    "CommitmentState",
    "Comparison",
    "Drift",
    "Mention",
    "OpenQuestion",
    "Thread",
    "ThreadKind",
    "compare",
]
