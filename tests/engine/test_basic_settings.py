"""The settings of a `basic` search, from Python and from YAML."""

import numpy as np
import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.published_names import METRICS

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


@pytest.mark.parametrize("algorithm", [None, "grid", "random", "bo", "age"])
@pytest.mark.parametrize("given", [{}, {"search_space": SPACE}])
def test_a_basic_search_is_written_as_one_so_that_the_rest_can_follow(given, algorithm):
    config = NASConfig(approach="basic", search_algorithm=algorithm, **given)
    assigned = NASConfig()
    assigned.approach, assigned.search_algorithm = "Basic", algorithm
    assigned.search_space = given.get("search_space")
    for basic in (config, assigned):
        read = NASConfig.from_yaml(basic.to_yaml())
        assert read == config
        assert read.to_yaml() == config.to_yaml()
        if not given:
            with pytest.raises(ConfigError, match="basic needs a search_space"):
                read.check()
        read.search_space, read.search_algorithm = SPACE, "random"
        read.check()
        assert (read.approach, read.dynas.num_evals) == ("random", 3)
        assert "metrics" not in read.dynas.model_fields_set, "the functions name them"


def test_choices_that_are_assigned_without_an_approach_are_searched_as_given_at_once():
    config = NASConfig()
    config.search_space, config.search_algorithm = SPACE, "grid"
    config.check()
    assert config.to_dict() == NASConfig(search_space=SPACE, search_algorithm="grid").to_dict()


@pytest.mark.parametrize("section", ["", "nas", "search"])
def test_each_argument_can_be_assigned_by_its_name(section):
    config = NASConfig("basic")
    target = getattr(config, section) if section else config
    target.search_space, target.higher_is_better = SPACE, [False]
    target.max_trials, target.metrics = 7, ["loss"]
    given = NASConfig("basic", SPACE, None, ["loss"], [False], 7)
    assert config.to_dict() == given.to_dict()
    assert (target.search_space, target.max_trials, target.metrics) == (SPACE, 7, ["loss"])
    target.max_trials = 8
    config.check()
    assert config.dynas.num_evals == 8
    config.search = {"max_trials": 9}
    assert config.dynas.num_evals == 9


def test_trials_are_no_budget_of_a_search_on_a_supernet():
    config = NASConfig()
    config.max_trials = 7
    with pytest.warns(UserWarning, match="max_trials is ignored: num_evals is the budget"):
        config.check()
    config.approach, config.search_space = "basic", SPACE
    config.check()
    assert config.dynas.num_evals == 7
    with pytest.raises(ConfigError, match="max_trials: must be at least 1, not 0"):
        config.max_trials = 0


@pytest.mark.parametrize("name", METRICS)
def test_a_number_of_a_script_keeps_a_name_that_is_published_for_a_metric(name):
    bound = f"{name} <= 3"
    dynas = {"metrics": [name], "record": [f"{name}_2", METRICS[name]], "constraints": [bound]}
    at_once = NASConfig("basic", SPACE, dynas=dynas)
    read = NASConfig.from_yaml(NASConfig("basic", dynas=dynas).to_yaml())
    late = NASConfig(dynas=dynas)
    assigned = NASConfig()
    assigned.dynas.metrics, assigned.dynas.constraints = [name], bound
    assigned.dynas.record = dynas["record"][:1]
    assigned.dynas.record.append(METRICS[name])
    for config in (read, late, assigned):
        config.search_space, config.approach = SPACE, "basic"
    for config in (at_once, read, late, assigned):
        assert config.to_dict() == at_once.to_dict()
        assert {key: getattr(config.dynas, key) for key in dynas} == dynas


def test_a_search_that_becomes_one_of_a_supernet_has_the_names_of_this_product():
    config = NASConfig("basic", metrics=["accuracy_top1", "latency"])
    assert config.dynas.metrics == ["accuracy_top1", "latency"]
    config.approach = "evolutionary"
    assert config.dynas.metrics == ["acc", "lat"]
    config.check()


def test_a_file_with_training_of_its_own_is_told_to_give_functions():
    file = "train: {}\nevaluation: {}\nnas: {approach: basic, search: {search_space: {a: [1]}}}"
    sentence = "give NAS the functions train_func and eval_func."
    assert NASConfig.read(file).notice.endswith(sentence)
    assert sentence not in NASConfig.read("train: {}\nnas: {approach: dynas}").notice


def test_a_section_that_is_no_mapping_is_refused_in_a_basic_search_as_well():
    with pytest.raises(ConfigError, match="search: must be a mapping of settings, not 3"):
        NASConfig.from_yaml("approach: basic\nsearch: 3\n")


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
