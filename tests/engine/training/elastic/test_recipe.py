import pytest

from engine.errors import ConfigError
from engine.training.elastic.recipe import Recipe, usual_original_rate


def test_the_rate_rises_for_a_twentieth_of_the_steps_and_falls_to_almost_zero() -> None:
    recipe = Recipe(rate=0.1)
    rates = [recipe.rate_at(step, 100) for step in range(100)]
    assert rates[:5] == pytest.approx([0.02, 0.04, 0.06, 0.08, 0.1])
    assert rates[5:] == sorted(rates[5:], reverse=True)
    assert 0 < rates[-1] < 0.001


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf")])
def test_rates_are_positive(rate: float) -> None:
    with pytest.raises(ConfigError, match="above 0"):
        Recipe(rate=rate)


def test_a_recipe_is_plain_data() -> None:
    recipe = Recipe(rate=1e-3, seed=4)
    assert Recipe(**recipe.to_json()) == recipe


def test_the_usual_rate_rises_with_the_square_root_of_the_batch() -> None:
    assert usual_original_rate(True, 128) == 3e-3
    assert usual_original_rate(False, 128) == 1e-3
    assert usual_original_rate(True, 512) == 6e-3
