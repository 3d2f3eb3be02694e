"""With a clock that tests set; the last one has a real processor and real programs beside it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import pytest
import torch

from engine.meters import timing


class Machine:
    """Passes take `seconds` each, of which their threads wait for `waits`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, passes: Any) -> None:
        self.now = self.waited = 0.0
        self.passes, self.count, self.rests = cycle(passes), 0, 0
        monkeypatch.setattr(timing.time, "perf_counter", lambda: self.now)
        monkeypatch.setattr(timing.time, "sleep", self._rest)

    def _rest(self, seconds: float) -> None:
        self.rests += 1
        self.now += seconds

    def work(self) -> None:
        seconds, waits = next(self.passes)
        self.count += 1
        self.now += seconds
        self.waited += waits

    def time(self) -> timing.Latency:
        return timing.time_passes(self.work, lambda: self.waited)


def test_on_a_quiet_machine_fifty_passes_are_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, [(0.001, 0.0), (0.003, 0.0)])
    timed = machine.time()
    assert (machine.count, machine.rests) == (50, 0)
    assert timed.median == pytest.approx(2.0)
    assert timed.spread == pytest.approx(2.0), "the distance between the quartiles"
    assert (timed.disturbed, timed.slowed) == (0.0, 0.0)


def test_passes_that_waited_for_a_core_do_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    # After a pass that waited comes a rest, and one that is not timed.
    machine = Machine(monkeypatch, [(0.001, 0.0), (0.150, 0.149), (0.002, 0.0)])
    timed = machine.time()
    assert timed.median == pytest.approx(1.0)
    assert timed.spread == pytest.approx(0.0)
    assert timed.disturbed == pytest.approx(49 / 99)
    assert timed.slowed == 0.0
    assert machine.rests == 49


def test_a_rare_disturbance_is_not_worth_a_mark(monkeypatch: pytest.MonkeyPatch) -> None:
    passes = [*[(0.001, 0.0)] * 4, (0.150, 0.149)]
    timed = Machine(monkeypatch, passes).time()
    assert timed.median == pytest.approx(1.0)
    assert timed.disturbed == 0.0


def test_waiting_for_a_twentieth_of_a_pass_is_let_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, [(0.001, 0.00004)])
    assert machine.time().disturbed == 0.0
    assert machine.count == 50


def test_a_machine_that_stays_busy_is_given_up_and_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, [(0.004, 0.003)])
    timed = machine.time()
    assert machine.count <= 2 * 500
    assert machine.now < 20
    assert timed.median == pytest.approx(4.0)
    assert timed.disturbed == 1.0
    assert timed.slowed == pytest.approx(0.75)


def test_long_passes_are_given_up_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, [(2.0, 1.0)])
    assert machine.time().slowed == pytest.approx(0.5)
    assert machine.count <= 2 * 10


def test_the_passes_that_waited_least_are_taken_where_all_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passes = [(0.002, 0.001), (0.0, 0.0), (0.1, 0.09), (0.0, 0.0)]  # timed, warming, timed, warming
    timed = Machine(monkeypatch, passes).time()
    assert timed.median == pytest.approx(2.0)
    assert timed.slowed == pytest.approx(0.5)


def test_long_passes_of_a_quiet_machine_are_all_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(monkeypatch, [(2.0, 0.0)])
    assert machine.time().median == pytest.approx(2000.0)
    assert machine.count == 50


def test_a_system_that_does_not_tell_is_not_suspected(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setattr(timing, "_TASKS", tmp_path)
    with timing.waiting_clock(4) as waited:
        assert waited() == 0.0


def test_one_thread_waits_while_it_uses_no_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing.time, "perf_counter", lambda: 5.0)
    monkeypatch.setattr(timing.time, "thread_time", lambda: 3.0)
    with timing.waiting_clock(1) as waited:
        assert waited() == pytest.approx(2.0)


_SPINNING = "print(flush=True)\nwhile True: pass"


@contextmanager
def _programs(count: int) -> Iterator[None]:
    command = [sys.executable, "-S", "-c", _SPINNING]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(count)]
    try:
        for program in running:
            assert program.stdout is not None
            program.stdout.readline()
        yield
    finally:
        for program in running:
            program.kill()
            program.communicate()


@pytest.mark.skipif(not timing._TASKS.is_dir(), reason="/proc/self/task is of Linux")
@pytest.mark.parametrize("threads", [1, 2])
def test_programs_on_every_core_are_noticed(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing, "_MAX_SECONDS", 2.0)
    matrix = torch.randn(600, 600)
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        with _programs(3 * (os.cpu_count() or 1)), timing.waiting_clock(threads) as waited:
            for _ in range(5):
                matrix @ matrix
            timed = timing.time_passes(lambda: matrix @ matrix, waited)
    finally:
        torch.set_num_threads(before)
    assert timed.disturbed > 0.25
