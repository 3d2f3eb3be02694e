"""Lifetimes against the front counted from scratch after every point."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from engine.pareto.front import non_dominated
from engine.pareto.lifetimes import (
    NEVER_ON_FRONT,
    STILL_ON_FRONT,
    FrontLifetimes,
    front_at,
    front_sizes,
)


@pytest.mark.parametrize("objectives", [1, 2, 3])
@given(data=st.data())
@settings(max_examples=50)
def test_the_front_at_any_moment_is_that_of_the_points_so_far(objectives, data):
    grid = st.sampled_from([*np.linspace(0, 1, 5), np.nan])
    shape = st.tuples(st.integers(0, 20), st.just(objectives))
    points = data.draw(arrays(np.float64, shape, elements=grid))
    feasible = data.draw(arrays(bool, len(points)))
    lifetimes = FrontLifetimes(objectives)
    cut = len(points) // 2
    lifetimes.add(points[:cut], feasible[:cut])
    lifetimes.add(points[cut:], feasible[cut:])
    allowed = np.where(feasible[:, None], points, np.nan)
    for n in range(len(points) + 1):
        expected = np.zeros(len(points), dtype=bool)
        expected[:n] = non_dominated(allowed[:n])
        assert (front_at(lifetimes.dominated_at, n) == expected).all()
    sizes = [int(front_at(lifetimes.dominated_at, n).sum()) for n in range(1, len(points) + 1)]
    assert front_sizes(lifetimes.dominated_at).tolist() == sizes


def test_an_end_names_the_point_that_came_between():
    lifetimes = FrontLifetimes(2)
    lifetimes.add(np.array([[2.0, 2.0], [3.0, 3.0], [1.0, 1.0]]), np.array([True] * 3))
    assert lifetimes.dominated_at.tolist() == [3, NEVER_ON_FRONT, STILL_ON_FRONT]
