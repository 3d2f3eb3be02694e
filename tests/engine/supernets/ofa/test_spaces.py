import ast
import csv
import random

import numpy as np
import pytest
from ofa.imagenet_classification.elastic_nn.networks import OFAProxylessNASNets, OFAResNets

from engine.errors import SpaceError
from engine.supernets.ofa.spaces import mobilenet_v3_space, proxyless_space, resnet50_space
from tests.engine.supernets.ofa.reference import LOG, needs_reference

SPACES = (mobilenet_v3_space, proxyless_space, resnet50_space)


def test_mobilenet_v3_has_7371_to_the_5_networks() -> None:
    space = mobilenet_v3_space()
    assert space.encodings == 3**45
    assert space.size == 7371**5


def test_proxyless_has_a_last_block_of_its_own() -> None:
    space = proxyless_space()
    assert space.encodings == 3**47
    assert space.size == 7371**5 * 9


def test_resnet50_has_two_thirds_of_2_46e12_networks() -> None:
    """2.46e12 tells apart the first two widths of the inner stem, which are 24 channels both."""
    space = resnet50_space()
    stages = (3**2 + 3**3 + 3**4) ** 3 * (3**4 + 3**5 + 3**6)
    assert space.encodings == 3**29
    assert space.size == 2 * 2 * 3**5 * stages
    assert space.size * 3 / 2 == pytest.approx(2.46e12, rel=1e-3)


@pytest.mark.parametrize("make", SPACES)
def test_a_choice_of_resolution_is_the_last_gene(make) -> None:
    space = make((160, 224))
    assert space.size == 2 * make().size
    assert space.to_config(space.largest)["r"] == [224]
    assert space.to_config(space.smallest)["r"] == [160]


@pytest.mark.parametrize("make", SPACES)
@pytest.mark.parametrize("resolutions", [(224,), (128, 160, 224)])
def test_configs_are_read_back(make, resolutions) -> None:
    space = make(resolutions)
    for genotype in space.sample(50, np.random.default_rng(0)):
        assert (space.encode(space.to_config(genotype)) == genotype).all()


@pytest.mark.parametrize("make", SPACES)
def test_another_resolution_is_refused(make) -> None:
    space = make()
    with pytest.raises(SpaceError, match="r ends with 160, but this space has 224 fixed"):
        space.encode({**space.to_config(space.largest), "r": [160]})


@needs_reference
def test_published_configs_are_written_as_they_were_up_to_genes_without_effect() -> None:
    space = mobilenet_v3_space()
    with LOG.open() as file:
        for row in list(csv.DictReader(file))[:30]:
            published = ast.literal_eval(row["Sub-network"])
            config = space.to_config(space.encode(published))
            assert list(config) == list(published) == ["wid", "ks", "e", "d", "r"]
            assert (config["wid"], config["d"], config["r"]) == (None, published["d"], [224])
            for group in ("ks", "e"):
                active_blocks = [i for i in range(20) if i % 4 < published["d"][i // 4]]
                assert [config[group][i] for i in active_blocks] == [
                    published[group][i] for i in active_blocks
                ]
                assert len(config[group]) == 20


def test_configs_of_resnet50_hold_depth_expansion_width_and_resolution() -> None:
    space = resnet50_space()
    config = space.to_config(space.largest)
    assert list(config) == ["d", "e", "w", "r"]
    assert config == {"d": [2] * 5, "e": [0.35] * 18, "w": [2] * 6, "r": [224]}


def test_configs_that_ofa_samples_are_in_the_space() -> None:
    random.seed(0)
    proxyless = OFAProxylessNASNets(ks_list=[3, 5, 7], expand_ratio_list=[3, 4, 6],
                                    depth_list=[2, 3, 4])  # fmt: skip
    resnet = OFAResNets(depth_list=[0, 1, 2], expand_ratio_list=[0.2, 0.25, 0.35],
                        width_mult_list=[0.65, 0.8, 1.0])  # fmt: skip
    for net, space in ((proxyless, proxyless_space()), (resnet, resnet50_space())):
        for _ in range(20):
            config = space.to_config(space.encode(net.sample_active_subnet()))
            net.set_active_subnet(**config)
            assert space.to_config(space.encode(config)) == config


def test_what_ofa_takes_for_the_same_network_is_one_genotype() -> None:
    space = resnet50_space()
    config = space.to_config(space.smallest)
    other = {**config, "d": [1, *config["d"][1:]], "w": [1, *config["w"][1:]]}
    assert space.key(space.encode(other)) == space.key(space.encode(config))
    net = OFAResNets(depth_list=[0, 1, 2], expand_ratio_list=[0.2, 0.25, 0.35],
                     width_mult_list=[0.65, 0.8, 1.0])  # fmt: skip
    texts = []
    for same in (config, other):
        net.set_active_subnet(**same)
        texts.append(net.module_str)
    assert texts[0] == texts[1]


def test_a_skipped_block_of_resnet50_has_no_effect() -> None:
    space = resnet50_space()
    config = space.to_config(space.smallest)
    config["e"][3] = 0.35  # the second optional block of the first stage
    assert (space.encode(config) == space.smallest).all()
    config["e"][1] = 0.35
    assert (space.encode(config) != space.smallest).any()
