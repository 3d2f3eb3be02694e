"""Killed again and again at any moment, a run loses nothing and ends as if never killed."""

import random
import subprocess
import sys
import time

import pytest

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.engine.runs.test_service import finished, wait_for

DRIVE = """
import sys
from functools import partial
from pathlib import Path
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
service = RunService(Path(sys.argv[1]), partial(InstantEvaluator, seconds=0.01))
service.resume(sys.argv[2])
sys.stdout.write("driving\\n")
sys.stdout.flush()
service.wait(sys.argv[2])
"""


def config(budget):
    return NASConfig(approach="random", dynas={"population": 7, "num_evals": budget, "workers": 1})


@pytest.mark.parametrize(
    "kills", [2, pytest.param(200, marks=[pytest.mark.slow, pytest.mark.timeout(7200)])]
)
def test_nothing_is_lost_and_nothing_measured_twice(tmp_path, kills):
    budget, chance = 20 * kills, random.Random(kills)
    service = RunService(tmp_path / "killed", InstantEvaluator)
    run_id = service.start(config(budget))
    wait_for(lambda: service.history(run_id).evaluations)
    service.stop(run_id)
    service.wait(run_id, 60)
    service.close()
    for _ in range(kills):
        before = len(service.history(run_id).evaluations)
        process = subprocess.Popen(
            [sys.executable, "-c", DRIVE, str(tmp_path / "killed"), run_id],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout.readline() == "driving\n"
        time.sleep(chance.uniform(0, 0.2))  # the moment of the kill is what is varied
        earlier_evaluations = list(service.history(run_id).evaluations)
        process.kill()
        process.communicate()
        after = service.history(run_id).evaluations
        assert after[: len(earlier_evaluations)] == earlier_evaluations
        assert len(earlier_evaluations) >= before
    service = RunService(tmp_path / "killed", InstantEvaluator)
    if service.history(run_id).summary().state != "finished":
        service.resume(run_id)
        service.wait(run_id, 600)
    history = service.history(run_id)
    service.close()
    other = RunService(tmp_path / "whole", InstantEvaluator)
    uninterrupted = finished(other, config(budget))
    other.close()
    assert [e.number for e in history.evaluations] == list(range(1, budget + 1))
    assert [e.genotype for e in history.evaluations] == [
        e.genotype for e in uninterrupted.evaluations
    ]
    assert history.elapsed < 3600
