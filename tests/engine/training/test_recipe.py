import numpy as np
import pytest

from engine.errors import DataError
from engine.training.recipe import Phase, Recipe, one_cycle

SMALL = Recipe(
    phases=(
        Phase("largest", 1, 3e-3),
        Phase("shrinking", 1, 1.5e-3, random_subnets=1),
        Phase("settling", 2, 1e-3, random_subnets=2, smallest_every=4),
        Phase("spreading", 1, 1e-3, 2, smallest_every=4, frequencies=(0.2, 0.3, 0.5)),
    ),
    batch=16,
)


def test_one_cycle_rises_to_its_peak_and_falls_to_almost_nothing() -> None:
    rates = np.array([one_cycle(step, 200, 3e-3) for step in range(200)])
    top = int(rates.argmax())
    assert rates[top] == pytest.approx(3e-3)
    assert top == 200 * 0.15 - 1
    assert (np.diff(rates[: top + 1]) > 0).all()
    assert (np.diff(rates[top:]) < 0).all()
    assert 0 <= rates[-1] < 1e-6


def test_steps_are_whole_batches_of_every_epoch() -> None:
    assert SMALL.steps_per_epoch(50) == 3
    assert SMALL.total_steps(50) == 3 * (1 + 1 + 2 + 1)


def test_phases_follow_one_another() -> None:
    places = [SMALL.at(step, images=50) for step in range(SMALL.total_steps(50))]
    names = [phase.name for phase, _, _ in places]
    assert names == ["largest"] * 3 + ["shrinking"] * 3 + ["settling"] * 6 + ["spreading"] * 3
    assert [step for _, step, _ in places] == [0, 1, 2, 0, 1, 2, 0, 1, 2, 3, 4, 5, 0, 1, 2]
    assert [steps for _, _, steps in places] == [3] * 6 + [6] * 6 + [3] * 3


def test_too_few_images_for_a_batch_are_refused() -> None:
    with pytest.raises(DataError, match="15 images do not fill one batch of 16"):
        SMALL.total_steps(15)


def test_a_recipe_survives_json() -> None:
    assert Recipe.from_json(SMALL.to_json()) == SMALL
