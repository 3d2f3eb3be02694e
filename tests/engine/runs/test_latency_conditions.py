import csv
import os

import pytest

from engine.errors import DataError
from engine.export.subnetwork import to_dict
from engine.export.table import run_csv
from engine.meters.conditions import (
    conditions,
    describe_conditions,
    describe_quality_conditions,
    quality_conditions,
)
from engine.meters.registry import measurement_facts
from engine.python_api.dataframe import evaluations_dataframe
from engine.python_api.front import Front
from engine.runs.columns import ColumnStore
from engine.runs.results_csv import read_results
from engine.runs.service import RunService
from engine.supernets import registry
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import config, finished


@pytest.fixture
def service(tmp_path):
    service = RunService(tmp_path, InstantEvaluator)
    yield service
    service.close()


def test_what_a_latency_was_timed_on_is_in_log_and_exports_and_known_when_reused(service):
    timed = {"metrics": ["acc", "lat"], "latency_batch": 4}
    history = finished(service, config(3, **timed))
    settings = history.config.settings
    here = conditions(settings, measurement_facts(["lat"], settings))
    assert [e.conditions for e in history.evaluations] == [here] * 3
    again = finished(service, config(3, **timed))
    assert all(e.reused and e.conditions == here for e in again.evaluations)
    rows = list(csv.DictReader(run_csv(again).splitlines()))
    assert {row["timed_on"] for row in rows} == {describe_conditions(here)}
    exported = to_dict(again.config, again.evaluations[0])["metrics"]
    assert exported["lat"]["timed_on"] == here
    assert "timed_on" not in exported["acc"]
    assert "measured_with" not in exported["lat"]
    read = read_results(run_csv(again), registry.load(registry.DEFAULT), "earlier.csv")
    assert read[0].conditions == {}, "an export tells in words, which are not read back"


def test_a_latency_that_other_programs_slowed_is_marked_and_measured_again(tmp_path):
    timed = {"metrics": ["acc", "lat"]}
    busy = {"disturbed": 1.0, "slowed": 0.6}
    service = RunService(tmp_path, lambda s, w: InstantEvaluator(s, w, notes=busy))
    first = finished(service, config(3, **timed))
    service.close()
    assert all(e.disturbed for e in first.evaluations)
    rows = list(csv.DictReader(run_csv(first).splitlines()))
    assert all(row["timed_on"].endswith(", slowed by other programs") for row in rows)
    exported = to_dict(first.config, first.evaluations[0])["metrics"]["lat"]
    assert exported["timed_on"]["slowed"] == 0.6
    columns = ColumnStore(registry.load(registry.DEFAULT).space, 2).update(first)
    assert columns.by_name(3)["disturbed"].tolist() == [True] * 3

    service = RunService(tmp_path, InstantEvaluator)
    again, known = (finished(service, config(3, **timed)) for _ in range(2))
    service.close()
    assert not any(e.reused or e.disturbed for e in again.evaluations)
    assert all(e.reused and not e.disturbed for e in known.evaluations)


def test_a_latency_beside_other_programs_is_known_with_its_mark(tmp_path):
    notes = {"disturbed": 0.5}
    service = RunService(tmp_path, lambda s, w: InstantEvaluator(s, w, notes=notes))
    finished(service, config(3, metrics=["acc", "lat"]))
    known = finished(service, config(3, metrics=["acc", "lat"]))
    service.close()
    assert all(e.reused and e.disturbed for e in known.evaluations)


def test_a_latency_is_known_only_with_as_many_threads(service):
    finished(service, config(3, metrics=["acc", "lat"]))
    other = os.cpu_count() // 2 or 1
    again = finished(service, config(3, metrics=["acc", "lat"], threads=other))
    assert not any(e.reused for e in again.evaluations)
    assert {e.conditions["threads"] for e in again.evaluations} == {other}


def test_more_threads_than_cores_are_refused_before_anything_starts(service):
    with pytest.raises(DataError, match=r"no 1000 cores .* Set threads to \d+ at most"):
        service.start(config(3, metrics=["acc", "lat"], threads=1000))
    assert service.list() == []


def test_what_a_quality_was_measured_with_is_in_log_and_exports_and_known_when_reused(service):
    history = finished(service, config(3))
    by_torch = quality_conditions(history.config.settings, "torch", "2.0")
    assert [e.quality_conditions for e in history.evaluations] == [by_torch] * 3
    again = finished(service, config(3))
    assert all(e.reused and e.quality_conditions == by_torch for e in again.evaluations)
    exported = to_dict(again.config, again.evaluations[0])["metrics"]
    assert exported["acc"]["measured_with"] == by_torch
    assert "measured_with" not in exported["macs"]
    said = describe_quality_conditions(by_torch)
    assert [row["measured_with"] for row in csv.DictReader(run_csv(again).splitlines())] == [
        said
    ] * 3
    assert set(evaluations_dataframe(again)["measured_with"]) == {said}
    assert set(Front(again).to_dataframe()["measured_with"]) == {said}


def test_a_run_without_latency_says_nothing_of_what_it_was_timed_on(service):
    history = finished(service, config(3))
    assert not any(e.conditions for e in history.evaluations)
    assert "timed_on" not in run_csv(history)
