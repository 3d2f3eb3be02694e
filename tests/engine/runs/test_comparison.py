import numpy as np
import pytest

from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.pareto.front import FrontTracker, minimised
from engine.runs.comparison import (
    BoxedHypervolume,
    common_box,
    configuration,
    configuration_key,
    why_not_comparable,
)
from engine.runs.history import RunHistory
from tests.engine.records import evaluation


@pytest.fixture
def make(tmp_path):
    """A run of a configuration, with a log to append to."""

    def run(name="run", fingerprint="f", created=None, **config):
        log = DiskLog(tmp_path / name)
        data = NASConfig(**config).to_dict()
        log.append_event(
            "created", {"config": data, "name": name, "fingerprint": fingerprint, **(created or {})}
        )
        return RunHistory(name, log), log

    return run


def random_evaluations(n, seed, metric="macs", scale=1e6):
    rng = np.random.default_rng(seed)
    points = rng.uniform([84, scale], [93, 12 * scale], (n, 2)).tolist()
    return [
        evaluation(metrics={"acc": acc, metric: cost}, ok=k % 7 != 3)
        for k, (acc, cost) in enumerate(points)
    ]


def test_only_the_seed_and_the_results_file_do_not_count(make):
    base, _ = make("a")
    same = [
        make("b", search={"seed": 3})[0],
        make("c", dynas={"results_csv_path": "x.csv"})[0],
        make("d", search={"search_algorithm": "nsga2"})[0],
    ]
    other = [
        make("e", approach="random")[0],
        make("f", dynas={"population": 20})[0],
        make("g", fingerprint="other")[0],
        make("h", stop={"cycles": 3})[0],
    ]
    assert {configuration_key(history) for history in same} == {configuration_key(base)}
    assert len({configuration_key(history) for history in [base, *other]}) == 5
    assert configuration(base)["dynas.population"] == 50
    assert "search.seed" not in configuration(base)


def test_imported_runs_are_each_alone(make):
    imported = [make(name, "", {"num_evals": 0})[0] for name in ("a", "b")]
    assert len({configuration_key(history) for history in imported}) == 2


def test_why_runs_cannot_be_compared(make):
    base, _ = make("a")
    assert why_not_comparable(base, make("b", approach="random")[0]) == ""
    assert why_not_comparable(base, make("c", dynas={"metrics": ["macs", "acc"]})[0]) == ""
    assert why_not_comparable(base, make("d", "")[0]) == ""
    three = make("e", dynas={"metrics": ["acc", "macs", "params"]})[0]
    assert why_not_comparable(base, three) == (
        "it optimises Top-1 accuracy, MACs and Parameters, not Top-1 accuracy and MACs"
    )
    assert "searched Once-for-All ResNet50, not MobileNetV3 on Fashion-MNIST" in why_not_comparable(
        base, make("f", dynas={"supernet": "ofa_resnet50"})[0]
    )
    assert "other weights" in why_not_comparable(base, make("g", "other")[0])


def test_there_is_no_box_before_one_run_has_one(make):
    one, log = make("a", dynas={"metrics": ["acc", "lat"], "workers": 1})
    assert common_box([one]) is None
    for lat in (4.0, 2.0):
        log.append(evaluation(metrics={"acc": 90.0, "lat": lat}))
    one.refresh()
    other, _ = make("b", dynas={"metrics": ["acc", "lat"], "workers": 1})
    assert common_box([other, one]).reference == (85.0, 4.0)


def test_the_common_box_holds_that_of_each_run(make):
    histories = []
    for name, slowest in (("a", 4.0), ("b", 7.0)):
        history, log = make(name, dynas={"metrics": ["acc", "lat"], "workers": 1})
        for lat in (slowest, 1.0):
            log.append(evaluation(metrics={"acc": 90.0, "lat": lat}))
        history.refresh()
        histories.append(history)
    box = common_box(histories)
    assert box.reference == (85.0, 7.0)
    boxed = [BoxedHypervolume(history, box) for history in histories]
    assert boxed[1].curve() == pytest.approx(histories[1].hypervolume)
    # In its own box the first measured, the slowest, encloses nothing; in the larger one it does.
    assert histories[0].hypervolume[0] == 0
    assert boxed[0].curve()[0] > 0


@pytest.mark.parametrize("limit", [None, "macs <= 6M"])
def test_a_curve_that_grew_step_by_step_is_that_of_all_at_once(make, limit):
    dynas = {"constraints": [limit] if limit else []}
    history, log = make("a", dynas=dynas)
    wide, other = make("b")
    other.append(evaluation())
    wide.refresh()
    box = common_box([history, wide])
    boxed = BoxedHypervolume(history, box)
    assert len(boxed.curve()) == 0
    records = random_evaluations(60, seed=1)
    for record in records:
        log.append(record)
        if np.random.default_rng(len(history.evaluations)).random() < 0.3:
            history.refresh()
            boxed.curve()
    history.refresh()
    signs = np.array([objective.sign for objective in box.objectives])
    tracker = FrontTracker(signs * np.array(box.reference), signs * np.array(box.ideal))
    expected = [
        tracker.add(point, feasible=history.feasible(e))
        for point, e in zip(minimised(records, box.objectives), records, strict=True)
    ]
    assert boxed.curve() == pytest.approx(expected, abs=1e-9)


def test_what_was_known_before_is_no_evaluation_of_the_run(make):
    history, log = make("a")
    log.append_all([evaluation(92.0, 3e6, cycle=-1), evaluation(91.0, 2e6, cycle=-1)])
    log.append(evaluation(93.0, 4e6, cycle=0))
    history.refresh()
    curve = BoxedHypervolume(history, common_box([history])).curve()
    assert list(curve) == [history.hypervolume[-1]]
