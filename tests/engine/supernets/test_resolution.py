"""On which inputs a sub-network is measured: a gene's role decides that, and no letter does."""

import pytest
import torch

from engine.evaluation_settings import EvaluationSettings
from engine.meters.measured_network import MeasuredNetwork
from engine.space import Gene, SearchSpace
from engine.supernets.base import Supernet
from engine.supernets.ofa.adapter import ImageNetSupernet
from tests.engine.offered import Surprise

SIDE = 8


class Squares(Surprise):
    """Inputs of the side that is asked for."""

    def example_inputs(self, count, resolution=None):
        side = resolution or SIDE
        return torch.zeros(count, side, side)


class Made(Supernet):
    """As much of a supernet as its inputs take."""

    name = "made"
    task = Squares()

    def __init__(self, *genes):
        self.space = SearchSpace(genes)

    def extract(self, config, settings):
        return torch.nn.Flatten()


def inputs(supernet, config):
    return tuple(MeasuredNetwork(supernet, config, EvaluationSettings()).inputs(2).shape)


@pytest.mark.parametrize("group", ["r", "ks", "d", "rank"])
def test_a_rank_is_no_resolution_whatever_it_is_called(group):
    """A rank of 4 was once timed on images of 4 x 4 pixels."""
    ranks = (Gene(group, (4, 16), role="rank", part=f"layer {layer}") for layer in (1, 2))
    supernet = Made(*ranks)
    config = {group: [4, 16]}
    assert supernet.resolution(config) is None
    assert inputs(supernet, config) == (2, SIDE, SIDE)
    assert inputs(Made(Gene(group, (4, 16))), {group: [4]}) == (2, SIDE, SIDE)


@pytest.mark.parametrize("group", ["r", "d", "pixels"])
def test_a_resolution_is_one_whatever_it_is_called(group):
    supernet = Made(Gene("x", (1, 2)), Gene(group, (4, 16), role="resolution"))
    for side in (4, 16):
        assert inputs(supernet, {"x": [1], group: [side]}) == (2, side, side)


@pytest.mark.parametrize(("name", "side"), [("_r160", 160), ("_r128-224", 128), ("", 224)])
def test_images_of_once_for_all_are_as_large_as_its_configs_say(name, side):
    supernet = ImageNetSupernet(f"ofa_resnet50{name}")
    config = supernet.space.to_config(supernet.space.smallest)
    assert config["r"] == [side]
    assert supernet.resolution(config) == side
