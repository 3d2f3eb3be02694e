import multiprocessing
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from engine import machine_lock


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path))


def start(hold: Any) -> tuple[threading.Thread, threading.Event, threading.Event]:
    """A thread that holds a lock from when `inside` is set until `leave` is."""
    inside, leave = threading.Event(), threading.Event()

    def run() -> None:
        with hold():
            inside.set()
            leave.wait(60)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, inside, leave


def test_evaluations_run_beside_each_other_and_a_timing_waits_for_them() -> None:
    first, second = start(machine_lock.shared), start(machine_lock.shared)
    assert first[1].wait(30)
    assert second[1].wait(30)
    timing = start(machine_lock.exclusive)
    assert not timing[1].wait(0.3)
    waiting_thread = start(machine_lock.shared)
    first[2].set()
    second[2].set()
    assert timing[1].wait(30)
    assert not waiting_thread[1].wait(0.3), "who comes later does not overtake"
    timing[2].set()
    assert waiting_thread[1].wait(30)
    waiting_thread[2].set()
    for thread, *_ in (first, second, timing, waiting_thread):
        thread.join(30)


def test_an_evaluation_that_times_something_does_not_wait_for_itself() -> None:
    with machine_lock.shared():
        with machine_lock.exclusive():
            other = start(machine_lock.shared)
            assert not other[1].wait(0.3)
        assert other[1].wait(30)
        other[2].set()
        other[0].join(30)


def _hold(inside: Any) -> None:
    with machine_lock.exclusive():
        inside.set()
        signal.pause()


def test_a_killed_worker_frees_the_machine() -> None:
    context = multiprocessing.get_context("spawn")
    inside = context.Event()
    worker = context.Process(target=_hold, args=(inside,))
    worker.start()
    assert inside.wait(60)
    os.kill(worker.pid or 0, signal.SIGKILL)
    worker.join()
    with machine_lock.shared():
        pass


def test_who_waits_for_a_timing_is_told_so() -> None:
    told = threading.Event()
    with machine_lock.shared(told.set):
        assert not told.is_set()
    timing = start(machine_lock.exclusive)
    assert timing[1].wait(30)
    waiting_thread = start(lambda: machine_lock.shared(told.set))
    assert told.wait(30)
    assert not waiting_thread[1].is_set()
    timing[2].set()
    assert waiting_thread[1].wait(30)
    waiting_thread[2].set()
    for thread, *_ in (timing, waiting_thread):
        thread.join(30)


def test_users_of_other_data_folders_wait_for_a_timing_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with machine_lock.exclusive():
        monkeypatch.setenv("DYNAS_DATA_DIR", str(tmp_path / "other"))
        other = start(machine_lock.shared)
        assert not other[1].wait(0.3)
    assert other[1].wait(30)
    other[2].set()
    other[0].join(30)
