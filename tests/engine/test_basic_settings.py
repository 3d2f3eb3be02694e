"""The settings of a `basic` search, from Python and from YAML."""

import numpy as np
import pytest

from engine.config import NASConfig
from engine.errors import ConfigError

SPACE = {"channels": [16, 32], "dimensions": [32]}

PUBLISHED = """
nas:
  approach: Basic
  search:
    search_space: {channels: [16, 32, 64], dimensions: [32, 64, 128]}
    search_algorithm: grid
    metrics: [acc, loss]
    higher_is_better: [true, false]
    max_trials: 5
    seed: 42
"""


@pytest.mark.parametrize(
    ("algorithm", "approach"),
    [("grid", "grid"), ("random", "random"), ("bo", "dynas"), ("BO", "dynas"), (None, "dynas")],
)
@pytest.mark.parametrize("name", ["basic", "Basic", None])
def test_each_algorithm_is_an_approach(name, algorithm, approach):
    config = NASConfig(approach=name, search_space=SPACE, search_algorithm=algorithm)
    assert (config.approach, config.search.search_space) == (approach, SPACE)
    assert config.search.search_algorithm is None
    assert config.dynas.num_evals == 3


def test_the_published_yaml_is_read():
    config = NASConfig.from_yaml(PUBLISHED)
    assert config.approach == "grid"
    assert config.search.search_space == {"channels": [16, 32, 64], "dimensions": [32, 64, 128]}
    assert config.dynas.metrics == ["acc", "loss"]
    assert config.search.higher_is_better == [True, False]
    assert (config.dynas.num_evals, config.search.seed) == (5, 42)
    assert NASConfig.from_yaml(config.to_yaml()) == config


def test_another_approach_searches_choices_as_well():
    config = NASConfig(approach="evolutionary", search_algorithm="age", search_space=SPACE)
    assert (config.approach, config.search_algorithm) == ("evolutionary", "age")
    assert config.search.search_space == SPACE
    assert config.dynas.num_evals == NASConfig().dynas.num_evals


def test_settings_of_the_section_dynas_come_first():
    dynas = {"num_evals": 7, "metrics": ["loss"]}
    search = {"max_trials": 4, "metrics": ["acc"], "search_space": SPACE}
    config = NASConfig(approach="basic", search=search, dynas=dynas)
    assert (config.dynas.num_evals, config.dynas.metrics) == (7, ["loss"])


@pytest.mark.parametrize("approach", ["basic", "dynas"])
def test_an_unknown_algorithm_is_told_those_of_basic_as_well(approach):
    sentence = r"search_algorithm 'foo' is unknown; choose from nsga2, .*, or grid, random, bo with"
    for space in (None, SPACE):
        with pytest.raises(ConfigError, match=sentence):
            NASConfig(approach=approach, search_space=space, search_algorithm="foo")
    config = NASConfig(approach=approach, search_space=SPACE)
    config.search_algorithm = "foo"
    with pytest.raises(ConfigError, match=sentence):
        config.check()
    with pytest.raises(ConfigError, match=sentence):
        NASConfig.from_yaml(f"approach: {approach}\nsearch_algorithm:   foo\n")


def test_basic_needs_choices_when_all_settings_are_there():
    assigned = NASConfig()
    assigned.approach = "Basic"
    read = NASConfig.from_yaml("nas: {approach: basic, search: {search_algorithm: grid}}")
    for config in (assigned, read, NASConfig(approach="basic")):
        with pytest.raises(ConfigError, match=r"^approach: basic needs a search_space. Give one"):
            config.check()
        config.search.search_space = SPACE
        config.check()


def test_names_and_choices_of_any_type_are_refused_with_a_plain_sentence():
    with pytest.raises(ConfigError, match=r"search_space: The search space has the name 1"):
        NASConfig(search_space={1: [2]})
    with pytest.raises(ConfigError, match=r"search_space: .* are \{1\}, a set, which has no order"):
        NASConfig(search_space={"a": {1}})
    with pytest.raises(ConfigError, match=r"'a' has the choice {'x': 1}. Choices are"):
        NASConfig(search_space={"a": [{"x": 1}]})
    space = NASConfig(search_space={"a": np.linspace(0, 1, 3)}).search.search_space
    assert space == {"a": [0.0, 0.5, 1.0]}


def test_searches_of_supernets_are_as_before():
    assert NASConfig() == NASConfig(approach="dynas") == NASConfig(None)
    assert NASConfig().search.search_space is None


def test_what_is_no_choice_is_refused_with_its_line():
    with pytest.raises(ConfigError, match=r"Line 4, .*search_space: The choices of 'a' are 3"):
        NASConfig.from_yaml("nas:\n  approach: basic\n  search:\n    search_space: {a: 3}\n")
