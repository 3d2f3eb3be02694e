"""The best value within the limits, and which hypervolumes can be compared, in summaries."""

import math

import pytest

from engine.config import NASConfig
from engine.runs.run_index import RunIndex
from engine.runs.service import RunService
from engine.runs.stored_summary import load_summary
from tests.engine.runs.fakes import InstantEvaluator


def config(seed=0, constraints=(), metrics=("acc", "macs")):
    dynas = {"population": 4, "num_evals": 12, "workers": 1, "metrics": list(metrics)}
    return NASConfig(seed=seed, dynas={**dynas, "constraints": list(constraints)})


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


@pytest.fixture
def finished(service):
    def run(config):
        run_id = service.start(config)
        service.wait(run_id, 120)
        return service.history(run_id)

    return run


def test_the_best_value_is_within_the_limits(finished):
    history = finished(config(constraints=["macs <= 4M"]))
    within = [e.metrics["acc"] for e in history.evaluations if history.feasible(e)]
    beyond = [e.metrics["acc"] for e in history.evaluations if not history.feasible(e)]
    assert within, "the search must have found some"
    assert history.summary().best == max(within)
    assert not beyond or max(beyond) != history.summary().best


def test_a_run_without_a_sub_network_within_the_limits_has_no_best_value(finished):
    assert math.isnan(finished(config(constraints=["acc >= 100"])).summary().best)


def test_the_list_of_runs_reads_both_without_the_log(service, finished):
    first, limited = finished(config()), finished(config(constraints=["acc >= 100"]))
    index = RunIndex(service.folder)
    for history in (first, limited):
        stored = load_summary(history.id, index.log(history.id)).summary
        expected = history.summary()
        assert stored.best == pytest.approx(expected.best, nan_ok=True)
        assert stored.reference == expected.reference
        assert stored.hypervolume_key == expected.hypervolume_key


def test_hypervolumes_of_equal_boxes_alone_can_be_compared(finished):
    key = finished(config()).summary().hypervolume_key
    assert key
    assert finished(config(seed=1)).summary().hypervolume_key == key
    assert finished(config(constraints=["macs <= 4M"])).summary().hypervolume_key != key
    assert finished(config(metrics=("acc", "params"))).summary().hypervolume_key != key
