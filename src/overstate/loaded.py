"""Loaded words about people: verdicts on a person with nothing observed behind them.

"He's just lazy" tells how the speaker feels, not what the person did. Such a statement by our own side needs
clarification: what was seen or heard? The words are in `lexicons/loaded.tsv`; each counts only where it is said of a
third person, so that a difficult question, a political party and lazy loading are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from overstate.explain.trust import trusting
from overstate.lexicons import loaded, people
from overstate.lexicons.phrases import Match, Phrases, Word, words
from overstate.sides import US
from overstate.types import ASK_REASONS, Claim, Cue, Reason, Status, Turn

__all__ = ["LOADED_TRUST", "Loaded", "find_loaded", "mark_loaded"]

#: Least probability that a statement with a loaded word needs clarification. Assumed, not measured.
LOADED_TRUST = 0.8
#: Kind of the cue of a loaded word.
KIND = "loaded"

_END = frozenset(".!?;:…")
_CLAUSE_END = frozenset(".!?;:,…—–()") | {"and", "but", "because", "so", "which", "though", "although"}
#: How far back, in words, "they" may reach for the people it stands for.
_REACH = 25
_PERSON_VERBS = (
    "said|says|told|tells|asked|asks|thinks|wants|wanted|signed|signs|called|emailed|joined|left|knows|mentioned|"
    "promised|agreed|insists|insisted|replied|wrote|rang"
)
_NAMED = re.compile(
    rf"\b([A-Z][^\W\d_]+) (?:{_PERSON_VERBS})\b"
    r"|\b(?:[Mm]r|[Mm]rs|[Mm]s|[Dd]r)\.? ([A-Z][^\W\d_]+)"
    r"|\b(?:talk(?:ed|ing)? to|spoke (?:to|with)|asked?|emailed|met(?: with)?|called|told) ([A-Z][^\W\d_]+)"
    r"|\b([A-Z][^\W\d_]+)(?:'s|’s| is| was| seems)\b[^.!?]{0,40}(?:[.!?] (?:He|She)|, s?he)\b"
    r"(?! (?:said|says|told|thinks))"
)
_OBJECT = {"he": "him", "she": "her", "they": "them", "who": "them"}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded word said of a person.

    Attributes:
        turn: Index of the turn, from 0.
        start, end: Character offsets of the loaded word in the turn, end exclusive.
        clause: Character offsets of the clause it stands in, end exclusive.
        person: Who it is said of, in the speaker's words: "he", "Jonas", "their CFO"; "" if only the word names them.
        called: What somebody is called: "political", "a jerk"; "" for what they are said to do.
    """

    turn: int
    start: int
    end: int
    clause: tuple[int, int]
    person: str
    called: str


def mark_loaded(claims: Sequence[Claim], turns: Sequence[Turn], sides: Mapping[str, str]) -> tuple[Claim, ...]:
    """The claims with those of our own side that rest on a loaded word, in order of place.

    A claim with a loaded word in it needs clarification, `vague` first, whatever the model made of it; where the model
    found none, one is added. The probability of that status is then at least `LOADED_TRUST`.

    Args:
        claims: What the model found.
        turns: The turns of the call.
        sides: By speaker, the name of their side. Only what "us" says is looked at.
    """
    found = list(claims)
    for item in find_loaded(turns, sides):
        inside = [i for i, c in enumerate(found) if c.turn == item.turn and c.start < item.end and item.start < c.end]
        if inside:
            found[inside[0]] = _with(found[inside[0]], item, turns)
        else:
            found.append(_new(found, item, turns))
    return tuple(sorted(found, key=lambda claim: (claim.turn, claim.start, claim.end)))


def find_loaded(turns: Sequence[Turn], sides: Mapping[str, str]) -> Iterator[Loaded]:
    """The loaded words that speakers of our own side say of a third person, in order."""
    ours = [index for index, turn in enumerate(turns) if sides.get(turn.speaker) == US]
    if not ours:
        return
    known = {word.text for turn in turns for word in words(turn.speaker) if len(word.text) > 1}
    for turn in turns:
        known.update(name.lower() for match in _NAMED.finditer(turn.text) for name in match.groups() if name)
    # titles and roles are no names, whatever stands beside them
    known -= _of("pronoun") | _of("other") | _of("group") | _of("determiner") | _of("after") | {"speaker"}
    for index in ours:
        text = words(turns[index].text)
        for match in _phrases().find(text):
            subject = _Reading(turns[index].text, text, match, known).subject()
            if subject is not None:
                yield _loaded(index, turns[index].text, text, match, subject)


