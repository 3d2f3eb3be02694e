"""`confirm`: the front is measured again at the end of a search."""

import csv
import io
import json
import statistics
import threading
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest

from engine.analysis.confirmation_text import confirmation_text, confirmed_text
from engine.config import NASConfig
from engine.errors import ConfigError, EvaluationError
from engine.evaluation.measurement import Measurement
from engine.export.shortlist import to_dict
from engine.export.table import run_csv
from engine.metrics import metric
from engine.python_api.dataframe import front_dataframe
from engine.runs.confirmations import Confirmations, near_front
from engine.runs.search_checks import search_warnings
from engine.runs.service import RunService
from engine.supernets import registry
from tests.engine.records import evaluation
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished, wait_for

OBJECTIVES = [metric("acc"), metric("macs")]


class Noisy(InstantEvaluator):
    """Accuracies with noise that differs by sub-network and by repetition."""

    repetitions: ClassVar[list[int]] = []
    fails_at = 0

    def _measurement(self, config, metrics, settings):
        exact = super()._measurement(config, metrics, settings)
        type(self).repetitions.append(settings.repetition)
        if self.fails_at and settings.repetition == self.fails_at:
            raise EvaluationError("The memory is full.")
        seed = [settings.repetition, *self.supernet.space.encode(config)]
        noise = 0.3 * np.random.default_rng(seed).standard_normal()
        values = {name: value + noise for name, value in exact.values.items()}
        return Measurement(values, 0.5, "here", {}, {**exact.quality_conditions, "inputs": 5000})


@pytest.fixture
def service(tmp_path, monkeypatch):
    monkeypatch.setattr(Noisy, "repetitions", [])
    service = RunService(tmp_path, Noisy)
    yield service
    service.close()


def test_the_front_is_measured_again_beside_the_budget(service):
    history = finished(service, config(20, confirm=3))
    assert (history.state, len(history.evaluations)) == ("finished", 20)
    assert Noisy.repetitions.count(0) == 20  # evaluations of the search are never repeated ones
    confirmations, front = history.confirmations, history.front()
    assert {e.number for e in front} <= set(confirmations.numbers)
    assert len(confirmations.numbers) <= 2 * len(front)
    assert len(confirmations) == 3 * len(confirmations.numbers) == len(Noisy.repetitions) - 20
    for e in front:
        confirmed = confirmations.confirmed("acc", e)
        values = confirmations.values(e.number, "acc")
        assert confirmed.value == pytest.approx(statistics.fmean(values))
        assert confirmed.error > statistics.stdev(values) / 3**0.5
        assert e.metrics["acc"] not in values
    assert set(history.standings()) == set(confirmations.numbers)
    assert confirmations.seconds == pytest.approx(0.5 * len(confirmations))


def test_what_is_confirmed_is_shown_and_exported(service):
    history = finished(service, config(60, confirm=2))
    e, standings = history.front()[0], history.standings()
    confirmed = history.confirmations.confirmed("acc", e)
    assert confirmed_text(history, e, "acc").startswith(f"confirmed {confirmed.value:.2f} % ±")
    assert confirmed_text(history, e, "macs") == ""
    assert f"{len(history.confirmations)} measurements of" in confirmation_text(history)
    rows = {int(row["evaluation"]): row for row in csv.DictReader(io.StringIO(run_csv(history)))}
    assert float(rows[e.number]["acc_confirmed"]) == pytest.approx(confirmed.value)
    assert float(rows[e.number]["acc_confirmed_standard_error"]) == pytest.approx(confirmed.error)
    assert rows[e.number]["confirmation"] == standings[e.number]
    assert float(rows[e.number]["acc_standard_error"]) == pytest.approx(0.4, abs=0.1)
    others = set(rows) - set(standings)
    assert {rows[number]["acc_confirmed"] for number in others} == {""}
    frame = front_dataframe(history, history.front())
    assert frame.loc[e.number, "acc_confirmed"] == pytest.approx(confirmed.value)
    entry = to_dict(history, [e], {})["sub_networks"][0]["metrics"]["acc"]
    assert entry["confirmed"]["repeats"] == 2
    assert entry["standard_error"] < entry["confirmed"]["standard_error"]


def test_a_search_without_it_measures_nothing_twice(service):
    history = finished(service, config(12))
    assert set(Noisy.repetitions) == {0}
    assert history.standings() == {}
    assert confirmation_text(history) == ""
    assert "confirm" not in run_csv(history)


