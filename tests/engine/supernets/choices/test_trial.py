"""Trials: what a script's functions may return, and what is said of what they may not."""

import pytest
from torch import nn

from engine.errors import EvaluationError
from engine.supernets.choices.trial import TrialFunctions, run_trial

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
        ({"acc": 0.5, "loss": 3}, ("loss",), {"acc": 0.5, "loss": 3}),
    ],
)
def test_numbers_have_the_names_that_are_wanted_or_returned(returned, names, expected):
    assert values(returned, names) == expected


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
