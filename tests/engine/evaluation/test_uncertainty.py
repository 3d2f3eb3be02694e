import math
from dataclasses import replace

import numpy as np
import pytest

from engine.evaluation.uncertainty import (
    REPEATED,
    difference_error,
    evaluation_error,
    is_within_noise,
    leaner_equal,
    noise,
    standard_error,
    uncertain_metrics,
)
from engine.metrics import Metric, metric
from tests.engine.records import evaluation

ACC, MACS = metric("acc"), metric("macs")


def measured(acc, macs=5e6, inputs=5000, **changes):
    return evaluation(acc, macs, quality_conditions={"inputs": inputs}, **changes)


def test_the_standard_error_is_that_of_a_binomial_share():
    shares = np.random.default_rng(0).binomial(400, 0.8, 20_000) / 4.0
    assert standard_error(ACC, 80.0, 400) == pytest.approx(shares.std(), rel=0.02)


def test_an_average_of_scores_between_right_and_wrong_is_more_certain_than_the_bound():
    scores = np.random.default_rng(0).beta(4, 1, (5000, 400)) * 100
    means = scores.mean(axis=1)
    assert means.std() < standard_error(ACC, float(means.mean()), 400)


@pytest.mark.parametrize("value", [0.0, 100.0])
def test_the_ends_are_not_certain(value):
    assert 0 < standard_error(ACC, value, 50) < standard_error(ACC, 50.0, 50)


LOSS = Metric("loss", "Loss", "", "min", "measured", "A loss.", lowest=0.0)
GROWTH = Metric("growth", "Growth", "%", "max", "measured", "A growth.")


@pytest.mark.parametrize(
    ("definition", "value", "inputs"),
    [(ACC, 90.0, None), (ACC, 90.0, 0), (ACC, math.nan, 50), (MACS, 5e6, 50), (LOSS, 0.5, 50),
     (GROWTH, 50.0, 50)],
)  # fmt: skip
def test_other_values_have_no_standard_error(definition, value, inputs):
    assert standard_error(definition, value, inputs) is None


def test_only_what_was_measured_has_a_standard_error():
    known = measured(90.0)
    assert evaluation_error("acc", known) == standard_error(ACC, 90.0, 5000)
    assert evaluation_error("macs", known) is None
    assert evaluation_error("acc", replace(known, quality_conditions={})) is None
    predicted = replace(known, sources={"acc": "published predictor", "macs": "exact"})
    assert evaluation_error("acc", predicted) is None
    assert uncertain_metrics([predicted, evaluation(ok=False), known]) == ["acc"]
    assert uncertain_metrics([predicted]) == []


def test_the_error_of_a_difference_bounds_that_of_the_same_inputs():
    rng = np.random.default_rng(0)
    hard = rng.random(2000) < 0.3  # inputs on which two sub-networks are often wrong together
    first, second = ((rng.random((2000, 2000)) > np.where(hard, 0.4, 0.01)) for _ in range(2))
    spread = (first.mean(axis=1) - second.mean(axis=1)).std() * 100
    means = [100.0 * float(hits.mean()) for hits in (first, second)]
    bound = difference_error("acc", *(measured(mean, inputs=2000) for mean in means))
    assert spread < bound
    assert difference_error("acc", evaluation(90.0), evaluation(91.0)) == 0


def test_differences_below_the_error_count_as_equal():
    assert is_within_noise(ACC, 0.5, 0.57)
    assert not is_within_noise(ACC, 0.6, 0.57)
    assert is_within_noise(ACC, 0.019)
    assert not is_within_noise(ACC, 0.02)
    assert not is_within_noise(MACS, 1.0)


@pytest.mark.parametrize(
    ("source", "threshold"),
    [("measured", REPEATED), ("", REPEATED), ("imported", REPEATED), ("exact", 0.0),
     ("published predictor", 0.0), ("published predictor, extrapolated", 0.0),
     ("lookup table", 0.0)],
)  # fmt: skip
def test_only_what_was_measured_has_noise(source, threshold):
    first, second = (evaluation(acc, sources={"acc": source}) for acc in (90.0, 90.01))
    assert noise("acc", first, second) == threshold
    assert is_within_noise(ACC, 0.01, noise("acc", first, second)) == bool(threshold)
    assert is_within_noise(ACC, 0.0, noise("acc", first, second))
    assert noise("acc", first, measured(90.01)) > REPEATED


def test_the_leanest_equal_is_found():
    chosen = measured(90.6, 9e6, number=1)
    equal, leanest, worse = (
        measured(90.4, 6e6, number=2), measured(90.3, 5e6, number=3), measured(89.0, 2e6, number=4),
    )  # fmt: skip
    assert leaner_equal([chosen, equal, leanest, worse], chosen, [ACC, MACS]) is leanest
    assert leaner_equal([worse], chosen, [ACC, MACS]) is None
    assert leaner_equal([measured(90.6, 9e6)], chosen, [ACC, MACS]) is None  # not leaner
    assert leaner_equal([measured(90.9, 9.1e6)], chosen, [ACC, MACS]) is None  # costs more
    assert leaner_equal([evaluation(90.4, 6e6)], evaluation(90.6, 9e6), [ACC, MACS]) is None
    assert leaner_equal([evaluation(ok=False)], chosen, [ACC, MACS]) is None
