import numpy as np
import pytest

from engine.tasks.images.metrics import ACC
from engine.training.elastic.spread import Spread, quality_spread, spread_and_noise
from tests.engine.training.elastic.tiny import tiny_data, tiny_elastic


def test_spread_and_noise_of_known_values() -> None:
    """Networks that differ by 2 points with batches that add noise of 1, and an effect of 5."""
    rng = np.random.default_rng(0)
    networks, batches = rng.normal(80, 2, (200, 1)), rng.normal(0, 5, (1, 25))
    values = networks + batches + rng.normal(0, 1, (200, 25))
    deviation, noise = spread_and_noise(values)
    assert deviation == pytest.approx(2, rel=0.15)
    assert noise == pytest.approx(1 / 5, rel=0.05)


def test_equal_networks_differ_by_noise_alone() -> None:
    values = np.random.default_rng(0).normal(80, 1, (200, 25))
    deviation, noise = spread_and_noise(values)
    assert deviation == pytest.approx(noise, rel=0.15)


def test_the_sentence_says_whether_a_search_is_worth_it() -> None:
    assert Spread(ACC, 1.5, 0.1).sentence().startswith("A search is worth it: random")
    assert Spread(ACC, 0.15, 0.1).sentence().startswith("A search for the best of equal MACs gains")


def test_sub_networks_of_a_real_network_are_compared() -> None:
    spread = quality_spread(tiny_elastic(), tiny_data())
    assert spread is not None
    assert spread.deviation >= 0
    assert spread.noise >= 0


def test_one_batch_tells_nothing_of_noise() -> None:
    data = tiny_data()
    one_batch = tiny_data(validation=lambda: list(data.batches("validation"))[:1])
    assert quality_spread(tiny_elastic(), one_batch) is None
