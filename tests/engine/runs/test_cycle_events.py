"""What the log says of each cycle, and that logs without it are read."""

import numpy as np
import pytest

from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.predictors.quality import FittedPredictor
from engine.runs.logged_plans import plan_of
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator


@pytest.fixture(scope="module")
def cycles(tmp_path_factory):
    service = RunService(tmp_path_factory.mktemp("data"), InstantEvaluator)
    config = NASConfig(dynas={"population": 4, "num_evals": 12, "workers": 1})
    run_id = service.start(config)
    service.wait(run_id, 120)
    log = DiskLog.open(service.data_dir / "runs" / run_id / "log")
    events = [e.data for e in log.events() if e.kind == "cycle"]
    service.close()
    return events


def test_every_cycle_notes_its_predictor_and_what_it_had_learnt_from(cycles):
    assert cycles[0]["predictors"] == {}
    assert [set(data["predictors"]) for data in cycles[1:]] == [{"acc"}] * 2
    for data in cycles[1:]:
        expected = {"predictor": "gaussian_process", "trained_on": data["after"], "tau": {}}
        assert data["predictors"]["acc"] == expected


def test_every_cycle_notes_how_long_it_was_planned(cycles):
    assert all(0 <= data["seconds"] < 60 for data in cycles)
    assert cycles[1]["seconds"] > 0


def test_a_plan_comes_back_whole(cycles):
    plan = plan_of(cycles[1])
    assert plan.seconds == cycles[1]["seconds"]
    assert plan.fitted_predictors == {
        "acc": FittedPredictor("gaussian_process", cycles[1]["after"])
    }
    assert [p.genotype.tolist() for p in plan.proposals] == [
        p["genotype"] for p in cycles[1]["proposals"]
    ]


def test_a_log_from_before_predictors_and_durations_were_noted_is_read(cycles):
    new = ("predictors", "seconds")
    old = {name: value for name, value in cycles[1].items() if name not in new}
    plan = plan_of(old)
    assert (plan.fitted_predictors, plan.seconds) == ({}, None)
    assert isinstance(plan.proposals[0].genotype, np.ndarray)
