import ast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import SpaceError
from engine.runs.importing.configs import decode_genotypes, encode_configs, read_config
from engine.space import Gene, SearchSpace
from engine.supernets import registry

NAMES = [*registry.names(), "ofa_mbv3_d234_e346_k357_w1.0_r128-224", "ofa_resnet50_r160"]
RATIOS = SearchSpace((Gene("w", (0.5, 1.0)), Gene("w", (0.5, 1.0)), Gene("d", (1, 2))))


def one_by_one(texts, space):
    """What `encode_configs` must find, without any short cut."""
    found = []
    for text in texts:
        try:
            found.append(space.encode(ast.literal_eval(text)).tolist())
        except SpaceError:
            found.append(None)
    return found


def at_once(texts, space):
    got = encode_configs(texts, space)
    rows = got.genotypes.tolist()
    return [None if place in got.problems else rows[place] for place in range(len(texts))]


def any_entries(space, rng, wrong):
    """A configuration with any choices, also where they have no effect; some are none."""
    config = space.to_config(space.smallest)
    position = dict.fromkeys(config, 0)
    for gene in space.genes:
        value = gene.choices[rng.integers(len(gene.choices))]
        config[gene.group][position[gene.group]] = 99 if rng.random() < wrong else value
        position[gene.group] += 1
    return config


@pytest.mark.parametrize("name", NAMES)
@given(st.integers(0, 2**32), st.sampled_from([0.0, 0.02]))
@settings(max_examples=15, deadline=None)
def test_many_at_once_are_encoded_as_each_alone(name, seed, wrong):
    space, rng = registry.load(name).space, np.random.default_rng(seed)
    texts = [str(any_entries(space, rng, wrong)) for _ in range(20)]
    texts += [text.replace(", ", ",") for text in texts[:3]]
    texts += [str({"note": None, **ast.literal_eval(text)}) for text in texts[:3]]
    genes = {gene.group for gene in space.genes}
    for text in texts[:3]:
        config = ast.literal_eval(text)
        texts.append(str({key: value for key, value in config.items() if key in genes}))
        texts.append(str({**config, "surplus": [1]}))
    assert at_once(texts, space) == one_by_one(texts, space)


@pytest.mark.parametrize("name", NAMES)
@given(st.integers(0, 2**32))
@settings(max_examples=10, deadline=None)
def test_many_at_once_are_written_as_each_alone(name, seed):
    space = registry.load(name).space
    genotypes = space.sample(12, np.random.default_rng(seed))
    written = list(decode_genotypes(genotypes, space))
    assert written == [space.to_config(genotype) for genotype in genotypes]
    assert [str(config) for config in written] == [str(space.to_config(g)) for g in genotypes]


def test_a_group_of_whole_numbers_and_ratios_is_written_as_it_is():
    space = SearchSpace((Gene("w", (1, 2)), Gene("w", (0.25, 0.5)), Gene("d", (1, 2))))
    genotypes = space.sample(8, np.random.default_rng(0))
    texts = [str(space.to_config(genotype)) for genotype in genotypes]
    assert [str(config) for config in decode_genotypes(genotypes, space)] == texts
    assert at_once(texts, space) == one_by_one(texts, space) == genotypes.tolist()


@given(st.lists(st.tuples(*[st.sampled_from([0, 1, 0.5, 1.0, 2])] * 3), max_size=6))
def test_whole_ratios_are_left_to_the_space(entries):
    texts = [str({"w": [a, b], "d": [c]}) for a, b, c in entries]
    assert at_once(texts, RATIOS) == one_by_one(texts, RATIOS)


values = (
    st.none() | st.integers(-(10**20), 10**20) | st.floats(allow_nan=False) | st.text(max_size=5)
)
configs = st.dictionaries(
    st.text(max_size=4),
    values | st.lists(values, max_size=4) | st.lists(st.lists(values)),
    max_size=4,
)


@given(configs)
def test_a_configuration_is_read_as_python_writes_it(config):
    text = str(config)
    infinite = "inf" in text
    assert read_config(text) == (None if infinite else config) or infinite


@given(st.text(alphabet="{}[]()'\":, \\0123456789.-eNonekd\n\t", max_size=60))
def test_any_text_is_a_configuration_or_none(text):
    got = encode_configs([text], RATIOS)
    assert (read_config(text) is None) == (0 in got.problems and not got.problems[0].is_config)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 5000,
        "-" * 9000,
        "{'ks': " + "9" * 5000 + "}",
        "{[1]: 2}",
        "{1: 2}",
        "{'d': [1], 'd': [2]}",
        "__import__('os').getcwd()",
        "{'d': __import__('os')}",
        "{'d': [" + "1, " * 5000 + "]}",
        "\0",
    ],
)
def test_what_is_none_is_refused_without_running_anything(text):
    problem = encode_configs([text], RATIOS).problems[0]
    assert not problem.is_config
    assert len(problem.reason) < 250
