"""Which claims serve to calibrate: on made-up numbers, where what is true is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from overstate.features.claims import BLOCKS, ClaimInputs
from overstate.learn.status import MIN_CALIBRATION, STATUSES, StatusModel

#: Transcripts that look as new ones will, and transcripts whose counts say more than those of new ones do.
TYPICAL = [True] * 4 + [False] * 4
#: Claims of each status in each transcript: enough in the four typical ones, not in three of them.
EACH = MIN_CALIBRATION // 4

Made = tuple[list[ClaimInputs], list[np.ndarray]]


def inputs(status: np.ndarray, noise: float, rng: np.random.Generator) -> ClaimInputs:
    """Claims whose one count for each status is 1 where it holds, with noise; their words say nothing."""
    m = len(status)
    dense = np.eye(len(STATUSES))[status] + rng.normal(0, noise, (m, len(STATUSES)))
    blocks = [sparse.csr_matrix((m, 2**bits), dtype=np.float32) for _, bits, _ in BLOCKS]
    blocks[0] = sparse.csr_matrix((np.ones(m, np.float32), (np.arange(m), rng.integers(0, 9, m))), blocks[0].shape)
    return ClaimInputs(tuple(blocks), dense.astype(np.float32), np.full(m, -1), True)


def made(typical: Sequence[bool], each: int = EACH, seed: int = 0) -> Made:
    rng = np.random.default_rng(seed)
    status = [rng.permutation(np.repeat(np.arange(len(STATUSES)), each)) for _ in typical]
    return [inputs(s, 2.0 if t else 0.1, rng) for s, t in zip(status, typical, strict=True)], status


def fit(data: Made, typical: Sequence[bool] | None) -> StatusModel:
    groups = [f"call {i}" for i in range(len(data[0]))]
    return StatusModel.fit(*data, [[()] * len(s) for s in data[1]], groups, typical)


def parts(model: StatusModel) -> dict[str, np.ndarray]:
    return {
        "words": model.words.coef_,
        "scale": model.weighting.scaler.scale_,
        "idf": np.concatenate(model.weighting.idf),
        "calibration": np.r_[model.calibration.coef_.ravel(), model.calibration.intercept_],
        "offsets": model.offsets,
    }


def differing(one: StatusModel, other: StatusModel) -> set[str]:
    a, b = parts(one), parts(other)
    return {name for name in a if not np.array_equal(a[name], b[name])}


@pytest.fixture(scope="module")
def data() -> Made:
    return made(TYPICAL)


@pytest.fixture(scope="module")
def on_all(data) -> StatusModel:
    return fit(data, None)


@pytest.fixture(scope="module")
def on_typical(data) -> StatusModel:
    return fit(data, TYPICAL)


def test_all_is_what_nothing_said_means(data, on_all):
    assert differing(fit(data, [True] * len(TYPICAL)), on_all) == set()


def test_only_calibration_is_fitted_on_typical_transcripts(on_all, on_typical):
    assert {"calibration"} <= differing(on_all, on_typical) <= {"calibration", "offsets"}


def test_probabilities_hold_for_what_is_typical(on_all, on_typical):
    """Trusted as much as the clear transcripts deserve, the probabilities of typical ones are too far from even."""
    (new, *_), (status, *_) = made([True], each=500, seed=1)
    gap = {}
    for name, model in (("all", on_all), ("typical", on_typical)):
        chance = model.judge(new).probabilities
        assert chance.sum(axis=1) == pytest.approx(np.ones(len(status)))
        right = chance.argmax(axis=1) == status
        gap[name] = chance.max(axis=1).mean() - right.mean()
    assert 2 * abs(gap["typical"]) < gap["all"], gap


def test_words_are_learned_from_all(data, on_typical):
    turned = [*data[1][:-1], (data[1][-1] + 1) % len(STATUSES)]
    assert "words" in differing(fit((data[0], turned), TYPICAL), on_typical)


@pytest.mark.parametrize("typical", [[False] * 8, [True] * 3 + [False] * 5], ids=["none", "too few of each"])
def test_all_calibrate_where_typical_ones_are_too_few(data, on_all, typical):
    assert differing(fit(data, typical), on_all) == set()


def test_too_few_of_one_status_are_too_few(data, on_all):
    inputs, status = data
    keep = np.flatnonzero(np.cumsum(status[0] == 2) * (status[0] == 2) != 1)  # the first doubtful claim left out
    first = replace(
        inputs[0],
        blocks=tuple(block[keep] for block in inputs[0].blocks),
        dense=inputs[0].dense[keep],
        echo=inputs[0].echo[keep],
    )
    less = [first, *inputs[1:]], [status[0][keep], *status[1:]]
    assert np.bincount(np.concatenate(less[1][:4])).tolist() == [100, 100, 99]
    assert differing(fit(less, TYPICAL), fit(less, None)) == set()


def test_transcripts_without_claims_may_be_typical(data, on_typical):
    inputs, status = data
    none = replace(
        inputs[0],
        blocks=tuple(block[:0] for block in inputs[0].blocks),
        dense=inputs[0].dense[:0],
        echo=inputs[0].echo[:0],
    )
    more = [*inputs, none], [*status, status[0][:0]]
    assert {"words", "calibration"}.isdisjoint(differing(fit(more, [*TYPICAL, True]), fit(more, [*TYPICAL, False])))
