import moocore
import numpy as np
import pytest

from engine.pareto.front import non_dominated
from engine.pareto.improvement import hypervolume_improvement


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
    gained = hypervolume_improvement(front, candidates, reference)
    np.testing.assert_allclose(gained, expected, atol=1e-9)


@pytest.mark.parametrize("objectives", [1, 2, 3])
def test_the_first_point_adds_its_whole_box(objectives):
    none = np.empty((0, objectives))
    gained = hypervolume_improvement(none, np.full((1, objectives), 0.5), np.ones(objectives))
    assert gained == pytest.approx([0.5**objectives])
