"""A small network, its data, and its elastic form, for tests of trainings."""

import copy
import functools
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from engine.supernets.elastic.analysis import analyse
from engine.supernets.elastic.loader_data import LoaderData
from engine.supernets.elastic.network import ElasticNetwork
from engine.supernets.elastic.settings import ElasticSettings
from tests.engine.training.elastic import tiny_model as user_file

CPU = torch.device("cpu")
FILE = Path(user_file.__file__)
"""The file of a user with `make_model` and `make_task`."""


def tiny_data(**changes: Any) -> LoaderData:
    """The data of the user's task, with changes of its fields."""
    return LoaderData(replace(user_file.make_task(), **changes), str(FILE))


def tiny_model() -> nn.Module:
    """The network, in eval mode."""
    return user_file.make_model().eval()


def tiny_elastic() -> ElasticNetwork:
    """Its elastic form."""
    network = _analysed()
    return ElasticNetwork(copy.deepcopy(network.model), network.structure)


@functools.cache
def _analysed() -> ElasticNetwork:
    return analyse(tiny_model(), torch.zeros(2, 1, 6, 6), ElasticSettings(divisor=4)).network
