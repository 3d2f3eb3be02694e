import ast

import numpy as np
import pandas as pd
import pytest

from benchmarks.note10_latency import Latency
from benchmarks.published_landscape import (
    NOTE10_TABLE,
    PREDICTOR,
    REFERENCE,
    PublishedLandscape,
    hypervolume,
)
from benchmarks.suite_landscapes import landscape
from engine.meters import latency_table
from engine.supernets.ofa.networks import mobilenet_v3
from engine.supernets.registry import load

pytestmark = pytest.mark.skipif(
    not (REFERENCE / PREDICTOR).exists(),
    reason="the published predictor is not there; DYNAS_REFERENCE names its folder",
)


def test_agrees_with_the_evaluations_of_another_program():
    where = PublishedLandscape()
    rows = pd.read_csv(REFERENCE / "peers/evaluations.csv.gz").iloc[::97]
    configs = [ast.literal_eval(text) for text in rows.config]
    genotypes = np.array([where.space.encode(config) for config in configs])
    np.testing.assert_array_equal(where.macs(genotypes), rows.macs)
    np.testing.assert_allclose(where.accuracy(genotypes), rows.acc, atol=1e-3)


def test_the_near_true_front_has_the_hypervolume_that_shares_are_of():
    front = pd.read_csv(REFERENCE / "peers/near_true_front.csv")
    assert hypervolume(front.macs.to_numpy(), front.acc.to_numpy()) == pytest.approx(
        3440.8, abs=0.05
    )


def test_resnet50_is_at_its_best_where_it_is_largest():
    where = landscape("resnet50")
    best, macs = where.truth(where.problem.space.largest[None])[0]
    assert -best == pytest.approx(82.987, abs=5e-4)
    assert macs == 7_491_643_904


@pytest.mark.parametrize(
    ("name", "file"),
    [("mbv3", "near_true_front.csv"), ("resnet50", "near_true_front_resnet50.csv")],
)
def test_the_near_true_front_has_all_of_the_share(name, file):
    front = pd.read_csv(REFERENCE / "peers" / file)
    assert landscape(name).box.share(np.c_[-front.acc, front.macs]) == pytest.approx(1, abs=1e-5)


def test_a_latency_of_the_phone_is_that_of_the_layers():
    space = load("ofa_mbv3_d234_e346_k357_w1.2").space
    genotypes = np.vstack([space.ends[1], space.sample(3, np.random.default_rng(0))])
    table, network = latency_table.read(str(REFERENCE / NOTE10_TABLE)), mobilenet_v3(1.2)
    layers = []
    for genotype in genotypes:
        config = space.to_config(genotype)
        network.set_active_subnet(ks=config["ks"], e=config["e"], d=config["d"])
        layers.append(table.milliseconds(space, config, network.get_active_subnet()))
    np.testing.assert_allclose(Latency(space).milliseconds(genotypes), layers)
