"""Labelled transcripts in the JSON Lines format of the annotation guideline (section 5)."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from overstate.errors import DataError
from overstate.transcript import Transcript
from overstate.types import REASONS_OF, HedgeType, Outcome, Reason, Relation, Status, Turn

__all__ = ["GoldClaim", "GoldHedge", "GoldLink", "LabelledTranscript", "Place", "read_labelled", "unpunctuated"]


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """A claim as labelled by hand; offsets count characters of the turn's text, end exclusive."""

    turn: int
    start: int
    end: int
    status: Status
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class GoldHedge:
    """A hedge as labelled by hand; offsets count characters of the turn's text, end exclusive."""

    turn: int
    start: int
    end: int
    type: HedgeType


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of one turn; offsets count characters of the turn's text, end exclusive."""

    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class GoldLink:
    """A link as labelled by hand, from what was said later to what was said earlier.

    Attributes:
        relation: What the later words do to the earlier ones.
        later: The later words: a claim or a whole turn.
        earlier: The earlier ones; None for a question that questions no claim.
        outcome: For an answer, whether the missing piece came.
    """

    relation: Relation
    later: Place
    earlier: Place | None
    outcome: Outcome | None = None


@dataclass(frozen=True)
class LabelledTranscript:
    """A transcript with its claims and hedges marked by hand.

    Attributes:
        id: Unique name. Records whose ids differ only after the last "-" are taken to come from one
            conversation and are never split between folds.
        source: The kind of conversation, for scores by source.
        transcript: The turns.
        claims, hedges: The labels, in order of place.
        links: The links between turns; None where nobody has labelled them.
        judged: Whether claims and hedges are labelled; else there are none here, whatever is said.
    """

    id: str
    source: str
    transcript: Transcript
    claims: tuple[GoldClaim, ...]
    hedges: tuple[GoldHedge, ...]
    links: tuple[GoldLink, ...] | None = None
    judged: bool = True

    @property
    def group(self) -> str:
        """The conversation the record comes from."""
        return self.id.rsplit("-", 1)[0]

    def to_dict(self) -> dict[str, Any]:
        """The record as JSON-ready values in the guideline's format."""
        links = {} if self.links is None else {"links": [_plain(link) for link in self.links]}
        return {
            "id": self.id,
            "source": self.source,
            "turns": [{"speaker": turn.speaker, "text": turn.text} for turn in self.transcript],
            "claims": None
            if not self.judged
            else [
                {
                    "turn": c.turn,
                    "start": c.start,
                    "end": c.end,
                    "status": str(c.status),
                    "reasons": [str(r) for r in c.reasons],
                }
                for c in self.claims
            ],
            "hedges": [{"turn": h.turn, "start": h.start, "end": h.end, "type": str(h.type)} for h in self.hedges],
            **links,
        }


def _plain(link: GoldLink) -> dict[str, Any]:
    return {
        "relation": str(link.relation),
        "later": asdict(link.later),
        "earlier": link.earlier and asdict(link.earlier),
        "outcome": link.outcome and str(link.outcome),
    }


def read_labelled(
    data: str | Path | Mapping[str, Any] | LabelledTranscript | Iterable[Any],
) -> list[LabelledTranscript]:
    """Read labelled transcripts.

    Args:
        data: A JSON Lines file, or a list of files; or records (mappings in the guideline's format, or
            `LabelledTranscript` objects).

    Raises:
        DataError: A missing file, a line that is not JSON, a missing, unknown or malformed field, offsets outside
            their turn, a reason that does not fit its status, an id that is there twice, or nothing at all;
            the message names file, line and field.
    """
    if isinstance(data, (str, Path, Mapping, LabelledTranscript)):
        data = [data]
    records: list[LabelledTranscript] = []
    for item in data:
        if isinstance(item, LabelledTranscript):
            records.append(item)
        elif isinstance(item, Mapping):
            records.append(_record(item, _Where("records", len(records) + 1)))
        elif isinstance(item, (str, Path)):
            records.extend(_read_file(Path(item)))
        else:
            raise DataError(f"got {type(item).__name__}, expected a path or a record")
    if not records:
        raise DataError("got no labelled transcripts, expected at least one")
    seen: set[str] = set()
    for record in records:
        if record.id in seen:
            raise DataError(f"id {record.id!r} is there twice", field="id")
        seen.add(record.id)
    return records


@dataclass(frozen=True)
class _Where:
    source: str
    line: int

    def error(self, message: str, field: str | None = None) -> DataError:
        return DataError(message, source=self.source, line=self.line, field=field)


