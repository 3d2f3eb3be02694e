"""Baselines are measured once for all runs of a supernet, and are no evaluations of any."""

import threading

import numpy as np
import pytest

from engine.config import NASConfig
from engine.errors import CancelledError, EvaluationError, NotAllowedError, RunError
from engine.export.baselines_table import baselines_csv
from engine.export.table import run_csv
from engine.runs.baselines.finding import (
    BASELINE_COUNT,
    baselines_path,
    baselines_refusal,
    estimated_time,
    find_baselines,
)
from engine.runs.cached_measurements import CachedMeasurements
from engine.runs.service import RunService
from engine.space import Gene, SearchSpace
from engine.supernets import registry
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.imported import import_text
from tests.long_log import write_long_log


class Counting:
    """Makes evaluators that answer at once, and counts what they are asked; each `nth` fails."""

    def __init__(self):
        self.configs, self.failing = [], lambda count: False

    def __call__(self, supernet, workers):
        made, maker = InstantEvaluator(supernet, workers), self

        def fails(number, subnetwork):
            maker.configs.append(subnetwork)
            return maker.failing(len(maker.configs))

        made.fails = fails
        return made


@pytest.fixture
def evaluators():
    return Counting()


@pytest.fixture
def service(tmp_path, evaluators):
    service = RunService(tmp_path, evaluators)
    yield service
    service.close()


@pytest.fixture
def history(service, tmp_path):
    return service.history(write_long_log(tmp_path, 6))


def test_they_are_measured_once_beside_the_run_and_shared(service, history, evaluators, tmp_path):
    assert find_baselines(history) is None
    reports = []
    baselines = service.baselines.measure(history, progress=lambda *report: reports.append(report))
    assert len(evaluators.configs) == BASELINE_COUNT
    assert reports[-1] == ("Measuring baselines", 10, BASELINE_COUNT)
    assert [n.kind for n in baselines.networks] == ["uniform"] * 10 + ["largest"]
    largest = baselines.networks[-1]
    assert largest.metrics.keys() == {"acc", "macs", "params"}
    assert (largest.sources["acc"], largest.sources["macs"]) == ("measured", "exact")
    assert baselines.original.metrics == largest.metrics
    assert service.history(history.id).refresh() == 6  # no evaluations of the run
    other = service.history(write_long_log(tmp_path, 5))
    assert find_baselines(other) == baselines
    assert service.baselines.measure(other) == baselines
    assert len(evaluators.configs) == BASELINE_COUNT
    with_latency = service.history(write_long_log(tmp_path, 4, metrics=["acc", "latency"]))
    assert find_baselines(with_latency) is None


def test_what_was_measured_before_a_cancellation_is_not_measured_again(
    service, history, evaluators
):
    cancelled = threading.Event()

    def report(task, done, total):
        if done == 4:
            cancelled.set()

    with pytest.raises(CancelledError):
        service.baselines.measure(history, cancelled, report)
    assert find_baselines(history) is None
    service.baselines.measure(history)
    assert len(evaluators.configs) == BASELINE_COUNT


def test_a_search_that_meets_them_measures_them_no_more(service, history, evaluators):
    networks = service.baselines.measure(history).networks
    cached = CachedMeasurements(
        service.baselines._cache, history.config, registry.load(history.supernet_name)
    )
    for network in networks:
        found = cached.find(np.array(network.genotype))
        assert found.values == {"acc": network.metrics["acc"]}


def test_a_network_that_fails_is_told_and_measured_again_on_request(service, history, evaluators):
    evaluators.failing = lambda count: count == 3
    baselines = service.baselines.measure(history)
    (failed,) = baselines.failed
    assert (failed.metrics, failed.reason) == ({}, "acc is not a finite number")
    assert not service.baselines.measure(history).failed
    assert len(evaluators.configs) == BASELINE_COUNT + 1


def test_if_all_fail_nothing_is_kept(service, history, evaluators):
    evaluators.failing = lambda count: True
    with pytest.raises(EvaluationError, match="not a finite number"):
        service.baselines.measure(history)
    assert find_baselines(history) is None


def test_a_damaged_record_counts_as_none(service, history):
    service.baselines.measure(history)
    baselines_path(history).write_text("{")
    assert find_baselines(history) is None


def test_the_original_of_a_supernet_that_was_made_from_one_has_its_own_quality(
    service, history, monkeypatch
):
    largest = service.baselines.measure(history).networks[-1]
    supernet = registry.load(history.supernet_name)
    monkeypatch.setattr(supernet, "original_quality", {"acc": 93.5})
    found = find_baselines(history)
    assert found.original.metrics == {**largest.metrics, "acc": 93.5}
    assert "before the network was made elastic" in found.original_source
    assert found.networks[-1] == largest
    monkeypatch.setattr(supernet, "original_costs", {"macs": 2e9, "params": 1e9})
    assert find_baselines(history).original.metrics == {"acc": 93.5, "macs": 2e9, "params": 1e9}


def test_a_list_of_sizes_is_uniform_scaling_itself_and_has_the_original_only(
    service, history, monkeypatch
):
    supernet = registry.load(history.supernet_name)
    sizes = SearchSpace((Gene("size", (20, 50, 100)),))
    monkeypatch.setattr(supernet, "space", sizes)
    monkeypatch.setattr(supernet, "exact_metrics", lambda genotypes: {"macs": np.array([1e9])})
    assert "are uniform scaling themselves" in baselines_refusal(history)
    assert find_baselines(history) is None
    with pytest.raises(RunError, match="uniform scaling themselves"):
        service.baselines.measure(history)
    monkeypatch.setattr(supernet, "original_quality", {"acc": 93.5})
    monkeypatch.setattr(supernet, "original_costs", {"macs": 2e9})
    found = service.baselines.measure(history)
    assert found == find_baselines(history)
    assert found.networks == ()
    assert found.original.metrics == {"acc": 93.5, "macs": 2e9}
    assert baselines_csv(found, history).splitlines()[1].startswith("original,93.5,2000000000,")


def test_the_time_is_estimated_from_the_evaluations_of_the_run(history):
    seconds, workers = [e.seconds for e in history.evaluations], history.config.dynas.workers
    found = estimated_time(history)  # one worker, which no other one holds up
    assert 11 * min(seconds) / workers <= found.likely <= history.times.startup + 11 * max(seconds)
    assert found.low < found.likely < found.high


def test_what_cannot_have_baselines_says_why(service, history, monkeypatch):
    supernet = registry.load(history.supernet_name)
    imported = service.history(
        import_text(service, run_csv(history), "results.csv", NASConfig(dynas={"num_evals": 10}))
    )
    assert "come from a file" in baselines_refusal(imported)
    with pytest.raises(RunError, match="come from a file"):
        service.baselines.measure(imported)
    monkeypatch.setattr(supernet, "no_network_reason", "No network.", raising=False)
    assert "there is no network that can be scaled" in baselines_refusal(history)
    monkeypatch.undo()
    assert baselines_refusal(history) == ""
    monkeypatch.setattr(history, "fingerprint", "of other weights")
    with pytest.raises(RunError, match="have changed since"):
        service.baselines.measure(history)


def test_what_a_server_does_not_admit_is_not_measured(service, history, tmp_path):
    def refuse(config):
        raise NotAllowedError("Not here.")

    guarded = RunService(tmp_path, InstantEvaluator, admit=refuse)
    with pytest.raises(NotAllowedError):
        guarded.baselines.measure(history)
    guarded.close()
