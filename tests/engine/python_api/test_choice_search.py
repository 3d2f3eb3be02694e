"""Searches of any mapping of choices: the published forms, and the product's own."""

import contextlib

import pytest
import torch
from torch import nn

from engine import NAS, NASConfig
from engine.errors import ConfigError, EvaluationError
from engine.meters.own_metrics import OwnMetric
from engine.python_api.script_functions import ScriptFunctions
from engine.python_api.services import close_services
from tests.engine.python_api.choice_search_driver import evaluate, search


@pytest.fixture(autouse=True)
def _instant():
    """These searches call their functions in real workers, unlike others of this folder."""
    yield
    close_services()


SPACE = {"channels": [16, 32], "dimensions": [32]}


class TwoLayers(nn.Module):
    def __init__(self, channels, dimensions):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, channels), nn.Linear(channels, dimensions))

    def forward(self, inputs):
        return self.layers(inputs)


def model_builder(choices):
    return TwoLayers(choices["channels"], choices["dimensions"])


def train_func(model):
    inputs, optimizer = torch.ones(4, 3), torch.optim.SGD(model.parameters(), lr=0.001)
    for _ in range(2):
        optimizer.zero_grad()
        model(inputs).square().mean().backward()
        optimizer.step()


def eval_func(model):
    model.eval()
    with torch.inference_mode():
        loss = model(torch.ones(4, 3)).square().mean()
    return {"acc": 1 / (1 + float(loss))}


def parameters(channels, dimensions):
    return (3 + 1) * channels + (channels + 1) * dimensions


@pytest.mark.parametrize(
    ("approach", "algorithm"),
    [(None, None), ("basic", "grid"), ("basic", "random"), ("Basic", "bo")],
)
def test_a_script_with_three_functions_searches_as_published(approach, algorithm, tmp_path):
    config = NASConfig(approach=approach, search_space=SPACE, search_algorithm=algorithm)
    agent = NAS(config, tmp_path)
    agent.model_builder, agent.train_func, agent.eval_func = model_builder, train_func, eval_func
    best = agent()
    assert len(best) > 0
    assert all(set(e.config) == {"channels", "dimensions"} for e in best)
    evaluations = best.history.evaluations
    assert {e.config["channels"] for e in evaluations} == {16, 32}, "the space has two"
    for e in evaluations:
        assert 0 < e.metrics["eval_acc"] < 1
        assert e.metrics["eval_params"] == parameters(**e.config)


def test_a_published_file_names_objectives_directions_and_trials(tmp_path):
    path = tmp_path / "nas.yaml"
    path.write_text(
        "model: {name: any, framework: pytorch}\n"
        "nas:\n  approach: basic\n  search:\n"
        "    search_space: {channels: [16, 32, 64], dimensions: [8, 16]}\n"
        "    search_algorithm: grid\n    metrics: [acc, cost]\n"
        "    higher_is_better: [true, false]\n    max_trials: 4\n    seed: 3\n"
    )
    with pytest.warns(UserWarning, match="Only the settings under 'nas' are read"):
        agent = NAS(path, tmp_path / "data")
    agent.model_builder = model_builder
    agent.eval_func = lambda model: [0.5, model.layers[0].out_features]
    front = agent.search(progress=False)
    assert len(front.history.evaluations) == 4
    assert [(o.name, o.direction) for o in front.history.objectives] == [
        ("eval_acc", "max"), ("cost", "min"),
    ]  # fmt: skip
    assert [e.config["channels"] for e in front] == [16]


def test_described_metrics_are_the_objectives_with_direction_and_unit(tmp_path):
    metrics = {
        "seconds": OwnMetric(maximize=False, unit="s", label="Time", lowest=0.0),
        "score": OwnMetric(highest=2.0),
    }
    front = search(tmp_path, metrics=metrics)
    time, score = front.history.objectives
    assert time.name == "eval_seconds", "a column of tables is called seconds"
    assert (time.label, time.unit, time.direction, score.highest) == ("Time", "s", "min", 2.0)
    assert [e.config for e in front] == [{"width": w, "rate": 0.5} for w in (1, 2, 3)]
    assert front.history.config.dynas.workers == 1


def test_bounds_and_recorded_metrics_are_returned_as_well(tmp_path):
    config = NASConfig(approach="grid")
    config.dynas.metrics, config.dynas.record = ["score"], ["size"]
    config.dynas.constraints = "loss <= 2 and macs >= 1"
    returned = {"score": 1.0, "loss": 1.0, "macs": 3.0, "size": 4.0}
    front = search(tmp_path, config, evaluate=lambda choices: returned)
    assert front.history.config.dynas.constraints == ["loss <= 2", "eval_macs >= 1"]
    assert front.history.config.dynas.record == ["eval_size"]
    assert front[0].metrics == {"score": 1.0, "loss": 1.0, "eval_macs": 3.0, "eval_size": 4.0}


