"""Timing of passes on a CPU that other programs may use, with detection of their disturbance.

A pass counts if no thread of this process waited for a core during it. The system reports the
waiting time exactly, whereas the load of the machine is only an average over time.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

PROTOCOL = 2  # raise it when the way of timing changes: cached values are then not reused

_WARM_UP_PASSES = 10
_TARGET_PASSES = 50  # undisturbed passes
_MIN_PASSES = 10  # undisturbed passes that a median can be taken of
_MAX_PASSES = 500  # passes in all
_MAX_SECONDS = 10.0  # seconds after which no more passes replace disturbed ones
_PAUSE = 0.02  # seconds without work, after which the system lets a program go first
_MAX_WAITING_SHARE = 0.05  # share of a pass that it may wait and still count
_MIN_DISTURBED_SHARE = 0.25  # share of disturbed passes from which on a latency is marked

_TASKS = Path("/proc/self/task")

Floats = npt.NDArray[np.float64]
WaitingClock = Callable[[], float]
"""Returns the seconds that threads of this process have waited for a core so far."""


@dataclass(frozen=True)
class Latency:
    """Milliseconds of a forward pass: the median and the interquartile range.

    `disturbed` is the share of passes during which a thread waited for a core that another program
    used; 0 for up to a quarter of the passes. The values are those of the undisturbed passes. If
    there are too few, they are those of the ten least disturbed passes, and `slowed` is the share
    of their time that threads waited.
    """

    median: float
    spread: float
    disturbed: float = 0.0
    slowed: float = 0.0


@contextmanager
def waiting_clock(threads: int) -> Iterator[WaitingClock]:
    """A clock of the time that the threads of this process, which computes with `threads`, waited.

    With one thread it is the difference between time and CPU time; otherwise it reads Linux's
    `/proc/self/task/*/schedstat` of the current threads. Without that file it is always 0: threads
    that wait for each other use no CPU time either.
    """
    if threads == 1:
        yield lambda: time.perf_counter() - time.thread_time()
        return
    files = [path.open() for path in sorted(_TASKS.glob("*/schedstat"))]
    try:
        yield lambda: sum(_waiting_seconds(file.fileno()) for file in files)
    finally:
        for file in files:
            file.close()


def _waiting_seconds(file: int) -> float:
    try:
        return int(os.pread(file, 64, 0).split()[1]) / 1e9
    except (OSError, IndexError):  # the thread has ended
        return 0.0


def time_network(run_pass: Callable[[], object], threads: int) -> Latency:
    """The latency, after a warm-up, of `run_pass`, which computes with `threads` of a processor."""
    warm_up(run_pass)
    with waiting_clock(threads) as waiting_time:
        return time_passes(run_pass, waiting_time)


def warm_up(run_pass: Callable[[], object]) -> None:
    """Run ten passes, which fill the caches and start the threads."""
    for _ in range(_WARM_UP_PASSES):
        run_pass()


def time_passes(run_pass: Callable[[], object], waiting_time: WaitingClock) -> Latency:
    """Time `run_pass` until 50 passes were undisturbed.

    A disturbed pass is followed by a short pause and a pass that warms the caches again. Stops
    after 500 passes, or after ten seconds and ten passes.
    """
    times: list[float] = []
    shares: list[float] = []
    first_start, undisturbed = time.perf_counter(), 0
    while undisturbed < _TARGET_PASSES and len(times) < _MAX_PASSES:
        waited_before, start = waiting_time(), time.perf_counter()
        run_pass()
        seconds = time.perf_counter() - start
        share = (waiting_time() - waited_before) / seconds if seconds > 0 else 0.0
        times.append(seconds)
        shares.append(share)
        if share <= _MAX_WAITING_SHARE:
            undisturbed += 1
            continue
        if len(times) >= _MIN_PASSES and time.perf_counter() - first_start > _MAX_SECONDS:
            break
        time.sleep(_PAUSE)
        run_pass()
    return _latency(1e3 * np.array(times), np.array(shares))


def _latency(times: Floats, shares: Floats) -> Latency:
    """The latency from the milliseconds of `(n,)` passes and their shares of waiting time."""
    indices = np.flatnonzero(shares <= _MAX_WAITING_SHARE)
    disturbed, slowed = 1 - len(indices) / len(times), 0.0
    if len(indices) < _MIN_PASSES:
        indices = np.argsort(shares, kind="stable")[:_MIN_PASSES]
        slowed = min(float(np.average(shares[indices], weights=times[indices])), 1.0)
    low, median, high = np.quantile(times[indices], (0.25, 0.5, 0.75))
    reported = disturbed if disturbed > _MIN_DISTURBED_SHARE else 0.0
    return Latency(float(median), float(high - low), reported, slowed)
