"""Rules to compare a model with, which need no learning; as much of an analyzer's surface as `evaluate` needs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from overstate import Claim, Hedge, HedgeType, Report, Status, Transcript
from overstate.features.hedge_cues import cue_matches
from overstate.features.tokens import PhraseIndex, TokenTable
from overstate.lexicons import Entry, hedges
from overstate.pipeline.doc import blank, make_doc, table_of

CONVOKIT = Path(__file__).with_name("convokit_hedges.txt")


class Sentences:
    """Every sentence that is no question is a claim; one with a hedge needs clarification, any other is plausible.

    A rule has no probabilities: its verdicts have one of 1, so that claims to ask about rank before the others, and
    among themselves in the order of the transcript.

    Args:
        cues: Wherever one of these stands, it hedges; of overlapping ones, the first and then the longest. With none
            of them, every sentence is plausible.
    """

    def __init__(self, cues: Sequence[Entry] = ()) -> None:
        self.cues = cues
        self.index = PhraseIndex(cues)

    def analyze(self, transcript: Transcript) -> Report:
        table = table_of(make_doc(transcript.turns, blank()))
        marks = self.hedges(table)
        hedged = np.zeros(len(table) + 1, dtype=bool)
        claims, found = [], []
        for first, stop, kind in marks:
            hedged[first:stop] = True
            turn, start, end = int(table.turn[first]), int(table.start[first]), int(table.end[stop - 1])
            found.append(Hedge(turn, start, end, transcript.turns[turn].text[start:end], kind))
        for a, b, asked in zip(table.sentence_start, table.sentence_end, table.is_question, strict=True):
            words = [i for i in range(a, b) if not table.punct[i]]
            if asked or not words:
                continue
            turn, start, end = int(table.turn[a]), int(table.start[words[0]]), int(table.end[words[-1]])
            said = transcript.turns[turn]
            status = Status.NEEDS_CLARIFICATION if hedged[a:b].any() else Status.PLAUSIBLE
            chance = {str(other): float(other is status) for other in Status}
            claims.append(Claim(turn, start, end, said.text[start:end], said.speaker, status, 1.0, chance))
        return Report(transcript, tuple(claims), tuple(found))

    def hedges(self, table: TokenTable) -> list[tuple[int, int, HedgeType]]:
        """Token ranges of hedges, and their types."""
        if not self.cues:
            return []
        places = cue_matches(table, self.index)
        order = np.lexsort((-places.stop, places.start))
        marks, reached = [], 0
        for first, stop, entry in zip(places.start[order], places.stop[order], places.entry[order], strict=True):
            if first >= reached:
                marks.append((int(first), int(stop), HedgeType(self.cues[entry].kind)))
                reached = stop
        return marks


def majority() -> Sentences:
    """The commonest answer to everything: each sentence is a plausible claim, nothing hedges."""
    return Sentences()


def lexicon() -> Sentences:
    """A claim with a cue of the package's lexicon needs clarification."""
    return Sentences(hedges().entries)


def convokit() -> Sentences:
    """A claim with a hedge marker of ConvoKit's politeness strategies needs clarification.

    The list is ConvoKit's, and like ConvoKit this compares single tokens, so its entries of several words never match.
    ConvoKit has no types of hedges; all count as epistemic here.
    """
    lines = CONVOKIT.read_text(encoding="utf-8").splitlines()
    words = [line for line in lines if line and not line.startswith("#") and " " not in line]
    return Sentences([Entry((word,), str(HedgeType.EPISTEMIC), "ConvoKit 5.0.0") for word in words])


#: Name in tables, and what makes it.
BASELINES = {
    "every sentence plausible": majority,
    "hedge lexicon": lexicon,
    "ConvoKit hedge markers": convokit,
}
