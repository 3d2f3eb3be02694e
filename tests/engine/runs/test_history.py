"""What a run's history makes of its log, however the log grows."""

import threading
from dataclasses import replace

import numpy as np
import pytest

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.log.evaluation_log import DiskLog
from engine.pareto.front import minimised, non_dominated
from engine.runs.history import RunHistory
from engine.runs.provenance import quality_source
from engine.runs.running_time import Stopwatch
from engine.supernets import registry
from tests.engine.records import evaluation


@pytest.fixture
def log(tmp_path):
    log = DiskLog(tmp_path / "log")
    yield log
    log.close()


def create(log, *metrics):
    config = NASConfig.from_dict({"dynas": {"metrics": list(metrics), "workers": 1}})
    log.append_event("created", {"config": config.to_dict(), "name": "a run"})


def some_evaluations(count, seed=0):
    """Ties, failures and sub-networks that lack an objective among others."""
    rng = np.random.default_rng(seed)
    records = []
    for _ in range(count):
        acc, macs, lat = 84 + rng.integers(12), 1e6 + 5e5 * rng.integers(8), rng.integers(1, 9)
        metrics = {"acc": float(acc), "macs": float(macs), "lat": float(lat)}
        kind = rng.integers(8)
        if kind == 0:
            records.append(evaluation(ok=False))
        elif kind == 1:
            records.append(evaluation(metrics={"acc": float(acc)}))
        else:
            records.append(evaluation(metrics=metrics))
    return records


@pytest.mark.parametrize("constraints", [[], ["lat <= 4"], ["lat <= 4", "acc >= 90"]])
def test_many_are_feasible_as_each_of_them_is(log, constraints):
    dynas = {"metrics": ["acc", "macs"], "workers": 1, "constraints": constraints}
    config = NASConfig.from_dict({"dynas": dynas})
    log.append_event("created", {"config": config.to_dict(), "name": "a run"})
    log.append_all(some_evaluations(60))
    history = RunHistory("run", log)
    each = [history.feasible(e) for e in history.evaluations]
    assert history.all_feasible(history.evaluations) == each
    assert set(each) == {True, False}
    assert history.all_feasible([]) == []


def recomputed_front(history):
    on_front = non_dominated(minimised(history.evaluations, history.objectives))
    return {e.number for e, on in zip(history.evaluations, on_front, strict=True) if on}


@pytest.mark.parametrize("metrics", [["acc", "macs"], ["acc", "lat"], ["acc", "macs", "lat"]])
@pytest.mark.parametrize("seed", range(3))
def test_read_in_steps_or_at_once_a_log_says_the_same(log, metrics, seed):
    create(log, *metrics)
    history, rng = RunHistory("run", log), np.random.default_rng(seed)
    for record in some_evaluations(60, seed):
        log.append(record)
        if rng.random() < 0.4:
            assert history.refresh() == len(history.evaluations)
            assert history.front_numbers == recomputed_front(history)
    history.refresh()
    at_once = RunHistory("run", log)
    assert history.evaluations == at_once.evaluations == log.read()
    assert len(history.hypervolume) == 60
    np.testing.assert_allclose(history.hypervolume, at_once.hypervolume, atol=1e-12)
    assert history.front() == at_once.front()
    assert history.front_numbers == at_once.front_numbers == recomputed_front(at_once)
    assert history.summary() == at_once.summary()
    assert history.summary().failed == sum(not e.ok for e in log.read())


def test_the_front_is_sorted_by_the_last_objective_and_a_copy(log):
    create(log, "acc", "macs")
    for acc, macs in ((92.0, 3e6), (90.0, 1e6), (91.0, 2e6), (89.0, 2e6)):
        log.append(evaluation(acc, macs))
    history = RunHistory("run", log)
    assert [e.number for e in history.front()] == [2, 3, 1]
    history.front().clear()
    assert len(history.front()) == 3


def test_there_is_a_front_before_the_box_is_known(log):
    create(log, "acc", "lat")
    history = RunHistory("run", log)
    assert (history.front(), history.summary().hypervolume) == ([], 0.0)
    expected = [
        (evaluation(ok=False), set(), 0),
        (evaluation(metrics={"acc": 90.0}), set(), 0),
        (evaluation(metrics={"acc": 90.0, "lat": 4.0}), {3}, 0),
        (evaluation(ok=False), {3}, 0),
        (evaluation(metrics={"acc": 91.0, "lat": 2.0}), {5}, 5),
        (evaluation(metrics={"acc": 89.0, "lat": 1.0}), {5, 6}, 6),
    ]
    for record, front, known in expected:
        log.append(record)
        history.refresh()
        assert history.front_numbers == front
        assert len(history.hypervolume) == known
    assert history.reference == {"acc": 85.0, "lat": 4.0}
    assert history.hypervolume == pytest.approx([0, 0, 0, 0, 6 / 15 / 2, 0.2 + 4 / 15 / 4])


