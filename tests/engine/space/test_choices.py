import json

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from engine.errors import SpaceError
from engine.log.decoding import ConfigValue
from engine.space.choices import choice_space, plain_choices
from tests.engine.space.contract import CONTRACT

CHOICES = {
    "channels": [64, 16, 32],
    "rate": (0.5, 1),
    "activation": ["relu", "gelu"],
    "norm": [None, "batch", [1, 2]],
    "bias": [True, False],
    "kernel": [(3, 3), (5, 5)],
    "depth": range(2, 8, 2),
    "fixed": [7],
}


@pytest.mark.parametrize("clause", CONTRACT, ids=lambda clause: clause.__name__)
def test_it_is_a_search_space(clause):
    plain = {name: choices for name, choices in CHOICES.items() if name != "kernel"}
    clause(choice_space(plain))


def test_it_has_every_combination_once():
    space = choice_space(CHOICES)
    assert space.size == 3 * 2 * 2 * 3 * 2 * 2 * 3
    configs = [json.dumps(space.to_config(g)) for g in space.all_genotypes()]
    assert len(set(configs)) == space.size


def test_configs_are_the_choices_by_name_as_they_were_given():
    space = choice_space(CHOICES)
    assert space.to_config(space.smallest) == {
        "channels": 16, "rate": 0.5, "activation": "relu", "norm": None, "bias": True,
        "kernel": (3, 3), "depth": 2, "fixed": 7,
    }  # fmt: skip


def test_configs_can_be_read_back_from_json():
    space = choice_space(CHOICES)
    for genotype in space.sample(50, np.random.default_rng(0)):
        config = json.loads(json.dumps(space.to_config(genotype)))
        np.testing.assert_array_equal(space.encode(config), genotype)


def test_every_choice_can_be_stored_in_a_log():
    space = choice_space({**CHOICES, "text": ["", "two\nlines"], "list": [[], ["a", None, 0.5]]})
    for config in map(space.to_config, space.sample(50, np.random.default_rng(0))):
        assert from_json(to_json(config)) == json.loads(json.dumps(config))
        TypeAdapter(dict[str, ConfigValue]).validate_json(to_json(config))


def test_arrays_are_lists_of_choices():
    given = {"rate": np.linspace(0, 1, 3), "kernel": np.array([[1, 1], [3, 3]])}
    space = choice_space(given)
    assert plain_choices(space) == {"rate": [0.0, 0.5, 1.0], "kernel": [[1, 1], [3, 3]]}
    assert space == choice_space({"rate": torch.linspace(0, 1, 3), "kernel": [[1, 1], [3, 3]]})
    lists = choice_space({"kernel": [(np.int64(3), np.int64(3)), (5, 5)]})
    assert lists.encode({"kernel": [3, 3]}).tolist() == [0]


def test_a_space_is_equal_to_that_of_its_plain_choices():
    space = choice_space(CHOICES)
    again = choice_space(json.loads(json.dumps(plain_choices(space))))
    assert again == space
    assert plain_choices(again) == plain_choices(space)


def test_numbers_rise_and_other_choices_have_no_order():
    genes = {gene.group: gene for gene in choice_space(CHOICES).genes}
    assert genes["channels"].choices == (16, 32, 64)
    assert [name for name, gene in genes.items() if gene.ordered] == [
        "channels", "rate", "depth", "fixed",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({}, "The search space is {}. Give a mapping"),
        ([16], r"The search space is \[16\]. Give a mapping"),
        ({"a": []}, r"The choices of 'a' are \[\]. Give a list"),
        ({"a": "xyz"}, "The choices of 'a' are 'xyz'. Give a list"),
        ({"a": 3}, "The choices of 'a' are 3. Give a list"),
        ({"a": {1, 2}}, r"The choices of 'a' are \{1, 2\}, a set, which has no order. Give a list"),
        ({"a": np.array(3)}, r"The choices of 'a' are array\(3\). Give a list"),
        ({3: [1]}, "has the name 3. Give a text"),
        ({"a": [[1, [2, 3]], [4, [5]]]}, r"has the choice \[1, \[2, 3\]\]. Choices are numbers"),
        ({"a": [{"x": 1}, {"x": 2}]}, "has the choice {'x': 1}. Choices are numbers"),
        ({"a": [(1, None), (1, {})]}, r"has the choice \(1, {}\). Choices are numbers"),
        ({"a": [[2**60]]}, r"has the choice \[1152921504606846976\]. Choices are numbers"),
        ({"a": [[float("inf")]]}, r"has the choice \[inf\]. Choices are numbers"),
        ({"a": ["\ud800"]}, "has the choice '.*'. Choices are numbers"),
        ({"a": [object]}, "'a' has the choice <class 'object'>. Choices are numbers"),
        ({"a": [float("nan"), 1.0]}, "'a' has the choice nan. Choices are numbers"),
        ({"a": [1, 1]}, "The gene 'a' has the choice 1 twice"),
        ({"a": ["x", "x"]}, "The gene 'a' has the choice 'x' twice"),
    ],
)
def test_what_is_no_choice_is_named(choices, message):
    with pytest.raises(SpaceError, match=message):
        choice_space(choices)


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"a": 1}, "The config has no 'b'"),
        ({"a": 1, "b": "x", "c": 1}, "has 'c', which is no choice of this space. It has a, b"),
        ({"a": 3, "b": "x"}, "a = 3 is not in the space. Choose from 1, 2"),
        ({"a": True, "b": "x"}, "a = True is not in the space"),
        ([1, "x"], r"The config is \[1, 'x'\]. Give a mapping with a, b"),
    ],
)
def test_what_is_no_config_is_named(config, message):
    with pytest.raises(SpaceError, match=message):
        choice_space({"a": [1, 2], "b": ["x"]}).encode(config)
