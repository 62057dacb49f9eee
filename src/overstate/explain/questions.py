"""What to ask next: one short question about the piece that is missing, in the claim's own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from overstate.types import Cue, Evidence, Reason, Relation

__all__ = ["LONGEST_OTHER", "LONGEST_QUOTE", "document_question", "question_for", "quoted"]

#: Words quoted of a claim and of what stands against it, at most.
LONGEST_QUOTE = 12
LONGEST_OTHER = 16

#: Words that only lead into a claim and are not worth quoting.
_OPENING = re.compile(r"(?:(?:and|but|so|because|well|u[hm]+|yeah|you know|i mean)\b,?\s+)+", re.I)
_QUANTITY = frozenset(
    ("many much lot lots plenty several various numerous some most few often frequently number deal customers").split()
)
_PAST = frozenset(["recently", "lately"])
_TIME = frozenset(["soon", "shortly", "recently", "lately", "eventually", "point"]) | {
    "near future",
    "due course",
    "the road",
}

#: Wordings by reason and by the missing piece; {q} quotes the claim, {cue} its telling words, {other} another turn.
WORDINGS: dict[tuple[Reason, str], tuple[str, ...]] = {
    (Reason.VAGUE, "amount of change"): (
        "You said “{q}”: by how much, and over what period?",
        "On “{q}”: from what figure to what figure?",
    ),
    (Reason.VAGUE, "number"): ("“{q}”: how many is that, and which ones?", "How many do you count when you say “{q}”?"),
    (Reason.VAGUE, "date"): ("When you say “{q}”, what date do you have in mind?",),
    (Reason.VAGUE, "start"): ("“{q}”: since when exactly?",),
    (Reason.VAGUE, "example"): (
        "What would “{q}” be in figures?",
        "Could you give me an example of “{q}”?",
        "What exactly do you mean by “{q}”?",
    ),
    (Reason.OVERSTATED, "yardstick"): (
        "“{q}”: compared with what, and who measured it?",
        "What is “{q}” measured against?",
    ),
    (Reason.OVERSTATED, "exception"): (
        "You said “{q}”: when did that last not hold?",
        "“{q}”: are there any exceptions you know of?",
    ),
    (Reason.OVERSTATED, "proof"): ("What could I look at that shows “{q}”?", "“{q}”: what would show that?"),
    (Reason.HEDGED, "person"): ("You were not sure that “{q}”: who could confirm it?",),
    (Reason.HEDGED, "figure"): ("“{q}”: what is the exact figure, and where could we check it?",),
    (Reason.HEDGED, "check"): (
        "What would you need to check to be sure about “{q}”?",
        "“{q}”: how sure are you, and who would know?",
    ),
    (Reason.HEARSAY, "witness"): ("“{q}”: who told you, and how do they know?",),
    (Reason.UNSUPPORTED_FORECAST, "owner"): ("“{q}”: who owns that, and by what date?",),
    (Reason.UNSUPPORTED_FORECAST, "basis"): (
        "What is “{q}” based on, and what would change it?",
        "“{q}”: what has to happen first?",
    ),
    (Reason.UNSUPPORTED_FORECAST, "date"): ("“{q}”: what is that based on, and by when?",),
    (Reason.CONTRADICTED, "clash"): ("You said “{q}”, but {who} said “{other}”: which one holds?",),
    (Reason.EVADED, "answer"): ("I would like to come back to “{other}”: beyond “{q}”, what is the answer?",),
}


def question_for(
    reason: Reason,
    text: str,
    start: int,
    cues: Sequence[Cue],
    evidence: Sequence[Evidence],
    kinds: Collection[str],
    speakers: Sequence[str],
    speaker: str,
) -> str | None:
    """The question to ask about a claim, or None for a reason that calls for none.

    Args:
        reason: The main reason for asking.
        text: The claim.
        start: Character offset of the claim in its turn.
        cues: Its cues, with offsets in the turn.
        evidence: Its links to other turns.
        kinds: Kinds of signal word that stand in the claim.
        speakers: Speaker of each turn.
        speaker: Who made the claim.
    """
    own = [cue for cue in cues if cue.reason is reason]
    piece = _missing_piece(reason, text, own, kinds)
    wordings = WORDINGS.get((reason, piece))
    if wordings is None:
        return None
    around = own[0] if own else None
    q = quoted(text, LONGEST_QUOTE, (around.start - start, around.end - start) if around else None)
    link = next((e for e in evidence if e.relation in (Relation.CONTRADICTION, Relation.QUESTION)), None)
    if "{other}" in wordings[0] and link is None:
        return None
    who = ""
    if link is not None and link.turn is not None:
        who = "you also" if speakers[link.turn] == speaker else speakers[link.turn] or "somebody else"
    elif link is not None:
        who = link.source or "the document"
    # the same words are always asked about in the same way, different ones are not all asked alike
    wording = wordings[sum(map(ord, text)) % len(wordings)]
    return wording.format(q=q, who=who, other=quoted(link.text, LONGEST_OTHER) if link else "")


def document_question(claim: str, passage: str, source: str) -> str:
    """The question to ask where a document contradicts a claim.

    Args:
        claim: What to quote of the claim.
        passage: What to quote of the document.
        source: File and place in it, "order_form.md, line 12".
    """
    words = re.sub(r"[\W_]+", " ", re.sub(r"\.\w{2,8}$", "", source.partition(",")[0])).strip().lower()
    # a name such as "a7" or "evidence 1" says nothing in a sentence
    name = words if re.fullmatch(r"[^\W\d]{3,}(?: [^\W\d]+)*", words) else "document"
    verb = "say" if name.endswith("s") and not name.endswith("ss") else "says"
    return f"The {name} ({source}) {verb} “{passage}”, you said “{claim}”: which is right?"


def _missing_piece(reason: Reason, text: str, cues: Sequence[Cue], kinds: Collection[str]) -> str:
    words = {word for cue in cues for word in cue.text.lower().split()}
    phrase = " ".join(cue.text.lower() for cue in cues)
    cue_kinds = {cue.kind for cue in cues}
    match reason:
        case Reason.VAGUE:
            if words & _PAST:
                return "start"
            if any(f" {mark} " in f" {phrase} " for mark in _TIME):
                return "date"
            if "direction" in cue_kinds or ("direction" in kinds and "number" not in kinds):
                return "amount of change"
            return "number" if words & _QUANTITY else "example"
        case Reason.OVERSTATED:
            if "comparison" in cue_kinds:
                return "yardstick"
            return "exception" if "absolute" in cue_kinds else "proof"
        case Reason.HEDGED:
            if "role" in kinds:
                return "person"
            return "figure" if "number" in kinds else "check"
        case Reason.UNSUPPORTED_FORECAST:
            if "commitment" in cue_kinds:
                return "owner"
            return "basis" if "time" in kinds else "date"
        case Reason.HEARSAY:
            return "witness"
        case Reason.CONTRADICTED:
            return "clash"
        case Reason.EVADED:
            return "answer"
        case _:
            return ""


def quoted(text: str, longest: int, around: tuple[int, int] | None = None) -> str:
    """The words of a text on one line, cut to `longest` words at word borders, around the given characters."""
    opening = _OPENING.match(text)
    if opening and opening.end() < len(text) and not (around and around[0] < opening.end()):
        text = text[opening.end() :]
        around = (around[0] - opening.end(), around[1] - opening.end()) if around else None
    words = text.split()
    first, last = 0, len(words)
    if len(words) > longest:
        middle = 0
        if around:
            ends = (word.end() for word in re.finditer(r"\S+", text))
            middle = next((i for i, end in enumerate(ends) if end > around[0]), 0)
        first = max(0, min(middle - longest // 2, len(words) - longest))
        last = first + longest
    cut = " ".join(words[first:last]).strip(' ,;:.?!“”"')
    # quotation marks inside would end the quotation early
    cut = cut.replace("“", "‘").replace("”", "’").replace('"', "'")
    return f"{'… ' if first else ''}{cut}{' …' if last < len(words) else ''}"
