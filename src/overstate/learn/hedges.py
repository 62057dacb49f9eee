"""Finding hedges: each place where a known cue stands is accepted, with a type, or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from overstate.errors import DataError, ModelError
from overstate.features.claims import Spans
from overstate.features.hedge_cues import BITS, CueMatches, cue_features, cue_matches
from overstate.features.tokens import PhraseIndex, TokenTable
from overstate.learn._folds import Matrix, Weights, linear, probability, slim
from overstate.lexicons import Lexicon, hedges
from overstate.types import HedgeType

__all__ = ["TYPES", "HedgeModel"]

TYPES = tuple(str(kind) for kind in HedgeType)
NOT_A_HEDGE = "none"
#: A cue is accepted when its four types together are at least this probable.
THRESHOLD = 0.5
#: A phrase labelled as a hedge at least so often joins the lexicon's cues.
MIN_COUNT = 2
MAX_WORDS = 6
ALPHA = 2e-5


class HedgeModel:
    """Cues and a scikit-learn classifier over the cue and its neighbours.

    Attributes:
        lexicon: The lexicon's cues and those learned from labels.
        classifier: Classes are `none` and the hedge types.
    """

    def __init__(self, lexicon: Lexicon, classifier: Any) -> None:
        self.lexicon = lexicon
        self.classifier = classifier
        self._index = PhraseIndex(lexicon.entries)

    @classmethod
    def fit(
        cls, tables: Sequence[TokenTable], gold: Sequence[Spans], words: Sequence[Sequence[str]], seed: int
    ) -> HedgeModel:
        """Learn cues and their acceptance.

        Args:
            tables: Token arrays, one a transcript.
            gold: Labelled hedges of each, types as indices into `TYPES`.
            words: Lower-cased words of each table, for new cues.
            seed: Seed of the classifier.

        Raises:
            DataError: There are not both hedges and other uses of cues to learn from.
        """
        lexicon = hedges().extended(_learned_cues(gold, words), source="labels")
        index = PhraseIndex(lexicon.entries)
        features: list[Matrix] = []
        labels: list[str] = []
        for table, marks in zip(tables, gold, strict=True):
            found = cue_matches(table, index)
            features.append(cue_features(table, found).matrix())
            true = {(a, b): TYPES[t] for a, b, t in zip(marks.start, marks.stop, marks.type, strict=True)}
            spans = zip(found.start.tolist(), found.stop.tolist(), strict=True)
            labels.extend(true.get(span, NOT_A_HEDGE) for span in spans)
        if len(set(labels)) < 2:
            raise DataError(
                "got no labelled hedge whose words are in the lexicon or labelled twice"
                if NOT_A_HEDGE in labels or not labels
                else "got only cues that hedge, expected some that do not",
                field="hedges",
            )
        classifier = linear(ALPHA, seed, passes=8).fit(sparse.vstack(features).tocsr(), np.array(labels))
        return cls(lexicon, slim(classifier))

    def predict(self, table: TokenTable) -> Spans:
        """The hedges of a transcript, none overlapping, in order; types are indices into `TYPES`."""
        found = cue_matches(table, self._index)
        if not len(found.start):
            none = np.zeros(0, dtype=np.int64)
            return Spans(none, none, none)
        # one against the rest, as the classifier was fitted; normalised like its own predict_proba
        chance = probability(self._weights.log_odds(cue_features(table, found)))
        if chance.shape[1] == 1:  # a single hedge type was learned: two classes, one column
            chance = np.column_stack([1 - chance, chance])
        chance /= np.maximum(chance.sum(axis=1, keepdims=True), 1e-12)
        classes = list(self.classifier.classes_)
        kinds = np.array([classes.index(kind) if kind in classes else -1 for kind in TYPES])
        by_type = np.where(kinds >= 0, chance[:, kinds], 0.0)
        return _best_apart(found, by_type)

    @property
    def scored(self) -> bool:
        """Whether it learned from an encoder's scores."""
        return bool(self.classifier.coef_.shape[1] > 1 << BITS)

    @cached_property
    def _weights(self) -> Weights:
        return Weights.of(self.classifier)

    def to_state(self) -> dict[str, Any]:
        """What `from_state` needs to build the same model."""
        cues = [[" ".join(entry.words), entry.kind] for entry in self.lexicon.entries if entry.source == "labels"]
        return {"classifier": self.classifier, "cues": cues}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> HedgeModel:
        """Build the model of a saved state.

        Raises:
            ModelError: The state lacks a part.
        """
        try:
            return cls(hedges().extended(map(tuple, state["cues"]), source="labels"), state["classifier"])
        except KeyError as error:
            raise ModelError(f"the hedge model lacks {error}") from None


def _learned_cues(gold: Sequence[Spans], words: Sequence[Sequence[str]]) -> list[tuple[str, str]]:
    """Phrases labelled as hedges more than once, with their commonest type, in alphabetical order."""
    seen: dict[tuple[str, ...], Counter[int]] = {}
    for marks, text in zip(gold, words, strict=True):
        for a, b, kind in zip(marks.start, marks.stop, marks.type, strict=True):
            seen.setdefault(tuple(text[a:b]), Counter())[int(kind)] += 1
    known = {entry.words for entry in hedges().entries}
    return [
        (" ".join(phrase), TYPES[kinds.most_common(1)[0][0]])
        for phrase, kinds in sorted(seen.items())
        if kinds.total() >= MIN_COUNT and len(phrase) <= MAX_WORDS and phrase not in known
    ]


def _best_apart(found: CueMatches, by_type: np.ndarray) -> Spans:
    """The likeliest candidates above the threshold that do not overlap."""
    total = by_type.sum(axis=1)
    taken: list[int] = []
    covered: set[int] = set()
    for i in np.argsort(-total, kind="stable").tolist():
        if total[i] < THRESHOLD:
            break
        words = range(int(found.start[i]), int(found.stop[i]))
        if covered.isdisjoint(words):
            covered.update(words)
            taken.append(i)
    keep = np.array(sorted(taken), dtype=np.int64)
    return Spans(found.start[keep], found.stop[keep], by_type[keep].argmax(axis=1) if len(keep) else keep)
