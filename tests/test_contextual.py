"""What is read off the encoder's scores, against slow and plain computations on small made-up talk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from overstate.encoder import COLUMNS
from overstate.features.contextual import claim_columns, cue_columns, span_columns, token_columns
from overstate.features.tokens import TokenTable
from overstate.pipeline.doc import blank, make_doc, table_of
from overstate.types import REASONS_OF, HedgeType, Status, Turn

TALK = [
    Turn("Ines", "Well, we have forty seats in Leeds. Everyone (really) loves it..."),
    Turn("Tom", ""),
    Turn("Tom", "... I think so."),
    Turn("Ines", "!"),
    Turn("Ines", "So?"),
]
#: Log-odds beyond this are cut off; features are in units of `SCALE`.
LIMIT, SCALE = 8.0, 3.0
REASONS = [str(reason) for family in REASONS_OF.values() for reason in family]


def column(name: object) -> int:
    return COLUMNS.index(str(name))


CLAIM = [column(name) for name in ("inside", "starts", "ends")]
HEDGE = [*(column(kind) for kind in HedgeType), column("hedge starts")]
JUDGED = [*(column(status) for status in Status), *(column(reason) for reason in REASONS)]


@pytest.fixture(scope="module", params=range(3))
def table(request) -> TokenTable:
    """Talk with random scores, some of them beyond what counts."""
    plain = table_of(make_doc(TALK, blank()))
    rng = np.random.default_rng(request.param)
    return replace(plain, scores=rng.normal(0, 5, (len(plain), len(COLUMNS))).astype(np.float32))


@pytest.fixture(scope="module")
def spans(table) -> tuple[np.ndarray, np.ndarray]:
    """Every stretch within a turn, in no particular order."""
    n = len(table)
    pairs = [(a, b) for a in range(n) for b in range(a + 1, n + 1) if table.turn[a] == table.turn[b - 1]]
    start, stop = np.random.default_rng(0).permutation(pairs).T
    return start, stop


def cut(value: float) -> float:
    return max(-LIMIT, min(LIMIT, float(value)))


def level(values: list[float]) -> list[float]:
    return [cut(value) / SCALE for value in values]


def score(table: TokenTable, at: int, turn: int, names: list[int]) -> list[float]:
    """Scores of a token, the lowest there are where that leaves the turn."""
    if 0 <= at < len(table) and table.turn[at] == turn:
        return [float(table.scores[at, k]) for k in names]
    return [-LIMIT] * len(names)


def mean(rows: list[list[float]], width: int) -> list[float]:
    return [sum(row[k] for row in rows) / len(rows) if rows else 0.0 for k in range(width)]


def test_the_talk_holds_what_matters(table, spans):
    """Turns without tokens and without words, punctuation inside a turn, scores beyond the limit."""
    assert set(range(5)) - set(table.turn.tolist()) == {1}
    assert table.punct[table.turn == 3].all()
    assert table.punct[0] == 0 and table.punct.any()
    assert (np.abs(table.scores) > LIMIT).any()
    assert any(table.punct[a:b].all() for a, b in zip(*spans, strict=True))


def test_token_columns(table):
    out = token_columns(table)
    assert out.shape == (len(table), 12) and out.dtype == np.float32
    for i in range(len(table)):
        words = [j for j in range(i) if not table.punct[j]]
        places = [i, words[-1] if words else -1, i - 2, i + 1]
        wanted = [value for at in places for value in score(table, at, table.turn[i], CLAIM)]
        assert out[i] == pytest.approx(level(wanted), abs=1e-5), i


def test_span_columns(table, spans):
    out = span_columns(table, *spans)
    assert out.shape == (len(spans[0]), 14) and out.dtype == np.float32
    inside, starts, ends = ([cut(value) for value in table.scores[:, k]] for k in CLAIM)
    for row, a, b in zip(out, *(part.tolist() for part in spans), strict=True):
        turn = table.turn[a]
        words = [i for i in range(a, b) if not table.punct[i]]
        wanted = [
            sum(inside[i] for i in words) / len(words) if words else 0.0,
            min([inside[i] for i in words], default=LIMIT),
            starts[a],
            ends[b - 1],
            max([starts[i] for i in words if i > a], default=-LIMIT),
            max([ends[i] for i in words if i < b - 1], default=-LIMIT),
            *score(table, a - 1, turn, CLAIM),
            *score(table, b, turn, CLAIM),
            *score(table, b + 1, turn, CLAIM[:1]),
            *score(table, a - 2, turn, CLAIM[:1]),
        ]
        assert row == pytest.approx(level(wanted), abs=1e-5), (a, b)


def test_cue_columns(table, spans):
    out = cue_columns(table, *spans)
    assert out.shape == (len(spans[0]), 20) and out.dtype == np.float32
    for row, a, b in zip(out, *(part.tolist() for part in spans), strict=True):
        turn = table.turn[a]
        rows = [[float(table.scores[i, k]) for k in HEDGE] for i in range(a, b)]
        wanted = [*mean(rows, 5), *rows[0], *score(table, a - 1, turn, HEDGE), *score(table, b, turn, HEDGE)]
        assert row == pytest.approx(level(wanted), abs=1e-5), (a, b)


def test_claim_columns(table, spans):
    out = claim_columns(table, *spans)
    d = len(JUDGED)
    assert out.shape == (len(spans[0]), 3 * d + 3 + 3 + 3 + 5) and out.dtype == np.float32

    def rows(where: list[int], names: list[int], limited: bool = True) -> list[list[float]]:
        return [[cut(table.scores[i, k]) if limited else float(table.scores[i, k]) for k in names] for i in where]

    def of_turn(turn: int) -> list[int]:
        return [i for i in range(len(table)) if table.turn[i] == turn]

    for row, a, b in zip(out, *(part.tolist() for part in spans), strict=True):
        turn, own = int(table.turn[a]), list(range(a, b))
        wanted = [
            *mean(rows(own, JUDGED), d),
            *rows(own[:1], JUDGED)[0],
            *mean(rows(of_turn(turn), JUDGED), d),
            *mean(rows(of_turn(turn - 1), JUDGED[:3]), 3),
            *mean(rows(of_turn(turn + 1), JUDGED[:3]), 3),
            *mean(rows(own, CLAIM), 3),
            *mean(rows(own, HEDGE, limited=False), 5),
        ]
        assert row == pytest.approx(wanted, abs=1e-4), (a, b)


NONE = np.zeros(0, dtype=np.int64)


@pytest.mark.parametrize(("columns", "width"), [(span_columns, 14), (cue_columns, 20), (claim_columns, 56)])
@pytest.mark.parametrize("turns", [TALK, [Turn("Ines", "")], []], ids=["talk", "an empty turn", "no turns"])
def test_no_stretches(columns, width, turns):
    plain = table_of(make_doc(turns, blank()))
    table = replace(plain, scores=np.zeros((len(plain), len(COLUMNS)), dtype=np.float32))
    out = columns(table, NONE, NONE)
    assert out.shape == (0, width) and out.dtype == np.float32


@pytest.mark.parametrize("turns", [[Turn("Ines", "")], []], ids=["an empty turn", "no turns"])
def test_no_tokens(turns):
    table = replace(table_of(make_doc(turns, blank())), scores=np.zeros((0, len(COLUMNS)), dtype=np.float32))
    assert token_columns(table).shape == (0, 12)


def test_without_scores(table, spans):
    bare = replace(table, scores=None)
    for refused in (lambda: token_columns(bare), lambda: span_columns(bare, *spans)):
        with pytest.raises(ValueError, match="got tokens without scores, expected those of an encoder"):
            refused()
    for columns in (cue_columns, claim_columns):
        assert columns(bare, *spans).shape == (len(spans[0]), 0)
        assert columns(bare, NONE, NONE).shape == (0, 0)


def test_scores_are_left_as_they_are(table, spans):
    before = table.scores.copy()
    for columns in (span_columns, cue_columns, claim_columns):
        columns(table, *spans)
    token_columns(table)
    assert np.array_equal(table.scores, before)
