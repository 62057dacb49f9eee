"""Documents handed over with a call: does a passage support or contradict a claim?

A passage speaks about a claim only if it shares its subject: words weighed by TF-IDF over documents and claims. It
supports the claim if every amount of the claim stands in it with the same unit; it contradicts it if it gives another
amount of the same unit instead. A claim without amounts is never judged by a document here: similar words are no
grounds.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

from overstate.errors import DataError, TranscriptError
from overstate.explain.questions import quoted
from overstate.explain.trust import trusting
from overstate.readers import read_plain
from overstate.types import ASK_REASONS, Claim, Cue, Evidence, Quote, Reason, Relation, Status

__all__ = ["Passage", "Passages", "amounts", "weigh_evidence"]

#: Cosine of TF-IDF vectors from which a passage is about the same thing.
SAME_SUBJECT = 0.25
#: How far a document's word is trusted: the least probability of a status that rests on one. Assumed, not measured.
DOCUMENT_TRUST = 0.8
#: Passages read at most; what is beyond is left out, and said so.
MOST_PASSAGES = 20_000

_AMOUNT = re.compile(
    r"(?P<money>[$€£])?\s*(?P<value>\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\w)\.\d+)"
    r"\s*(?P<scale>(?:k|mn?|bn?|tn)\b)?\s*(?P<unit>%|[$€£](?!\s*\d)|[^\W\d_]+)?",
    re.I,
)
_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "tn": 1e12}
# text_to_num would make "12.6 million" two numbers, and "millions of" one; so these are rewritten before and after it
_SHORT = {"thousand": "k", "million": "mn", "billion": "bn", "trillion": "tn"}
_SHORT |= {f"{1000**n:d}": short for n, short in enumerate(_SHORT.values(), 1)}
_BEFORE = (
    (re.compile(r"\bhalf an? (?=(?:thousand|million|billion|trillion)\b)", re.I), lambda _: "0.5 "),
    (re.compile(r"(\d) and a half\b", re.I), lambda match: f"{match[1]}.5"),
    (
        re.compile(r"\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) and a half\b", re.I),
        lambda match: f"{match[1]} point five",
    ),
    (re.compile(r"(?<=\d)\s*(thousand|million|billion|trillion)s?\b", re.I), lambda match: _SHORT[match[1].lower()]),
    (re.compile(r"\b(?:ten|hundred|thousand|million|billion|trillion)s\b", re.I), lambda _: "many"),
    (re.compile(r"\bper cent\b", re.I), lambda _: "percent"),
)
_SPOKEN_SCALE = re.compile(r"(\d\.\d+) (1000(?:000){0,2})\b")
_UNIT_WORDS = re.compile(r"\b(?:per ?cent|percentage|points?|thousand|million|billion|dollars?|euros?|pounds?)\b")
_IDLE = frozenset(
    ("and or of in on at by for to from with as is are was were per a an the we you they i it but so").split()
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph, row or record of a document, and where it stands."""

    text: str
    source: str