def _read_file(path: Path) -> Iterator[LabelledTranscript]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataError(f"cannot be read: {error.strerror or error}", source=path) from None
    except UnicodeDecodeError as error:
        raise DataError(f"is not UTF-8 (byte {error.start})", source=path) from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = _Where(str(path), number)
        try:
            item = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise where.error(f"is not JSON: {error}") from None
        if not isinstance(item, dict):
            raise where.error(f"got a JSON {type(item).__name__}, expected an object with turns and claims")
        yield _record(item, where)


def _record(item: Mapping[str, Any], where: _Where) -> LabelledTranscript:
    _known(item, ("id", "source", "turns", "claims", "hedges", "links"), where)
    name = _field(item, "id", str, where)
    source = _field(item, "source", str, where, "")
    turns = []
    for i, turn in enumerate(_field(item, "turns", list, where)):
        path = f"turns[{i}]"
        if not isinstance(turn, Mapping):
            raise where.error(f"got {type(turn).__name__}, expected an object with speaker and text", path)
        _known(turn, ("speaker", "text", "start", "end"), where, path)
        turns.append(Turn(_field(turn, "speaker", str, where, "", path), _field(turn, "text", str, where, prefix=path)))
    if not turns:
        raise where.error("got no turns, expected at least one", "turns")
    judged = "claims" not in item or item["claims"] is not None
    marked = _field(item, "claims", list, where) if judged else []
    claims = [_claim(c, turns, where, f"claims[{i}]") for i, c in enumerate(marked)]
    hedges = [_hedge(h, turns, where, f"hedges[{i}]") for i, h in enumerate(_field(item, "hedges", list, where, []))]
    links = _field(item, "links", list, where, []) if "links" in item else None
    place = lambda mark: (mark.turn, mark.start)  # noqa: E731 - one key for two sorts
    return LabelledTranscript(
        name,
        source,
        Transcript(tuple(turns), name),
        tuple(sorted(claims, key=place)),
        tuple(sorted(hedges, key=place)),
        None if links is None else tuple(_link(k, turns, where, f"links[{i}]") for i, k in enumerate(links)),
        judged,
    )


def _known(item: Mapping[str, Any], names: tuple[str, ...], where: _Where, path: str | None = None) -> None:
    """Refuse fields of other names: a misspelt one would be lost without a word."""
    unknown = sorted(str(key) for key in item if key not in names)
    if unknown:
        raise where.error(f"unknown fields {', '.join(unknown)}; expected {', '.join(names)}", path)


_REQUIRED: Any = object()


def _field(
    item: Mapping[str, Any], key: str, kind: type, where: _Where, default: Any = _REQUIRED, prefix: str = ""
) -> Any:
    name = f"{prefix}.{key}" if prefix else key
    if key not in item:
        if default is _REQUIRED:
            raise where.error(f"is missing, expected a {kind.__name__}", name)
        return default
    value = item[key]
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise where.error(f"got {value!r:.60}, expected a {kind.__name__}", name)
    return value


def _span(item: Any, turns: Sequence[Turn], where: _Where, path: str) -> tuple[int, int, int]:
    if not isinstance(item, Mapping):
        raise where.error(f"got {type(item).__name__}, expected an object with turn, start and end", path)
    turn, start, end = (_field(item, key, int, where, prefix=path) for key in ("turn", "start", "end"))
    if not 0 <= turn < len(turns):
        raise where.error(f"got {turn}, expected 0 to {len(turns) - 1}", f"{path}.turn")
    size = len(turns[turn].text)
    if not 0 <= start < end <= size:
        raise where.error(f"got {start} to {end}, expected a stretch of 0 to {size}", f"{path}.start")
    return turn, start, end


def _choice(value: str, allowed: Iterable[str], where: _Where, path: str) -> str:
    names = [str(name) for name in allowed]
    if value not in names:
        raise where.error(f"got {value!r}, expected {' or '.join(names) or 'none'}", path)
    return value


def _claim(item: Any, turns: Sequence[Turn], where: _Where, path: str) -> GoldClaim:
    turn, start, end = _span(item, turns, where, path)
    _known(item, ("turn", "start", "end", "status", "reasons"), where, path)
    status = Status(_choice(_field(item, "status", str, where, prefix=path), Status, where, f"{path}.status"))
    reasons = _field(item, "reasons", list, where, [], path)
    checked = tuple(Reason(_choice(str(reason), REASONS_OF[status], where, f"{path}.reasons")) for reason in reasons)
    return GoldClaim(turn, start, end, status, checked)


