import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pareto.curves import change_indices, evaluations_to_reach, quartiles

steps = st.lists(st.sampled_from([0.0, 0.0, 0.01, 0.3]), min_size=1, max_size=40)
curves = steps.map(lambda gains: np.cumsum(gains) / 12)


@given(curves, st.floats(0, 1))
def test_a_level_is_reached_at_the_first_evaluation_that_has_it(curve, level):
    number = evaluations_to_reach(curve, level)
    if number is None:
        assert curve[-1] < level
    else:
        assert curve[number - 1] >= level - 1e-9
        assert number == 1 or curve[number - 2] < level


@given(st.lists(curves, min_size=1, max_size=4))
def test_corners_draw_the_same_steps(several):
    shortest = min(map(len, several))
    shortened = [curve[:shortest] for curve in several]
    indices = change_indices(*shortened)
    for curve in shortened:
        drawn = curve[indices][np.searchsorted(indices, np.arange(shortest), side="right") - 1]
        np.testing.assert_array_equal(drawn, curve)
    assert indices[0] == 0
    assert indices[-1] == shortest - 1


@given(st.lists(curves, min_size=1, max_size=5))
def test_quartiles_are_in_order_and_never_fall(several):
    low, median, high = quartiles(several)
    assert len(low) == min(map(len, several))
    assert (low <= median + 1e-12).all()
    assert (median <= high + 1e-12).all()
    assert all((np.diff(curve) >= -1e-12).all() for curve in (low, median, high))


def test_a_long_flat_curve_has_few_corners():
    curve = np.repeat([0.1, 0.2, 0.3], 7000)
    assert len(change_indices(curve)) == 4
    assert len(change_indices(curve[:0])) == 0
    assert evaluations_to_reach(curve, 0.3) == 14_001
    assert evaluations_to_reach(curve, 0.30001) is None


def test_the_middle_of_three_seeds_is_the_median():
    assert list(
        quartiles([np.array([0.1, 0.5]), np.array([0.2, 0.3]), np.array([0.9])]).median
    ) == [pytest.approx(0.2)]
