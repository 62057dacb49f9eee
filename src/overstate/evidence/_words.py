"""Words of a claim or passage: content words by their stems, names, and words that say how a thing stands."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from overstate.errors import DataError

__all__ = ["Sign", "Word", "signs", "stem", "words"]

_KINDS = frozenset(("state+", "state-", "topic", "not", "mark", "if", "will"))
_WORD = re.compile(r"[^\W\d_][^\W_]*(?:[-'’&][^\W_]+)*")
_TOKEN = re.compile(r"\[ \]|[^\W_]+(?:[-'’][^\W_]+)*")
_OPENING = re.compile(r"[.:!?“\"‘(]\s*$")
_ENDING = re.compile(r"(?:['’](?:s|re|ve|d|ll|m)|n['’]t|['’])$")
#: Words without a subject of their own; those of numbers and units are compared as quantities.
_IDLE = frozenset(
    """a about above across actually after again against ago all-in almost already also am an and any anyway apart are
    around as at away back basically be because been before being below between both but by came can come comes could
    did do does doing don down during each else end enough even ever exactly few for from get gets getting give given go
    goes going gone gonna got gotta had has have having he her here hers herself him his how however i if in including
    indeed instead into is isn it its itself just kind know last least less let like little look made make
    makes making may maybe me mean might mine more most much must my near nearly need next nor not now of off okay on
    once one ones only onto
    or other others our ours out over own per plus put quite rather really right roughly said same
    say saying says see seen she should since so some something sort still such sure take than that the their theirs
    them themselves then there these they thing things think this those though through till to today together told
    tomorrow too took totally toward under until up upon us use used uses using very via want
    was wasn way we well went were what
    when where which while who whom whose why will with within without would yeah yes yesterday yet you your yours
    no never nobody none nothing neither cannot
    zero two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen
    nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands million millions
    billion billions trillion half quarter third couple dozen odd percent percentage point points pct dollar dollars
    euro euros pound pounds eur usd gbp day days week weeks month months year years hour hours minute minutes approx
    fell fall falls fallen rose rise rises risen grew grow grows grown drop drops dropped increased increase decreased
    approximately twice times status state quantity qty item
    first second monthly annual annually yearly number amount value count""".split()
)
_IRREGULAR = {
    **dict.fromkeys(("sold", "selling"), "sell"),
    **dict.fromkeys(("bought",), "buy"),
    **dict.fromkeys(("sent",), "send"),
    **dict.fromkeys(("lost",), "lose"),
    **dict.fromkeys(("ran",), "run"),
    **dict.fromkeys(("drew", "drawn"), "draw"),
    **dict.fromkeys(("held",), "hold"),
    **dict.fromkeys(("kept",), "keep"),
    **dict.fromkeys(("began", "begun"), "begin"),
    **dict.fromkeys(("built",), "build"),
    **dict.fromkeys(("wrote", "written"), "write"),
    **dict.fromkeys(("people", "persons"), "person"),
    **dict.fromkeys(("cost", "costs", "costing", "charge", "charges", "charged"), "pric"),
}


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: its stem, its character offset, whether a capital inside a sentence makes it a name, and whether
    it has no capital at all. A word with neither opens a sentence: that may be a name or not."""

    stem: str
    start: int
    capital: bool
    plain: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """A cue of `states.tsv` in a text: kind, group, character offset and words."""

    kind: str
    group: str
    start: int
    text: str


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """A word without the endings of plural, past and -ing: "seats", "priced" and "pricing" are "seat", "pric"."""
    word = _ENDING.sub("", word.lower())
    word = _IRREGULAR.get(word, word)
    for ending, instead in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("s", "")):
        least = len(ending) + (3 if ending != "s" else 2)
        if word.endswith(ending) and len(word) >= least and not word.endswith(("ss", "us", "is", "eed")):
            word = word[: -len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def words(text: str) -> Iterator[Word]:
    """The content words of a sentence, a claim or a cell."""
    end = -1
    for match in _WORD.finditer(text):
        word = match[0]
        # a sentence or a quotation begins here, so a capital says nothing
        gap = text[end : match.start()]
        opening = end < 0 or (gap != " " and _OPENING.search(gap) is not None)
        end = match.end()
        bare = _ENDING.sub("", word.lower())
        acronym = len(bare) > 1 and word[: len(bare)].isupper()
        if bare in _IDLE and not acronym:
            continue
        for part in bare.split("-") if "-" in bare and not acronym else [bare]:
            if len(part) > 1 and part not in _IDLE:
                capital = acronym or (word[0].isupper() and not opening)
                yield Word(stem(part), match.start(), capital, word[0].islower())


def signs(text: str) -> list[Sign]:
    """The cues of `states.tsv` in a text, in order; where they overlap, the first and longest."""
    table = _table()
    tokens = [(match[0].lower().replace("’", "'"), match.start(), match.end()) for match in _TOKEN.finditer(text)]
    found: list[Sign] = []
    at = 0
    while at < len(tokens):
        word, start, end = tokens[at]
        length = 1
        for cue, kinds in table.get(word, ()):
            if all(tokens[at + k][0] == part if at + k < len(tokens) else False for k, part in enumerate(cue)):
                length = len(cue)
                end = tokens[at + length - 1][2]
                found += [Sign(kind, group, start, text[start:end]) for kind, group in kinds]
                break
        hanging = next((ending for ending in ("n't", "'ll") if word.endswith(ending)), None)
        if hanging:
            for _, kinds in table[hanging]:
                found += [Sign(kind, group, end - 3, text[end - 3 : end]) for kind, group in kinds]
        at += length
    return found


Kinds = tuple[tuple[str, str], ...]


@cache
def _table() -> dict[str, list[tuple[tuple[str, ...], Kinds]]]:
    """Cues by their first word, the longest first, each with its kinds and groups."""
    name = "states.tsv"
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    lines = [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip() and line[0] != "#"]
    rows = csv.reader((line for _, line in lines), delimiter="\t")
    if next(rows, []) != ["cue", "kind", "group"]:
        raise DataError("expected the columns cue, kind and group", source=name, line=lines[0][0])
    kinds: dict[tuple[str, ...], Kinds] = {}
    for (number, _), row in zip(lines[1:], rows, strict=True):
        if len(row) != 3 or row[1] not in _KINDS:
            expected = f"expected cue, one of {', '.join(sorted(_KINDS))}, group"
            raise DataError(f"got {row}, {expected}", source=name, line=number)
        cue = tuple(_TOKEN.findall(row[0])) if row[0] not in ("n't", "'ll") else (row[0],)
        kinds[cue] = (*kinds.get(cue, ()), (row[1], row[2]))
    table: dict[str, list[tuple[tuple[str, ...], Kinds]]] = {}
    for cue in sorted(kinds, key=len, reverse=True):
        table.setdefault(cue[0], []).append((cue, kinds[cue]))
    return table
