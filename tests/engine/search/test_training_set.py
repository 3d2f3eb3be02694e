import moocore
import numpy as np
import pytest

from engine.search import training_set

VALUES = np.random.default_rng(0).random((500, 2))


def informative_rows(values, limit):
    by_rank = np.argsort(moocore.pareto_rank(values), kind="stable")
    return training_set.informative_rows(by_rank, len(values), limit)


@pytest.mark.parametrize("limit", [500, 600])
def test_few_are_all_learnt_from(limit):
    assert informative_rows(VALUES, limit).tolist() == list(range(500))


@pytest.mark.parametrize("limit", [7, 40, 499])
def test_of_many_as_many_as_allowed_each_once_in_the_order_of_measurement(limit):
    rows = informative_rows(VALUES, limit)
    assert len(rows) == limit
    assert (np.diff(rows) > 0).all()


def test_those_nearest_to_the_front_are_kept():
    line = np.linspace(0, 1, 20)
    front = np.c_[line, 1 - line]
    values = np.vstack([VALUES[:100] + 2, front, VALUES[100:200] + 2])
    assert set(range(100, 120)) <= set(informative_rows(values, 60))


def test_the_rest_is_spread_over_the_whole_search():
    other_rows = informative_rows(np.repeat(VALUES[:1], 500, axis=0), 100)
    assert other_rows[-1] == 499
    assert np.histogram(other_rows, 5, (0, 500))[0].min() > 8
