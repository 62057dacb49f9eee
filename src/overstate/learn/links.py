"""Links between turns: which pairs of places bear on each other, and how.

Three logistic regressions, one for each kind of pair (`features/pairs.py`), over words in common, amounts, what each
side says, and the encoder's view of the pair. They are fitted on calls and short dialogues whose links are labelled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from overstate.corpus import GoldLink, Place
from overstate.errors import DataError, ModelError
from overstate.features.pairs import Pairs, Units, answer_pairs, claim_pairs, turn_pairs
from overstate.features.tokens import Ints
from overstate.learn._folds import folds_of
from overstate.threads import one_thread
from overstate.types import Outcome, Relation

__all__ = ["KINDS_OF_PAIR", "LinkModel", "LinkScores", "Scored", "claim_at", "labels_of", "link_columns"]

NONE = "none"
#: The kinds of pair, and what a pair of each can be.
KINDS_OF_PAIR: dict[str, tuple[str, ...]] = {
    "turn": (NONE, *map(str, (Relation.QUESTION, Relation.CORROBORATION, Relation.DENIAL))),
    "claim": (
        NONE,
        *map(
            str,
            (
                Relation.CORROBORATION,
                Relation.DENIAL,
                Relation.CONTRADICTION,
                Relation.CORRECTION,
                Relation.REPETITION,
            ),
        ),
    ),
    "answer": (NONE, *map(str, (Outcome.ANSWERED, Outcome.EVADED))),
}
_PAIRS: dict[str, Callable[[Units], Pairs]] = {"turn": turn_pairs, "claim": claim_pairs, "answer": answer_pairs}
INVERSE_PENALTY = 0.003
FOLDS = 4
#: Label of a pair that is neither to be learned as a link nor as none.
UNSURE = -1


@dataclass(frozen=True, eq=False)
class Scored:
    """Pairs of one kind with the probability of each thing they can be, shape (p, len(KINDS_OF_PAIR[kind]))."""

    later: Ints
    earlier: Ints
    chance: NDArray[np.float64]


LinkScores = dict[str, Scored]


class LinkModel:
    """The models described above.

    Attributes:
        networks: A fitted scikit-learn pipeline for each kind of pair.
        scored: Whether they learned from an encoder's view of the pairs.
    """

    def __init__(self, networks: dict[str, Any], scored: bool) -> None:
        self.networks = networks
        self.scored = scored

    @classmethod
    def fit(
        cls,
        units: Sequence[Units],
        links: Sequence[Sequence[GoldLink]],
        groups: Sequence[str],
        weights: Sequence[float],
    ) -> tuple[LinkModel, list[LinkScores]]:
        """Learn from labelled links.

        Args:
            units: Claims and turns of each transcript.
            links: The labelled links of each.
            groups: The conversation each comes from; folds do not split one.
            weights: How much the pairs of each count.

        Returns:
            The model, and for each transcript what a model makes of it that has not seen its conversation.

        Raises:
            DataError: There are no links of some kind, or only those of one conversation.
        """
        fold = folds_of(groups, FOLDS)
        networks, unseen = {}, [LinkScores() for _ in units]
        for kind, pairs_of in _PAIRS.items():
            pairs = [pairs_of(u) for u in units]
            target = [labels_of(kind, u, p, k) for u, p, k in zip(units, pairs, links, strict=True)]
            rest = [[part for part, of in zip(target, fold, strict=True) if of != k] for k in range(FOLDS)]
            if _kinds(target) < 3 or min(map(_kinds, rest)) < 2:
                raise DataError(f"got links for hardly any pairs ({kind}), expected some of every kind to learn from")
            for k in range(FOLDS):
                others = [i for i in range(len(units)) if fold[i] != k]
                chosen = ([part[i] for i in others] for part in (pairs, target, weights))
                network = _fit(*chosen)  # type: ignore[arg-type]
                for i in np.flatnonzero(fold == k).tolist():
                    unseen[i][kind] = _apply(network, pairs[i], len(KINDS_OF_PAIR[kind]))
            networks[kind] = _fit(pairs, target, weights)
        return cls(networks, units[0].table.scores is not None), unseen

    def predict(self, units: Units) -> LinkScores:
        """How likely each pair of the transcript is what."""
        return {
            kind: _apply(self.networks[kind], pairs_of(units), len(KINDS_OF_PAIR[kind]))
            for kind, pairs_of in _PAIRS.items()
        }

    def muted(self, *relations: Relation) -> LinkModel:
        """A model that finds the same links but for those of the given kinds; all of them are left unlooked for.

        For ablations: whoever judges then sees a conversation in which nothing of that kind happens.
        """
        return _Muted(self, frozenset(map(str, relations)))

    def to_state(self) -> dict[str, Any]:
        """What `from_state` needs to build the same model."""
        return {"networks": self.networks, "scored": self.scored}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> LinkModel:
        """Build the model of a saved state.

        Raises:
            ModelError: The state lacks a part.
        """
        try:
            return cls({kind: state["networks"][kind] for kind in KINDS_OF_PAIR}, bool(state["scored"]))
        except KeyError as error:
            raise ModelError(f"the model of links lacks {error}") from None


class _Muted(LinkModel):
    def __init__(self, model: LinkModel, relations: frozenset[str]) -> None:
        super().__init__(model.networks, model.scored)
        if str(Relation.ANSWER) in relations:
            relations |= {str(Outcome.ANSWERED), str(Outcome.EVADED)}
        self._relations = relations

    def predict(self, units: Units) -> LinkScores:
        """As that of the model, without what is muted; nothing is computed that would not be used."""
        out = {}
        for kind, pairs_of in _PAIRS.items():
            names = KINDS_OF_PAIR[kind]
            if self._relations >= set(names[1:]):
                nothing = np.zeros(0, dtype=np.int64)
                out[kind] = Scored(nothing, nothing, np.zeros((0, len(names))))
                continue
            scored = _apply(self.networks[kind], pairs_of(units), len(names))
            heard = np.array([name not in self._relations for name in names])
            out[kind] = Scored(scored.later, scored.earlier, scored.chance * heard)
        return out


def _kinds(target: Sequence[Ints]) -> int:
    """How many different things pairs are known to be."""
    return len({value for part in target for value in part.tolist()} - {UNSURE})


def _fit(pairs: Sequence[Pairs], target: Sequence[Ints], weights: Sequence[float]) -> Any:
    columns, label = np.vstack([p.columns for p in pairs]), np.concatenate(target)
    weight = np.repeat(weights, [len(part) for part in target])
    kept = label != UNSURE
    model = make_pipeline(StandardScaler(), LogisticRegression(C=INVERSE_PENALTY, max_iter=300))
    with one_thread():
        return model.fit(columns[kept], label[kept], logisticregression__sample_weight=weight[kept])


def _apply(network: Any, pairs: Pairs, classes: int) -> Scored:
    chance = np.zeros((len(pairs.later), classes))
    if len(pairs.later):
        chance[:, network.classes_] = network.predict_proba(pairs.columns)
    return Scored(pairs.later, pairs.earlier, chance)


def labels_of(kind: str, units: Units, pairs: Pairs, links: Sequence[GoldLink]) -> Ints:
    """What each pair is by the labelled links: an index into `KINDS_OF_PAIR[kind]`, or UNSURE."""
    names = KINDS_OF_PAIR[kind]
    label = np.zeros(len(pairs.later), dtype=np.int64)
    place = {pair: i for i, pair in enumerate(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True))}

    def mark(later: int, earlier: int, value: int) -> None:
        at = place.get((later, earlier))
        if at is not None:
            label[at] = value

    for link in links:
        if link.earlier is None:
            continue
        if kind == "answer":
            if link.relation is Relation.ANSWER:
                mark(link.later.turn, link.earlier.turn, names.index(str(link.outcome)))
            continue
        if str(link.relation) not in names:
            continue
        earlier = claim_at(units, link.earlier)
        if earlier is None:
            continue
        value = names.index(str(link.relation))
        if kind == "turn":
            mark(link.later.turn, earlier, value)
            continue
        later = claim_at(units, link.later)
        if later is not None and not _whole(units, link.later, later):
            mark(later, earlier, value)
        else:
            for i in np.flatnonzero(units.turn == link.later.turn).tolist():
                mark(i, earlier, UNSURE)
    return label


def claim_at(units: Units, place: Place) -> int | None:
    """The claim that shares most characters with a place, or None."""
    near = np.flatnonzero(units.turn == place.turn)
    if not len(near):
        return None
    start, end = units.table.start[units.start[near]], units.table.end[units.stop[near] - 1]
    shared = np.minimum(end, place.end) - np.maximum(start, place.start)
    best = int(shared.argmax())
    return int(near[best]) if shared[best] > 0 else None


def _whole(units: Units, place: Place, claim: int) -> bool:
    """Whether the place is a whole turn of which the claim is only a part."""
    size = len(units.texts[place.turn])
    covers = units.table.end[units.stop[claim] - 1] - units.table.start[units.start[claim]] > 0.6 * size
    return place.start == 0 and place.end == size and not covers


def link_columns(units: Units, scores: LinkScores) -> NDArray[np.float32]:
    """How likely each claim is questioned, answered for, confirmed, denied and so on, shape (claims, d).

    For each link a claim can have, at either end, the probability of its likeliest one and its log-odds.
    """
    m = len(units.start)
    columns = []
    turn, claim, answer = scores["turn"], scores["claim"], scores["answer"]
    for k in range(1, turn.chance.shape[1]):
        columns.append(_highest(turn.earlier, turn.chance[:, k], m))
    for k in range(1, claim.chance.shape[1]):
        columns.append(_highest(claim.earlier, claim.chance[:, k], m))
        columns.append(_highest(claim.later, claim.chance[:, k], m))
    turns = units.table.turns
    for outcome in (1, 2):
        # what became of a question: the likeliest answer to it
        got = _highest(answer.earlier, answer.chance[:, outcome], turns)
        asked = KINDS_OF_PAIR["turn"].index(str(Relation.QUESTION))
        columns.append(_highest(turn.earlier, turn.chance[:, asked] * got[turn.later], m))
        columns.append(_highest(answer.later, answer.chance[:, outcome], turns)[units.turn])
    chance = np.column_stack(columns)
    odds = np.log((chance + 0.01) / (1.01 - chance))
    return np.hstack([chance, odds]).astype(np.float32)


def _highest(of: Ints, chance: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    best = np.zeros(size)
    np.maximum.at(best, of, chance)
    return best
