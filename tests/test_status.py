"""Judging with and without an encoder's scores: on made-up numbers, where what is true is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse
from scipy.special import log_softmax

from overstate.features.claims import BLOCKS, EDGES, ClaimInputs, inputs_of
from overstate.learn.status import STATUSES, StatusModel

COUNTS, SCORES = 3, 4


def inputs(status: np.ndarray, scores: int, rng: np.random.Generator) -> ClaimInputs:
    """Claims with a count for each status, 1 with noise where it holds, scores that say it better, and idle words."""
    m = len(status)
    told = np.eye(len(STATUSES))[status]
    better = np.c_[told + rng.normal(0, 0.3, told.shape), rng.normal(0, 1, m)]
    dense = np.c_[told + rng.normal(0, 1, told.shape), better]
    words = sparse.csr_matrix(
        (np.ones(m, np.float32), (np.arange(m), rng.integers(0, 9, m))), shape=(m, int(EDGES[-1]))
    )
    return ClaimInputs(words, dense.astype(np.float32), scores)


def made(scores: int, seed: int) -> tuple[list[ClaimInputs], list[np.ndarray]]:
    rng = np.random.default_rng(seed)
    status = [rng.permutation(np.repeat(np.arange(len(STATUSES)), 20)) for _ in range(8)]
    return [inputs(s, scores, rng) for s in status], status


def fitted(scores: int) -> StatusModel:
    data, status = made(scores, 0)
    return StatusModel.fit(data, status, [[()] * len(s) for s in status], [f"call {i}" for i in range(len(data))])


@pytest.fixture(scope="module")
def linear() -> StatusModel:
    return fitted(0)


@pytest.fixture(scope="module")
def scored() -> StatusModel:
    return fitted(SCORES)


def test_without_scores_one_model_sees_words_and_counts(linear):
    (voter,) = linear.voters
    assert voter.coef_.shape == (len(STATUSES), EDGES[-1] + COUNTS + SCORES)
    assert np.any(voter.coef_[:, : EDGES[-1]]) and np.any(voter.coef_[:, EDGES[-1] :])


def test_with_scores_one_voter_sees_them_alone_and_one_the_counts_too(scored):
    alone, beside = (voter.coef_ for voter in scored.voters)
    assert not np.any(alone[:, :-SCORES]) and np.all(np.any(alone[:, -SCORES:], axis=0))
    dense = EDGES[-1]
    assert not np.any(beside[:, :dense]) and np.all(np.any(beside[:, dense:], axis=0))


@pytest.mark.parametrize("scores", [0, SCORES])
def test_probabilities_are_the_calibrated_mean_of_the_voters(scores, request):
    model = request.getfixturevalue("scored" if scores else "linear")
    new = inputs_of(made(scores, 1)[0])
    features = model.weighting.features(new)
    votes = [np.log(np.exp(log_softmax(v.decision_function(features), axis=1)) + 1e-6) for v in model.voters]
    expected = model.calibration.predict_proba(np.mean(votes, axis=0))
    np.testing.assert_allclose(model.judge(new).probabilities, expected, atol=1e-5)


def test_scores_that_tell_more_judge_better(linear, scored):
    (data, status), seen = made(SCORES, 2), np.concatenate
    right = np.mean(scored.judge(inputs_of(data)).status == seen(status))
    assert right > 0.9


@pytest.mark.parametrize("scores", [0, SCORES])
def test_a_saved_state_judges_the_same(scores, request):
    model = request.getfixturevalue("scored" if scores else "linear")
    again = StatusModel.from_state(model.to_state())
    new = inputs_of(made(scores, 3)[0])
    np.testing.assert_array_equal(again.judge(new).probabilities, model.judge(new).probabilities)
    assert len(BLOCKS) == len(model.to_state()["idf"])
