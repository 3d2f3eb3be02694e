"""Wherever a log is cut, the resumed search goes on as the uninterrupted one did."""

import pytest

from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.logged import events_of
from tests.engine.runs.test_service import finished

BUDGET = 14


def records(history):
    """Events and evaluations in the order in which they were written.

    A plan says how many evaluations had been told when it was made; what else happened has no
    bearing on the search.
    """
    created = [e for e in events_of(history) if e.kind == "created"]
    plans = [e for e in events_of(history) if e.kind == "cycle"]
    ordered = list(created)
    for number in range(len(history.evaluations) + 1):
        ordered += [plan for plan in plans if plan.data["after"] == number]
        ordered += history.evaluations[number : number + 1]
    return ordered


def write(folder, written):
    log = DiskLog(folder)
    for record in written:
        if hasattr(record, "kind"):
            log.append_event(record.kind, record.data)
        else:
            log.append(record)
    log.append_event("state", {"state": "stopped", "message": ""})
    log.close()


@pytest.mark.parametrize("approach", ["dynas", "evolutionary", "one_shot", "random"])
def test_the_continuation_is_the_same_for_every_length(tmp_path, monkeypatch, approach):
    for strategy in ("dynas.Dynas", "one_shot.OneShot"):
        monkeypatch.setattr(f"engine.search.{strategy}.generations", 2)
    service = RunService(tmp_path / "whole", InstantEvaluator)
    dynas = {"population": 5, "num_evals": BUDGET, "workers": 1, "constraints": ["acc >= 88.5"]}
    uninterrupted = finished(service, NASConfig(approach=approach, dynas=dynas))
    written = records(uninterrupted)
    service.close()
    expected = [e.genotype for e in uninterrupted.evaluations]
    assert len(expected) == BUDGET
    for length in range(1, len(written) + 1):
        data = tmp_path / f"cut-{length}"
        write(data / "runs" / "cut" / "log", written[:length])
        again = RunService(data, InstantEvaluator)
        again.resume("cut")
        again.wait("cut", 60)
        history = again.history("cut")
        assert history.state == "finished", history.message
        assert [e.genotype for e in history.evaluations] == expected, f"cut after {length} records"
        again.close()