def _hedge(item: Any, turns: Sequence[Turn], where: _Where, path: str) -> GoldHedge:
    turn, start, end = _span(item, turns, where, path)
    _known(item, ("turn", "start", "end", "type"), where, path)
    kind = _choice(_field(item, "type", str, where, prefix=path), HedgeType, where, f"{path}.type")
    return GoldHedge(turn, start, end, HedgeType(kind))


def _link(item: Any, turns: Sequence[Turn], where: _Where, path: str) -> GoldLink:
    if not isinstance(item, Mapping):
        raise where.error(f"got {type(item).__name__}, expected an object with relation, later and earlier", path)
    _known(item, ("relation", "later", "earlier", "outcome"), where, path)
    relation = Relation(_choice(_field(item, "relation", str, where, prefix=path), LINKED, where, f"{path}.relation"))
    later, earlier = (
        None if item.get(key) is None else Place(*_span(item[key], turns, where, f"{path}.{key}"))
        for key in ("later", "earlier")
    )
    if later is None or (earlier is None and relation is not Relation.QUESTION):
        raise where.error("lacks an end, expected later and earlier", path)
    if earlier is not None and (earlier.turn, earlier.start) > (later.turn, later.start):
        raise where.error("points forward, expected earlier to stand before later", path)
    outcome = item.get("outcome")
    if (outcome is not None) != (relation is Relation.ANSWER):
        raise where.error(f"got {outcome!r}, expected an outcome for answers alone", f"{path}.outcome")
    outcome = outcome and Outcome(_choice(str(outcome), (Outcome.ANSWERED, Outcome.EVADED), where, f"{path}.outcome"))
    return GoldLink(relation, later, earlier, outcome)


#: Relations between two places of one call.
LINKED = tuple(relation for relation in Relation if relation is not Relation.SUPPORT)


_PUNCTUATION = re.compile(r"(?<!\d)[.,](?!\d)|(?<=\d)[.,](?!\d)|(?<!\d)[.,](?=\d)|[?!;:…\"“”()\[\]—–]|(?<=\s)-(?=\s)")


_MARKS = re.compile(r"(?<=[^\s?!;:,…()\[\]—–\"“”.])[?!;:,…()\[\]—–\"“”.]++(?=\S)")


def unpunctuated(record: LabelledTranscript) -> LabelledTranscript:
    """The record as raw speech recognition would write it: no capitals, no punctuation, labels moved along.

    Points and commas inside numbers stay, as do apostrophes and hyphens within words; a dash or the like that parts two
    words becomes a space. The id gets a suffix of its own.
    """
    turns, maps = [], []
    for turn in record.transcript:
        gone = {i for m in _PUNCTUATION.finditer(turn.text) for i in range(*m.span())}
        # marks between two words without a space part them; a lone point or quotation mark may not ("U.S.")
        parts = (m for m in _MARKS.finditer(turn.text) if ".." in m[0] or not set(m[0]) <= set('."“”'))
        spaces = {m.start() for m in parts} & gone
        gone -= spaces
        kept = [i for i in range(len(turn.text)) if i not in gone]
        # lower() must not change the length, or offsets would drift
        text = "".join(
            c.lower() if len(c.lower()) == 1 else c for c in (" " if i in spaces else turn.text[i] for i in kept)
        )
        place, at = [], 0
        for i in range(len(turn.text) + 1):
            place.append(at)
            at += i < len(turn.text) and i not in gone
        turns.append(replace(turn, text=text))
        maps.append(place)
    move: Any = lambda mark: replace(  # noqa: E731 - the same move for claims and hedges
        mark, start=maps[mark.turn][mark.start], end=maps[mark.turn][mark.end]
    )
    nonempty: Any = lambda mark: mark.start < mark.end  # noqa: E731
    return replace(
        record,
        # the copy must stay in the group of its original, or folds would leak
        id=f"{record.id}~plain" if "-" in record.id else f"{record.id}-~plain",
        transcript=replace(record.transcript, turns=tuple(turns)),
        claims=tuple(filter(nonempty, map(move, record.claims))),
        hedges=tuple(filter(nonempty, map(move, record.hedges))),
        links=None if record.links is None else tuple(_moved(link, move) for link in record.links),
    )


def _moved(link: GoldLink, move: Any) -> GoldLink:
    return replace(link, later=move(link.later), earlier=link.earlier and move(link.earlier))


def augmented(records: Sequence[LabelledTranscript], share: float, seed: int) -> list[LabelledTranscript]:
    """The records, and unpunctuated copies of a random share of them."""
    chosen = random.Random(seed).sample(range(len(records)), round(share * len(records)))
    return [*records, *(unpunctuated(records[i]) for i in sorted(chosen))]
