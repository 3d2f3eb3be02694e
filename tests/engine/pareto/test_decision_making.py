import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pareto.decision_making import (
    compromise,
    high_tradeoff,
    knee,
    nearest_pseudo_weights,
    normalised,
    normalised_weights,
    pseudo_weights,
)
from engine.pareto.front import non_dominated

EVEN = np.array([0.5, 0.5])
BENT = np.array([[0.0, 10.0], [1.0, 3.0], [3.0, 1.0], [10.0, 0.0]])


@st.composite
def fronts(draw, fewest=0, objectives=(1, 4)):
    m = draw(st.integers(*objectives))
    rows = draw(
        st.lists(
            st.lists(st.integers(-50, 50), min_size=m, max_size=m), min_size=fewest, max_size=40
        )
    )
    points = np.array(rows, dtype=np.float64).reshape(-1, m)
    scale = draw(st.sampled_from([1.0, 1e-6, 1e8]))
    return points[non_dominated(points)] * scale


@st.composite
def weighted(draw):
    points = draw(fronts())
    m = points.shape[1]
    weights = draw(st.lists(st.integers(0, 10), min_size=m, max_size=m))
    return points, np.array(weights, dtype=np.float64)


@given(weighted())
def test_every_choice_is_a_point_of_the_front_or_none(case):
    points, weights = case
    rows = range(len(points))
    indices = {knee(points), *high_tradeoff(points)} - {None}
    if len(points):
        indices |= {compromise(points, weights), nearest_pseudo_weights(points, weights)}
    assert indices <= set(rows)


@given(fronts(), st.sampled_from([1e-3, 7.0, 1e9]))
def test_units_change_no_choice(points, unit):
    scaled = points * unit
    if np.array_equal(normalised(points), normalised(scaled)):
        assert knee(points) == knee(scaled)
        assert high_tradeoff(points) == high_tradeoff(scaled)


@given(fronts(fewest=3, objectives=(2, 2)))
def test_the_knee_of_two_objectives_is_farthest_from_the_line_through_the_ends(points):
    index = knee(points)
    shares = normalised(points)
    depth = 1.0 - shares.sum(axis=1)  # above 0: on the ideal's side of the line
    if index is None:
        assert len(points) < 3 or depth.max() <= 1e-12
    else:
        assert depth[index] == pytest.approx(depth.max())


@given(weighted())
def test_the_compromise_has_the_smallest_worst_weighted_share(case):
    points, weights = case
    if len(points):
        weight_shares = np.maximum(normalised_weights(weights), 1e-9)
        worst = [
            max(w * s for w, s in zip(weight_shares, row, strict=True))
            for row in normalised(points)
        ]
        assert worst[compromise(points, weights)] == pytest.approx(min(worst))


@given(fronts(fewest=1))
def test_pseudo_weights_sum_to_one(points):
    if len(points):
        weights = pseudo_weights(points)
        assert weights.shape == points.shape
        assert (weights >= 0).all()
        assert weights.sum(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize("objective", [0, 1])
def test_all_the_weight_on_one_objective_takes_its_best(objective):
    weights = np.eye(2)[objective]
    best = int(np.argmin(BENT[:, objective]))
    assert compromise(BENT, weights) == nearest_pseudo_weights(BENT, weights) == best


def test_a_front_that_bends_has_a_knee_with_a_high_price_around_it():
    points = np.array([[0.0, 1.0], [0.1, 0.8], [0.2, 0.1], [0.6, 0.05], [1.0, 0.0]])
    assert knee(points) == 2
    assert high_tradeoff(points) == [2]


def test_a_front_that_bulges_the_other_way_has_no_knee():
    assert knee(np.array([[0.0, 1.0], [0.9, 0.9], [1.0, 0.0]])) is None


def test_of_nothing_nothing_is_chosen():
    for choose in (compromise, nearest_pseudo_weights):
        with pytest.raises(ValueError, match=r"empty|no points"):
            choose(BENT[:0], EVEN)


@pytest.mark.parametrize("k", [0, 1, 2])
def test_small_fronts_have_neither_knee_nor_high_prices(k):
    assert knee(BENT[:k]) is None
    assert high_tradeoff(BENT[:k]) == []
    if k:
        assert compromise(BENT[:k], EVEN) == nearest_pseudo_weights(BENT[:k], EVEN) == 0


def test_an_objective_in_which_all_are_equal_decides_nothing():
    points = np.column_stack([BENT[:, 0], np.full(4, 7.0), BENT[:, 1]])
    weights = np.array([0.2, 0.5, 0.3])
    assert knee(points) == knee(BENT)
    assert high_tradeoff(points) == high_tradeoff(BENT)
    assert compromise(points, weights) == compromise(BENT, weights[[0, 2]])
    assert (pseudo_weights(points)[:, 1] == 0).all()


def test_weights_of_zero_count_as_even_ones():
    assert compromise(BENT, np.zeros(2)) == compromise(BENT, EVEN)
