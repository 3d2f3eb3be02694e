"""`deterministic`: any number of workers, whichever ends first, gives the same search."""

import random

import pytest

from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.logged import events_of
from tests.engine.runs.test_service import finished

BUDGET = 26
APPROACHES = ["dynas", "evolutionary", "one_shot", "random"]


class Shuffled(InstantEvaluator):
    """Measurements end in an order that chance decides; some sub-networks fail, always the same."""

    def __init__(self, supernet, workers):
        super().__init__(supernet, workers, seconds=lambda number: random.uniform(0, 0.03))

    def fails(self, number, config):
        return sum(config["d"]) % 7 == 3


def search(folder, approach="dynas", workers=1, deterministic=True, evaluator=Shuffled, **changes):
    service = RunService(folder, evaluator)
    dynas = {"population": 8, "num_evals": BUDGET, "workers": workers, "metrics": ["acc", "macs"]}
    search = {"deterministic": deterministic, "seed": 4}
    history = finished(service, NASConfig(approach=approach, search=search, dynas=dynas | changes))
    service.close()
    return history


def told(history):
    """All of the log that does not depend on when something happened."""
    evaluations = [
        (e.number, e.genotype, e.cycle, e.status, dict(e.metrics), dict(e.predicted))
        for e in history.evaluations
    ]
    plans = [{**e.data, "seconds": 0.0} for e in history.events if e.kind == "cycle"]
    return evaluations, plans, sorted(history.front_numbers), history.hypervolume.tolist()


@pytest.fixture
def _small_machine(monkeypatch):
    monkeypatch.setattr("engine.search.one_shot.OneShot.generations", 2)
    monkeypatch.setattr("engine.runs.run_threads.os.cpu_count", lambda: 3)


@pytest.mark.usefixtures("_small_machine")
@pytest.mark.parametrize("approach", APPROACHES)
def test_one_two_and_three_workers_write_the_same_log(tmp_path, approach):
    one, two, three = (
        told(search(tmp_path / str(workers), approach, workers)) for workers in (1, 2, 3)
    )
    assert len(one[0]) == BUDGET
    assert any(status == "failed" for _, _, _, status, _, _ in one[0])
    assert one == two
    assert one == three


@pytest.mark.usefixtures("_small_machine")
def test_without_it_completion_decides(tmp_path):
    """Else the tests here could not fail."""
    one = told(search(tmp_path / "1", workers=1, deterministic=False))
    others = [told(search(tmp_path / f"3-{n}", workers=3, deterministic=False)) for n in range(3)]
    assert any(other[0] != one[0] for other in others)


@pytest.mark.usefixtures("_small_machine")
def test_a_failed_run_ends_at_the_same_evaluation(tmp_path):
    class Broken(Shuffled):
        def fails(self, number, config):
            return sum(config["e"]) % 3 > 0

    one, three = (
        search(tmp_path / str(workers), workers=workers, max_failures=2, evaluator=Broken)
        for workers in (1, 3)
    )
    assert one.state == three.state == "failed"
    assert told(one) == told(three)
    assert one.message == three.message


@pytest.mark.usefixtures("_small_machine")
def test_a_stop_rule_ends_it_at_the_same_evaluation(tmp_path):
    uninterrupted = search(tmp_path / "whole", "random", 1)
    target = float(uninterrupted.hypervolume[BUDGET // 2])
    ended = []
    for workers in (1, 3):
        service = RunService(tmp_path / str(workers), Shuffled)
        dynas = {"population": 8, "num_evals": BUDGET, "workers": workers}
        history = finished(
            service,
            NASConfig(
                approach="random",
                search={"deterministic": True, "seed": 4},
                stop={"hypervolume": target},
                dynas=dynas,
            ),
        )
        ended.append((told(history), history.message))
        service.close()
    assert ended[0] == ended[1]
    assert len(ended[0][0][0]) <= BUDGET // 2 + 1


@pytest.mark.usefixtures("_small_machine")
@pytest.mark.parametrize("approach", APPROACHES)
def test_cut_off_in_the_middle_of_a_cycle_it_goes_on_the_same(tmp_path, approach):
    uninterrupted = search(tmp_path / "whole", approach, 3)
    expected = told(uninterrupted)
    for length in range(1, BUDGET, 4):
        data = tmp_path / f"cut-{length}"
        log = DiskLog(data / "runs" / "cut" / "log")
        for event in events_of(uninterrupted):
            planned_later = event.kind == "cycle" and event.data["after"] > length
            if event.kind in ("created", "cycle") and not planned_later:
                log.append_event(event.kind, event.data)
        log.append_all(uninterrupted.evaluations[:length])
        log.append_event("state", {"state": "stopped", "message": ""})
        log.close()
        again = RunService(data, Shuffled)
        again.resume("cut")
        again.wait("cut", 60)
        assert told(again.history("cut"))[0] == expected[0], f"cut after {length}"
        again.close()


@pytest.mark.usefixtures("_small_machine")
def test_numbers_that_are_known_change_nothing(tmp_path):
    """Some of them come from the evaluation cache at once, out of turn."""
    first = search(tmp_path / "known", "random", 1, num_evals=11)
    assert len(first.evaluations) == 11
    reused = search(tmp_path / "known", workers=3)
    assert told(reused) == told(search(tmp_path / "new", workers=1))


@pytest.mark.usefixtures("_small_machine")
def test_a_warm_start_changes_nothing(tmp_path):
    known = search(tmp_path / "known", "random", 1, num_evals=9)
    logs = []
    for workers in (1, 3):
        data = tmp_path / str(workers)
        log = DiskLog(data / "runs" / "before" / "log")
        for event in events_of(known):
            log.append_event(event.kind, event.data)
        log.append_all(known.evaluations)
        log.close()
        logs.append(told(search(data, workers=workers, warm_start="before")))
    assert logs[0] == logs[1]
