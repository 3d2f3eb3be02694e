"""Functions of a script as metrics: what they get, what they may return, how they are named."""

import pytest
import torch
from torch import nn

from engine import metrics, published_names, script_objects
from engine.errors import ConfigError, EvaluationError, RunError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import pipeline, registry
from engine.meters.own_metrics import OwnMetric, offer_metrics
from engine.supernets.registry import DEFAULT, load


@pytest.fixture(scope="module")
def supernet():
    return load(DEFAULT)


@pytest.fixture(scope="module")
def smallest(supernet):
    return supernet.space.to_config(supernet.space.smallest)


def measured(supernet, config, function, name="own"):
    offer_metrics({name: function})
    return pipeline.measure(supernet, config, [name], EvaluationSettings())[name]


def test_a_function_gets_the_recalibrated_network_in_eval_mode(supernet, smallest):
    def largest_difference(network):
        assert isinstance(network, nn.Module)
        assert not any(module.training for module in network.modules())
        expected = supernet.subnetwork(smallest)
        inputs = supernet.task.example_inputs(2)
        with torch.inference_mode():
            return (network(inputs) - expected(inputs)).abs().max()

    assert measured(supernet, smallest, largest_difference) == 0.0


def test_each_function_has_a_network_of_its_own(supernet, smallest):
    def zero(network):
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.zero_()
        return 0.0

    def norm(network):
        return sum(p.detach().abs().sum() for p in network.parameters())

    offer_metrics({"first": zero, "second": norm})
    values = pipeline.measure(supernet, smallest, ["first", "second"], EvaluationSettings())
    assert values["second"] > 1


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        (None, "a value that is None of type NoneType, which is not a number"),
        (float("nan"), "a value that is nan, which is not a finite number"),
        ("0.5", "a value that is '0.5' of type str, which is not a number"),
        (torch.zeros(2), r"a value that is tensor\(.*\) of type Tensor, which is not a number"),
        (True, "a value that is True of type bool, which is not a number"),
        (1.5, "a value that is 1.5, above the highest possible value of 1"),
    ],
)
def test_a_wrong_value_fails_the_evaluation_by_name(supernet, smallest, returned, message):
    own = OwnMetric(lambda network: returned, highest=1.0)
    with pytest.raises(
        EvaluationError, match=f"The function of the metric 'own' returned {message}"
    ):
        measured(supernet, smallest, own)


@pytest.mark.parametrize("error", [ZeroDivisionError("by zero"), SystemExit(2)])
def test_a_function_that_raises_fails_the_evaluation_by_name(supernet, smallest, error, capsys):
    def function(network):
        raise error

    sentence = f"The function of the metric 'own' fails: {type(error).__name__}: {error}."
    with pytest.raises(EvaluationError, match=sentence):
        measured(supernet, smallest, function)
    assert "in function" in capsys.readouterr().err


def test_it_says_how_its_numbers_are_read():
    own = OwnMetric(lambda network: 1.0, maximize=False, unit="mJ", label="Energy", lowest=0.0)
    offer_metrics({"energy": own, "plain": lambda network: 1.0})
    energy, plain = metrics.metric("energy"), metrics.metric("plain")
    assert (energy.label, energy.unit, energy.direction, energy.lowest) == (
        "Energy", "mJ", "min", 0.0,
    )  # fmt: skip
    assert (plain.label, plain.unit, plain.direction) == ("plain", "", "max")
    assert {"energy", "plain"} <= set(metrics.metric_names())


def test_it_is_available_for_every_supernet_while_it_is_offered():
    assert "own" not in registry.sources(load(DEFAULT), EvaluationSettings())
    offer_metrics({"own": lambda network: 1.0})
    assert registry.sources(load(DEFAULT), EvaluationSettings())["own"] == "measured"


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        ({"acc": abs}, "The metric 'acc' of the script cannot be used: its name is taken"),
        (
            {"a b": abs},
            "The metric 'a b' of the script cannot be used: its name is not made of .* a_b",
        ),
        ({"test_f1": abs}, "The metric 'test_f1' of the script cannot be used"),
        ({"number": abs}, "The metric 'number' of the script cannot be used"),
        ({3: abs}, "The metric 3 of the script cannot be used: its name is no text"),
        ({"f1": 0.5}, "The metric 'f1' is 0.5, which is no function"),
        ({"f1": OwnMetric()}, "The metric 'f1' is OwnMetric.*, which is no function"),
        *(
            ({name: abs}, f"The metric '{name}' of the script .* this name means '{present}'")
            for name, present in published_names.METRICS.items()
        ),
    ],
)
def test_what_cannot_be_a_metric_is_named_and_nothing_is_offered(functions, message):
    with pytest.raises(ConfigError, match=message):
        offer_metrics({"good": abs, **functions})
    assert metrics.find_metric("good") is None


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"function": "f1"}, "its function is 'f1', which is no function"),
        ({"maximize": "no"}, "its maximize is 'no'. Give True or False"),
        ({"reuse": 0}, "its reuse is 0. Give True or False"),
        ({"unit": 5}, "its unit is 5, which is no text"),
        ({"unit": "x" * 21}, "its unit is no line of at most 20 characters"),
        ({"label": "a\nb"}, "its label is no line of at most 60 characters"),
        ({"label": None}, "its label is None, which is no text"),
        ({"description": []}, r"its description is \[\], which is no text"),
        ({"lowest": "x"}, "its lowest value is 'x'"),
        ({"highest": float("nan")}, "its lowest value is None and its highest nan"),
        ({"lowest": 10, "highest": 2}, "its lowest value is 10 and its highest 2"),
    ],
)
def test_a_field_of_an_own_metric_is_checked_when_it_is_made(fields, message):
    with pytest.raises(ConfigError, match=f"This OwnMetric cannot be used: {message}"):
        OwnMetric(**fields)


def determinants(function, **options):
    offer_metrics({"own": OwnMetric(function, **options)})
    return registry.determinants("own", DEFAULT, "print", [0], EvaluationSettings())


def test_values_are_reused_as_long_as_the_code_is_the_same():
    def times(factor):
        return lambda network: factor

    first = determinants(times(2))
    assert first == determinants(times(2))
    assert first != determinants(times(3))
    assert first["fingerprint"] == "print"


def test_values_are_not_reused_where_the_code_may_change_or_the_script_says_so():
    assert determinants(abs, reuse=False) != determinants(abs, reuse=False)
    in_another_module = measured  # which is neither installed nor the main module
    assert determinants(in_another_module) != determinants(in_another_module)


def test_runs_of_one_process_share_a_function_but_not_its_name_with_another():
    in_another_module = measured  # which is neither installed nor the main module
    offer_metrics({"own": in_another_module})
    with script_objects.held(["own"]):
        offer_metrics({"own": in_another_module})
        for another in (determinants, OwnMetric(in_another_module, reuse=False)):
            with pytest.raises(
                RunError, match="A run that has not ended measures 'own' by another"
            ):
                offer_metrics({"own": another})
        with pytest.raises(RunError, match="reads the metric 'own' in another way, such as with"):
            offer_metrics({"own": OwnMetric(in_another_module, unit="s")})
