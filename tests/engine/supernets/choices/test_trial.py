"""Trials: what a script's functions may return, and what is said of what they may not."""

import numpy as np
import pytest
import torch
from torch import nn

from engine.errors import EvaluationError
from engine.supernets.choices.trial import TrialFunctions, run_trial, usual_names

CONFIG = {"channels": 16}


def values(returned, names=()):
    return run_trial(TrialFunctions(evaluate=lambda config: returned), CONFIG).values(names)


@pytest.mark.parametrize(
    ("returned", "names", "expected"),
    [
        (0.5, (), {"score": 0.5}),
        (0.5, ("acc",), {"acc": 0.5}),
        ([0.5, 3], (), {"score_1": 0.5, "score_2": 3}),
        ((0.5, 3), ("acc", "loss"), {"acc": 0.5, "loss": 3}),
        ({"acc": 0.5, "loss": 3}, (), {"acc": 0.5, "loss": 3}),
        ({"acc": 0.5, "loss": 3}, ("loss",), {"loss": 3}),
        ({"loss": 3, "params": "unknown"}, ("loss",), {"loss": 3}),
        (torch.tensor(0.5), (), {"score": 0.5}),
        (torch.tensor([[0.5]], requires_grad=True), (), {"score": 0.5}),
        ((np.float32(0.5), np.array(3)), (), {"score_1": 0.5, "score_2": 3}),
        ({"acc": torch.tensor([1, 2]), "loss": np.array([3])}, ("loss",), {"loss": 3}),
    ],
)
def test_numbers_have_the_names_that_are_wanted_or_returned(returned, names, expected):
    numbers = values(returned, names)
    assert numbers == expected
    assert {type(number) for number in numbers.values()} <= {int, float}, "plain, to be pickled"


def test_default_names_say_the_direction():
    assert usual_names(1) == ["score"]
    assert usual_names(1, [False]) == ["cost"]
    assert usual_names(3, [True, False]) == ["score_1", "cost_2", "score_3"]
    trial = run_trial(TrialFunctions(evaluate=lambda config: [1, 2]), CONFIG)
    assert trial.values((), [False, True]) == {"cost_1": 1, "score_2": 2}


@pytest.mark.parametrize("names", [(), ("acc",)])
@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "None of type NoneType, which is not a number"),
        (True, "True of type bool, which is not a number"),
        ("good", "'good' of type str, which is not a number"),
        (float("nan"), "nan, which is not a finite number"),
        (torch.tensor(float("inf")), "inf, which is not a finite number"),
        (1j, "1j of type complex, which is not a number"),
    ],
)
def test_what_is_no_number_is_said_of_the_function(names, value, reason):
    with pytest.raises(EvaluationError) as raised:
        values({"acc": value}, names)
    assert str(raised.value) == f"evaluate returned a value for 'acc' that is {reason}."


@pytest.mark.parametrize("value", [torch.ones(3), np.ones((3, 1))])
def test_several_elements_are_no_number(value):
    sentence = r"^evaluate returned 3 elements for 'score', in an object of type \w+, where one num"
    with pytest.raises(EvaluationError, match=sentence):
        values(value)


@pytest.mark.parametrize(
    ("returned", "names", "message"),
    [
        ({"loss": 3}, ("acc",), r"evaluate returned no 'acc', but \['loss'\]. Return each"),
        (0.5, ("acc", "loss"), "evaluate returned 0.5 for the metrics acc, loss. Return a number"),
        ([], (), r"evaluate returned \[\] for the metrics of the search. Return a number"),
    ],
)
def test_a_missing_number_is_named(returned, names, message):
    with pytest.raises(EvaluationError, match=message):
        values(returned, names)


def test_a_model_is_built_trained_evaluated_and_its_parameters_are_counted():
    calls = []
    functions = TrialFunctions(
        model_builder=lambda config: nn.Linear(config["channels"], 2),
        train_func=lambda model: calls.append("trained"),
        eval_func=lambda model: calls.append("evaluated") or {"acc": model.in_features / 100},
    )
    assert run_trial(functions, CONFIG).values(["acc"]) == {"acc": 0.16, "params": 34}
    assert calls == ["trained", "evaluated"]


def test_parameters_of_what_is_no_model_are_not_counted():
    functions = TrialFunctions(model_builder=dict, eval_func=len)
    assert run_trial(functions, CONFIG).values(["score"]) == {"score": 1}


@pytest.mark.parametrize("name", ["model_builder", "train_func", "eval_func"])
def test_the_function_that_raises_is_named(name, capsys):
    def fails(argument):
        raise RuntimeError("out of luck")

    functions = {"model_builder": dict, "train_func": len, "eval_func": len, name: fails}
    with pytest.raises(EvaluationError, match=f"^{name} fails: RuntimeError: out of luck.$"):
        run_trial(TrialFunctions(**functions), CONFIG)
    assert "in fails" in capsys.readouterr().err


def test_a_function_may_change_its_config():
    config = dict(CONFIG)
    run_trial(TrialFunctions(evaluate=lambda given: given.clear() or 1.0), config)
    assert config == CONFIG