def test_a_former_version_reads_the_log(service):
    history = finished(service, config(8, confirm=1))
    created = history.events[0].data
    assert "confirm" not in json.dumps(created["config"])
    assert created["confirm"] == history.config.dynas.confirm == 1
    assert NASConfig.from_dict(created["config"]).dynas.confirm is None


def test_an_interrupted_confirmation_goes_on_where_it_was(tmp_path, monkeypatch):
    gate = threading.Event()

    class Gated(Noisy):
        def _answer(self, future, number, config, metrics, settings):
            self.gate = gate if settings.repetition == 2 else None
            super()._answer(future, number, config, metrics, settings)

    service = RunService(tmp_path, Gated)
    run = service.start(config(12, confirm=2, workers=1))
    wait_for(lambda: len(service.history(run).confirmations) > 0)
    service.stop_now(run)
    service.wait(run)
    history = service.history(run)
    assert history.state == "stopped"
    done = len(history.confirmations)
    gate.set()
    service.resume(run)
    service.wait(run)
    history.refresh()
    assert history.state == "finished"
    assert len(history.evaluations) == 12
    assert len(history.confirmations) == 2 * len(history.confirmations.numbers) > done
    pairs = [(e.data["number"], e.data["repeat"]) for e in history.events if e.kind == "confirmed"]
    assert len(pairs) == len(set(pairs))
    service.close()


def test_measurements_that_fail_are_told_and_the_run_is_finished(service, monkeypatch):
    monkeypatch.setattr(Noisy, "fails_at", 2)
    history = finished(service, config(10, confirm=2))
    assert history.state == "finished"
    assert set(history.confirmations.failed) == set(history.confirmations.numbers)
    assert "of these measurements failed" in confirmation_text(history)


def test_a_cluster_and_what_is_not_measured_are_refused_or_told(service):
    with pytest.raises(ConfigError, match="confirm: a front is confirmed on this machine only"):
        service.start(config(8, confirm=1, cluster="tcp://127.0.0.1:1"))
    costs = NASConfig(dynas={"metrics": ["macs", "params"], "confirm": 2})
    (sentence,) = search_warnings(costs, registry.load(costs.dynas.supernet))
    assert "confirm" in sentence
    for wrong in (0, 101, 1.5, "often"):
        with pytest.raises(ConfigError, match="confirm"):
            NASConfig(dynas={"confirm": wrong})


def measured(acc, macs, number):
    return evaluation(acc, macs, number=number, quality_conditions={"inputs": 5000})


EVALUATIONS = [
    measured(88.0, 1e6, 1), measured(90.0, 2e6, 2), measured(90.2, 3e6, 3), measured(92.0, 4e6, 4),
    measured(89.9, 3.1e6, 5), measured(87.0, 3.2e6, 6),
]  # fmt: skip
FRONT = EVALUATIONS[:4]


def test_what_is_within_noise_of_the_front_is_near_it():
    near = near_front(EVALUATIONS, FRONT, OBJECTIVES, ["acc"])
    assert [e.number for e in near] == [5]
    assert near_front(EVALUATIONS, FRONT, OBJECTIVES, []) == []
    certain = [replace(e, quality_conditions={}) for e in EVALUATIONS]
    assert near_front(certain, certain[:4], OBJECTIVES, ["acc"]) == []


def test_members_of_the_front_that_do_not_keep_their_place_are_marked():
    confirmations = Confirmations()
    for number, acc in [(1, 88.0), (2, 90.3), (3, 90.1), (4, 92.0), (5, 91.0)]:
        event = {"number": number, "repeat": 1, "metrics": {"acc": acc}, "seconds": 1.0}
        confirmations.add(event)
    front = frozenset(e.number for e in FRONT)
    assert confirmations.standings(EVALUATIONS, front, OBJECTIVES) == {
        1: "stays", 2: "stays", 3: "drops out within noise", 4: "stays", 5: "joins",
    }  # fmt: skip
    far = {"number": 2, "repeat": 2, "metrics": {"acc": 95.0}, "seconds": 1.0}
    confirmations.add(far)
    assert confirmations.standings(EVALUATIONS, front, OBJECTIVES)[3] == "drops out"


def test_a_measurement_of_an_evaluation_that_the_log_lacks_is_passed_over():
    confirmations = Confirmations()
    for number in (1, 99):
        event = {"number": number, "repeat": 1, "metrics": {"acc": 88.0}, "seconds": 1.0}
        confirmations.add(event)
    assert confirmations.standings(EVALUATIONS, frozenset({1}), OBJECTIVES) == {1: "stays"}
