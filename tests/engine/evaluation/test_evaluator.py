import os
import signal
import subprocess
import sys
import time

import pytest
import torch

from engine.errors import EvaluationError
from engine.evaluation.evaluator import ProcessEvaluator
from engine.evaluation.measurement import measure
from engine.meters import pipeline
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import DEFAULT, load


@pytest.fixture(scope="module")
def evaluator():
    evaluator = ProcessEvaluator(DEFAULT, 1)
    yield evaluator
    evaluator.close()


def test_a_killed_worker_costs_no_evaluation(evaluator):
    space = load(DEFAULT).space
    settings = EvaluationSettings(meters={"latency": {"threads": 1}})  # waits for one core only
    smallest = space.to_config(space.smallest)
    first = evaluator.submit(smallest, ["acc", "lat"], settings).result(200)
    assert 80 < first.values["acc"] < 100
    assert first.values["lat"] > 0
    running_future = evaluator.submit(space.to_config(space.largest), ["acc"], settings)
    os.kill(int(first.worker.split()[-1]), signal.SIGKILL)
    assert running_future.result(200).values["acc"] > first.values["acc"], "tried once more"
    repeated = evaluator.submit(smallest, ["acc"], settings).result(200)
    assert repeated.values["acc"] == first.values["acc"]


def test_a_config_outside_the_space_is_a_failed_evaluation(evaluator):
    space = load(DEFAULT).space
    config = {**space.to_config(space.largest), "ks": [1] * 12}
    future = evaluator.submit(config, ["acc"], EvaluationSettings())
    with pytest.raises(EvaluationError, match=r"ks\[0\] = 1"):
        future.result(200)


def test_a_full_memory_says_what_to_lower(monkeypatch):
    def full(*_):
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(pipeline, "measure", full)
    with pytest.raises(EvaluationError, match=r"memory of the device 'cuda' is full. Set batch"):
        measure(DEFAULT, {}, ["acc"], EvaluationSettings(device="cuda"))


PARENT = """
import time
from engine.evaluation.evaluator import ProcessEvaluator
from engine.supernets.base import EvaluationSettings
from engine.supernets.registry import DEFAULT, load

evaluator = ProcessEvaluator(DEFAULT, 1)
config = load(DEFAULT).space.to_config(load(DEFAULT).space.smallest)
measured = evaluator.submit(config, [], EvaluationSettings()).result()
print(measured.worker.split()[-1], flush=True)
time.sleep(600)
"""


def is_running(process):
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_end_with_the_process_that_started_them():
    command = [sys.executable, "-c", PARENT]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        parent.kill()
    end = time.monotonic() + 30
    while is_running(worker):
        assert time.monotonic() < end, "the worker outlived its parent"
        time.sleep(0.1)
