"""What to ask next: one question about the piece that is missing, in the claim's own words."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from zlib import crc32

from overstate.explain.pieces import Piece, follows, missing_piece
from overstate.explain.wordings import ENDINGS, WORDINGS
from overstate.types import Claim, Cue, Evidence

__all__ = ["LONGEST_OTHER", "LONGEST_QUOTE", "document_question", "question_for", "quoted"]

#: Words quoted of a claim and of what stands against it, at most.
LONGEST_QUOTE = 12
LONGEST_OTHER = 16
#: Where two amounts are quoted besides, so that the whole can still be said in one breath.
_LONGEST_BESIDE_AMOUNTS = 8
_LONGEST_AMOUNT = 6
_LONGEST_NAME = 3
_LONGEST_SOURCE = 5

#: Words that only lead into a claim and are not worth quoting.
_OPENING = re.compile(r"(?:(?:and|but|so|because|well|u[hm]+|yeah|you know|i mean)\b,?\s+)+", re.I)


def question_for(claim: Claim, kinds: Collection[str] = ()) -> str | None:
    """The question to ask about a claim that needs clarification, or None where nothing is left to ask.

    One sentence to the speaker of the claim, of at most 45 words as long as names are short. It asks for nothing that
    the claim's evidence shows to have been said in the call; see `missing_piece`. The same claim is always asked
    about in the same words.

    Args:
        claim: The claim with its reasons, cues and evidence; its own `question` is ignored.
        kinds: Kinds of signal word (`overstate.lexicons.KINDS`) that stand in the claim, where they are known.
    """
    piece = missing_piece(claim, kinds)
    if piece is None or not quoted(claim.text, LONGEST_QUOTE):
        return None
    if piece.link is None:
        cue = _cue(claim)
        around = (cue.start - claim.start, cue.end - claim.start) if cue else None
        return _pick(WORDINGS[piece.name], claim.text).format(q=quoted(claim.text, LONGEST_QUOTE, around))
    return _about_link(claim, piece, piece.link)


def _cue(claim: Claim) -> Cue | None:
    return next((cue for reason in claim.reasons for cue in claim.cues if cue.reason is reason), None)


def _about_link(claim: Claim, piece: Piece, link: Evidence) -> str:
    a, b = piece.amounts or ("", "")
    shown = bool(a and b) and piece.name != "denial"
    first, second = (a, b) if follows(link) else (b, a)
    longest = (_LONGEST_BESIDE_AMOUNTS,) * 2 if shown else (LONGEST_QUOTE, LONGEST_OTHER)
    blanks = {
        "q": quoted(claim.text, longest[0], _find(a, claim.text)),
        "other": quoted(link.text, longest[1], _find(b, link.text)),
        "who": _name(claim, link),
        "ending": _pick(ENDINGS[piece.asked], claim.text) if piece.asked else "",
    } | {key: quoted(value, _LONGEST_AMOUNT) for key, value in zip("ab", (a, b), strict=True)}
    blanks |= {"first": quoted(first, _LONGEST_AMOUNT), "second": quoted(second, _LONGEST_AMOUNT)}
    sentence = _pick(WORDINGS[_wording(claim, piece, link, shown)], claim.text).format(**blanks)
    return sentence[0].upper() + sentence[1:] if sentence.startswith("somebody else") else sentence


def _wording(claim: Claim, piece: Piece, link: Evidence, amounts: bool) -> str:
    """The key of `WORDINGS` for a question about a link."""
    if piece.name == "drift":
        return "drift"
    if link.turn is None:
        side = " with a document"
    elif piece.name == "clash" and _own(claim, link):
        side = " with oneself"
    else:
        side = "" if follows(link) else " before"
    return f"{piece.name}{side}{', amounts' if amounts else ''}"


def _own(claim: Claim, link: Evidence) -> bool:
    """Whether the far end comes from the speaker of the claim; where nobody is named, from the same turn."""
    return link.turn == claim.turn or (bool(claim.speaker) and link.speaker == claim.speaker)


def _name(claim: Claim, link: Evidence) -> str:
    if link.turn is None:
        return quoted(link.source or "", _LONGEST_SOURCE) or "the document"
    return quoted(link.speaker, _LONGEST_NAME) or "somebody else"


def _find(words: str, text: str) -> tuple[int, int] | None:
    at = text.lower().find(words.lower()) if words else -1
    return (at, at + len(words)) if at >= 0 else None


def _pick(wordings: Sequence[str], text: str) -> str:
    # the same words are always asked about in the same way, different ones are not all asked alike
    return wordings[crc32(text.encode("utf-8", "surrogatepass")) % len(wordings)]


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
