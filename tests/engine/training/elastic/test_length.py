import pytest

from engine.errors import ConfigError
from engine.training.elastic.length import (
    fine_tuning_multiple,
    steps_of_length,
    supernet_multiple,
    usual_epochs,
)
from engine.training.elastic.recipe import Recipe
from tests.engine.training.elastic.tiny import tiny_elastic

RECIPE = Recipe(rate=1e-3)


@pytest.mark.parametrize(
    ("inputs", "epochs"), [(60_000, 5), (30_000, 10), (1_000, 100), (1_000_000, 5)]
)
def test_small_data_are_seen_more_often(inputs: int, epochs: int) -> None:
    assert usual_epochs(inputs // 100, 100) == epochs


@pytest.mark.parametrize(
    ("length", "multiple", "accumulate", "steps"),
    [(1, 1, 1, 1000), (1, 2.5, 1, 400), (0.25, 0.5, 1, 500), (1, 1, 4, 250), (1e-9, 1, 1, 1)],
)
def test_steps_cost_the_wanted_share_of_the_original_training(
    length: float, multiple: float, accumulate: int, steps: int
) -> None:
    recipe = Recipe(rate=1e-3, accumulate=accumulate)
    assert steps_of_length(length, 1000, multiple, recipe) == steps


@pytest.mark.parametrize("length", [0.0, -1.0, float("nan"), float("inf")])
def test_lengths_are_positive(length: float) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        steps_of_length(length, 1000, 1, RECIPE)


def test_a_step_of_a_supernet_costs_that_of_its_networks_and_of_the_original() -> None:
    network = tiny_elastic()
    space = network.space
    smallest, largest = (fine_tuning_multiple(network, g) for g in (space.smallest, space.largest))
    assert largest == pytest.approx(4 / 3)
    assert smallest < 1
    without_random = supernet_multiple(network, Recipe(rate=1e-3, random_networks=0))
    assert without_random == pytest.approx(smallest + largest - 1 / 3)
    assert 0.3 < (supernet_multiple(network, RECIPE) - without_random) / 2 < 0.8
