"""From numbers back to words: cues, links and questions, on invented turns and without a trained model."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from overstate.explain.build import build_claims, build_hedges
from overstate.explain.cues import NEEDS_CUE, SPEAKS_FOR, CueFinder, Mark
from overstate.explain.links import NEEDS_LINK, find_link
from overstate.features.claims import Spans, claim_inputs
from overstate.features.tokens import TokenTable
from overstate.learn.hedges import TYPES
from overstate.learn.status import REASONS, STATUSES
from overstate.lexicons import KINDS
from overstate.pipeline.doc import blank, make_doc, table_of
from overstate.types import Cue, Hedge, HedgeType, Reason, Relation, Status, Turn

Said = Sequence[tuple[str, str]]


def read(said: Said) -> tuple[TokenTable, list[str]]:
    turns = [Turn(speaker, text) for speaker, text in said]
    return table_of(make_doc(turns, blank())), [turn.text for turn in turns]


def tokens(table: TokenTable, texts: Sequence[str], words: str) -> tuple[int, int]:
    """Token range of words that stand in exactly one place."""
    (turn,) = (i for i, text in enumerate(texts) if words in text)
    start = texts[turn].index(words)
    return table.token_span(turn, start, start + len(words))


# --- cues --------------------------------------------------------------------------------------------------------------


def cues(
    reason: Reason, text: str, hedges: Sequence[tuple[str, HedgeType]] = (), weights: dict[str, float] | None = None
) -> tuple[Cue, ...]:
    """Cues of a claim that is a whole turn, with weights of its single words."""
    table, texts = read([("Ann", "Well, hello there."), ("Bob", text)])
    marks = [Hedge(1, text.index(w), text.index(w) + len(w), w, kind) for w, kind in hedges]
    start, stop = table.token_span(1, 0, len(text))
    weight = np.zeros((stop - start, 5))
    for i in range(start, stop):
        weight[i - start, 0] = (weights or {}).get(text[table.start[i] : table.end[i]], 0.0)
    found = CueFinder(table, texts, marks).find(reason, start, stop, weight)
    assert all(text[cue.start : cue.end] == cue.text and cue.reason is reason for cue in found)
    assert [cue.start for cue in found] == sorted(cue.start for cue in found)
    return found


HEDGED, ATTRIBUTED = HedgeType.EPISTEMIC, HedgeType.ATTRIBUTION
CUES: list[tuple[str, Reason, str, list[tuple[str, HedgeType]], dict[str, float], list[tuple[str, str]]]] = [
    ("absolute", Reason.OVERSTATED, "everyone here uses it", [], {"everyone": 1}, [("everyone", "absolute")]),
    ("number", Reason.ANSWERED, "that was 42 seats", [], {"42": 1}, [("42", "number")]),
    ("source", Reason.SOURCE, "the audit shows growth", [], {"audit": 2}, [("audit", "evidence")]),
    ("hedge", Reason.HEDGED, "I think it works", [("I think", HEDGED)], {}, [("I think", "epistemic")]),
    ("attribution", Reason.HEARSAY, "per Ann it works", [("per Ann", ATTRIBUTED)], {"Ann": 1}, [("per Ann", "attribution")]),
    ("another hedge type does not speak for hearsay", Reason.HEARSAY, "I think it works", [("I think", HEDGED)], {}, []),
    ("no hedge, no cue", Reason.HEDGED, "it works in Ghent", [], {"works": 9}, []),
    ("a mark without weight will do if there is no other", Reason.OVERSTATED, "everyone here uses it", [], {"uses": 5}, [("everyone", "absolute")]),
    ("no mark at all: the content word of most weight", Reason.OVERSTATED, "the seats cost money", [], {"the": 9, "cost": 1}, [("cost", "word")]),
    ("no mark and no content word: any word", Reason.VAGUE, "it is", [], {"is": 1}, [("is", "word")]),
    ("two of most weight, in order of place", Reason.OVERSTATED, "never nothing always", [], {"never": 1, "nothing": 2, "always": 3}, [("nothing", "absolute"), ("always", "absolute")]),
    ("a second mark needs weight", Reason.OVERSTATED, "never nothing always", [], {"nothing": 2, "always": -1}, [("nothing", "absolute")]),
    ("hedges do not overlap", Reason.HEDGED, "I think it works", [("I think", HEDGED), ("think", HEDGED)], {"think": 1}, [("I think", "epistemic")]),
    ("cues do not overlap", Reason.OVERSTATED, "no one left", [], {"no": 1, "one": 1}, [("no one", "absolute")]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "text", "hedges", "weights", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CUES]
)
def test_cues(
    reason: Reason,
    text: str,
    hedges: list[tuple[str, HedgeType]],
    weights: dict[str, float],
    expected: list[tuple[str, str]],
) -> None:
    assert [(cue.text, cue.kind) for cue in cues(reason, text, hedges, weights)] == expected


def test_weights_of_longer_phrases_are_shared_among_their_words() -> None:
    table, texts = read([("Ann", "never x always")])
    weights = np.zeros((3, 5))
    weights[1, 1] = 4.0  # the pair "x always"
    weights[0, 0] = 1.0
    (first, second) = CueFinder(table, texts, []).find(Reason.OVERSTATED, 0, 3, weights)
    assert (first.text, second.text) == ("never", "always")
    table, texts = read([("Ann", "never x always nothing")])
    weights = np.zeros((4, 5))
    weights[0, 0], weights[1, 1], weights[3, 0] = 3.0, 4.0, 2.5  # a pair of weight 4 gives 2 to each word
    chosen = CueFinder(table, texts, []).find(Reason.OVERSTATED, 0, 4, weights)
    assert [cue.text for cue in chosen] == ["never", "nothing"]


def test_phrases_that_leave_the_claim_carry_no_weight() -> None:
    table, texts = read([("Ann", "never x always")])
    weights = np.zeros((3, 5))
    weights[1, 1] = 4.0
    weights[2, 2] = 99.0  # a triple that begins at the last word leaves the claim
    weights[2, 1] = -99.0
    assert [cue.text for cue in CueFinder(table, texts, []).find(Reason.OVERSTATED, 0, 3, weights)] == ["always"]


def test_only_marks_within_the_claim_count() -> None:
    table, texts = read([("Ann", "never say it was no one")])
    finder = CueFinder(table, texts, [])
    assert "absolute" not in {mark.kind for mark in finder.inside(1, 5)}  # "never" before, "no one" half inside
    assert {Mark(0, 1, "absolute"), Mark(4, 6, "absolute")} <= set(finder.inside(0, 6))


def test_a_hedge_of_punctuation_only_is_no_mark() -> None:
    table, texts = read([("Ann", "well ... yes")])
    assert "epistemic" not in {mark.kind for mark in CueFinder(table, texts, [Hedge(0, 5, 8, "...", HEDGED)]).marks}


def test_every_reason_has_known_kinds_that_speak_for_it() -> None:
    known = {*KINDS, *map(str, HedgeType)}
    assert set(SPEAKS_FOR) == set(Reason)
    for kinds in SPEAKS_FOR.values():
        assert kinds
        assert set(kinds) <= known


# --- links -------------------------------------------------------------------------------------------------------------

CLAIM = "we cut churn in half"
LINKS: list[tuple[str, Reason, Said, int, tuple[Relation, int, str] | None]] = [
    ("corroborated", Reason.CORROBORATION, [("A", CLAIM), ("B", "Sure. Churn was cut, I saw it. Bye.")], 1, (Relation.CORROBORATION, 1, "Churn was cut, I saw it.")),
    ("corroborated before", Reason.CORROBORATION, [("B", "Churn is down."), ("A", CLAIM)], 0, (Relation.CORROBORATION, 0, "Churn is down.")),
    ("contradicted", Reason.CONTRADICTED, [("A", CLAIM), ("B", "Hm. Churn never fell.")], 1, (Relation.CONTRADICTION, 1, "Churn never fell.")),
    ("first of equal sentences", Reason.CONTRADICTED, [("A", CLAIM), ("B", "No churn. Yes churn.")], 1, (Relation.CONTRADICTION, 1, "No churn.")),
    ("no echo, no corroboration", Reason.CORROBORATION, [("A", CLAIM), ("B", "Churn was cut.")], -1, None),
    ("no echo, no contradiction", Reason.CONTRADICTED, [("A", CLAIM), ("B", "Churn never fell.")], -1, None),
    ("evaded", Reason.EVADED, [("A", CLAIM), ("B", "Fine. By whose count? Tell me."), ("A", "Look.")], -1, (Relation.QUESTION, 1, "By whose count?")),
    ("evaded before", Reason.EVADED, [("B", "What about churn?"), ("A", CLAIM)], -1, (Relation.QUESTION, 0, "What about churn?")),
    ("the later question goes first", Reason.EVADED, [("B", "What about churn?"), ("A", CLAIM), ("B", "Who counted?")], -1, (Relation.QUESTION, 2, "Who counted?")),
    ("two turns on", Reason.EVADED, [("A", CLAIM), ("B", "Fine."), ("C", "Who counted?")], -1, (Relation.QUESTION, 2, "Who counted?")),
    ("the last of several questions", Reason.EVADED, [("A", CLAIM), ("B", "Who counted? And when?")], -1, (Relation.QUESTION, 1, "And when?")),
    ("three turns on is too far", Reason.EVADED, [("A", CLAIM), ("B", "Fine."), ("C", "Good."), ("B", "Who counted?")], -1, None),
    ("two turns before is too far", Reason.EVADED, [("B", "Who counted?"), ("C", "Hm."), ("A", CLAIM)], -1, None),
    ("one's own question does not count", Reason.EVADED, [("A", CLAIM), ("A", "Right?")], -1, None),
    ("nobody asked", Reason.EVADED, [("A", CLAIM), ("B", "Fine.")], -1, None),
    ("an empty turn asks nothing", Reason.EVADED, [("A", CLAIM), ("B", ""), ("B", "Who counted?")], -1, (Relation.QUESTION, 2, "Who counted?")),
    ("answered", Reason.ANSWERED, [("A", CLAIM), ("B", "Who counted?"), ("A", "Well. Churn is in the log.")], -1, (Relation.ANSWER, 2, "Churn is in the log.")),
    ("answered by nobody", Reason.ANSWERED, [("A", CLAIM), ("B", "Who counted?")], -1, (Relation.QUESTION, 1, "Who counted?")),
    ("answered by another", Reason.ANSWERED, [("A", CLAIM), ("B", "Who counted?"), ("C", "Me.")], -1, (Relation.QUESTION, 1, "Who counted?")),
    ("the claim is the answer", Reason.ANSWERED, [("B", "What about churn?"), ("A", CLAIM)], -1, (Relation.QUESTION, 0, "What about churn?")),
    ("not asked", Reason.ANSWERED, [("A", CLAIM), ("B", "Fine.")], -1, None),
    ("limit: where no speaker is named, all are one", Reason.EVADED, [("", CLAIM), ("", "Who counted?")], -1, None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("reason", "said", "echo", "expected"), [pytest.param(*case[1:], id=case[0]) for case in LINKS]
)
def test_links(reason: Reason, said: Said, echo: int, expected: tuple[Relation, int, str] | None) -> None:
    table, texts = read(said)
    link = find_link(reason, table, texts, *tokens(table, texts, CLAIM), echo)
    if expected is None:
        assert link is None
        return
    assert link is not None
    assert (link.relation, link.turn, link.text) == expected
    assert texts[expected[1]][link.start : link.end] == link.text
    assert link.source is None


def test_an_answer_without_words_does_not_break_the_link() -> None:
    said = [("A", CLAIM), ("B", "Who counted?"), ("A", " ")]
    table, texts = read(said)
    link = find_link(Reason.ANSWERED, table, texts, *tokens(table, texts, CLAIM), -1)
    assert link is not None
    assert (link.relation, link.text) == (Relation.QUESTION, "Who counted?")


# --- all together, with made-up judgements -----------------------------------------------------------------------------

SAID = [("Ann", "I think we cut churn in half."), ("Bob", "Who counted the churn?"), ("Ann", "Everyone loves it.")]


def build(status: Status, chance: dict[Reason, float], words: str = "I think we cut churn in half") -> Any:
    table, texts = read(SAID)
    turns = [Turn(*pair) for pair in SAID]
    start, stop = (np.array([i]) for i in tokens(table, texts, words))
    spans = Spans(np.array([0]), np.array([2]), np.array([TYPES.index("epistemic")]))
    hedges = build_hedges(table, turns, spans)
    judged = SimpleNamespace(
        status=np.array([STATUSES.index(str(status))]),
        probabilities=np.array([[0.2, 0.3, 0.5]]),
        reasons=np.array([[chance.get(Reason(name), 0.0) for name in REASONS]]),
    )
    model = SimpleNamespace(word_weights=lambda reason, columns: np.zeros(columns.shape))
    inputs = claim_inputs(table, start, stop, spans)
    (claim,) = build_claims(table, turns, (start, stop), hedges, inputs, judged, model)  # type: ignore[arg-type]
    return claim


def test_hedges_carry_their_words() -> None:
    table, _ = read(SAID)
    spans = Spans(np.array([0]), np.array([2]), np.array([TYPES.index("epistemic")]))
    assert build_hedges(table, [Turn(*pair) for pair in SAID], spans) == (
        Hedge(0, 0, 7, "I think", HedgeType.EPISTEMIC),
    )


def test_a_plausible_claim_has_no_reasons_and_no_question() -> None:
    claim = build(Status.PLAUSIBLE, dict.fromkeys(Reason, 0.9))
    assert (claim.status, claim.reasons, claim.cues, claim.evidence, claim.question) == (
        Status.PLAUSIBLE,
        (),
        (),
        (),
        None,
    )
    assert (claim.turn, claim.start, claim.end, claim.text, claim.speaker) == (
        0,
        0,
        28,
        "I think we cut churn in half",
        "Ann",
    )
    assert claim.probabilities == dict(zip(STATUSES, (0.2, 0.3, 0.5), strict=True))
    assert claim.confidence == claim.probabilities["plausible"]


BUILT: list[tuple[str, Status, dict[Reason, float], str, tuple[Reason, ...]]] = [
    ("likeliest first", Status.NEEDS_CLARIFICATION, {Reason.HEDGED: 0.5, Reason.VAGUE: 0.9}, "I think we cut churn in half", (Reason.VAGUE, Reason.HEDGED)),
    ("unlikely ones are left out", Status.NEEDS_CLARIFICATION, {Reason.HEDGED: 0.3, Reason.VAGUE: 0.9}, "I think we cut churn in half", (Reason.VAGUE,)),
    ("three at most", Status.NEEDS_CLARIFICATION, dict.fromkeys((Reason.HEDGED, Reason.VAGUE, Reason.EVADED, Reason.OVERSTATED), 0.9), "I think we cut churn in half", (Reason.VAGUE, Reason.OVERSTATED, Reason.HEDGED)),
    ("the main one however unlikely", Status.NEEDS_CLARIFICATION, {Reason.OVERSTATED: 0.1}, "I think we cut churn in half", (Reason.OVERSTATED,)),
    ("hedged needs a hedge", Status.NEEDS_CLARIFICATION, {Reason.HEDGED: 0.9, Reason.VAGUE: 0.5}, "Everyone loves it", (Reason.VAGUE,)),
    ("evaded quotes the question", Status.NEEDS_CLARIFICATION, {Reason.EVADED: 0.9}, "Everyone loves it", (Reason.EVADED,)),
    ("corroboration needs an echo", Status.VERIFIED, {Reason.CORROBORATION: 0.9, Reason.SOURCE: 0.2}, "Everyone loves it", (Reason.SOURCE,)),
    ("no evidence was handed over", Status.VERIFIED, {Reason.EVIDENCE: 0.9, Reason.SOURCE: 0.2}, "Everyone loves it", (Reason.SOURCE,)),
    ("reasons of the other family do not count", Status.VERIFIED, {Reason.VAGUE: 0.9, Reason.SOURCE: 0.2}, "Everyone loves it", (Reason.SOURCE,)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "chance", "words", "expected"), [pytest.param(*case[1:], id=case[0]) for case in BUILT]
)
def test_reasons_that_fit_the_status_and_can_be_shown(
    status: Status, chance: dict[Reason, float], words: str, expected: tuple[Reason, ...]
) -> None:
    claim = build(status, chance, words)
    assert claim.reasons == expected
    assert {cue.reason for cue in claim.cues} >= set(expected) & NEEDS_CUE
    assert len(claim.evidence) == len(set(expected) & NEEDS_LINK)
    assert (claim.question is None) == (status is Status.VERIFIED)
    if claim.question:
        assert f"“{claim.text}”" in claim.question
        assert claim.question.endswith("?")