@dataclass(frozen=True)
class Passages:
    """What was handed over, cut into passages; `notes` says what was left out."""

    items: tuple[Passage, ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def read(cls, evidence: Iterable[str | PathLike[str]]) -> Passages:
        """Read files and strings.

        Args:
            evidence: Paths of text, Markdown, CSV or JSON files; or strings with white space in them, which are taken
                as the text itself.

        Raises:
            DataError: A file is missing, empty, binary or malformed; a single string was given instead of a list.
        """
        if isinstance(evidence, (str, PathLike)):
            raise DataError("got one string or path, expected a list of them", field="evidence")
        if not isinstance(evidence, Iterable):
            raise DataError(f"got {type(evidence).__name__}, expected a list of paths or texts", field="evidence")
        items: list[Passage] = []
        for number, piece in enumerate(evidence, 1):
            if not isinstance(piece, (str, PathLike)):
                raise DataError(f"got {type(piece).__name__}, expected a path or a text", field=f"evidence {number}")
            if not str(piece).strip():
                raise DataError("is blank, expected a path or a text", field=f"evidence {number}")
            if isinstance(piece, str) and len(piece.split()) > 1 and not _is_file(piece):
                items += [Passage(text, f"evidence {number}") for text, _ in _paragraphs(piece)]
            else:
                items += _read_file(Path(piece))
        notes: tuple[str, ...] = ()
        if len(items) > MOST_PASSAGES:
            notes = (f"Of {len(items):,} passages of evidence, the first {MOST_PASSAGES:,} were used.",)
        return cls(tuple(items[:MOST_PASSAGES]), notes)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # longer than a file name may be
        return False


def _read_file(path: Path) -> Iterator[Passage]:
    try:
        text = read_plain(path)
    except TranscriptError as error:
        raise DataError(error.message, source=path) from None
    suffix = path.suffix.lower()
    if suffix in (".csv", ".tsv"):
        yield from _csv_passages(text, path)
    elif suffix in (".json", ".jsonl"):
        yield from _json_passages(text, path)
    else:
        for paragraph, line in _paragraphs(text):
            yield Passage(paragraph, f"{path.name}, line {line}")


def _csv_passages(text: str, path: Path) -> Iterator[Passage]:
    rows = csv.reader(io.StringIO(text), delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
    try:
        header = next(rows, [])
        if not header or all(not re.search(r"[^\W\d]", cell) for cell in header):
            raise DataError(f"got the first row {header}, expected a header of column names", source=path, line=1)
        for row in rows:
            cells = [f"{name}: {cell}" for name, cell in zip(header, row, strict=False) if cell.strip()]
            if cells:
                yield Passage("; ".join(cells), f"{path.name}, line {rows.line_num}")
    except csv.Error as error:
        raise DataError(f"is not CSV: {error}", source=path, line=rows.line_num) from None


def _json_passages(text: str, path: Path) -> Iterator[Passage]:
    try:
        if path.suffix.lower() == ".jsonl":
            records = [(f"line {n}", json.loads(line)) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        else:
            whole = json.loads(text)
            records = [(f"record {n}", item) for n, item in enumerate(whole if isinstance(whole, list) else [whole], 1)]
    except (ValueError, RecursionError) as error:
        raise DataError(f"is not JSON: {error}", source=path) from None
    for place, record in records:
        fields = record.items() if isinstance(record, dict) else [("", record)]
        yield Passage("; ".join(f"{k}: {v}" if k else str(v) for k, v in fields), f"{path.name}, {place}")


def _paragraphs(text: str) -> Iterator[tuple[str, int]]:
    """Paragraphs, and list items or lines that end a sentence, with the number of their first line."""
    block: list[str] = []
    first = 1
    for number, line in enumerate([*text.splitlines(), ""], 1):
        starts_item = re.match(r"\s*(?:[-*•]|\d+[.)]|#+|\|)\s", line)
        if block and (not line.strip() or starts_item):
            yield " ".join(block), first
            block = []
        if line.strip():
            first = first if block else number
            block.append(line.strip())


def amounts(text: str) -> list[tuple[float, str]]:
    """Amounts in a text with their units: `[(42.0, "percent"), (12600000.0, "$")]`. Spoken numbers are read, too.

    The unit is the currency sign, "percent", or the word that follows, without a plural s; "" if there is none.
    """
    from text_to_num import alpha2digit

    text = text.replace("-", " ")
    for pattern, rewritten in _BEFORE:
        text = pattern.sub(rewritten, text)
    text = _SPOKEN_SCALE.sub(lambda match: match[1] + _SHORT[match[2]], alpha2digit(text, "en"))
    found = []
    for match in _AMOUNT.finditer(text):
        value = float(match["value"].replace(",", ""))
        value *= _SCALES.get((match["scale"] or "").lower(), 1.0)
        unit = (match["unit"] or "").lower()
        if match["money"] or unit in ("$", "€", "£"):
            unit = match["money"] or unit
        elif unit in ("%", "percent", "pct"):
            unit = "percent"
        elif unit in ("dollar", "dollars"):
            unit = "$"
        elif unit in ("euro", "euros"):
            unit = "€"
        elif unit in _IDLE:
            unit = ""
        else:
            unit = unit.rstrip("s")
        found.append((value, unit))
    return found


def weigh_evidence(claims: Sequence[Claim], passages: Passages) -> tuple[Claim, ...]:
    """The claims with what the passages say about them.

    A contradicted claim needs clarification, whatever else speaks for it; a supported one is verified, unless it is
    contradicted or was evaded. Its status then has a probability of at least `DOCUMENT_TRUST`.
    """
    measured = [(i, amounts(claim.text)) for i, claim in enumerate(claims)]
    measured = [(i, said) for i, said in measured if said]
    if not measured or not passages.items:
        return tuple(claims)
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(stop_words="english", token_pattern=r"(?u)\b[^\W\d]{2,}\b", sublinear_tf=True)
    written = [_stemmed(p.text) for p in passages.items]
    spoken = [_stemmed(claims[i].text) for i, _ in measured]
    try:
        # the claims' own words count as well: one that no document has makes a claim less like all of them
        vectorizer.fit([*written, *spoken])
    except ValueError:  # nothing but stop words and digits
        return tuple(claims)
    likeness = vectorizer.transform(spoken) @ vectorizer.transform(written).T
    out = list(claims)
    read = [amounts(p.text) for p in passages.items]
    for row, (i, said) in enumerate(measured):
        near = likeness[[row]].tocoo()
        order = sorted(zip(near.data.tolist(), near.col.tolist(), strict=True), key=lambda pair: (-pair[0], pair[1]))
        verdict = _verdict(said, [(k, read[k]) for score, k in order if score >= SAME_SUBJECT])
        if verdict is not None:
            out[i] = _with(claims[i], verdict[0], passages.items[verdict[1]])
    return tuple(out)


def _stemmed(text: str) -> str:
    """Units and scales out, which are no subject; plural s and a few endings off, so that "seats" meets "seat"."""
    return re.sub(r"(?<=[a-z]{3})(?:ing|ed|es|s)\b", "", _UNIT_WORDS.sub(" ", text.lower()))


def _verdict(
    said: Sequence[tuple[float, str]], near: Sequence[tuple[int, Sequence[tuple[float, str]]]]
) -> tuple[Relation, int] | None:
    for k, written in near:
        if all(any(_same(a, b) for b in written) for a in said):
            return Relation.SUPPORT, k
    for k, written in near:
        for value, unit in said:
            rivals = [other for other, theirs in written if theirs == unit and unit]
            if rivals and all(not _close(value, other) for other in rivals):
                return Relation.CONTRADICTION, k
    return None


def _same(a: tuple[float, str], b: tuple[float, str]) -> bool:
    return _close(a[0], b[0]) and (a[1] == b[1] or not a[1] or not b[1])


def _close(a: float, b: float) -> bool:
    """Equal as people say numbers: within half a percent."""
    return abs(a - b) <= 0.005 * max(abs(a), abs(b))


def _with(claim: Claim, relation: Relation, passage: Passage) -> Claim:
    near = Quote(claim.text, claim.turn, claim.start, claim.end, claim.speaker)
    quote = Evidence(relation, near, Quote(passage.text, None, 0, len(passage.text), source=passage.source))
    evidence = (quote, *claim.evidence)
    if relation is Relation.CONTRADICTION:
        kept = tuple(r for r in claim.reasons if r in ASK_REASONS and r is not Reason.CONTRADICTED)
        clash = f"You said “{quoted(claim.text, 12)}”, but {passage.source} has “{quoted(passage.text, 16)}”"
        return replace(
            claim,
            status=Status.NEEDS_CLARIFICATION,
            **_trusting(claim, Status.NEEDS_CLARIFICATION),
            reasons=(Reason.CONTRADICTED, *kept),
            cues=(_amount_cue(claim, Reason.CONTRADICTED), *claim.cues),
            evidence=evidence,
            question=f"{clash}: which one holds?",
        )
    if {Reason.CONTRADICTED, Reason.EVADED} & set(claim.reasons):
        return replace(claim, evidence=evidence)
    return replace(
        claim,
        status=Status.VERIFIED,
        **_trusting(claim, Status.VERIFIED),
        reasons=(Reason.EVIDENCE, *(r for r in claim.reasons if r not in ASK_REASONS)),
        cues=(_amount_cue(claim, Reason.EVIDENCE), *(c for c in claim.cues if c.reason not in ASK_REASONS)),
        evidence=evidence,
        question=None,
    )


def _trusting(claim: Claim, status: Status) -> dict[str, Any]:
    chance = trusting(claim.probabilities, status, DOCUMENT_TRUST)
    return {"probabilities": chance, "confidence": chance[status]}


def _amount_cue(claim: Claim, reason: Reason) -> Cue:
    """The first amount of the claim as digits, or else the whole claim, where it is spelled out."""
    match = re.search(r"[$€£]?\d[\d,.]*\d%?|[$€£]?\d%?", claim.text)
    start, end = match.span() if match else (0, len(claim.text))
    return Cue(claim.text[start:end], claim.start + start, claim.start + end, "number", reason)