@cache
def _phrases() -> Phrases:
    return Phrases(loaded())


@cache
def _of(kind: str) -> frozenset[str]:
    return frozenset(" ".join(entry.words) for entry in people().of(kind))


class _Reading:
    """One loaded word in its sentence: is it said of a third person, and of whom?"""

    def __init__(self, raw: str, text: list[Word], match: Match, known: set[str]) -> None:
        self.raw, self.text, self.match, self.known = raw, text, match, known
        self.kind = match.entry.kind
        at = match.first
        while at and text[at - 1].text not in _END:
            at -= 1
        self.begin = at
        at = match.last
        while at < len(text) and text[at].text not in _END:
            at += 1
        self.asked = at < len(text) and text[at].text == "?"

    def subject(self) -> tuple[int, int] | None:
        """Words (first, last exclusive) that name the person; the two are alike where only the loaded word does."""
        if self.asked or self._reported():
            return None
        if self.kind == "verb":
            return self._before(self.match.first)
        if self.kind in ("trait", "either"):
            beside = self._beside()
            if beside is not None:
                return beside
            if not self._free():
                return None
        return self._before(self.match.first) or self._exclaimed()

    def _word(self, at: int) -> str:
        return self.text[at].text if self.begin <= at < len(self.text) else ""

    def _reported(self) -> bool:
        for at in range(self.begin, self.match.first):
            if self._word(at) in _of("report") and self._word(at - 1) not in ("i", "we"):
                return True
            if self._word(at) == "say" and self._word(at - 1) in ("they", "people", "you", "might", "would"):
                return True
        return False

    def _free(self) -> bool:
        """No noun follows the adjective."""
        last = self.match.last
        if last >= len(self.text):
            return True
        after = self.text[last].text
        return not after.isalpha() or after in _of("after")

    def _beside(self) -> tuple[int, int] | None:
        """An adjective before a person: "that lazy guy", "a clueless manager"."""
        for at in (self.match.last, self.match.last + 1):
            if self._word(at) in _of("person"):
                first = self.match.first
                while self._word(first - 1) in _of("degree"):
                    first -= 1
                opening = {self._word(at) for at in range(first, self.match.first)} | {self._word(first - 1)}
                if opening & {"a", "an", "that", "this", "those", "these", "such"} and not self._denied(first):
                    return self._before(first) or (at, at + 1)
        return None

    def _denied(self, at: int) -> bool:
        return any(self._word(i) in _of("negation") for i in (at - 1, at - 2, at - 3))

    def _before(self, at: int) -> tuple[int, int] | None:
        """The person before the words that link person and verdict."""
        linked = self.kind == "verb"
        determined = False
        at -= 1
        while self._word(at) in _of("be") | _of("degree"):
            linked = linked or self._word(at) in _of("be")
            determined = determined or self._word(at) in ("a", "an", "the", "such")
            at -= 1
        plural = self.match.entry.words[-1].endswith("s")
        if not linked or (self.kind in ("noun", "person") and not determined and not plural):
            return None
        if self._word(at) in _of("negation") or not self._is_person(at):
            return None
        first = at
        if self._word(at) in _of("pronoun") - {"who"}:
            return at, at + 1
        while self._word(first - 1) in _of("determiner") | _of("role") | _of("group") or self._capital(first - 1):
            first -= 1
        # a sentence's first word has a capital in any case
        if first == self.begin < at and self._capital(first) and self._word(first) not in self._mentions():
            first += 1
        if self._word(at) == "who" and first < at:
            return first, at
        return first, at + 1

    def _mentions(self) -> set[str]:
        return self.known | _of("determiner") | _of("role") | _of("group")

    def _is_person(self, at: int) -> bool:
        word = self._word(at)
        certain = self.kind in ("trait", "person", "verb")
        if word == "they":
            return certain or self._people_before(at)
        if word in _of("pronoun") or word in self.known or word in _of("role"):
            return True
        if not word or word in _of("other"):
            return False
        named = self._capital(at) and at > self.begin
        group = word in _of("group") or self.raw[self.text[at].start : self.text[at].end] == "IT"
        return certain and (group or named)

    def _capital(self, at: int) -> bool:
        if not self.begin <= at < len(self.text):
            return False
        word = self.raw[self.text[at].start : self.text[at].end]
        return word[:1].isupper() and word[1:].islower() and word.lower() not in _of("other") | _of("pronoun")

    def _people_before(self, at: int) -> bool:
        before = {word.text for word in self.text[max(0, at - _REACH) : at]}
        return bool(before & (_of("role") | _of("group") | self.known))

    def _exclaimed(self) -> tuple[int, int] | None:
        """The word alone: "what a jerk", "that idiot in procurement"."""
        if self.kind != "person":
            return None
        first = self.match.first
        while self._word(first - 1) in _of("degree"):
            first -= 1
        opening = " ".join(self._word(at) for at in range(max(self.begin, first - 1), self.match.first))
        if self._word(first - 1) in _of("be") | {"'m", "am"}:  # "I'm such an idiot"
            return None
        if re.search(r"\b(?:what an?|such an?|that|this|those|these)\b", opening) and not self._denied(first):
            return first, first
        return None


