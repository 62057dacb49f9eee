"""Which words before a colon (or a time) name a speaker.

No single line can tell: "Ann: yes" and "Result: yes" look alike. So candidates are collected over the whole
file (`head`) and decided together (`Speakers`): by the look of the label, how often it comes back, and
whether it is written the way most labels of the file are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from overstate.readers._parsed import CLOCK, seconds

__all__ = ["LONE_STAMP", "Head", "Speakers", "grade", "head"]

_MAX_CHARACTERS, _MAX_WORDS, _HEAD = 40, 5, 120
# Whole labels, case-folded ("~" for a space), that are headings, mail headers or ways to begin a sentence.
_NOT_SPEAKERS = frozenset(
    word.replace("~", " ")
    for word in (
        "note notes nb n.b ps p.s re fw fwd aw subject to from cc bcc sent date time when where who what why "
        "how agenda summary meeting meeting~title meeting~date meeting~time meeting~notes meeting~summary "
        "meeting~id title topic topics location place venue attendees participants invited present absent "
        "apologies regrets duration recording recorded recording~date date~recorded recorded~on start~time "
        "end~time started ended transcript transcript~id transcription transcribed~by call~date call~title "
        "call call~notes call~participants language company~participants conference~call~participants "
        "executives analysts action actions action~items action~item next~steps next~step decision decisions "
        "key~points key~takeaways takeaways takeaway highlights outline overview executive~summary background "
        "introduction conclusion conclusions disclaimer source sources link links url http https ftp mailto "
        "file file~name filename e-mail email phone tel telephone fax website page chapter section part "
        "figure table item step example examples e.g i.e eg ie warning caution important attention hint tip "
        "todo to~do tl;dr update status result results revenue price cost total budget goal goals problem "
        "solution issue issues question questions answer remember so well look listen see yes no yeah okay ok "
        "right sure now then also and but or because first firstly second secondly third thirdly last lastly "
        "finally next here there again anyway however therefore meaning reminder spoiler fact bottom~line "
        "quote unquote kind format version company account deal opportunity stage owner created updated tags "
        "keywords monday tuesday wednesday thursday friday saturday sunday lunch break standup stand-up "
        "coffee~break lunch~break q&a music laughter applause inaudible crosstalk silence noise "
        "end~of~transcript blank_audio"
    ).split()
)
# A label with one of these, written small, is part of a sentence.
_FUNCTION_WORDS = frozenset(
    (
        "is are was were be been am it its i we you they he she this that these those the a an my our your "
        "his her their do does did have has had will would can could should may might must if when what which "
        "who how why because so then than not just only about with as at on in by there here me us them"
    ).split()
)
_PARTICLES = frozenset(
    ("of and de del della der den des di da dos du la le van von zu zur ter ten bin ibn al el y e the for from").split()
)
_SENTENCE_MARKS = re.compile(r"[?!;\"“”=<>{}…\\]|//|[^\W\d_]{5,}\.\s|\.\.")

_STAMP = (
    rf"(?P<open>[\[(<])?\s*(?P<date>[0-9]{{1,4}}[-/.][0-9]{{1,2}}[-/.][0-9]{{1,4}},?[\sT]\s?)?(?P<start>{CLOCK})(?:\s*(?P<half>[AaPp]\.?[Mm]\b\.?))?"
    rf"(?:\s*(?:-->|->|[-–—]|to)\s*(?P<end>{CLOCK}))?\s*(?(open)[\])>])"
)
_LABEL = r"(?P<label>\[?[^\W\d_][^:：\n]{0,60}?)"
# What may follow the colon: a space, the end, or a word; not "//", a digit (10:30) or another colon.
_COLON = r"\s*[:：](?=\s|$|[^\W\d_]|[\"'“‘(\[*¿¡])"
_CLOCK = re.compile(CLOCK)
_FORMS = (
    ("stamped", re.compile(rf"{_STAMP}[\s|–—-]*{_LABEL}{_COLON}")),
    ("stamped", re.compile(rf"{_LABEL}[\s|,–—-]*(?=[\[(<]){_STAMP}{_COLON}")),
    ("header", re.compile(rf"{_LABEL}(?:\s*[|,–—@-]\s*|\s+|(?=[\[(])){_STAMP}\s*$")),
)
_PLAIN = re.compile(_LABEL + _COLON)
_BRACKETS = re.compile(r"\[(?P<label>[^\W\d_][^\[\]:\n]{0,60})\]\s*[:：]?\s+(?=\S)")
LONE_STAMP = re.compile(rf"(?:#{{1,6}}\s*)?(?:\*\*)?{_STAMP}(?:\*\*)?")
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u200e\u200f\u2060"
_MARKER = re.compile(r"(?P<turn>>>+\s*|[-–—]\s*(?=[^\W\d_]|[\[*]))|[•*>]\s+|#{1,6}\s+")


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a line that may name a speaker.

    Attributes:
        label: The name, without brackets, emphasis or time.
        style: How it is written: "plain", "bold", "stamped", "header" (no colon), "brackets" or
            "marked" (>>).
        rest: The text after it.
        start: Seconds, where a time stands beside the name.
        end: Seconds, where a time range does.
        wall_clock: The time is one of the day ("10:01 AM", or with a date), not of the recording.
    """

    label: str
    style: str
    rest: str
    start: float | None = None
    end: float | None = None
    wall_clock: bool = False


