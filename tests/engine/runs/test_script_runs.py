"""Searches that need functions of a script: real workers, other programs, and resuming."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import NAS, NASConfig, load_run, plot_front
from engine.errors import ConfigError, DataError, RunError
from engine.export.bundle.parts import BUNDLE_PARTS
from engine.export.chosen import best_subnetwork
from engine.meters.own_metrics import OwnMetric, offer_metrics
from engine.python_api.run import Run
from engine.runs.columns import run_columns
from engine.runs.service import RunService

_METRIC_SCRIPT = """
import sys
from dynas_studio import NAS, NASConfig, OwnMetric

OFFSET = 1000

def layers(network):
    print("called", file=sys.stderr)
    return OFFSET + len(list(network.modules()))

config = NASConfig(approach="random")
config.dynas.metrics = ["layers", "macs"]
config.dynas.constraints = ["layers >= 1001"]
config.dynas.num_evals, config.dynas.workers = 3, 1
own = OwnMetric(layers, maximize=False, unit="layers", label="Layers", lowest=0)
front = NAS(config, sys.argv[1], metrics={"layers": own}).search(progress=False)
print(front.run_id)
"""

_CHOICE_SCRIPT = """
import sys
from dynas_studio import NAS, NASConfig, OwnMetric

WEIGHTS = {None: 0, "batch": 1}

def evaluate(config):
    print("called", file=sys.stderr)
    return {"score": config["width"] + WEIGHTS[config["norm"]], "cost": config["width"]}

space = {"width": [1, 2, 4], "norm": [None, "batch"]}
metrics = {"score": OwnMetric(highest=5), "cost": OwnMetric(maximize=False, unit="s", lowest=0)}
nas = NAS(NASConfig(approach="grid"), sys.argv[1], search_space=space, evaluate=evaluate,
          metrics=metrics)
