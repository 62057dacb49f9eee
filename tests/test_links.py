"""Links between turns: which pairs are looked at, what is learned of them, what is decided, and how often it holds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from conftest import ROOT

from overstate.corpus import LINKED, GoldLink, LabelledTranscript, Place, read_labelled
from overstate.dialogues import Dialogue, read_dialogues
from overstate.encoder import COLUMNS
from overstate.errors import DataError, ModelError
from overstate.explain.links import LEAST, NEARLY, Links, find_links
from overstate.features.pairs import (
    ANSWER_BACK,
    CLAIM_BACK,
    FAR,
    TURN_BACK,
    TURNS_BACK,
    Pairs,
    Units,
    answer_pairs,
    claim_pairs,
    turn_pairs,
)
from overstate.learn.links import (
    KINDS_OF_PAIR,
    UNSURE,
    LinkModel,
    LinkScores,
    Scored,
    claim_at,
    labels_of,
    link_columns,
)
from overstate.pipeline.doc import blank, make_doc, table_of
from overstate.training import labelled_arrays
from overstate.types import Outcome, Quote, Relation, Turn

Said = Sequence[tuple[str, str]]
Odds = Mapping[tuple[int, int], Mapping[str, float]]


def place_of(said: Said, words: str) -> Place:
    """Where words stand that stand in exactly one turn."""
    (turn,) = (i for i, (_, text) in enumerate(said) if words in text)
    start = said[turn][1].index(words)
    return Place(turn, start, start + len(words))


def units_of(said: Said, claims: Sequence[str] = (), seed: int | None = None) -> Units:
    """Units whose claims are the given words; with a seed, random scores of an encoder."""
    turns = [Turn(speaker, text) for speaker, text in said]
    table = table_of(make_doc(turns, blank()))
    if seed is not None:
        scores = np.random.default_rng(seed).normal(0, 2, (len(table), len(COLUMNS))).astype(np.float32)
        table = replace(table, scores=scores)
    places = [place_of(said, words) for words in claims]
    spans = sorted(table.token_span(p.turn, p.start, p.end) for p in places)
    ends = np.array(spans, dtype=np.int64).reshape(-1, 2)
    return Units(table, [turn.text for turn in turns], ends[:, 0], ends[:, 1])


def scored(kind: str, odds: Odds) -> Scored:
    names = KINDS_OF_PAIR[kind]
    chance = np.zeros((len(odds), len(names)))
    for row, given in zip(chance, odds.values(), strict=True):
        for name, p in given.items():
            row[names.index(name)] = p
        row[0] = 1 - sum(given.values())
    ends = np.array(list(odds), dtype=np.int64).reshape(-1, 2)
    return Scored(ends[:, 0], ends[:, 1], chance)


def scores_of(turn: Odds | None = None, claim: Odds | None = None, answer: Odds | None = None) -> LinkScores:
    """Probabilities by (later, earlier); what is left out is no link."""
    return {"turn": scored("turn", turn or {}), "claim": scored("claim", claim or {}), "answer": scored("answer", answer or {})}  # fmt: skip


# --- what is decided, on made-up probabilities ---------------------------------------------------------------------------

CALL = [
    ("Ann", "Well, we run forty reps. Churn fell to two percent."),
    ("Bob", "Forty? How do you know?"),
    ("Ann", "Payroll. The March run lists forty reps, all of them."),
    ("Bob", "That cannot be. Our file has twelve reps."),
    ("Ann", "Oh dear."),
]
CLAIMS = [
    "we run forty reps",
    "Churn fell to two percent",
    "The March run lists forty reps",
    "Our file has twelve reps",
]
FORTY, CHURN, MARCH, TWELVE = range(4)
ASKED, SAID_SO = "How do you know?", "That cannot be"


def find(**odds: Odds) -> Links:
    return find_links(units_of(CALL, CLAIMS), scores_of(**odds), [speaker for speaker, _ in CALL])


def shown(links: Links) -> list[tuple[int, str, str, str]]:
    """Claim, relation, words at the far end and detail of all evidence."""
    return [
        (i, str(e.relation) + (f" {e.outcome}" if e.outcome else ""), e.text, e.detail)
        for i, found in enumerate(links.evidence)
        for e in found
    ]


def asked(links: Links) -> list[tuple[str, str | None, str | None, str]]:
    return [
        (q.asked.text, q.claim and q.claim.text, q.answer and q.answer.text, str(q.outcome)) for q in links.questions
    ]


HOW = (1, FORTY)
#: Probabilities; claim, relation, far end and detail of the evidence; what was asked, about what, the answer, its outcome.
DECIDED: dict[str, tuple[dict[str, Odds], list[tuple[int, str, str, str]], list[tuple[str, str | None, str | None, str]]]] = {
    "nothing": ({}, [], []),
    "a question too unlikely": ({"turn": {HOW: {"question": 0.54}}}, [], []),
    "a question without an answer": (
        {"turn": {HOW: {"question": 0.55}}},
        [(FORTY, "question", ASKED, "")],
        [(ASKED, CLAIMS[FORTY], None, "open")],
    ),
    "a question to two claims nearly as likely": (
        {"turn": {HOW: {"question": 0.73}, (1, CHURN): {"question": 0.9}}},
        [(FORTY, "question", ASKED, ""), (CHURN, "question", ASKED, "")],
        [(ASKED, CLAIMS[CHURN], None, "open")],
    ),
    "a question to one claim much likelier": (
        {"turn": {HOW: {"question": 0.71}, (1, CHURN): {"question": 0.9}}},
        [(CHURN, "question", ASKED, "")],
        [(ASKED, CLAIMS[CHURN], None, "open")],
    ),
    "two claims at most": (
        {"turn": {(3, FORTY): {"question": 0.9}, (3, CHURN): {"question": 0.8}, (3, MARCH): {"question": 0.85}}},
        [(FORTY, "question", SAID_SO, ""), (MARCH, "question", SAID_SO, "")],
        [(SAID_SO, CLAIMS[FORTY], None, "open")],
    ),
    "an answer goes to the claim that was questioned": (
        {"turn": {HOW: {"question": 0.8}}, "answer": {(2, 1): {"answered": 0.9}}},
        [(FORTY, "question", ASKED, ""), (FORTY, "answer answered", CLAIMS[MARCH], "")],
        [(ASKED, CLAIMS[FORTY], CLAIMS[MARCH], "answered")],
    ),
    "to both that were questioned": (
        {"turn": {HOW: {"question": 0.8}, (1, CHURN): {"question": 0.8}}, "answer": {(2, 1): {"evaded": 0.9}}},
        [(i, *rest) for i in (FORTY, CHURN) for rest in (("question", ASKED, ""), ("answer evaded", CLAIMS[MARCH], ""))],
        [(ASKED, CLAIMS[FORTY], CLAIMS[MARCH], "evaded")],
    ),
    "where none was questioned, to the claim that answers": (
        {"answer": {(2, 1): {"answered": 0.9}}},
        [(MARCH, "answer answered", ASKED, "")],
        [(ASKED, None, CLAIMS[MARCH], "answered")],
    ),
    "an answer without a claim answers all the same": (
        {"answer": {(4, 3): {"evaded": 0.9}}},
        [],
        [(SAID_SO, None, "Oh dear", "evaded")],
    ),
    "the likelier outcome, both together likely enough": (
        {"answer": {(2, 1): {"answered": 0.2, "evaded": 0.35}}},
        [(MARCH, "answer evaded", ASKED, "")],
        [(ASKED, None, CLAIMS[MARCH], "evaded")],
    ),
    "both together too unlikely": ({"answer": {(2, 1): {"answered": 0.2, "evaded": 0.29}}}, [], []),
    "one answer to a question, the likeliest": (
        {"answer": {(2, 1): {"answered": 0.6}, (4, 1): {"evaded": 0.8}}},
        [],
        [(ASKED, None, "Oh dear", "evaded")],
    ),
    "a question too unlikely may be answered": (
        {"turn": {HOW: {"question": 0.4}}, "answer": {(2, 1): {"answered": 0.9}}},
        [(MARCH, "answer answered", ASKED, "")],
        [(ASKED, None, CLAIMS[MARCH], "answered")],
    ),
    "a claim that denies, noted at both ends": (
        {"claim": {(TWELVE, FORTY): {"denial": 0.9}}},
        [(FORTY, "denial", CLAIMS[TWELVE], "forty reps / twelve reps"), (TWELVE, "denial", CLAIMS[FORTY], "forty reps / twelve reps")],
        [],
    ),
    "a turn that denies, its words quoted": (
        {"turn": {(4, TWELVE): {"denial": 0.7}}}, [(TWELVE, "denial", "Oh dear", "")], [],
    ),
    "of a turn the sentence that says something": (
        {"turn": {(2, CHURN): {"denial": 0.7}}}, [(CHURN, "denial", CLAIMS[MARCH] + ", all of them", "")], [],
    ),
    "nobody confirms themselves": ({"claim": {(MARCH, FORTY): {"corroboration": 0.9}}}, [], []),
    "a turn and the claim in it take the mean": (
        {"claim": {(TWELVE, CHURN): {"denial": 0.7}}, "turn": {(3, CHURN): {"denial": 0.2}}}, [], [],
    ),
    "a turn that is sure needs no claim that is": (
        {"claim": {(TWELVE, CHURN): {"denial": 0.1}}, "turn": {(3, CHURN): {"denial": 0.81}}},
        [(CHURN, "denial", CLAIMS[TWELVE], ""), (TWELVE, "denial", CLAIMS[CHURN], "")],
        [],
    ),
    "either confirmed or denied, whichever is likelier": (
        {"turn": {(3, CHURN): {"denial": 0.6}}, "claim": {(TWELVE, CHURN): {"corroboration": 0.9}}},
        [(CHURN, "denial", "Our file has twelve reps", "")],
        [],
    ),
    "a correction": (
        {"claim": {(MARCH, FORTY): {"correction": 0.6, "repetition": 0.4}}},
        [(FORTY, "correction", CLAIMS[MARCH], ""), (MARCH, "correction", CLAIMS[FORTY], "")],
        [],
    ),
    "none is likely enough": ({"claim": {(MARCH, FORTY): {"correction": 0.49, "repetition": 0.48}}}, [], []),
    "one claim may clash with several": (
        {"claim": {(TWELVE, FORTY): {"contradiction": 0.8}, (TWELVE, MARCH): {"contradiction": 0.8}}},
        [
            (FORTY, "contradiction", CLAIMS[TWELVE], "forty reps / twelve reps"),
            (MARCH, "contradiction", CLAIMS[TWELVE], "forty reps / twelve reps"),
            (TWELVE, "contradiction", CLAIMS[FORTY], "forty reps / twelve reps"),
            (TWELVE, "contradiction", CLAIMS[MARCH], "forty reps / twelve reps"),
        ],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("odds", "evidence", "questions"), DECIDED.values(), ids=DECIDED)
def test_what_is_decided(odds, evidence, questions):
    links = find(**odds)
    assert shown(links) == evidence
    assert asked(links) == questions


@pytest.mark.xfail(
    strict=True, reason="a denial and a contradiction are decided apart, so two claims can be joined by both"
)
def test_two_places_are_joined_in_one_way():
    links = find(turn={(3, FORTY): {"denial": 0.9}}, claim={(TWELVE, FORTY): {"contradiction": 0.8, "denial": 0.1}})
    assert [row[:2] for row in shown(links)] == [(FORTY, "denial"), (TWELVE, "denial")]


@pytest.mark.parametrize(
    ("earlier", "later", "detail"),
    [
        ("we run forty reps", "they have twelve reps", "forty reps / twelve reps"),
        ("we run forty reps", "they have 40 reps", "forty reps / 40 reps"),
        ("we run forty reps", "they have forty reps", ""),
        ("we run forty reps", "they have Forty Reps", ""),
        ("we run forty reps", "they sell boots", ""),
        ("we run forty reps", "they have twelve boots", ""),
        ("we have 40 reps and 9 vans", "they count forty reps and 3 vans", "9 vans / 3 vans"),
    ],
)
def test_amounts_that_can_be_compared(earlier, later, detail):
    said = [("Ann", earlier), ("Bob", later)]
    links = find_links(
        units_of(said, [earlier, later]), scores_of(claim={(1, 0): {"contradiction": 0.9}}), ["Ann", "Bob"]
    )
    assert [row[3] for row in shown(links)] == [detail, detail]


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("Hm. Who counted? Fine.", "Who counted?"),
        ("Really? Who counted them all?", "Who counted them all?"),
        ("Who counted? Why? Well.", "Who counted?"),
        ("who says so", "who says so"),
    ],
)
def test_the_sentence_that_asks_is_quoted(text, quoted):
    said = [("Ann", "we grew"), ("Bob", text)]
    links = find_links(units_of(said, ["we grew"]), scores_of(turn={(1, 0): {"question": 0.9}}), ["Ann", "Bob"])
    assert [question.asked.text for question in links.questions] == [quoted]


def random_odds(rng: np.random.Generator, kind: str, later: int, earlier: int) -> Odds:
    names = KINDS_OF_PAIR[kind]
    pairs = [(i, j) for i in range(later) for j in range(min(i, earlier)) if rng.random() < 0.8]
    return {pair: dict(zip(names[1:], rng.dirichlet(np.full(len(names), 0.4))[1:], strict=True)) for pair in pairs}


@pytest.mark.parametrize("seed", range(20))
def test_whatever_the_probabilities(seed):
    rng = np.random.default_rng(seed)
    units, speakers = units_of(CALL, CLAIMS), [speaker for speaker, _ in CALL]
    claims = [
        (t, j) for t in range(5) for j in range(4) if units.turn[j] < t and speakers[t] != speakers[units.turn[j]]
    ]
    turn = {pair: {"question": rng.random()} for pair in claims}
    answers = {(t, s): p for (t, s), p in random_odds(rng, "answer", 5, 5).items() if speakers[t] != speakers[s]}
    links = find_links(units, scores_of(turn, random_odds(rng, "claim", 4, 4), answers), speakers)
    assert len(links.evidence) == len(CLAIMS)
    everything = [link for found in links.evidence for link in found]
    quotes = [q for link in everything for q in (link.claim, link.other)]
    quotes += [q for question in links.questions for q in (question.asked, question.claim, question.answer) if q]
    for quote in quotes:
        assert quote.text == CALL[quote.turn][1][quote.start : quote.end] == quote.text.strip() != ""
        assert (quote.speaker, quote.source) == (speakers[quote.turn], None)
    for i, found in enumerate(links.evidence):
        assert {link.claim for link in found} <= {
            Quote(CLAIMS[i], *vars_of(CLAIMS[i]), speaker=speakers[units.turn[i]])
        }
        assert [(e.turn, e.start) for e in found] == sorted((e.turn, e.start) for e in found)
    for link in everything:
        assert LEAST[link.relation] <= link.probability <= 1
        assert (link.outcome is not None) == (link.relation is Relation.ANSWER)
        if link.other.text in CLAIMS and link.relation not in (Relation.QUESTION, Relation.ANSWER):
            there = links.evidence[CLAIMS.index(link.other.text)]
            assert replace(link, claim=link.other, other=link.claim) in there, "noted at both ends"
    questioned = Counter(link.turn for link in everything if link.relation is Relation.QUESTION)
    assert max(questioned.values(), default=0) <= 2
    assert len({question.asked for question in links.questions}) == len(links.questions), "each is listed once"
    assert all((q.answer is None) == (q.outcome is Outcome.OPEN) for q in links.questions)


def vars_of(words: str) -> tuple[int, int, int]:
    place = place_of(CALL, words)
    return place.turn, place.start, place.end


def test_nearly_leaves_room_for_a_second_claim():
    """The table above takes 0.73 of 0.9 for nearly as likely, and 0.71 not."""
    assert 0.71 < NEARLY * 0.9 < 0.73


# --- which pairs are looked at -------------------------------------------------------------------------------------------

PAIRS = {"turn": turn_pairs, "claim": claim_pairs, "answer": answer_pairs}
#: Talk at its edges; no claims where a text holds none of these words.
EDGES: dict[str, tuple[Said, list[str]]] = {
    "no turns": ([], []),
    "an empty turn": ([("Ann", "")], []),
    "no claims": ([("Ann", "Hello."), ("Bob", "Hm?")], []),
    "one claim": ([("Ann", "We grew."), ("Bob", "Did you?")], ["We grew"]),
    "empty turns between": ([("Ann", "We grew."), ("Bob", ""), ("Ann", " "), ("Bob", "Did you?")], ["We grew"]),
    "punctuation alone": ([("Ann", "We grew."), ("Bob", "..."), ("Ann", "?")], ["We grew"]),
    "words of no content": ([("Ann", "It is."), ("Bob", "It was."), ("Ann", "So.")], ["It is", "It was"]),
    "nobody named": ([("", "We grew."), ("", "It fell."), ("", "Did it?")], ["We grew", "It fell"]),
    "one speaker": ([("Ann", "We grew."), ("Ann", "It fell.")], ["We grew", "It fell"]),
    "a whole call": (CALL, CLAIMS),
}


@pytest.mark.parametrize("kind", PAIRS)
@pytest.mark.parametrize("seed", [None, 0], ids=["without encoder", "with encoder"])
def test_features_have_one_width_and_are_finite(kind, seed):
    widths = set()
    for said, claims in EDGES.values():
        units = units_of(said, claims, seed)
        pairs: Pairs = PAIRS[kind](units)
        assert pairs.columns.shape[0] == len(pairs.later) == len(pairs.earlier)
        assert pairs.columns.dtype == np.float32 and np.isfinite(pairs.columns).all()
        widths.add(pairs.columns.shape[1])
    assert len(widths) == 1


def rounds(times: int, seed: int = 0) -> tuple[Said, list[str]]:
    """A long call: each turn has two claims of a word of their own and one of forty that come again."""
    rng = np.random.default_rng(seed)
    said, claims = [], []
    for i in range(times):
        words = [f"{name}{i}x{rng.integers(40)}" for name in "ab"]
        pair = [f"{word} met term{rng.integers(40)}" for word in words]
        said.append((("Ann", "Bob", "Cy")[rng.integers(3)], f"Well, {pair[0]}. And {pair[1]}, you know."))
        claims += pair
    return said, claims


@pytest.fixture(scope="module")
def long_call() -> Units:
    return units_of(*rounds(60))


def test_turns_look_back_at_claims_of_others(long_call):
    units, pairs = long_call, turn_pairs(long_call)
    speakers = units.table.speaker
    for row, claim in zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True):
        assert 1 <= row - units.turn[claim] <= TURNS_BACK
        assert speakers[row] != units.speaker[claim]
    counts = np.bincount(pairs.later)
    assert 0 < counts.max() <= TURN_BACK
    wanted = {
        (t, j)
        for t in range(units.table.turns)
        for j in [j for j in range(len(units.start)) if units.turn[j] < t][-TURN_BACK:]
        if units.turn[j] >= t - TURNS_BACK and speakers[t] != units.speaker[j]
    }
    assert set(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True)) == wanted


def test_claims_look_back_at_near_ones_whatever_they_say(long_call):
    pairs = claim_pairs(long_call)
    found = list(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True))
    assert len(set(found)) == len(found), "each pair once"
    assert all(earlier < later for later, earlier in found)
    near = {(i, j) for i in range(len(long_call.start)) for j in range(max(0, i - CLAIM_BACK), i)}
    assert near <= set(found)


def test_claims_look_far_back_where_words_are_shared(long_call):
    pairs = claim_pairs(long_call)
    far = pairs.later - pairs.earlier > CLAIM_BACK
    table = long_call.table

    def words(claim: int) -> set[str]:
        tokens = range(long_call.start[claim], long_call.stop[claim])
        text = long_call.texts[long_call.turn[claim]]
        return {text[table.start[i] : table.end[i]] for i in tokens if table.content[i]}

    assert far.sum() > 20
    for later, earlier in zip(pairs.later[far].tolist(), pairs.earlier[far].tolist(), strict=True):
        assert words(later) & words(earlier)
    assert np.bincount(pairs.later[far]).max() <= FAR


def test_a_rare_word_joins_both_ends_of_a_call():
    said, claims = rounds(30)
    first, last = (
        ("Ann", "the zeppelin leaks"),
        ("Bob", "no zeppelins here"),
    )
    joined = units_of([first, *said, last], [first[1], *claims, last[1]])
    ends = (len(claims) + 1, 0)
    pairs = claim_pairs(joined)
    assert ends in set(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True))
    other = units_of([first, *said, ("Bob", "no boats here")], [first[1], *claims, "no boats here"])
    pairs = claim_pairs(other)
    assert ends not in set(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True))


def test_turns_look_back_at_turns_of_others(long_call):
    pairs = answer_pairs(long_call)
    speakers = long_call.table.speaker.tolist()
    assert set(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True)) == {
        (t, s) for t in range(60) for s in range(max(0, t - ANSWER_BACK), t) if speakers[t] != speakers[s]
    }


@pytest.mark.parametrize("kind", PAIRS)
def test_empty_turns_are_not_looked_at(kind):
    said, claims = EDGES["empty turns between"]
    pairs = PAIRS[kind](units_of(said, claims))
    spoken = {"turn": {(3, 0)}, "claim": set(), "answer": {(3, 0)}}
    assert set(zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True)) == spoken[kind]


@pytest.mark.parametrize("kind", PAIRS)
def test_pairs_grow_with_the_length_of_the_call(kind):
    said, claims = rounds(12)
    sizes = []
    for times in (4, 8, 16):
        turns = [(speaker, text.replace("x", f"x{k}y")) for k in range(times) for speaker, text in said]
        words = [claim.replace("x", f"x{k}y") for k in range(times) for claim in claims]
        sizes.append(len(PAIRS[kind](units_of(turns, words)).later))
    assert sizes[2] - sizes[1] <= 2.1 * (sizes[1] - sizes[0])
    most = {"turn": TURN_BACK, "claim": 2 * (CLAIM_BACK + FAR), "answer": ANSWER_BACK}
    assert sizes[2] <= most[kind] * 12 * 16


# --- labels of pairs -------------------------------------------------------------------------------------------------------


def gold(relation: str, later: str | int, earlier: str | int | None, outcome: Outcome | None = None) -> GoldLink:
    """A link between words, or between whole turns given by number."""
    ends = [
        None if end is None else Place(end, 0, len(CALL[end][1])) if isinstance(end, int) else place_of(CALL, end)
        for end in (later, earlier)
    ]
    return GoldLink(Relation(relation), ends[0], ends[1], outcome)


#: Kind of pair, a labelled link, and the pairs that are something by it.
LABELS: list[tuple[str, GoldLink, dict[tuple[int, int], str | int]]] = [
    ("turn", gold("question", "How do you know", "forty reps. Churn"), {(1, FORTY): "question"}),
    ("turn", gold("question", 1, "Churn fell"), {(1, CHURN): "question"}),
    ("turn", gold("question", 1, None), {}),
    ("turn", gold("question", 1, "Well"), {}),
    ("turn", gold("denial", "twelve reps", "run forty"), {(3, FORTY): "denial"}),
    ("turn", gold("contradiction", "twelve reps", "run forty"), {}),
    ("turn", gold("answer", 2, 1, Outcome.ANSWERED), {}),
    ("claim", gold("denial", "twelve reps", "run forty"), {(TWELVE, FORTY): "denial"}),
    ("claim", gold("denial", 3, "run forty"), {(TWELVE, FORTY): UNSURE}),
    ("claim", gold("denial", "That cannot be", "run forty"), {(TWELVE, FORTY): UNSURE}),
    ("claim", gold("correction", "March run", "Churn fell"), {(MARCH, CHURN): "correction"}),
    ("claim", gold("repetition", "March run", "Well"), {}),
    ("claim", gold("question", 1, "Churn fell"), {}),
    ("answer", gold("answer", 2, 1, Outcome.EVADED), {(2, 1): "evaded"}),
    ("answer", gold("answer", "March run", "How do you", Outcome.ANSWERED), {(2, 1): "answered"}),
    ("answer", gold("answer", 4, 0, Outcome.ANSWERED), {}),
    ("answer", gold("denial", 3, "run forty"), {}),
]


@pytest.mark.parametrize(("kind", "link", "marked"), LABELS)
def test_labels_of_pairs(kind, link, marked):
    units = units_of(CALL, CLAIMS)
    pairs = PAIRS[kind](units)
    label = labels_of(kind, units, pairs, [link])
    names = KINDS_OF_PAIR[kind]
    found = {
        pair: UNSURE if value == UNSURE else names[value]
        for pair, value in zip(
            zip(pairs.later.tolist(), pairs.earlier.tolist(), strict=True), label.tolist(), strict=True
        )
        if value
    }
    assert found == marked
    assert not labels_of(kind, units, pairs, []).any()


@pytest.mark.parametrize(
    ("words", "claim"), [("run forty", FORTY), ("reps. Churn fell to", CHURN), ("Well", None), ("How do you", None)]
)
def test_the_claim_at_a_place(words, claim):
    assert claim_at(units_of(CALL, CLAIMS), place_of(CALL, words)) == claim


def test_a_claim_that_is_nearly_its_turn_is_meant_by_the_whole_turn():
    said = [("Ann", "we grew"), ("Bob", "No, you lost forty percent.")]
    units = units_of(said, ["we grew", "you lost forty percent"])
    link = GoldLink(Relation.DENIAL, Place(1, 0, len(said[1][1])), Place(0, 0, 7))
    assert labels_of("claim", units, claim_pairs(units), [link]).tolist() == [KINDS_OF_PAIR["claim"].index("denial")]


# --- what links tell the model that judges -----------------------------------------------------------------------------------

WIDE = 2 * (3 + 2 * 5 + 2 * 2)


def test_columns_of_links():
    turn = {HOW: {"question": 0.8}, (3, FORTY): {"question": 0.3, "denial": 0.6}}
    claim = {(TWELVE, FORTY): {"denial": 0.7}, (MARCH, CHURN): {"correction": 0.25}}
    columns = link_columns(units_of(CALL, CLAIMS), scores_of(turn, claim, {(2, 1): {"answered": 0.5, "evaded": 0.1}}))
    assert columns.shape == (len(CLAIMS), WIDE) and columns.dtype == np.float32
    half = WIDE // 2
    chance, odds = columns[:, :half], columns[:, half:]
    assert odds == pytest.approx(np.log((chance + 0.01) / (1.01 - chance)), abs=1e-5)
    found = {i: sorted(round(p, 3) for p in row[row > 0].tolist()) for i, row in enumerate(chance)}
    # questioned and answered: 0.8 * 0.5, evaded: 0.8 * 0.1; the third claim is in the turn that answers
    assert found == {FORTY: [0.08, 0.4, 0.6, 0.7, 0.8], CHURN: [0.25], MARCH: [0.1, 0.25, 0.5], TWELVE: [0.7]}


@pytest.mark.parametrize("name", EDGES)
def test_columns_without_pairs(name):
    units = units_of(*EDGES[name])
    columns = link_columns(units, scores_of())
    assert columns.shape == (len(units.start), WIDE)
    assert not columns[:, : WIDE // 2].any()


# --- learning ------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def material(small, dialogues, small_model) -> tuple[list[LabelledTranscript], list[Units]]:
    """Cut calls and dialogues with labelled links, and their units: labelled claims, or those found."""
    records = [r for r in read_labelled(small) if r.links is not None] + [d.record for d in dialogues[:40]]
    units = []
    for record in records:
        example = labelled_arrays(record)
        claims = example.claims if record.judged else small_model.models.claims.predict(example.table)
        units.append(Units(example.table, [turn.text for turn in record.transcript], *claims))
    return records, units


def learned(records: list[LabelledTranscript], units: list[Units]) -> tuple[LinkModel, list[LinkScores]]:
    weights = [1.0 if record.judged else 20.0 for record in records]
    return LinkModel.fit(units, [r.links or () for r in records], [r.group for r in records], weights)


@pytest.fixture(scope="module")
def fitted(material) -> tuple[LinkModel, list[LinkScores]]:
    return learned(*material)


def alike(one: LinkScores, other: LinkScores) -> bool:
    return one.keys() == other.keys() and all(
        np.array_equal(getattr(one[k], part), getattr(other[k], part))
        for k in one
        for part in ("later", "earlier", "chance")
    )


def test_probabilities_of_each_pair(fitted, material):
    model, unseen = fitted
    records, units = material
    assert {record.judged for record in records} == {True, False}
    assert len(unseen) == len(units) and not model.scored
    for one, scores in [*zip(units, unseen, strict=True), *((u, model.predict(u)) for u in units[:20])]:
        assert list(scores) == list(KINDS_OF_PAIR)
        for kind, names in KINDS_OF_PAIR.items():
            pairs = PAIRS[kind](one)
            assert np.array_equal(scores[kind].later, pairs.later)
            assert np.array_equal(scores[kind].earlier, pairs.earlier)
            assert scores[kind].chance.shape == (len(pairs.later), len(names))
            assert scores[kind].chance.sum(axis=1) == pytest.approx(1)
            assert (scores[kind].chance >= 0).all()


def test_links_are_learned(fitted, material):
    """Pairs labelled as something are likelier to be that than other pairs are."""
    _, unseen = fitted
    records, units = material
    for kind in ("turn", "answer"):
        inside, outside = [], []
        for record, one, scores in zip(records, units, unseen, strict=True):
            label = labels_of(kind, one, PAIRS[kind](one), record.links or ())
            likely = 1 - scores[kind].chance[:, 0]
            inside += likely[label > 0].tolist()
            outside += likely[label == 0].tolist()
        assert np.mean(inside) > 2 * np.mean(outside)


def test_same_data_gives_the_same_model(fitted, material):
    model, unseen = fitted
    again, others = learned(*material)
    assert all(map(alike, unseen, others))
    assert all(alike(model.predict(u), again.predict(u)) for u in material[1])


def test_what_was_not_seen_was_not_learned_from(fitted, material):
    """The labels of a conversation do not matter for what is made of it unseen, but for all others."""
    records, units = material
    without = [replace(record, links=()) if i == 0 else record for i, record in enumerate(records)]
    _, unseen = learned(without, units)
    assert alike(unseen[0], fitted[1][0])
    assert not all(map(alike, unseen[1:], fitted[1][1:]))


def test_a_saved_model_is_the_same(fitted, material, small_model, tmp_path):
    import overstate

    model, _ = fitted
    again = LinkModel.from_state(model.to_state())
    analyzer = overstate.Analyzer(replace(small_model.models, links=model), small_model.config)
    loaded = overstate.load(analyzer.save(tmp_path / "model")).models.links
    for other in (again, loaded):
        assert other.scored == model.scored
        assert all(alike(model.predict(u), other.predict(u)) for u in material[1][:20])


@pytest.mark.parametrize(
    ("drop", "named"), [("networks", "networks"), ("scored", "scored"), *((kind, kind) for kind in KINDS_OF_PAIR)]
)
def test_a_missing_part_is_named(fitted, drop, named):
    state = fitted[0].to_state()
    if drop in state:
        del state[drop]
    else:
        state["networks"] = {kind: network for kind, network in state["networks"].items() if kind != drop}
    with pytest.raises(ModelError, match=f"the model of links lacks '{named}'"):
        LinkModel.from_state(state)


TOO_FEW = {
    "no links": (lambda record: replace(record, links=()), "turn"),
    "one kind of reply": (
        lambda record: replace(record, links=[k for k in record.links if k.relation is Relation.QUESTION]),
        "turn",
    ),
    "no answer that evades": (
        lambda record: replace(record, links=[k for k in record.links if k.outcome is not Outcome.EVADED]),
        "answer",
    ),
    "one conversation": (lambda record: replace(record, id=f"one-{record.id.replace('-', '')}"), "turn"),
}


@pytest.mark.parametrize(("change", "kind"), TOO_FEW.values(), ids=TOO_FEW)
def test_too_few_links_to_learn_from(material, change, kind):
    records, units = material
    with pytest.raises(DataError, match=rf"got links for hardly any pairs \({kind}\), expected some of every kind"):
        learned([change(record) for record in records], units)


@pytest.mark.parametrize("relations", [*((relation,) for relation in LINKED), LINKED], ids=str)
def test_muted(fitted, material, relations):
    model, _ = fitted
    muted = model.muted(*relations)
    gone = {str(r) for r in relations}
    gone |= {"answered", "evaded"} if "answer" in gone else set()
    for one in material[1][:12]:
        before, after = model.predict(one), muted.predict(one)
        for kind, names in KINDS_OF_PAIR.items():
            if gone >= set(names[1:]):
                assert after[kind].chance.shape == (0, len(names))
                continue
            assert np.array_equal(before[kind].later, after[kind].later)
            for k, name in enumerate(names):
                wanted = before[kind].chance[:, k] * (name not in gone)
                assert np.array_equal(after[kind].chance[:, k], wanted)
        if relations == LINKED:
            found = find_links(one, after, [""] * one.table.turns)
            assert (found.questions, sum(map(len, found.evidence))) == ((), 0)
            assert not link_columns(one, after)[:, : WIDE // 2].any()
    assert alike(muted.predict(material[1][0]), muted.predict(material[1][0]))


# --- dialogues that no model has learned from ----------------------------------------------------------------------------------

#: Precision and recall in percent that the shipped model reaches at least; "all" counts every link.
# Still to be filled in, a little below what `benchmarks/links.py dialogues` measures.
FLOORS: dict[str, tuple[float, float]] = {
    "question": (80, 40),
    "answer": (70, 65),
    "corroboration": (75, 10),
    "denial": (50, 10),
    "contradiction": (0, 0),  # none is found: the limit is named in docs/links.md
    "correction": (75, 18),
    "repetition": (55, 25),
    "all": (72, 27),
}
#: Share of the links that do not hold, though a careless reader would see them, that are found all the same, in percent.
BARRED = 4


@pytest.fixture(scope="module")
def held_out() -> list[Dialogue]:
    return read_dialogues(ROOT / "data" / "dialogues" / "held_out.txt")


@pytest.fixture(scope="module")
def heard(analyzer, held_out) -> list:
    return [analyzer.analyze(dialogue.record.transcript) for dialogue in held_out]


def test_there_are_enough_dialogues(held_out):
    assert len(held_out) >= 60
    assert {len(dialogue.record.transcript) for dialogue in held_out} <= set(range(3, 9))
    kinds = Counter(link.relation for dialogue in held_out for link in dialogue.record.links)
    assert set(kinds) == set(LINKED) and min(kinds.values()) >= 10
    assert {link.outcome for d in held_out for link in d.record.links} == {None, Outcome.ANSWERED, Outcome.EVADED}
    assert sum(len(dialogue.barred) for dialogue in held_out) >= 100


def test_no_dialogue_is_learned_from_and_measured_with(held_out):
    learn = read_dialogues(ROOT / "data" / "dialogues" / "learn.txt")
    texts = {turn.text for dialogue in learn for turn in dialogue.record.transcript if len(turn.text.split()) > 5}
    assert len(learn) >= 300
    assert not {dialogue.record.id for dialogue in learn} & {dialogue.record.id for dialogue in held_out}
    assert not texts & {turn.text for dialogue in held_out for turn in dialogue.record.transcript}


@pytest.mark.parametrize("kind", FLOORS)
def test_links_of_dialogues(script, heard, held_out, kind):
    links = script("benchmarks", "links")
    hits = ours = theirs = 0
    for dialogue, report in zip(held_out, heard, strict=True):
        want, got = (
            Counter({ends: n for ends, n in counts.items() if kind in (ends[0], "all")})
            for counts in (links.labelled(dialogue.record), links.found(report))
        )
        hits, ours, theirs = hits + (want & got).total(), ours + got.total(), theirs + want.total()
    precision, recall = FLOORS[kind]
    assert theirs >= 10
    assert 100 * hits >= recall * theirs
    assert 100 * hits >= precision * ours


def test_links_that_do_not_hold(script, heard, held_out):
    links = script("benchmarks", "links")
    wrong = barred = 0
    for dialogue, report in zip(held_out, heard, strict=True):
        holds = {ends[:3] for ends in links.labelled(dialogue.record)}
        got = {ends[:3] for ends in links.found(report)}
        # the turns of some are joined by a link of that kind between other words
        traps = {(str(link.relation), link.later.turn, link.earlier.turn) for link in dialogue.barred} - holds
        barred += len(traps)
        wrong += len(traps & got)
    assert barred >= 100
    assert 100 * wrong <= BARRED * barred


def test_links_of_a_report_count_once(script):
    """Noted at both claims, a link is one; an open question is no answer."""
    links = script("benchmarks", "links")
    ends = find(
        turn={HOW: {"question": 0.8}},
        claim={(TWELVE, FORTY): {"denial": 0.9}},
        answer={(2, 1): {"answered": 0.9}, (4, 3): {"evaded": 0.9}},
    )
    every: dict = {}
    for found in ends.evidence:
        for e in found:
            every.setdefault((e.relation, frozenset((e.claim, e.other))), e)
    report = SimpleNamespace(links=tuple(every.values()), questions=ends.questions)
    assert links.found(report) == Counter(
        {
            ("question", 1, 0, ""): 1,
            ("denial", 3, 0, ""): 1,
            ("answer", 2, 1, "answered"): 1,
            ("answer", 4, 3, "evaded"): 1,
        }
    )