@lru_cache(maxsize=10_000)
def grade(label: str) -> int:
    """2: written like a name; 1: could be one if it comes back ("customer"); 0: no speaker."""
    words = [word for word in label.split() if any(map(str.isalnum, word))]  # not the dash of "Ann - CFO"
    if not words or len(label) > _MAX_CHARACTERS or len(words) > _MAX_WORDS or not label[0].isalpha():
        return 0
    if label.casefold().strip(" .") in _NOT_SPEAKERS or _SENTENCE_MARKS.search(label):
        return 0
    bare = [word.strip("()[].,'’&|/-–—") for word in words]
    shouted = label.isupper()
    if any(w.lower() in _FUNCTION_WORDS and (w.islower() or shouted) for w in bare[1:]):
        return 0
    small = [word for word in bare if word[:1].islower() and word not in _PARTICLES]
    if not small and bare[-1] not in _PARTICLES:
        return 2
    return 1 if len(words) <= 3 and bare[0].lower() not in _FUNCTION_WORDS else 0


def head(line: str, *, stamps: bool = True, brackets: bool = False) -> Head | None:
    """The candidate speaker at the beginning of a stripped line, or None.

    Args:
        line: One line. Only its first 120 characters are searched, so a line of any length is cheap.
        stamps: Look for times beside the name (labelled text), not in captions.
        brackets: Take "[Ann] text" for a candidate (captions).
    """
    marked = False
    if line[:1] in _INVISIBLE or (line[:1] and line[0] in "->–—•*#"):
        line = line.lstrip(_INVISIBLE)
        if marker := _MARKER.match(line):
            marked = marker["turn"] is not None
            line = line[marker.end() :]
    line, bold = _without_emphasis(line)
    start = line[:_HEAD]
    if stamps and _CLOCK.search(start):
        for style, form in _FORMS:
            found = None if style == "header" and len(line) > _HEAD else form.match(start)
            if found and (made := _made(found, style, line)):
                return made
    style = "marked" if marked else "bold" if bold else "plain"
    if (found := _PLAIN.match(start)) and (made := _made(found, style, line)):
        return made
    if brackets and line[:1] == "[" and (found := _BRACKETS.match(start)):
        return _made(found, "brackets", line)
    return None


def _without_emphasis(line: str) -> tuple[str, bool]:
    for mark in ("**", "__", "*"):
        if line.startswith(mark):
            close = line.find(mark, len(mark), _HEAD)
            if close > 0:
                return line[len(mark) : close] + line[close + len(mark) :], True
    return line, False


def _made(found: re.Match[str], style: str, line: str) -> Head | None:
    label = " ".join(found["label"].strip("[]* \t").split())
    if not grade(label):
        return None
    times = found.groupdict()
    wall = bool(times.get("half") or times.get("date"))
    start, end = (None if wall or not (t := times.get(k)) else seconds(t) for k in ("start", "end"))
    return Head(label, style, line[found.end() :].strip(), start, end, wall)


class Speakers:
    """Which of the candidates of one file are speakers.

    Args:
        heads: All candidates of the file.
        lines: Number of lines (or cues) they were found among.
        opens: The file begins with one of them.
    """

    def __init__(self, heads: Collection[Head], *, lines: int, opens: bool = False) -> None:
        self.counts = Counter(item.label for item in heads)
        styles = Counter(item.style for item in heads if grade(item.label) == 2 or self.counts[item.label] > 1)
        self._main, most = styles.most_common(1)[0] if styles else ("plain", 0)
        strict = self._main in ("stamped", "bold", "header") and most * 2 >= sum(styles.values())
        named = {h.label for h in heads if not strict or h.style == self._main}
        self.names = {name for name in named if grade(name) == 2 or self.counts[name] > 1}
        repeats = any(self.counts[name] > 1 for name in self.names)
        likely = sum(item.label in self.names for item in heads)
        if not (repeats or opens or likely * 2 >= lines or self._main == "marked"):
            self.names = set()
        self._folded = {name.casefold() for name in self.names}  # "ann:" in a file with "Ann:" is she

    def accepts(self, item: Head) -> bool:
        """Whether this candidate begins a turn."""
        if item.label.casefold() not in self._folded:
            return False
        # "Friday afternoon 10:30" on a line of its own, in a file that labels otherwise; [Sigh] seen once.
        if item.style in ("header", "brackets") and item.style != self._main:
            return self.counts[item.label] > 1
        return item.style != "brackets" or self.counts[item.label] > 1
