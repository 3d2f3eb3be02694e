"""The shipped tables against published logs and against networks that were really built."""

import ast
import csv
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.supernets.cost_table import build, count, read_tables
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.ofa.costs import build_resnet
from tests.engine.supernets.ofa.reference import LOG, needs_reference

W10 = MODELS["ofa_mbv3_d234_e346_k357_w1.0"]


def _with_slow(*quick: str) -> list[Any]:
    """The names of all models; the others are compared with quoted costs in a quick test."""
    return [n if n in quick else pytest.param(n, marks=pytest.mark.slow) for n in MODELS]


@cache
def network(name: str) -> Any:
    return MODELS[name].build()


def count_costs(name: str, config: dict[str, Any], resolution: int) -> list[int]:
    """MACs and parameters of a sub-network of `ofa`, by fvcore."""
    network(name).set_active_subnet(**config)
    return list(count(network(name).get_active_subnet(), (3, resolution, resolution)))


def test_a_published_sub_network_costs_what_its_log_says() -> None:
    """The first row of `mbnv3w10_linasnsga2_acc_macs.csv`, IntelLabs/DyNAS-T, Apache-2.0."""
    config = {
        "wid": None,
        "ks": [7, 3, 3, 7, 5, 3, 3, 3, 7, 3, 7, 7, 7, 3, 7, 5, 3, 3, 3, 3],
        "e": [3, 6, 6, 3, 6, 3, 6, 6, 6, 6, 4, 3, 4, 6, 4, 3, 3, 6, 4, 4],
        "d": [3, 2, 2, 3, 2],
        "r": [224],
    }
    space = W10.space()
    table = read_tables(W10.costs_path)[224]
    assert table.macs_params(space, space.encode(config)).tolist() == [[244_945_104, 4_536_768]]


@pytest.mark.parametrize("name", MODELS)
def test_thirty_sub_networks_cost_what_is_quoted(name: str) -> None:
    """w1.0: the first rows of the log above. The others: counted by fvcore on `ofa`'s networks."""
    rows = json.loads(Path(__file__).with_name("golden_costs.json").read_text())[name]
    assert len(rows) == 30
    space, table = MODELS[name].space(), read_tables(MODELS[name].costs_path)[224]
    costs = table.macs_params(space, np.stack([space.encode(config) for config, *_ in rows]))
    np.testing.assert_array_equal(costs, [quoted for _, *quoted in rows])


@needs_reference
def test_the_published_log_has_the_same_macs_and_parameters() -> None:
    with LOG.open() as file:
        rows = list(csv.DictReader(file))[:30]
    space = W10.space()
    genotypes = np.array([space.encode(ast.literal_eval(row["Sub-network"])) for row in rows])
    expected = [[int(row["MACs"]), int(row["Model Parameters"])] for row in rows]
    costs = read_tables(W10.costs_path)[224].macs_params(space, genotypes)
    np.testing.assert_array_equal(costs, expected)


@pytest.mark.parametrize("name", _with_slow(W10.name, "ofa_resnet50"))
def test_random_sub_networks_cost_what_fvcore_counts(name: str) -> None:
    model = MODELS[name]
    tables = read_tables(model.costs_path)
    assert tuple(tables) == model.resolutions
    rng = np.random.default_rng(0)
    space = model.space()
    ends = {224: [space.smallest, space.largest]}
    for resolution in (model.resolutions[0], 176, 224):
        genotypes = np.stack([*space.sample(2, rng), *ends.get(resolution, [])])
        expected = [count_costs(name, space.to_config(g), resolution) for g in genotypes]
        costs = tables[resolution].macs_params(space, genotypes)
        assert costs.dtype == np.int64
        np.testing.assert_array_equal(costs, expected)


def test_every_width_of_resnet50_is_counted() -> None:
    """The cost of a block depends on the width before it: neighbours of every kind."""
    model = MODELS["ofa_resnet50"]
    space, table = model.space(), read_tables(model.costs_path)[128]
    widths = [(0, 1, 2, 0, 2, 1), (2, 2, 1, 1, 0, 2), (2, 0, 0, 2, 1, 0)]
    for number, w in enumerate(widths):
        config = {"d": [2 * (number % 2), 0, 1, 2, 1], "e": [0.2, 0.35, 0.25] * 6, "w": list(w)}
        genotype = space.encode(config)
        expected = count_costs(model.name, space.to_config(genotype), 128)
        assert table.macs_params(space, genotype)[0].tolist() == expected


@pytest.mark.parametrize("name", [W10.name, pytest.param("ofa_resnet50", marks=pytest.mark.slow)])
def test_the_shipped_table_is_what_the_network_gives(name: str) -> None:
    model = MODELS[name]
    if name == "ofa_resnet50":
        built = build_resnet(network(name), model.space(), 128)
    else:
        built = build(network(name), (3, 128, 128))
    assert built.to_dict() == read_tables(model.costs_path)[128].to_dict()


@pytest.mark.parametrize("name", MODELS)
def test_stages_describe_the_largest_sub_network(name: str) -> None:
    import torch

    model = MODELS[name]
    network(name).set_max_net()
    subnet = network(name).get_active_subnet().eval()
    blocks = subnet.blocks if name == "ofa_resnet50" else subnet.blocks[1:]
    outputs: list[tuple[int, int]] = []
    for block in blocks:
        block.register_forward_hook(lambda _m, _x, y: outputs.append((y.shape[1], y.shape[2])))
    subnet(torch.zeros(1, 3, 224, 224))
    assert outputs == [(s.channels, s.resolution) for s in model.stages for _ in range(s.blocks)]
