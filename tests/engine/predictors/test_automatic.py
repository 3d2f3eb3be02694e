import numpy as np
import pytest
from scipy.stats import kendalltau

from engine.predictors.automatic import CANDIDATES, AutomaticPredictor
from engine.predictors.registry import make
from tests.engine.predictors.landscapes import features, linear, rugged

ROWS, UNSEEN = features(150, 0), features(300, 2)


def rank(model, truth):
    return kendalltau(model.predict(UNSEEN), truth(UNSEEN))[0]


@pytest.mark.parametrize("truth", [linear, rugged])
def test_it_ranks_about_as_well_as_the_best_candidate(truth):
    noise = np.random.default_rng(1).normal(0, 0.3, len(ROWS))
    values = truth(ROWS) + noise
    model = AutomaticPredictor(0).fit(ROWS, values)
    best = max(rank(kind(0).fit(ROWS, values), truth) for kind in CANDIDATES)
    assert rank(model, truth) > best - 0.05


def test_on_steps_a_forest_is_chosen_and_predicts():
    model = AutomaticPredictor(0).fit(ROWS, rugged(ROWS))
    assert model.selected_name == "random_forest"
    assert model.tau["random_forest"] == max(model.tau.values())
    assert rank(model, rugged) > rank(make("gaussian_process", 0).fit(ROWS, rugged(ROWS)), rugged)


def test_every_candidate_has_its_rank_correlation():
    model = AutomaticPredictor(0).fit(ROWS, linear(ROWS))
    assert set(model.tau) == {kind.name for kind in CANDIDATES}
    assert all(-1 <= tau <= 1 for tau in model.tau.values())


def test_a_lead_by_chance_does_not_count():
    noise = np.random.default_rng(5).normal(size=(10, 14))
    selected_names = [
        AutomaticPredictor(0).fit(ROWS[:14], values).selected_name
        for values in linear(ROWS[:14]) + noise
    ]
    assert selected_names.count("gaussian_process") >= 6


@pytest.mark.parametrize("values", [linear(ROWS[:8]), np.full(40, 2.0)])
def test_too_little_to_tell_leaves_the_default(values):
    model = AutomaticPredictor(0).fit(ROWS[: len(values)], values)
    assert (model.selected_name, model.tau) == ("gaussian_process", {})