print(nas.search(progress=False).run_id)
"""


def run_script(folder: Path, text: str) -> tuple[str, str]:
    """What a script without a main guard, in a program of its own, prints to stdout and stderr."""
    path = folder / "script.py"
    path.write_text(text)
    done = subprocess.run(
        [sys.executable, path, folder / "data"], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    return done.stdout.strip(), done.stderr


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A search with a metric of a script: its folder, the run, and what two searches wrote."""
    folder = tmp_path_factory.mktemp("metric")
    run_id, first_errors = run_script(folder, _METRIC_SCRIPT)
    again, second_errors = run_script(folder, f"# moved by a line\n{_METRIC_SCRIPT}")
    return folder / "data", (run_id, again), (first_errors, second_errors)


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A search of choices in a program of its own: its folder, the run, and its errors."""
    folder = tmp_path_factory.mktemp("choices")
    run_id, errors = run_script(folder, _CHOICE_SCRIPT)
    return folder / "data", run_id, errors


def test_a_metric_of_a_script_is_measured_in_workers_and_shown_elsewhere(measured):
    folder, (run_id, _), (errors, _) = measured
    history = load_run(run_id, folder)
    assert errors.count("called") == 3
    assert history.state == "finished"
    layers = history.metric("layers")
    assert (layers.label, layers.unit, layers.direction) == ("Layers", "layers", "min")
    assert all(e.metrics["layers"] > 1001 for e in history.evaluations)
    assert {e.sources["layers"] for e in history.evaluations} == {"measured"}
    assert len(history.hypervolume) == 3
    assert history.front()


def test_the_same_function_on_another_line_is_not_called_again(measured):
    folder, run_ids, (_, errors) = measured
    first, second = (load_run(run_id, folder) for run_id in run_ids)
    assert "called" not in errors
    assert all(e.reused for e in second.evaluations)
    assert [e.metrics for e in first.evaluations] == [e.metrics for e in second.evaluations]


@pytest.mark.parametrize("action", ["extend", "resume"])
def test_a_program_without_the_function_does_not_go_on_with_the_run(measured, action, tmp_path):
    folder, (run_id, _), _ = measured
    service = RunService(folder)
    use = {"extend": lambda: service.extend(run_id, 2), "resume": lambda: service.resume(run_id)}
    try:
        if action == "resume":
            service._append(run_id, "state", {"state": "stopped", "message": ""})
        budget = service.history(run_id).budget
        with pytest.raises(RunError, match=r"measures layers by a function of the script .* after "
                                           "offer_metrics"):  # fmt: skip
            use[action]()
        assert service.history(run_id).budget == budget
    finally:
        service.close()


def test_a_script_that_offers_the_function_goes_on_with_the_run(measured):
    folder, (_, run_id), _ = measured
    offer_metrics({"layers": OwnMetric(lambda network: 2000.0, maximize=False)})
    service = RunService(folder)
    try:
        service.extend(run_id, 2)
        service.wait(run_id, 120)
        history = service.history(run_id)
        assert (history.state, len(history.evaluations)) == ("finished", 5)
        assert [e.metrics["layers"] for e in history.evaluations[3:]] == [2000.0] * 2
    finally:
        service.close()


def test_a_run_is_read_with_the_metric_that_its_log_defines(measured):
    folder, (run_id, _), _ = measured
    offer_metrics({"layers": OwnMetric(lambda network: 1.0, unit="s")})  # more is better
    history = load_run(run_id, folder)
    assert (history.metric("layers").direction, history.metric("layers").unit) == ("min", "layers")
    fewest = min(e.metrics["layers"] for e in history.evaluations)
    assert fewest in [e.metrics["layers"] for e in history.front()]
    assert run_columns(history).metric("layers").label == "Layers"
    assert best_subnetwork(history, "layers").metrics["layers"] == fewest
    assert "less is better" in plot_front(history, "macs", "layers").layout.yaxis.title.text


def test_a_script_with_another_metric_of_that_name_does_not_go_on_with_the_run(measured):
    folder, (run_id, _), _ = measured
    offer_metrics({"layers": lambda network: 1.0})
    service = RunService(folder)
    try:
        with pytest.raises(
            RunError, match=r"of its layers more is better, not less\. Extend it with"
        ):
            service.extend(run_id, 2)
    finally:
        service.close()


def test_choices_are_searched_in_workers_and_shown_elsewhere(searched):
    folder, run_id, errors = searched
    assert errors.count("called") == 6
    history = load_run(run_id, folder)
    assert history.state == "finished"
    assert len(history.evaluations) == 6
    assert [e.config for e in history.front()] == [
        {"width": width, "norm": "batch"} for width in (1, 2, 4)
    ]
    assert history.supernet.title == "Choices of width, norm"
    assert len(history.hypervolume) == 6
    assert json.loads(json.dumps(history.events[0].data))["choices"]["space"]["width"] == [1, 2, 4]


def test_a_front_of_choices_has_every_format_but_those_of_networks(searched, tmp_path):
    folder, run_id, _ = searched
    front = Run(run_id, folder).front()
    for suffix in ("csv", "json", "yaml", "zip"):
        assert front.export(tmp_path / f"front.{suffix}").is_file()
    for name in ("bundle", *BUNDLE_PARTS):
        with pytest.raises(DataError, match="their models are built by the script, and none is"):
            front.export(tmp_path / "networks", name)
    assert not (tmp_path / "networks").exists()
    assert "score 5" in repr(front.best("score", where={"cost": 4}))


def test_a_program_without_the_functions_does_not_go_on_with_the_choices(searched):
    folder, run_id, _ = searched
    service = RunService(folder)
    try:
        with pytest.raises(RunError, match=r"evaluates by functions of the script .*NAS\(.*offer"):
            service.extend(run_id, 2)
    finally:
        service.close()


def test_a_failing_function_fails_evaluations_with_its_output(tmp_path):
    def fails(network):
        print("the last words")  # noqa: T201 - what a user writes
        raise ValueError("no such layer")

    config = NASConfig(approach="random", dynas={"num_evals": 2, "workers": 1, "max_failures": 1})
    config.dynas.metrics = ["f1", "macs"]
    with pytest.raises(
        RunError, match="The function of the metric 'f1' fails: ValueError: no such"
    ):
        NAS(config, tmp_path, metrics={"f1": fails}).search(progress=False)
    (run_id,) = RunService(tmp_path).ids()
    failed = load_run(run_id, tmp_path).evaluations[0]
    assert "the last words" in failed.stderr
    assert "in fails" in failed.stderr


def test_a_search_without_the_functions_is_refused_before_it_starts(tmp_path):
    config = NASConfig(approach="basic", search_space={"width": [1, 2]})
    service = RunService(tmp_path)
    try:
        with pytest.raises(ConfigError, match="it is searched by a script"):
            service.start(config)
        assert not service.ids()
    finally:
        service.close()
