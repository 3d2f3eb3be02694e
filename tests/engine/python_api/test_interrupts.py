"""Ctrl-C at any moment of a search: nothing waits for ever, and a run that exists is at hand."""

import signal
import sys
from collections.abc import Callable
from contextlib import contextmanager

import numpy as np
import pytest

from engine.errors import LogError
from engine.python_api.run_list import runs
from engine.runs.delayed_interrupts import interrupts_delayed

MODULES = (
    "engine/python_api/nas.py", "engine/python_api/run.py", "engine/python_api/callbacks.py",
    "engine/runs/service.py", "engine/runs/run_threads.py", "engine/runs/run_creation.py",
    "engine/runs/new_folder.py", "engine/runs/lease.py", "engine/runs/interrupts.py",
)  # fmt: skip


@contextmanager
def each_step(do: Callable[[], object]):
    """Do something whenever the main thread enters or leaves a function that starts searches."""

    def step(frame, event, argument):
        code = frame.f_code
        can_be_raised = not code.co_name.startswith("<")
        if event in ("call", "return") and can_be_raised and code.co_filename.endswith(MODULES):
            do()

    sys.setprofile(step)
    try:
        yield
    finally:
        sys.setprofile(None)


def interrupted_at(moment: int) -> Callable[[], None]:
    """A step that sends Ctrl-C to this process when it is done for the `moment`-th time."""
    steps = iter(range(moment + 1))

    def step() -> None:
        if next(steps, -1) == moment:
            signal.raise_signal(signal.SIGINT)

    return step


@pytest.mark.parametrize("start", [False, True], ids=["search", "start"])
@pytest.mark.parametrize("moments", [8, pytest.param(400, marks=pytest.mark.slow)])
def test_whenever_it_comes_the_run_ends_and_is_at_hand_or_there_is_none(searches, start, moments):
    def search(nas):
        run = nas.start() if start else nas.search(progress=False)
        assert run is not None

    steps = []
    with each_step(lambda: steps.append(0)):
        search(searches(num_evals=4))
    interrupted = 0
    for moment in np.unique(np.linspace(0, len(steps) - 1, moments, dtype=int)):
        before, nas = set(runs()), searches(num_evals=4)
        try:
            with each_step(interrupted_at(moment)):
                search(nas)
        except KeyboardInterrupt:
            interrupted += 1
        if nas.run is None:
            assert set(runs()) == before
            continue
        assert set(runs()) - before == {nas.run}
        assert nas.run.wait(10)
        assert nas.run.state in ("stopped", "finished")
        nas.run.resume() if nas.run.state == "stopped" else nas.run.extend(1)
        assert nas.run.wait(10)
    assert interrupted >= min(moments, len(steps)) // 2


def test_a_search_that_cannot_start_leaves_the_run_of_the_last_one(searches, monkeypatch):
    nas = searches()
    nas.search(progress=False)
    first = nas.run

    def full(*arguments):
        raise LogError("The disk is full.")

    monkeypatch.setattr("engine.runs.run_threads.SearchRun.enter_state", full)
    with pytest.raises(LogError, match="The disk is full"):
        nas.search(progress=False)
    assert nas.run is first
    assert runs() == [first]


def test_a_signal_is_handled_when_the_block_has_ended():
    done = []

    def work():
        with interrupts_delayed():
            signal.raise_signal(signal.SIGINT)
            done.append("all of it")
            raise ValueError

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["all of it"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
