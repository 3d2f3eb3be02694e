"""The supernet of a search of choices, with its functions and as a log describes it."""

import json

import pytest

from engine.errors import ConfigError, DataError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.logged_metrics import restore_metrics
from engine.meters import pipeline, registry
from engine.metrics import Metric
from engine.space.choices import choice_space
from engine.supernets.choices.supernet import ChoiceSupernet, describe_supernet
from engine.supernets.choices.trial import TrialFunctions
from engine.supernets.registry import load, names

ACC = Metric("eval_acc", "acc", "", "max", "measured", "Returned.")
LOSS = Metric("loss", "loss", "", "min", "measured", "Returned.", lowest=0.0)
SPACE = choice_space({"channels": [16, 32], "kernel": [(3, 3), None]})


def supernet(functions=None, identity="a"):
    restore_metrics({metric.name: vars(metric) for metric in (ACC, LOSS)})
    return ChoiceSupernet(SPACE, {ACC: "acc", LOSS: "loss"}, functions, identity)


def evaluate(config):
    return {"acc": config["channels"] / 64, "loss": 3.0 if config["kernel"] == (3, 3) else 1.0}


def test_the_functions_get_the_choices_as_they_were_given():
    config = {"channels": 32, "kernel": [3, 3]}  # as a log holds it
    measured = pipeline.measure(
        supernet(TrialFunctions(evaluate)), config, ["loss", "eval_acc"], EvaluationSettings()
    )
    assert measured == {"loss": 3.0, "eval_acc": 0.5}


def test_it_has_the_returned_metrics_and_no_exact_ones():
    sources = registry.sources(supernet(), EvaluationSettings())
    assert list(sources)[:2] == ["eval_acc", "loss"]
    assert not {"macs", "params", "size"} & set(sources)


def test_the_ideal_is_the_best_value_that_is_possible():
    assert supernet().bounds("eval_acc") == (None, float("inf"))
    assert supernet().bounds("loss") == (None, 0.0)


def test_its_name_follows_from_choices_and_metrics_its_fingerprint_from_the_functions():
    first, second = supernet(identity="a"), supernet(identity="b")
    assert first.name == second.name
    assert first.name != ChoiceSupernet(SPACE, {ACC: "acc"}).name
    settings = EvaluationSettings()
    assert first.fingerprint(settings) != second.fingerprint(settings)


def test_a_log_describes_it_to_a_program_without_the_functions():
    entry = json.loads(json.dumps(supernet().log_entry()))
    with pytest.raises(ConfigError, match="There is no supernet"):
        load(supernet().name)
    describe_supernet(entry["choices"])
    described = load(supernet().name)
    assert described.space == SPACE
    assert described.title == "Choices of channels, kernel"
    assert [metric.name for metric in described.task.metrics] == ["eval_acc", "loss"]
    assert described.name not in names()
    config = SPACE.to_config(SPACE.smallest)
    for use in (
        lambda: described.check_data(EvaluationSettings()),
        lambda: pipeline.measure(described, config, ["loss"], EvaluationSettings()),
    ):
        with pytest.raises(DataError, match="functions of the script that started the search"):
            use()


@pytest.mark.parametrize("entry", [{}, {"space": {"a": 3}, "metrics": []}, [], {"metrics": 3}])
def test_a_damaged_description_is_an_error(entry):
    with pytest.raises(DataError, match="The choices of the search cannot be read"):
        describe_supernet(entry)


def test_it_has_no_networks():
    with pytest.raises(DataError, match="models are built by the script, and none is kept"):
        supernet().subnetwork(SPACE.to_config(SPACE.smallest))
    with pytest.raises(EvaluationError, match="knows no inputs of its models"):
        supernet().task.example_inputs(1)
