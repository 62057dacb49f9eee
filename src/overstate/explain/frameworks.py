"""Sales frameworks: which of their fields a question is about, and which fields a call has not touched.

MEDDIC (metrics, economic buyer, decision criteria, decision process, identify pain, champion), MEDDPICC (the same with
paper process and competition) and BANT (budget, authority, need, timeline). A field is recognised by phrases of
`lexicons/frameworks.tsv` alone: what is said about it in other words is missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from overstate.errors import DataError
from overstate.lexicons.patterns import Patterns, frameworks
from overstate.types import Claim, Turn

__all__ = ["NEAR", "fields_of", "fields_untouched", "topic_of", "with_topics"]

#: How many characters from the claim words of its turn still say what it is about: a sentence or two.
NEAR = 200


def fields_of(framework: str) -> tuple[str, ...]:
    """The fields of a framework, in its order.

    Raises:
        DataError: There is no such framework.
    """
    return tuple(_phrases(framework).patterns)


def with_topics(claims: Iterable[Claim], turns: Sequence[Turn], framework: str) -> tuple[Claim, ...]:
    """The claims, those with a question with the `topic` that `topic_of` gives.

    Raises:
        DataError: There is no such framework.
    """
    phrases = _phrases(framework)
    return tuple(
        replace(claim, topic=_topic(phrases, turns[claim.turn].text, claim.start, claim.end))
        if claim.question
        else claim
        for claim in claims
    )


def topic_of(framework: str, text: str, start: int = 0, end: int | None = None) -> str | None:
    """The field of a framework that a claim is about, or None if its words and those around fit none.

    The field with most words of its phrases in the claim; if there is none, the field of the phrase that stands nearest
    in the turn, at most `NEAR` characters away. Of equals the one that comes first in the framework.

    Args:
        framework: "meddic", "meddpicc" or "bant".
        text: The turn.
        start, end: Character offsets of the claim in it, end exclusive; None for the end of the turn.

    Raises:
        DataError: There is no such framework.
    """
    return _topic(_phrases(framework), text, start, len(text) if end is None else end)


def fields_untouched(framework: str, turns: Iterable[Turn]) -> tuple[str, ...]:
    """Fields of a framework of which no turn holds a phrase, in the framework's order.

    Raises:
        DataError: There is no such framework.
    """
    phrases = _phrases(framework)
    touched = {field for turn in turns for field in phrases.kinds(turn.text)}
    return tuple(field for field in phrases.patterns if field not in touched)


def _topic(phrases: Patterns, text: str, start: int, end: int) -> str | None:
    found = phrases.spans(text)
    inside = {
        field: sum(len(text[a:b].split()) for a, b in spans if start <= a and b <= end)
        for field, spans in found.items()
    }
    if any(inside.values()):
        return max(inside, key=inside.__getitem__)
    away = {field: min(max(start - b, a - end) for a, b in spans) for field, spans in found.items()}
    nearest = min(away, key=away.__getitem__, default=None)
    return nearest if nearest is not None and away[nearest] <= NEAR else None


def _phrases(framework: str) -> Patterns:
    known = frameworks()
    if framework not in known:
        raise DataError(f"got {framework!r}, expected one of {', '.join(known)}", field="framework")
    return known[framework]
