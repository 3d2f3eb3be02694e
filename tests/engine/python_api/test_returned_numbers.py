"""The numbers that functions of choices return: what is a number, its name and its direction."""

import numpy as np
import pytest
import torch

from engine import NASConfig
from engine.errors import ConfigError, EvaluationError, RunError
from engine.meters.own_metrics import OwnMetric
from engine.python_api.run_list import runs
from engine.python_api.services import close_services
from tests.engine.python_api.choice_search_driver import search


@pytest.fixture(autouse=True)
def _instant():
    """These searches call their functions in real workers, unlike others of this folder."""
    yield
    close_services()


def test_a_number_without_a_name_is_the_score(tmp_path):
    front = search(tmp_path, evaluate=lambda config: config["width"])
    assert [e.metrics for e in front] == [{"score": 3.0}]


def test_a_wrong_value_fails_that_evaluation(tmp_path):
    def sometimes(config):
        return {"score": float("nan") if config["width"] == 2 else 1.0}

    evaluations = search(tmp_path, evaluate=sometimes).history.evaluations
    failed = [e for e in evaluations if not e.ok]
    assert {e.config["width"] for e in failed} == {2}
    assert {e.reason for e in failed} == {
        "evaluate returned a value for 'score' that is nan, which is not a finite number."
    }


@pytest.mark.parametrize("value", [torch.tensor(0.5), np.float32(0.5), torch.ones(1, 1) / 2])
def test_one_element_of_torch_or_numpy_is_a_number(value, tmp_path):
    front = search(tmp_path, evaluate=lambda config: {"score": value})
    assert {e.metrics["score"] for e in front.history.evaluations} == {0.5}


@pytest.mark.parametrize("value", [None, True, "good", float("nan"), torch.ones(3)])
def test_a_value_that_is_no_number_is_refused_at_the_first_call(value, tmp_path):
    with pytest.raises(
        EvaluationError, match=r"^evaluate returned .* for 'score'.* The config was"
    ):
        search(tmp_path, evaluate=lambda config: value)
    assert not list((tmp_path / "runs").glob("*"))


def test_bounds_of_described_metrics_are_told_of_the_function(tmp_path):
    with pytest.raises(RunError, match="evaluate returned a value for 'score' that is 6, above th"):
        search(
            tmp_path, evaluate=lambda config: {"score": 6}, metrics={"score": OwnMetric(highest=5)}
        )


def test_numbers_without_names_have_a_name_for_each_direction(tmp_path):
    directions = []
    for flag in (True, False):
        config = NASConfig(approach="grid")
        config.search.higher_is_better = [flag]
        front = search(tmp_path, config, evaluate=lambda choices: choices["width"])
        directions.append([(o.name, o.direction) for o in front.history.objectives])
    assert directions == [[("score", "max")], [("cost", "min")]]
    close_services()
    assert {run.state for run in runs(tmp_path)} == {"finished"}


def test_less_parameters_are_always_better(tmp_path):
    returned = {"score": 1.0, "params": 3}
    front = search(tmp_path, evaluate=lambda config: returned)
    assert [(o.name, o.direction) for o in front.history.objectives] == [
        ("score", "max"), ("eval_params", "min"),
    ]  # fmt: skip
    config = NASConfig(approach="grid")
    config.search.higher_is_better = [True, True]
    described = {"params": OwnMetric()}
    for change in ({"config": config}, {"metrics": described}):
        with pytest.raises(
            ConfigError, match="'params' is the number of parameters, of which less"
        ):
            search(tmp_path, evaluate=lambda config: returned, **change)


def test_flags_are_given_for_each_objective(tmp_path):
    config = NASConfig(approach="grid")
    config.search.higher_is_better = [True]
    with pytest.raises(ConfigError, match="has 1 entries, and there are 2 objectives: score, sec"):
        search(tmp_path, config)
