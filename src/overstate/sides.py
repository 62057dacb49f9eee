"""Who is on whose side: given by name, or guessed from who sells.

The guess is a count of phrases (`lexicons/selling.tsv`): what sellers say speaks for our own side, what buyers say
against it. People who are introduced together, or whose labels name the same firm, count together. Where the evidence
is thin the guess abstains. `data/calls/sides.json` has the calls it is measured on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from overstate.errors import DataError
from overstate.lexicons import selling
from overstate.lexicons.phrases import Phrases, Word, words
from overstate.types import Turn

__all__ = ["THEM", "UNKNOWN", "US", "Sides", "given_sides", "guess_sides"]

#: Our own side; the only name with a meaning.
US = "us"
#: The other side, where nobody gave it a name.
THEM = "them"
#: Nobody knows.
UNKNOWN = "unknown"

#: Points of a phrase of each kind for its speaker being our own side; "our quote" is taken for what sells, "your quote"
#: for what buys.
POINTS = {"sells": 1.0, "buys": -1.0, "discovery": 1.0}
#: An introduction with a firm ("this is Ann from Acme"): most often the seller's.
INTRODUCTION = 2.0
#: Least lead of one side over the other, in points, for a guess.
LEAD = 2.0
#: Least share of the lead in all points: ten points against eight tell nothing.
CLEAR = 0.25
#: Colleagues speak of others, sellers and buyers to each other: "he", "they" and the like for each "your" or "our",
#: from which a call may be internal, and how many of them at least.
APART = 5.0
APART_LEAST = 10
#: Phrases of talk among colleagues for each phrase of sellers or buyers that an internal call has besides.
AMONG_MANY = 0.5
#: The same where only two speak, and how many at least.
AMONG_TWO = 1.0
AMONG_TWO_LEAST = 4

_OTHERS = frozenset("he she him her his they them their".split())
_EACH_OTHER = frozenset("your yours our ours".split())
_INTRODUCTION = re.compile(
    r"\b(?:this is|it's|i'm|my name is|my name's) (?:\w+ ){0,2}?\w+ (?:from|at|with|over at|here at) (?!the\b)\w+",
    re.I,
)
_WITH_ME = re.compile(
    r"\b(?:i've got|i have|we have|we've got|i'm here with|with me is|here is|my colleague|joined by|also on is)"
    r"((?: [^\W\d_]+){1,3})",
    re.I,
)
_FIRM = re.compile(r"\(([^()]+)\)\s*$|\|\s*([^|]+?)\s*$|@([\w.-]+)\.\w+\b|\s[-–—]\s([^-–—]+?)\s*$")


@dataclass(frozen=True)
class Sides:
    """The side of each speaker.

    Attributes:
        of: By speaker, in order of appearance, the name of their side.
        guessed: Whether nobody gave them.
        notes: What was taken for granted, one sentence each.
    """

    of: Mapping[str, str]
    guessed: bool = False
    notes: tuple[str, ...] = ()


def given_sides(speakers: Sequence[str], sides: Mapping[str, str], *, exact: bool = True) -> Sides:
    """The sides of a call as somebody gave them.

    Speakers who are left out are the other side, "them", if only our own side was given, and "unknown" otherwise.

    Args:
        speakers: Names of the call's speakers.
        sides: By speaker, the name of their side; "us" is our own.
        exact: Whether every name given must be in the call; else it is enough that one of them is.

    Raises:
        DataError: Not a mapping of names to names, or a name that is not in the call.
    """
    if not isinstance(sides, Mapping):
        raise DataError(f"got {type(sides).__name__}, expected a mapping of speakers to sides", field="sides")
    for speaker, side in sides.items():
        if not isinstance(side, str) or not side.strip():
            raise DataError(f"got {side!r} for {speaker!r}, expected the name of a side", field="sides")
    strangers = [speaker for speaker in sides if speaker not in speakers]
    if strangers and (exact or len(strangers) == len(sides)):
        known = ", ".join(repr(speaker) for speaker in speakers)
        raise DataError(f"no speaker {strangers[0]!r} in this call; its speakers are {known}", field="sides")
    rest = THEM if sides and set(sides.values()) == {US} else UNKNOWN
    of = {speaker: sides.get(speaker, rest) for speaker in speakers}
    missing = ", ".join(speaker or "speaker not named" for speaker in speakers if speaker not in sides)
    note = f"No side was given for {missing}: taken for {'the other side' if rest == THEM else 'unknown'}."
    return Sides(of, notes=(note,) if missing and sides else ())


def guess_sides(turns: Sequence[Turn]) -> Sides:
    """The sides of a call by what is said: sellers are "us", buyers "them", colleagues among themselves all "us".

    Speakers about whom there is little to go by are "unknown".
    """
    speakers = list(dict.fromkeys(turn.speaker for turn in turns))
    points = dict.fromkeys(speakers, 0.0)
    phrases = dict.fromkeys(SELLING, 0)
    others = each_other = 0
    for turn in turns:
        text = words(turn.text)
        for kind, value in _points(text):
            points[turn.speaker] += value
            phrases[kind] += 1
        if _INTRODUCTION.search(turn.text):
            points[turn.speaker] += INTRODUCTION
        others += sum(word.text in _OTHERS for word in text)
        each_other += sum(word.text in _EACH_OTHER for word in text)
    outward = phrases["sells"] + phrases["buys"] + phrases["discovery"]
    if others >= max(APART_LEAST, APART * (each_other + 1)) and _among(phrases["internal"], outward, len(speakers)):
        return Sides(dict.fromkeys(speakers, US), True, ("Sides were guessed: all of one side, talking about others.",))
    parties = _parties(speakers, turns)
    sides = _split([sum(points[name] for name in party) for party in parties])
    of = {name: side for party, side in zip(parties, sides, strict=True) for name in party}
    ours = [name or "speaker not named" for name in speakers if of[name] == US]
    if not ours:
        return Sides(
            dict.fromkeys(speakers, UNKNOWN), True, ("Sides could not be guessed: too little tells who sells.",)
        )
    note = f"Sides were guessed from who offers and who asks what it costs: {', '.join(ours)} taken for our own."
    return Sides({name: of[name] for name in speakers}, True, (note,))


def _among(internal: int, outward: int, speakers: int) -> bool:
    if speakers > 2:
        return internal >= AMONG_MANY * outward
    return internal >= max(AMONG_TWO_LEAST, AMONG_TWO * outward)


#: Kinds of phrase that are counted.
SELLING = ("sells", "buys", "discovery", "internal")


@cache
def _phrases() -> Phrases:
    return Phrases(selling())


def _points(text: list[Word]) -> list[tuple[str, float]]:
    """Kind and points of each phrase in a text."""
    found = []
    for match in _phrases().find(text):
        kind = match.entry.kind
        if kind == "offer":
            before = {word.text for word in text[max(0, match.first - 2) : match.first]}
            if not before & {"our", "your"}:
                continue
            kind = "sells" if "our" in before else "buys"
        found.append((kind, POINTS.get(kind, 0.0)))
    return found


def _parties(speakers: Sequence[str], turns: Sequence[Turn]) -> list[list[str]]:
    """Speakers who came together, by the firm in their labels or because one introduced the other."""
    party = {name: index for index, name in enumerate(speakers)}

    def join(one: str, other: str) -> None:
        old, new = party[other], party[one]
        party.update({name: new for name, index in party.items() if index == old})

    firms: dict[str, str] = {}
    for name in speakers:
        label = _FIRM.search(name)
        if label is not None:
            firm = next(part.lower() for part in label.groups() if part)
            join(firms.setdefault(firm, name), name)
    by_word: dict[str, str] = {}
    for name in speakers:
        for word in words(_FIRM.sub("", name)):
            by_word.setdefault(word.text, name)
    for turn in turns:
        for found in _WITH_ME.finditer(turn.text.replace("’", "'")):
            others = {by_word[word.text] for word in words(found[1]) if word.text in by_word and len(word.text) > 2}
            for other in others - {turn.speaker}:
                join(turn.speaker, other)
    together: dict[int, list[str]] = {}
    for name, index in party.items():
        together.setdefault(index, []).append(name)
    return list(together.values())


def _split(points: Sequence[float]) -> list[str]:
    """The side of each party: the best is ours if its lead is clear, those far below it are the others."""
    if len(points) < 2:
        return [UNKNOWN] * len(points)
    best, least = max(points), min(points)
    lead = best - least
    if lead < LEAD or lead < CLEAR * sum(map(abs, points)):
        return [UNKNOWN] * len(points)
    if len(points) == 2:
        return [US if value == best else THEM for value in points]
    return [US if best - value < lead / 3 else THEM if value < 0 else UNKNOWN for value in points]
