"""Promises in claims: who owes what by when. A parser of a few forms, by rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from overstate.comparison._story import Statement
from overstate.comparison._words import Word, negations, stem, words_of
from overstate.lexicons import DEEDS, deeds, signals
from overstate.quantities import Quantity, QuantityKind

__all__ = ["Promise", "deeds_by_word", "done_by_word", "find_promise", "modals"]

#: Words between "will" and the deed, as in "I'll be able to send".
_REACH = 4
#: Words of a third party that owes, as in "our lawyers in Ghent will".
_LONGEST_OWNER = 4
_BE = ("am", "are", "is", "'m", "'re", "'s")
_OURS = ("our", "my")


@dataclass(frozen=True)
class Promise:
    """A claim that promises something.

    Attributes:
        claim: The claim.
        owner: Who owes it, as the transcript names them.
        deeds: The kinds of deed, by `overstate.lexicons.DEEDS`.
        matter: Content words of what is promised.
        due: Its date, or None.
    """

    claim: Statement
    owner: str
    deeds: frozenset[str]
    matter: frozenset[str]
    due: Quantity | None


@cache
def deeds_by_word() -> Mapping[str, frozenset[str]]:
    """The kinds of deed that a word promises."""
    found: dict[str, set[str]] = {}
    for kind in DEEDS:
        for entry in deeds().of(kind):
            found.setdefault(entry.words[0], set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


@cache
def done_by_word() -> Mapping[str, frozenset[str]]:
    """The kinds of deed that a word says to be done."""
    found: dict[str, set[str]] = {entry.words[0]: set(DEEDS) for entry in deeds().of("any done")}
    for kind in DEEDS:
        for entry in deeds().of(f"{kind} done"):
            found.setdefault(entry.words[0], set()).add(kind)
    return {word: frozenset(kinds) for word, kinds in found.items()}


@cache
def _roles() -> frozenset[str]:
    return frozenset(stem(entry.words[0]) for entry in signals().of("role") if len(entry.words) == 1)


def modals(words: Sequence[Word]) -> list[tuple[int, int]]:
    """For each "will", "'ll", "shall" and "going to": how many words stand before it, and where the next word is.

    The subject drawn to it ("I'll", "we're going to") counts as standing before it.
    """
    found = []
    for n, word in enumerate(words):
        if word.lower.endswith("'ll"):
            found.append((n + 1, n + 1))
        elif word.lower in ("will", "shall"):
            found.append((n, n + 1))
        elif n and word.lower in ("going", "gonna") and words[n - 1].lower.endswith(_BE):
            to = word.lower == "gonna" or (n + 1 < len(words) and words[n + 1].lower == "to")
            if to:
                found.append((n if "'" in words[n - 1].lower else n - 1, n + 1 + (word.lower == "going")))
    return found


def find_promise(claim: Statement, speakers: Mapping[str, str]) -> Promise | None:
    """The promise that a claim makes, or None.

    A promise has an owner ("I", "we", a name, "our lawyers", "legal"), then "will", "'ll", "shall" or "going to", then
    within a few words a deed of the lexicon that is not denied, then what it is about. "You'll have", "you'll get" and
    "you'll receive" are owed by the speaker. What names nothing ("I'll send it") is no promise here: no later call
    could be held against it; neither is a condition ("if").

    Args:
        claim: The claim.
        speakers: Full names of the speakers by first names in lower case.
    """
    words = words_of(claim.mention.text)
    if any(word.lower in ("if", "unless") for word in words):
        return None
    for before, after in modals(words):
        ahead = words[after : after + _REACH]
        owner = _owner(claim.mention.text, words[:before], speakers)
        if not owner or negations(ahead):
            continue
        for n, word in enumerate(ahead, after):
            kinds = deeds_by_word().get(word.lower)
            if kinds is None:
                continue
            if word.lower in ("have", "receive") and owner != "you":
                break
            matter = _matter(claim, words[n + 1 :])
            if not matter:
                return None
            dated = [q for q in claim.reading.quantities if q.kind is QuantityKind.DATE]
            due = next((q for q in dated if q.start > word.start), dated[0] if dated else None)
            who = claim.mention.speaker if owner in ("i", "we", "you") else owner
            return Promise(claim, who, kinds, matter, due)
    return None


def _owner(text: str, subject: Sequence[Word], speakers: Mapping[str, str]) -> str:
    """ "i", "we", "you", or the words for somebody else who owes; "" where nobody can owe."""
    if not subject:
        return ""
    last = subject[-1].lower.split("'")[0]
    if last in ("i", "we", "you"):
        return last
    if last in speakers:
        return speakers[last]
    while subject and subject[0].lower in ("and", "so", "but", "then", "well", "okay", "yes", "the"):
        subject = subject[1:]
    if not subject or len(subject) > _LONGEST_OWNER:
        return ""
    person = (
        subject[0].lower in _OURS
        or any(word.lower in speakers or stem(word.lower) in _roles() for word in subject)
        or any(word.raw[0].isupper() for word in subject[1:])
    )
    end = subject[-1].end - (3 if subject[-1].lower.endswith("'ll") else 0)
    return text[subject[0].start : end] if person else ""


def _matter(claim: Statement, words: Sequence[Word]) -> frozenset[str]:
    """Content words of the claim among these."""
    said = {stem(word.lower.split("'")[0]) for word in words}
    return frozenset(term for term in claim.reading.terms if term in said)
