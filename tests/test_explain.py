"""From numbers back to words: cues, links and questions, on invented turns and without a trained model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from overstate.explain.build import ALSO, MOST_REASONS, RESTS_ON, build_claims, build_hedges
from overstate.explain.cues import NEEDS_CUE, SPEAKS_FOR, CueFinder, Mark
from overstate.explain.trust import trusting
from overstate.features.claims import Spans
from overstate.features.tokens import TokenTable
from overstate.learn.hedges import TYPES
from overstate.learn.status import REASONS, STATUSES
from overstate.lexicons import KINDS
from overstate.pipeline.doc import blank, make_doc, table_of
from overstate.types import (
    Cue,
    Evidence,
    Hedge,
    HedgeType,
    Outcome,
    Quote,
    Reason,
    Relation,
    Status,
    Turn,
)

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


# --- reasons that rest on links ------------------------------------------------------------------------------------------

NEAR = Quote("we cut churn in half", 3, 0, 20, "Ann")


def link(
    relation: Relation, outcome: Outcome | None = None, at: tuple[int, int] = (5, 0), text: str = "so it is"
) -> Evidence:
    """A link from a claim in the fourth turn to a place."""
    turn, start = at
    return Evidence(relation, NEAR, Quote(text, turn, start, start + len(text), "Bob"), outcome)


BEFORE, AFTER, SAME_TURN = (1, 0), (5, 0), (3, 40)
DOCUMENT = Evidence(Relation.CONTRADICTION, NEAR, Quote("churn, 9 %", None, 0, 10, "", "crm.csv, line 2"))
#: A link, and the reasons it can carry.
CARRIED: dict[str, tuple[Evidence, set[Reason]]] = {
    "confirmed": (link(Relation.CORROBORATION, at=AFTER), {Reason.CORROBORATION}),
    "confirmed in the same turn": (link(Relation.CORROBORATION, at=SAME_TURN), {Reason.CORROBORATION}),
    "confirms what came before": (link(Relation.CORROBORATION, at=BEFORE), set()),
    "answered": (link(Relation.ANSWER, Outcome.ANSWERED, AFTER), {Reason.ANSWERED}),
    "the answer itself": (link(Relation.ANSWER, Outcome.ANSWERED, BEFORE), set()),
    "evaded": (link(Relation.ANSWER, Outcome.EVADED, AFTER), {Reason.EVADED}),
    "the evasion itself": (link(Relation.ANSWER, Outcome.EVADED, BEFORE), {Reason.EVADED}),
    "contradicted": (link(Relation.CONTRADICTION, at=AFTER), {Reason.CONTRADICTED}),
    "contradicts": (link(Relation.CONTRADICTION, at=BEFORE), {Reason.CONTRADICTED}),
    "denied": (link(Relation.DENIAL, at=AFTER), {Reason.CONTRADICTED}),
    "denies": (link(Relation.DENIAL, at=BEFORE), {Reason.CONTRADICTED}),
    "corrected": (link(Relation.CORRECTION, at=AFTER), {Reason.CONTRADICTED}),
    "the correction itself": (link(Relation.CORRECTION, at=BEFORE), set()),
    "questioned": (link(Relation.QUESTION, at=AFTER), set()),
    "repeated": (link(Relation.REPETITION, at=AFTER), set()),
    "contradicted by a document": (DOCUMENT, {Reason.CONTRADICTED}),
    "supported by a document": (replace(DOCUMENT, relation=Relation.SUPPORT), set()),
    "corrected by a document": (replace(DOCUMENT, relation=Relation.CORRECTION), set()),
}


@pytest.mark.parametrize(("evidence", "reasons"), CARRIED.values(), ids=CARRIED)
def test_links_carry_reasons(evidence: Evidence, reasons: set[Reason]) -> None:
    assert {reason for reason, carries in RESTS_ON.items() if carries(evidence)} == reasons


def test_every_reason_that_rests_on_a_turn_is_carried_by_some_link() -> None:
    assert set(RESTS_ON) == set.union(*(reasons for _, reasons in CARRIED.values()))


# --- all together, with made-up judgements -----------------------------------------------------------------------------

SAID = [("Ann", "I think we cut churn in half."), ("Bob", "Who counted the churn?"), ("Ann", "Everyone loves it.")]


def build(
    status: Status,
    chance: dict[Reason, float],
    words: str = "I think we cut churn in half",
    links: Sequence[Evidence] = (),
) -> Any:
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
    (claim,) = build_claims(table, turns, (start, stop), hedges, [links], [()], judged, model)  # type: ignore[arg-type]
    assert claim.evidence == tuple(links), "links are shown whatever the verdict"
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


CUT, LOVED = "I think we cut churn in half", "Everyone loves it"
ASK, GROUNDS = Status.NEEDS_CLARIFICATION, Status.VERIFIED


def linked(words: str, relation: Relation, turn: int, far: str, outcome: Outcome | None = None) -> Evidence:
    """A link between words of SAID."""
    near, other = (
        Quote(text, i, SAID[i][1].index(text), SAID[i][1].index(text) + len(text), SAID[i][0])
        for i, text in ((0 if words == CUT else 2, words), (turn, far))
    )
    return Evidence(relation, near, other, outcome)


ASKED_HERE = linked(CUT, Relation.QUESTION, 1, "Who counted the churn?")
EVASION = linked(CUT, Relation.ANSWER, 2, LOVED, Outcome.EVADED)
SPECIFIC = linked(CUT, Relation.ANSWER, 2, LOVED, Outcome.ANSWERED)
CONFIRMED = linked(CUT, Relation.CORROBORATION, 2, LOVED)
DENIED = linked(CUT, Relation.DENIAL, 1, "Who counted the churn?")
SURE = dict.fromkeys(Reason, 0.9)
#: Status, probabilities of reasons, claim, links; the reasons given.
BUILT: dict[str, tuple[Status, dict[Reason, float], str, list[Evidence], tuple[Reason, ...]]] = {
    "likeliest first": (ASK, {Reason.HEDGED: 0.5, Reason.VAGUE: 0.9}, CUT, [], (Reason.VAGUE, Reason.HEDGED)),
    "unlikely ones are left out": (ASK, {Reason.HEDGED: ALSO - 0.01, Reason.VAGUE: 0.9}, CUT, [], (Reason.VAGUE,)),
    "the main one however unlikely": (ASK, {Reason.OVERSTATED: 0.1}, CUT, [], (Reason.OVERSTATED,)),
    "hedged needs a hedge": (ASK, {Reason.HEDGED: 0.9, Reason.VAGUE: 0.5}, LOVED, [], (Reason.VAGUE,)),
    "evaded needs an answer that evades": (ASK, {Reason.EVADED: 0.9, Reason.VAGUE: 0.5}, CUT, [ASKED_HERE, SPECIFIC], (Reason.VAGUE,)),
    "contradicted needs a clash": (ASK, {Reason.CONTRADICTED: 0.9, Reason.VAGUE: 0.5}, CUT, [ASKED_HERE], (Reason.VAGUE,)),
    "what a turn shows goes first": (ASK, {Reason.VAGUE: 0.9, Reason.EVADED: 0.5}, CUT, [ASKED_HERE, EVASION], (Reason.EVADED, Reason.VAGUE)),
    "and counts however unlikely": (ASK, {Reason.VAGUE: 0.9}, CUT, [ASKED_HERE, EVASION], (Reason.EVADED, Reason.VAGUE)),
    "both that turns show, the likelier first": (ASK, {Reason.EVADED: 0.2, Reason.CONTRADICTED: 0.3}, CUT, [EVASION, DENIED], (Reason.CONTRADICTED, Reason.EVADED)),
    "three at most": (ASK, SURE, CUT, [EVASION, DENIED], (Reason.CONTRADICTED, Reason.EVADED, Reason.VAGUE)),
    "corroboration needs somebody who confirms": (GROUNDS, {Reason.CORROBORATION: 0.9, Reason.SOURCE: 0.2}, CUT, [SPECIFIC], (Reason.ANSWERED,)),
    "verified by corroboration": (GROUNDS, {Reason.SOURCE: 0.3}, CUT, [CONFIRMED], (Reason.CORROBORATION,)),
    "by an answer and corroboration": (GROUNDS, {Reason.ANSWERED: 0.2}, CUT, [SPECIFIC, CONFIRMED], (Reason.ANSWERED, Reason.CORROBORATION)),
    "by source where no turn shows anything": (GROUNDS, {Reason.CORROBORATION: 0.9, Reason.SOURCE: 0.2}, LOVED, [], (Reason.SOURCE,)),
    "links of the other family do not count": (GROUNDS, {Reason.SOURCE: 0.2}, CUT, [EVASION, DENIED], (Reason.SOURCE,)),
    "confirming is not being confirmed": (GROUNDS, {Reason.CORROBORATION: 0.9, Reason.SOURCE: 0.2}, LOVED, [linked(LOVED, Relation.CORROBORATION, 0, CUT)], (Reason.SOURCE,)),
    "no document was handed over": (GROUNDS, {Reason.EVIDENCE: 0.9, Reason.SOURCE: 0.2}, LOVED, [], (Reason.SOURCE,)),
    "reasons of the other family do not count": (GROUNDS, {Reason.VAGUE: 0.9, Reason.SOURCE: 0.2}, LOVED, [], (Reason.SOURCE,)),
}  # fmt: skip


@pytest.mark.parametrize(("status", "chance", "words", "links", "expected"), BUILT.values(), ids=BUILT)
def test_reasons_that_fit_the_status_and_can_be_shown(
    status: Status, chance: dict[Reason, float], words: str, links: list[Evidence], expected: tuple[Reason, ...]
) -> None:
    claim = build(status, chance, words, links)
    assert claim.reasons == expected
    assert len(claim.reasons) <= MOST_REASONS
    assert {cue.reason for cue in claim.cues} >= set(expected) & NEEDS_CUE
    for reason in set(expected) & set(RESTS_ON):
        assert any(map(RESTS_ON[reason], claim.evidence))
    if status is Status.VERIFIED:
        assert claim.question is None


def test_a_claim_that_needs_clarification_is_asked_about_in_its_own_words() -> None:
    claim = build(ASK, {Reason.VAGUE: 0.9})
    assert f"“{claim.text}”" in claim.question
    assert claim.question.endswith("?")


@pytest.mark.parametrize("links", [[], [EVASION], [CONFIRMED, DENIED]])
def test_a_plausible_claim_has_no_reasons_whatever_its_links(links: list[Evidence]) -> None:
    claim = build(Status.PLAUSIBLE, SURE, CUT, links)
    assert (claim.reasons, claim.cues, claim.question) == ((), (), None)


@pytest.mark.parametrize(
    ("status", "least", "expected"),
    [
        (Status.VERIFIED, 0.8, {"verified": 0.8, "plausible": 0.075, "needs_clarification": 0.125}),
        (Status.VERIFIED, 0.1, {"verified": 0.2, "plausible": 0.3, "needs_clarification": 0.5}),
        (Status.NEEDS_CLARIFICATION, 1.0, {"verified": 0.0, "plausible": 0.0, "needs_clarification": 1.0}),
    ],
)
def test_a_verdict_that_rests_on_more_than_the_model(status: Status, least: float, expected: dict[str, float]) -> None:
    given = {"verified": 0.2, "plausible": 0.3, "needs_clarification": 0.5}
    assert trusting(given, status, least) == pytest.approx(expected)
    assert trusting({**dict.fromkeys(given, 0.0), str(status): 1.0}, status, least)[status] == 1.0
