"""Runs that compute everything: no worker, a small log, the same again after an interruption."""

import threading

import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.log.evaluation_log import DiskLog
from engine.pareto.front import minimised, non_dominated
from engine.python_api.run_text import run_facts
from engine.runs.run_lines import run_lines
from engine.runs.service import RunService
from engine.search.approaches import can_compute
from engine.supernets import registry
from tests.engine.meters.test_computed_metrics import OFA, written_table
from tests.engine.runs.logged import events_of
from tests.engine.runs.test_resume import records, write
from tests.made_predictor import write_predictor


def no_evaluator(supernet, workers):
    class Refusing:
        workers, waiting_reason, machine = 0, "", None

        def submit(self, *args):
            raise AssertionError("a worker was asked")

        def close(self):
            pass

    return Refusing()


def computing(tmp_path, budget=1_500, **dynas):
    told = {
        "accuracy_source": "published predictor",
        "predictor_path": write_predictor(tmp_path / "acc.pth"),
        "calibrate": False,
    }
    table = written_table(tmp_path / "table.yaml", OFA)
    base = {
        "supernet": OFA,
        "metrics": ["acc", "lat"],
        "supernet_options": told,
        "meter_options": {"latency": {"table": str(table)}},
        "num_evals": budget,
    }
    return NASConfig(approach="computed", dynas={**base, **dynas})


def finished(service, config):
    run = service.start(config)
    service.wait(run, 120)
    history = service.history(run)
    assert history.state == "finished", history.message
    return history


def test_a_run_computes_its_budget_without_a_worker_and_keeps_the_front(tmp_path):
    service = RunService(tmp_path / "data", no_evaluator)
    history = finished(service, computing(tmp_path, constraints=["lat <= 40"]))
    summary = history.summary()
    assert len(history.evaluations) < summary.computed == summary.spent <= summary.budget == 1_500
    assert summary.unit == "sub-networks computed"
    assert history.message.startswith(f"{summary.computed:,} sub-networks") or summary.computed
    assert all(e.ok and e.metrics["lat"] <= 40 for e in history.evaluations)
    assert {e.sources["acc"] for e in history.evaluations} == {"published predictor"}
    assert {e.sources["lat"] for e in history.evaluations} == {"lookup table"}
    front = non_dominated(minimised(history.evaluations, history.objectives))
    assert len(history.front()) == front.sum() > 5
    assert not any(e.predicted or e.reused for e in history.evaluations)
    assert (history.hypervolume[1:] >= history.hypervolume[:-1]).all()
    assert f"{summary.spent:,}" == run_facts(summary)["sub-networks computed"]
    assert f" {summary.spent} " in run_lines([summary], [])[1]
    service.close()
    again = RunService(tmp_path / "data", no_evaluator)
    assert next(iter(again.list())).spent == summary.spent, "also from the stored summary"
    again.close()


def test_best_accuracy_under_a_limit_of_latency(tmp_path):
    service = RunService(tmp_path / "data", no_evaluator)
    history = finished(
        service, computing(tmp_path, metrics=["acc"], constraints=["lat <= 30"], record=[])
    )
    (best,) = history.front()
    assert best.metrics["lat"] <= 30
    assert best.metrics["acc"] == max(e.metrics["acc"] for e in history.evaluations)


def test_wherever_the_log_is_cut_the_rest_is_the_same(tmp_path):
    config = computing(tmp_path, budget=900)
    service = RunService(tmp_path / "data", no_evaluator)
    whole = finished(service, config)
    written = records(whole)
    service.close()
    expected = [e.genotype for e in whole.evaluations]
    for length in (1, 2, 30, len(written) // 2, len(written) - 1, len(written)):
        data = tmp_path / f"cut-{length}"
        write(data / "runs" / "cut" / "log", written[:length])
        again = RunService(data, no_evaluator)
        again.resume("cut")
        again.wait("cut", 60)
        history = again.history("cut")
        assert history.state == "finished", history.message
        assert [e.genotype for e in history.evaluations] == expected, f"cut after {length} records"
        again.close()


def test_it_stops_pauses_and_is_extended(tmp_path):
    service = RunService(tmp_path / "data", no_evaluator)
    reached = threading.Event()
    config = computing(tmp_path, budget=50_000)
    run = service.start(config, on_evaluation=lambda e: reached.set())
    assert reached.wait(60)
    service.pause(run)
    service.stop(run)
    service.wait(run, 60)
    history = service.history(run)
    assert history.state == "stopped"
    assert 0 < history.spent < history.planned
    kept = [e.genotype for e in history.evaluations]
    small = finished(service, computing(tmp_path, budget=400))
    spent = small.spent
    service.extend(small.id, 600)
    service.resume(small.id) if small.summary().state != "queued" else None
    service.wait(small.id, 60)
    extended = service.history(small.id)
    assert extended.planned == 1_000
    assert extended.spent > spent
    assert len({e.genotype for e in extended.evaluations}) == len(extended.evaluations)
    assert len(set(kept)) == len(kept)
    service.close()


def test_a_warm_start_counts_among_what_is_computed(tmp_path):
    service = RunService(tmp_path / "data", no_evaluator)
    first = finished(service, computing(tmp_path, budget=400))
    second = finished(service, computing(tmp_path, budget=500, warm_start=first.id))
    assert second.warm_start_count == len(first.evaluations) > 0
    assert second.warm_start_count < second.spent <= second.planned == 500
    assert second.summary().progress == 1.0
    service.close()


def test_what_has_to_be_measured_is_refused_by_name(tmp_path):
    service = RunService(tmp_path / "data", no_evaluator)
    with pytest.raises(ConfigError, match=r"dynas\.metrics: the approach computed measures"):
        service.start(NASConfig(approach="computed", dynas={"metrics": ["acc", "macs"]}))
    limited = NASConfig(
        approach="computed", dynas={"metrics": ["macs", "params"], "constraints": ["acc >= 90"]}
    )
    with pytest.raises(ConfigError, match=r"dynas\.constraints: .*'acc' would be measured here"):
        service.start(limited)
    assert not can_compute(limited, registry.load(limited.dynas.supernet))
    service.close()


def test_the_budget_that_is_left_out_follows_the_approach():
    assert NASConfig(approach="computed").dynas.num_evals == 100_000
    assert NASConfig().dynas.num_evals == 250
    assert NASConfig.from_yaml("nas: {approach: computed}").dynas.num_evals == 100_000
    given = NASConfig(approach="computed", dynas={"num_evals": 3})
    assert given.dynas.num_evals == 3
    config = NASConfig(approach="computed")
    assert NASConfig.from_yaml(config.to_yaml()) == config


def test_events_say_how_many_were_computed(tmp_path):
    service = RunService(tmp_path / "data", no_evaluator)
    history = finished(service, computing(tmp_path, budget=600))
    counts = [e.data["computed"] for e in events_of(history) if e.kind == "cycle"]
    assert counts == sorted(counts)
    assert counts[-1] == history.spent
    log = DiskLog.open(tmp_path / "data" / "runs" / history.id / "log")
    assert log.read() == history.evaluations
    service.close()
