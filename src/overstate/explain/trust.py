"""Probabilities of verdicts that rest on something other than the model."""

from __future__ import annotations

from collections.abc import Mapping

from overstate.types import Status

__all__ = ["trusting"]


def trusting(probabilities: Mapping[str, float], status: Status, least: float) -> dict[str, float]:
    """Probabilities with that of a status raised to at least `least` (0 to 1), the others shrunk alike; sums to 1."""
    raised = max(probabilities[status], least)
    rest = sum(p for name, p in probabilities.items() if name != status)
    scale = (1 - raised) / rest if rest else 0.0
    return {name: raised if name == status else p * scale for name, p in probabilities.items()}