def _loaded(index: int, raw: str, text: list[Word], match: Match, subject: tuple[int, int]) -> Loaded:
    first, last = subject
    begin, end = min(first, match.first), max(last, match.last)
    while end < len(text) and text[end].text not in _CLAUSE_END:
        end += 1
    person = raw[text[first].start : text[last - 1].end] if last > first else ""
    start, stop = text[match.first].start, text[match.last - 1].end
    clause = (text[begin].start, text[end - 1].end)
    return Loaded(index, start, stop, clause, person, _called(match.entry.kind, raw[start:stop]))


def _called(kind: str, said: str) -> str:
    if kind == "verb":
        return ""
    if kind in ("trait", "either") or said.lower().endswith("s"):
        return said
    return f"{'an' if said[0].lower() in 'aeiou' else 'a'} {said}"


def _with(claim: Claim, item: Loaded, turns: Sequence[Turn]) -> Claim:
    probabilities = trusting(claim.probabilities, Status.NEEDS_CLARIFICATION, LOADED_TRUST)
    kept = tuple(reason for reason in claim.reasons if reason in ASK_REASONS and reason is not Reason.VAGUE)
    cue = _cue(item, turns)
    cues = {(c.start, c.end, c.kind): c for c in (*claim.cues, cue) if c.reason in ASK_REASONS}
    return replace(
        claim,
        status=Status.NEEDS_CLARIFICATION,
        confidence=probabilities[Status.NEEDS_CLARIFICATION],
        probabilities=probabilities,
        reasons=(Reason.VAGUE, *kept),
        cues=tuple(sorted(cues.values(), key=lambda c: (c.start, c.end))),
        question=_question(item, turns),
    )


def _new(claims: Sequence[Claim], item: Loaded, turns: Sequence[Turn]) -> Claim:
    turn = turns[item.turn]
    start, end = item.clause
    for other in claims:  # neighbours keep their words
        if other.turn == item.turn and other.start < end and start < other.end:
            start, end = (max(start, other.end), end) if other.end <= item.start else (start, min(end, other.start))
    while turn.text[start].isspace() or turn.text[start] in ",;":
        start += 1
    end = start + len(turn.text[start:end].rstrip(" ,;"))
    even = {status.value: 1 / 3 for status in Status}
    probabilities = trusting(even, Status.NEEDS_CLARIFICATION, LOADED_TRUST)
    return Claim(
        turn=item.turn,
        start=start,
        end=end,
        text=turn.text[start:end],
        speaker=turn.speaker,
        status=Status.NEEDS_CLARIFICATION,
        confidence=LOADED_TRUST,
        probabilities=probabilities,
        reasons=(Reason.VAGUE,),
        cues=(_cue(item, turns),),
        question=_question(item, turns),
    )


def _cue(item: Loaded, turns: Sequence[Turn]) -> Cue:
    return Cue(turns[item.turn].text[item.start : item.end], item.start, item.end, KIND, Reason.VAGUE)


def _question(item: Loaded, turns: Sequence[Turn]) -> str:
    said = " ".join(turns[item.turn].text[item.start : item.end].split())
    person = " ".join(item.person.split())
    low = person.lower()
    if low in ("", "who"):
        person = "they"
    elif low in _OBJECT or low.split()[0] in _of("determiner"):
        person = person[0].lower() + person[1:]
    if item.called and item.person:
        return f"What did {person} do or say that makes you call {_OBJECT.get(low, 'them')} {item.called}?"
    return f"What did {person} do or say that makes you say “{said}”?"