def test_a_refresh_reads_and_keeps_only_what_is_new(log):
    create(log, "acc", "macs")
    history = RunHistory("run", log)
    kept, asked = history.evaluations, []
    follow = log.follow
    log.follow = lambda events, evaluations: (
        asked.append((events, evaluations)) or follow(events, evaluations)
    )
    for _ in range(3):
        log.append(evaluation())
        history.refresh()
    assert asked == [(1, 0), (1, 1), (1, 2)]
    assert history.evaluations is kept
    assert len(kept) == 3


def test_a_reader_in_the_middle_of_the_evaluations_meets_the_new_ones_at_the_end(log):
    create(log, "acc", "macs")
    log.append(evaluation())
    log.append(evaluation())
    history = RunHistory("run", log)
    forwards, backwards = iter(history.evaluations), reversed(history.evaluations)
    assert (next(forwards).number, next(backwards).number) == (1, 2)
    log.append(evaluation())
    history.refresh()
    assert [e.number for e in forwards] == [2, 3]
    assert [e.number for e in backwards] == [1]


def test_threads_may_refresh_and_read_while_the_log_grows(log):
    create(log, "acc", "macs")
    history, records = RunHistory("run", log), some_evaluations(150)
    written, wrong = threading.Event(), []

    def watch():
        while not written.is_set():
            history.refresh()
            values = history.hypervolume
            evaluations = list(history.evaluations)
            front = history.front()
            numbers = [e.number for e in evaluations]
            wrong.extend(["numbers"] * (numbers != list(range(1, len(numbers) + 1))))
            wrong.extend(["values"] * (len(values) > len(numbers)))
            wrong.extend(["front"] * (not all(e.ok for e in front)))

    threads = [threading.Thread(target=watch) for _ in range(3)]
    for thread in threads:
        thread.start()
    for record in records:
        log.append(record)
    written.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert history.refresh() == len(history.hypervolume) == 150
    assert history.front_numbers == recomputed_front(history)


def test_pauses_and_interruptions_do_not_count_as_time_elapsed(log, monkeypatch):
    create(log, "acc", "macs")
    history = RunHistory("run", log)
    steps = [
        (100.0, "queued", 0.0),
        (110.0, "running", 0.0),
        (140.0, "pausing", 0.0),
        (145.0, "paused", 35.0),
        (200.0, "running", 35.0),
        (210.0, "running", 35.0),
        (230.0, "finished", 65.0),
        (300.0, "queued", 65.0),
        (310.0, "running", 65.0),
    ]
    for now, state, elapsed in steps:
        with monkeypatch.context() as clock:
            clock.setattr("time.time", lambda now=now: now)
            log.append_event("state", {"state": state, "message": ""})
        history.refresh()
        assert history.elapsed == pytest.approx(elapsed)
        assert RunHistory("run", log).elapsed == pytest.approx(elapsed)
    log.append(evaluation(finished=325.0))
    history.refresh()
    assert history.elapsed == pytest.approx(80.0)
    history.is_run_by_this_process = True
    clock = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: clock[0])
    history.stopwatch = Stopwatch(history.elapsed)  # as the thread that drives it does
    history.stopwatch.follow("running")
    clock[0] += 5.0
    assert history.elapsed == pytest.approx(85.0)


def test_a_run_whose_supernet_is_gone_is_read_without_a_hypervolume(log, monkeypatch):
    create(log, "acc", "macs")
    history = RunHistory("run", log)
    log.append(evaluation())

    def missing(name):
        raise ConfigError(f"There is no supernet '{name}'.")

    with monkeypatch.context() as patch:
        patch.setattr(registry, "load", missing)
        assert history.refresh() == 1
        assert history.front_numbers == {1}
        assert len(history.hypervolume) == 0
    log.append(evaluation())
    assert history.refresh() == len(history.hypervolume) == 2


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("measured", "measured"),
        ("imported", "measured"),
        ("published predictor", "published predictor"),
        ("published predictor, calibrated on imported measurements", "published predictor"),
    ],
)
def test_the_records_tell_where_quality_comes_from_once_the_supernet_is_gone(
    log, monkeypatch, source, expected
):
    create(log, "acc", "macs")
    history = RunHistory("run", log)
    log.append(replace(evaluation(), sources={"acc": source, "macs": "exact"}))
    history.refresh()

    def missing(name):
        raise ConfigError(f"There is no supernet '{name}'.")

    monkeypatch.setattr(registry, "load", missing)
    assert quality_source(history) == expected
