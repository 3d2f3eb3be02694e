import copy

import pytest
import torch

from engine.training.elastic.recipe import Recipe
from engine.training.elastic.timing import StepTimes, seconds_text, step_times
from tests.engine.training.elastic.tiny import CPU, tiny_data, tiny_elastic, tiny_model


def test_steps_are_timed_and_weights_stay() -> None:
    network, original = tiny_elastic(), tiny_model()
    before = copy.deepcopy(network.model.state_dict())
    times = step_times(network, original, tiny_data(), Recipe(rate=1e-2), CPU)
    assert 0 < times.plain < times.supernet
    assert all(
        torch.equal(before[name], value) for name, value in network.model.state_dict().items()
    )


def test_the_estimate_is_in_words() -> None:
    assert StepTimes(plain=0.04, supernet=0.12, fine_tuning=0.05).sentence(3_000) == (
        "A step of plain training takes 0.04 s, one of the supernet 3 times as long. Its training, "
        "3,000 steps, takes about 6 min."
    )


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0412, "0.041 s"), (12, "12 s"), (99, "99 s"), (150, "2.5 min"), (5_000, "83 min"),
     (9_000, "2.5 h"), (36_000, "10 h")],
)  # fmt: skip
def test_durations_in_words(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text
