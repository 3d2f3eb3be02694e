import moocore
import numpy as np
import pytest

from engine.pareto.front import non_dominated
from engine.pareto.improvement import hypervolume_improvement, improvement_bound


@pytest.mark.parametrize("objectives", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(5))
def test_equal_to_the_difference_of_two_hypervolumes(objectives, seed):
    rng = np.random.default_rng(seed)
    points = rng.uniform(0, 1.2, (30, objectives)).round(1)  # ties, and some beyond the reference
    candidates = rng.uniform(-0.2, 1.2, (40, objectives)).round(1)
    reference = np.ones(objectives)
    front = points[non_dominated(points)]
    base = moocore.hypervolume(front, ref=reference)
    expected = [
        moocore.hypervolume(np.vstack([front, c]), ref=reference) - base for c in candidates
    ]
    improvements = hypervolume_improvement(front, candidates, reference)
    np.testing.assert_allclose(improvements, expected, atol=1e-9)


@pytest.mark.parametrize("objectives", [1, 2, 3])
def test_many_fronts_at_once_each_with_its_candidates(objectives):
    rng = np.random.default_rng(objectives)
    fronts, candidates = rng.random((4, 9, objectives)), rng.random((4, 6, objectives))
    reference = np.full(objectives, 0.9)
    one_by_one = [
        hypervolume_improvement(front[non_dominated(front)], points, reference)
        for front, points in zip(fronts, candidates, strict=True)
    ]
    improvements = hypervolume_improvement(fronts, candidates, reference)
    np.testing.assert_allclose(improvements, one_by_one, atol=1e-12)
    same = hypervolume_improvement(fronts[0], candidates, reference)
    np.testing.assert_allclose(
        same[2], hypervolume_improvement(fronts[0], candidates[2], reference)
    )


@pytest.mark.parametrize("objectives", [1, 2, 3])
def test_the_first_point_adds_its_whole_box(objectives):
    none = np.empty((0, objectives))
    improvements = hypervolume_improvement(none, np.full((1, objectives), 0.5), np.ones(objectives))
    assert improvements == pytest.approx([0.5**objectives])


@pytest.mark.parametrize("objectives", [3, 4])
def test_the_bound_is_never_less_and_is_exact_for_a_front_of_one_point(objectives):
    rng = np.random.default_rng(objectives)
    candidates, reference = rng.uniform(0, 1.2, (40, objectives)), np.ones(objectives)
    for size in (0, 1, 12):
        front = rng.random((size, objectives))
        bound = improvement_bound(front, candidates, reference)
        exact = hypervolume_improvement(front, candidates, reference)
        assert (bound >= exact - 1e-12).all()
        assert (size > 1) == (bound > exact + 1e-12).any()
