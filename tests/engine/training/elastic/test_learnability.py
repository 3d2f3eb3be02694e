from dataclasses import replace
from pathlib import Path

import pytest
from torch import Tensor

from engine.errors import DataError
from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.data_source import Brought, Request, bring
from engine.supernets.elastic.loader_data import LoaderData
from engine.supernets.elastic.settings import ElasticSettings
from engine.tasks.elastic_task import distance_of_logits
from engine.training.elastic.learnability import advantage_of_smallest, narrowed_until_learnable
from engine.training.elastic.recipe import Recipe
from tests.engine.training.elastic import token_model
from tests.engine.training.elastic.tiny import CPU

RECIPE = Recipe(rate=3e-3)
TOKENS = ElasticSettings(divisor=4, least_depth=0.1)


def brought(file: str) -> Brought:
    return bring(Request(f"{Path(file)}:make_model"))


def test_a_network_whose_class_token_never_sees_the_image_has_no_advantage() -> None:
    given = brought(token_model.__file__)
    network = analyse(given.network, given.inputs, TOKENS).network
    advantage = advantage_of_smallest(network, given.network, given.required_data(), RECIPE, CPU)
    assert advantage == pytest.approx(0, abs=1e-3)


def test_the_space_is_narrowed_until_the_smallest_network_learns() -> None:
    given = brought(token_model.__file__)
    analysis = analyse(given.network, given.inputs, TOKENS)
    narrowed, settings, sentences = narrowed_until_learnable(analysis, TOKENS, given, RECIPE, CPU)
    assert settings.least_depth == 0.75
    assert narrowed.network.space.size < analysis.network.space.size
    assert sentences == [
        "The smallest sub-network stayed at chance in 60 steps of training. The space was "
        "narrowed: at least 75% of the blocks of each stage stay."
    ]


def test_a_space_whose_smallest_network_learns_is_kept() -> None:
    given = brought(token_model.__file__)
    settings = ElasticSettings(divisor=4, least_depth=0.75)
    analysis = analyse(given.network, given.inputs, settings)
    kept = narrowed_until_learnable(analysis, settings, given, RECIPE, CPU)
    assert kept == (analysis, settings, [])


def test_a_space_that_no_narrowing_helps_is_kept_with_a_question() -> None:
    def hardly_different(outputs: Tensor, original_outputs: Tensor) -> Tensor:
        return 10 + distance_of_logits(outputs, original_outputs)

    given = brought(token_model.__file__)
    task = replace(token_model.make_task(), distance=hardly_different)
    given = replace(given, data=LoaderData(task, token_model.__file__))
    settings = ElasticSettings(divisor=4)
    analysis = analyse(given.network, given.inputs, settings)
    kept, same, sentences = narrowed_until_learnable(analysis, settings, given, RECIPE, CPU)
    assert (kept, same) == (analysis, settings)
    assert "Is the network trained" in sentences[0]


def test_a_network_whose_outputs_are_constant_is_refused() -> None:
    given = brought(token_model.__file__)
    settings = ElasticSettings(divisor=4)
    analysis = analyse(given.network, given.inputs, settings)
    given.network.get_parameter("head.weight").data.zero_()
    with pytest.raises(DataError, match="do not depend on its inputs"):
        narrowed_until_learnable(analysis, settings, given, RECIPE, CPU)