@pytest.mark.parametrize("form", ["argument", "assignment", "file"])
def test_a_number_may_have_the_name_that_another_program_gives_a_metric(form, tmp_path):
    names = ["accuracy_top1", "latency"]
    config = NASConfig(approach="grid")
    if form == "argument":
        config = NASConfig(approach="grid", dynas={"metrics": names, "constraints": "latency < 9"})
    elif form == "assignment":
        config.dynas.metrics, config.dynas.constraints = names, "latency < 9"
    else:
        settings = "metrics: [accuracy_top1, latency], constraints: latency < 9"
        config = NASConfig.from_yaml(f"approach: grid\ndynas: {{{settings}}}\n")
    run_config = NAS(config, tmp_path, search_space=SPACE, evaluate=len).offer()
    assert run_config.dynas.metrics == ["eval_accuracy_top1", "eval_latency"]
    assert run_config.dynas.constraints == ["eval_latency < 9"]
    assert [objective.label for objective in run_config.objectives] == names


@pytest.mark.parametrize("approach", ["evolutionary", "one_shot"])
def test_approaches_of_supernets_find_the_best_of_a_small_space(approach, tmp_path):
    front = search(tmp_path, NASConfig(approach=approach), evaluate=lambda c: c["width"])
    assert front[0].metrics["score"] == 3.0
    assert len(front.history.evaluations) <= 6


def test_the_config_that_is_tried_for_names_is_not_tried_again(tmp_path):
    calls = tmp_path / "calls"

    def counted(config):
        with calls.open("a") as file:
            file.write("x")
        return {"score": 1.0}

    front = search(tmp_path / "data", evaluate=counted)
    assert len(front.history.evaluations) == 6
    assert len(calls.read_text()) == 6


def test_what_was_left_out_follows_from_the_functions_after_a_round_trip(tmp_path):
    space = {"width": [1, 2, 3]}
    config = NASConfig(approach="basic", search_algorithm="grid", search_space=space)
    read = NASConfig.from_yaml(config.to_yaml())
    assert read == config
    front = NAS(read, tmp_path, evaluate=lambda c: {"err": c["width"]}).search(progress=False)
    run_settings = front.history.config.dynas
    assert (run_settings.metrics, run_settings.record, run_settings.workers) == (["err"], [], 1)


def test_the_first_call_says_what_failed_and_where(tmp_path):
    def fails(config):
        raise KeyError("depth")

    sentence = r"evaluate fails: KeyError: 'depth'. The config was {'width': 1, 'rate': None}"
    with pytest.raises(EvaluationError, match=sentence):
        search(tmp_path, evaluate=fails)


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        (
            {"evaluate": None},
            "the sections train and evaluation of a Neural Compressor file do not",
        ),
        ({"evaluate": None, "eval_func": len}, "A search_space needs functions"),
        (
            {"model_builder": dict, "eval_func": len},
            "NAS has evaluate and model_builder and eval_f",
        ),
        ({"train_func": len}, "NAS has evaluate and train_func. Give one or the other"),
        ({"search_space": {}}, "search_space: The search space is {}. Give a mapping"),
        ({"metrics": {"score": len}}, "'score' has a function of a network, and a search of choic"),
        ({"search_space": {"a": 3}}, "search_space: The choices of 'a' are 3"),
        ({"evaluate": lambda c: list(range(5))}, "evaluate returned 5 numbers, and a search has"),
        ({"evaluate": lambda c: {"a b": 1}}, "The metric 'a b' of the script cannot be used"),
    ],
)
def test_what_does_not_fit_together_is_refused_before_the_run(functions, message, tmp_path):
    with pytest.raises(ConfigError, match=message):
        search(tmp_path, **functions)
    assert not list((tmp_path / "runs").glob("*"))


def test_a_grid_of_more_combinations_than_can_be_counted_tries_the_first(tmp_path):
    space = {f"gene{i}": list(range(10)) for i in range(30)}
    config = NASConfig(approach="basic", search_algorithm="grid", search_space=space)
    front = NAS(config, tmp_path, evaluate=lambda c: c["gene29"]).search(progress=False)
    configs = [e.config for e in front.history.evaluations]
    assert [(c["gene28"], c["gene29"]) for c in configs] == [(0, 0), (0, 1), (0, 2)]


def test_models_of_another_library_have_no_parameters_to_count(tmp_path):
    functions = {"model_builder": dict, "eval_func": lambda model: model["width"]}
    front = search(tmp_path, evaluate=None, **functions)
    assert [e.metrics for e in front] == [{"score": 3.0}]


def test_basic_without_choices_does_not_search_a_supernet(tmp_path):
    config = NASConfig(approach="basic", search_algorithm="grid")
    with pytest.raises(ConfigError, match=r"^approach: basic needs a search_space"):
        NAS(config, tmp_path).search(progress=False)
    assert not list((tmp_path / "runs").glob("*"))
    functions = {"search_space": {"a": [1, 2]}, "evaluate": lambda choices: choices["a"]}
    assert len(NAS(config, tmp_path, **functions).search(progress=False).history.evaluations) == 2


def test_functions_without_choices_are_refused():
    with pytest.raises(ConfigError, match="The functions evaluate choices, and there are none"):
        ScriptFunctions(evaluate=evaluate).offer(NASConfig())


def test_the_configuration_of_the_script_does_not_change(tmp_path):
    config = NASConfig(approach="basic", search_space=SPACE)
    before = config.to_dict()
    with contextlib.suppress(EvaluationError):
        NAS(config, tmp_path, evaluate=lambda choices: 1.0).offer()
    assert config.to_dict() == before
