"""Links as users see them: what the models make of pairs of places, decided, quoted and tied to the claims."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from overstate.features.pairs import Units
from overstate.features.tokens import QUESTION_MARK
from overstate.learn.links import KINDS_OF_PAIR, LinkScores, Scored
from overstate.lexicons import REPLIES
from overstate.quantities import clash, same
from overstate.types import Evidence, Outcome, Question, Quote, Relation

__all__ = ["FAINT", "LEAST", "Links", "find_links"]

#: A link is shown from this probability on, whatever the verdicts on the claims it joins.
LEAST = {
    Relation.QUESTION: 0.55,
    Relation.ANSWER: 0.5,
    Relation.CORROBORATION: 0.6,
    Relation.DENIAL: 0.6,
    Relation.CONTRADICTION: 0.6,
    Relation.CORRECTION: 0.6,
    Relation.REPETITION: 0.55,
}
#: A verdict that rests on a link makes one likelier: then it is shown from this probability on.
FAINT = dict.fromkeys(LEAST, 0.3)
#: A claim is taken to be questioned by one turn together with another one only if that is nearly as likely.
NEARLY = 0.8
_ASK = [list(REPLIES).index(kind) for kind in ("ask", "doubt")]


@dataclass(frozen=True, eq=False)
class Links:
    """What was found in one transcript.

    Attributes:
        evidence: The links of each claim, in the order of the far ends.
        questions: What was asked for, and what came.
    """

    evidence: tuple[tuple[Evidence, ...], ...]
    questions: tuple[Question, ...]


def find_links(
    units: Units, scores: LinkScores, speakers: Sequence[str], least: Mapping[Relation, float] | None = None
) -> Links:
    """Decide which pairs are links.

    A question goes to one claim (or two that are nearly as likely), an answer to one question; two places are joined
    in one way at most, the likeliest.

    Args:
        units: Claims and turns of the transcript.
        scores: How likely each pair is what.
        speakers: Who speaks each turn.
        least: The probability from which each kind of link is shown; None for `LEAST`.
    """
    finder = _Finder(units, speakers, LEAST if least is None else least)
    questioned = finder.questions(scores["turn"])
    answers = finder.answers(scores["answer"])
    finder.replies(scores["turn"], scores["claim"])
    finder.clashes(scores["claim"])
    asked = finder.outcomes(questioned, answers)
    evidence = [
        tuple(sorted(finder.found[i], key=lambda e: (e.other.turn or 0, e.other.start, e.relation)))
        for i in range(len(units.start))
    ]
    return Links(tuple(evidence), asked)


class _Finder:
    """Collects the links of one transcript."""

    def __init__(self, units: Units, speakers: Sequence[str], least: Mapping[Relation, float]) -> None:
        self.least = least
        self.units = units
        self.speakers = speakers
        self.found: dict[int, list[Evidence]] = defaultdict(list)

    def questions(self, turn: Scored) -> dict[int, list[tuple[int, float]]]:
        """Which claims each turn questions, with the probability."""
        chance = turn.chance[:, _index("turn", Relation.QUESTION)]
        out: dict[int, list[tuple[int, float]]] = defaultdict(list)
        for i in np.argsort(-chance, kind="stable").tolist():
            if chance[i] < self.least[Relation.QUESTION]:
                break
            already = out[int(turn.later[i])]
            if not already or (len(already) < 2 and chance[i] >= NEARLY * already[0][1]):
                already.append((int(turn.earlier[i]), float(chance[i])))
        return {key: value for key, value in out.items() if value}

    def answers(self, answer: Scored) -> dict[int, tuple[int, Outcome, float]]:
        """What was said to each question: turn, outcome, probability."""
        total = answer.chance[:, 1:].sum(axis=1)
        out: dict[int, tuple[int, Outcome, float]] = {}
        for i in np.argsort(-total, kind="stable").tolist():
            if total[i] < self.least[Relation.ANSWER]:
                break
            came, evaded = answer.chance[i, 1:].tolist()
            outcome = Outcome.ANSWERED if came >= evaded else Outcome.EVADED
            out.setdefault(int(answer.earlier[i]), (int(answer.later[i]), outcome, float(total[i])))
        return out

    def replies(self, turn: Scored, claim: Scored) -> None:
        """Corroboration and denial by another speaker: a turn as a whole, and the claim in it that does it, agree."""
        units = self.units
        by_claim: dict[tuple[int, int], list[tuple[float, int, Relation]]] = defaultdict(list)
        for relation in (Relation.CORROBORATION, Relation.DENIAL):
            chance = claim.chance[:, _index("claim", relation)]
            for i in np.flatnonzero(chance > 0.05).tolist():
                later, earlier = int(claim.later[i]), int(claim.earlier[i])
                if units.speaker[later] != units.speaker[earlier]:
                    key = (int(units.turn[later]), earlier)
                    by_claim[key].append((float(chance[i]), later, relation))
        whole: dict[tuple[int, int], dict[Relation, float]] = defaultdict(dict)
        for relation in (Relation.CORROBORATION, Relation.DENIAL):
            chance = turn.chance[:, _index("turn", relation)]
            for i in np.flatnonzero(chance > 0.05).tolist():
                whole[int(turn.later[i]), int(turn.earlier[i])][relation] = float(chance[i])
        near = set(zip(turn.later.tolist(), turn.earlier.tolist(), strict=True))
        ranked = []
        for key in {*by_claim, *whole}:
            for relation in (Relation.CORROBORATION, Relation.DENIAL):
                inside = max(((p, later) for p, later, r in by_claim.get(key, ()) if r is relation), default=None)
                outside = whole.get(key, {}).get(relation, 0.0)
                if inside is None:
                    ranked.append((outside, key, relation, -1))
                else:
                    p = (inside[0] + outside) / 2 if key in near else inside[0]
                    ranked.append((max(p, outside if outside > 0.8 else 0.0), key, relation, inside[1]))
        taken = set()
        for p, (t, earlier), relation, later in sorted(ranked, key=lambda row: (-row[0], row[1], row[2])):
            if p < self.least[relation] or (t, earlier) in taken:
                continue
            taken.add((t, earlier))
            far = self._claim(later) if later >= 0 else self._turn(t, earlier)
            self._join(relation, far, later, earlier, p)

    def clashes(self, claim: Scored) -> None:
        """Contradiction, correction and repetition between claims."""
        names = KINDS_OF_PAIR["claim"]
        wanted = [names.index(str(r)) for r in (Relation.CONTRADICTION, Relation.CORRECTION, Relation.REPETITION)]
        best = claim.chance[:, 1:].argmax(axis=1) + 1 if len(claim.chance) else np.zeros(0, dtype=np.int64)
        for i in np.flatnonzero(np.isin(best, wanted)).tolist():
            relation, p = Relation(names[best[i]]), float(claim.chance[i, best[i]])
            if p >= self.least[relation]:
                later, earlier = int(claim.later[i]), int(claim.earlier[i])
                self._join(relation, self._claim(later), later, earlier, p)

    def outcomes(
        self, questioned: dict[int, list[tuple[int, float]]], answers: dict[int, tuple[int, Outcome, float]]
    ) -> tuple[Question, ...]:
        """Tie questions and answers to the claims, and list them."""
        out = []
        for turn in sorted({*questioned, *answers}):
            asked = self._question(turn)
            target = questioned.get(turn, [])
            reply, outcome, p = answers.get(turn, (None, Outcome.OPEN, 0.0))
            answer = None
            if reply is not None:
                inside = self._first_claim(reply)
                answer = self._claim(inside) if inside is not None else self._turn(reply)
                if not target and inside is not None:
                    near = self._claim(inside)
                    self.found[inside].append(Evidence(Relation.ANSWER, near, asked, outcome, "", p))
            for claim, likely in target:
                near = self._claim(claim)
                self.found[claim].append(Evidence(Relation.QUESTION, near, asked, None, "", likely))
                if answer is not None:
                    self.found[claim].append(Evidence(Relation.ANSWER, near, answer, outcome, "", p))
            about = self._claim(target[0][0]) if target else None
            out.append(Question(asked, about, answer, outcome))
        return tuple(out)

    def _join(self, relation: Relation, far: Quote, later: int, earlier: int, p: float) -> None:
        """Note a link at the claim at either end."""
        near = self._claim(earlier)
        link = Evidence(relation, near, far, None, self._detail(later, earlier), p)
        self.found[earlier].append(link)
        if later >= 0:
            self.found[later].append(replace(link, claim=far, other=near))

    def _detail(self, later: int, earlier: int) -> str:
        """Amounts of both ends that can be compared: as in "forty reps / twelve reps"."""
        if later < 0:
            return ""
        for compare in (clash, same):
            for a in self.units.quantities[earlier]:
                for b in self.units.quantities[later]:
                    if compare(a, b) and a.text.lower() != b.text.lower():
                        return f"{a.text} / {b.text}"
        return ""

    def _first_claim(self, turn: int) -> int | None:
        """The first claim of a turn, or None."""
        inside = np.flatnonzero(self.units.turn == turn)
        return int(inside[0]) if len(inside) else None

    def _claim(self, claim: int) -> Quote:
        return self._quote(int(self.units.start[claim]), int(self.units.stop[claim]))

    def _turn(self, turn: int, near: int | None = None) -> Quote:
        """The first sentence of a turn that says something: that shares most with the claim, where one is given."""
        table = self.units.table
        low, high = int(table.turn_start[turn]), int(table.turn_start[turn + 1])
        sentences = range(int(table.sentence[low]), int(table.sentence[high - 1]) + 1)
        if near is not None:
            words = table.lower[self.units.start[near] : self.units.stop[near]]
            content = table.content[self.units.start[near] : self.units.stop[near]]
            mine = set(words[content].tolist())
        else:
            mine = set()

        def worth(sentence: int) -> tuple[int, int]:
            a, b = int(table.sentence_start[sentence]), int(table.sentence_end[sentence])
            shared = len(mine & set(table.lower[a:b].tolist()))
            return shared, min(3, int(table.content[a:b].sum()))

        best = max(sentences, key=worth)
        return self._quote(int(table.sentence_start[best]), int(table.sentence_end[best]))

    def _question(self, turn: int) -> Quote:
        """The sentence of a turn that asks: the last with a question mark, or with most words that ask."""
        table = self.units.table
        low, high = int(table.turn_start[turn]), int(table.turn_start[turn + 1])
        sentences = list(range(int(table.sentence[low]), int(table.sentence[high - 1]) + 1))
        marked = [s for s in sentences if table.is_question[s]]
        if marked:
            # of several, the one that says most
            best = max(marked, key=lambda s: (min(4, int(table.sentence_end[s] - table.sentence_start[s])), s))
        else:
            asks = table.reply[:, _ASK].sum(axis=1)
            best = max(
                sentences, key=lambda s: (float(asks[table.sentence_start[s] : table.sentence_end[s]].sum()), -s)
            )
        return self._quote(int(table.sentence_start[best]), int(table.sentence_end[best]))

    def _quote(self, first: int, stop: int) -> Quote:
        table = self.units.table
        while stop - 1 > first and table.punct[stop - 1] and table.lower[stop - 1] != QUESTION_MARK:
            stop -= 1
        turn = int(table.turn[first])
        start, end = int(table.start[first]), int(table.end[stop - 1])
        return Quote(self.units.texts[turn][start:end], turn, start, end, self.speakers[turn])


def _index(kind: str, relation: Relation) -> int:
    return KINDS_OF_PAIR[kind].index(str(relation))
