"""The zoo: every family of networks bends at least as much as it did, and passes its self-test.

`analyse` raises an error for a network that fails its self-test, so that what is here has passed.
"""

import gc
import json
from pathlib import Path

import pytest
import torch

from benchmarks.zoo import bending
from benchmarks.zoo_networks import zoo, zoo_network

LEAST = json.loads((Path(__file__).parent / "zoo.json").read_text())
"""By name: how many widths, heads, blocks and kernels bend, and the digits of the space's size."""

_COST_SECONDS = 0.2  # of one processor, for 10,000 genotypes
_DIFFERENCE = 1e-4  # relative to the largest output


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
    gc.collect()


def test_all_networks_are_listed():
    assert set(LEAST) == {network.name for network in zoo()}


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", LEAST)
def test_a_network_bends(name):
    pytest.importorskip(zoo_network(name).library.replace("plain", "torch"))
    found = bending(zoo_network(name))
    assert found.difference < _DIFFERENCE
    assert found.cost_seconds < _COST_SECONDS
    expected = dict(LEAST[name])
    assert len(str(found.networks)) >= expected.pop("digits")
    for kind, count in expected.items():
        assert found.genes[kind] >= count, (kind, found.rigid)
