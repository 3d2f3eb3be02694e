"""Attributes that a script misspells are refused, as they would have no effect."""

import pytest

from engine import NAS, NASConfig
from engine.errors import ConfigError
from engine.python_api.front import Front
from tests.twelve_evaluations import history as history


@pytest.fixture
def nas(tmp_path):
    return NAS(NASConfig(), tmp_path)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("modl_builder", "Did you mean model_builder?"),
        ("num_evals", "It is a setting: set config.dynas.num_evals."),
        ("num_eval", "Did you mean config.dynas.num_evals?"),
        ("acc_predictor", "It is a part of Neural Compressor's agent: the run keeps its pred"),
        ("zzzz", "Choose from: config, metrics, search_space,"),
    ],
)
def test_an_unknown_attribute_is_refused_with_what_may_be_meant(nas, name, sentence):
    with pytest.raises(ConfigError) as refused:
        setattr(nas, name, 5)
    assert f"NAS has no attribute '{name}' that can be set. {sentence}" in str(refused.value)


def test_known_and_private_ones_are_set(nas):
    nas.evaluate, nas.search_space, nas._mine = print, {"a": [1, 2]}, 3
    assert (nas.evaluate, nas._mine) == (print, 3)


def test_fronts_refuse_them_too(history):
    front = Front(history)
    with pytest.raises(ConfigError, match=r"Front has no attribute 'run'.* Did you mean run_id\?"):
        front.run = 3


def test_runs_take_none_and_what_can_be_read_is_not_set(searches):
    nas = searches()
    nas.search(progress=False)
    with pytest.raises(ConfigError, match=r"^Run has no attribute 'nmae' that can be set\.$"):
        nas.run.nmae = "another"
    for changed, name in ((nas.run, "name"), (nas.run, "wait"), (nas, "run"), (nas, "search")):
        kind = type(changed).__name__
        with pytest.raises(ConfigError, match=rf"^{kind}\.{name} can be read, but not set\.$"):
            setattr(changed, name, "another")
