"""Times passes on a processor that other programs may use as well, and tells whether they did.

A pass counts if no thread of this process had to wait for a core meanwhile. What the system says of
that is exact, where the load of the machine would only be an average over some time.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

PROTOCOL = 2  # raise it when the way of timing changes: cached numbers are then not reused

_WANTED = 50  # undisturbed passes
_ENOUGH = 10  # undisturbed passes that a median can be taken of
_MOST = 500  # passes in all
_PATIENCE = 10.0  # seconds after which no more passes replace disturbed ones
_PAUSE = 0.02  # seconds without work, after which the system lets a program go first
_TOLERATED = 0.05  # share of a pass that it may wait and still count
_MARKED = 0.25  # share of disturbed passes from which on a latency is marked

_TASKS = Path("/proc/self/task")

Floats = npt.NDArray[np.float64]
Waited = Callable[[], float]
"""The seconds that threads of this process have waited for a core until now."""


@dataclass(frozen=True)
class Latency:
    """Milliseconds of a forward pass: the median, and the distance between the quartiles.

    `disturbed` is the share of passes during which a thread waited for a core that another program
    had; 0 for no more than a quarter of them. The numbers are those of the other passes. Where too
    few were left, they are of the ten least disturbed, and `slowed` is the share of their time that
    threads waited.
    """

    median: float
    spread: float
    disturbed: float = 0.0
    slowed: float = 0.0


@contextmanager
def waiting(threads: int) -> Iterator[Waited]:
    """What tells how long the threads of this process, which computes with `threads`, waited.

    The difference between time and processor time where one thread computes; otherwise Linux's
    `/proc/self/task/*/schedstat`, of the threads that there are now. Without that file it is always
    0, as nothing can be told: threads that wait for each other use no processor time either.
    """
    if threads == 1:
        yield lambda: time.perf_counter() - time.thread_time()
        return
    files = [path.open() for path in sorted(_TASKS.glob("*/schedstat"))]
    try:
        yield lambda: sum(_delay(file.fileno()) for file in files)
    finally:
        for file in files:
            file.close()


def _delay(file: int) -> float:
    try:
        return int(os.pread(file, 64, 0).split()[1]) / 1e9
    except (OSError, IndexError):  # the thread has ended
        return 0.0


def undisturbed(work: Callable[[], object], waited: Waited) -> Latency:
    """Time `work` until 50 passes were undisturbed, or it is no use to go on.

    A disturbed pass is followed by a short rest, and by a pass that warms the caches again. It is
    given up after 500 passes, or after ten seconds and ten passes.
    """
    times: list[float] = []
    shares: list[float] = []
    begun, clean = time.perf_counter(), 0
    while clean < _WANTED and len(times) < _MOST:
        before, start = waited(), time.perf_counter()
        work()
        seconds = time.perf_counter() - start
        share = (waited() - before) / seconds if seconds > 0 else 0.0
        times.append(seconds)
        shares.append(share)
        if share <= _TOLERATED:
            clean += 1
            continue
        if len(times) >= _ENOUGH and time.perf_counter() - begun > _PATIENCE:
            break
        time.sleep(_PAUSE)
        work()
    return _latency(1e3 * np.array(times), np.array(shares))


def _latency(times: Floats, shares: Floats) -> Latency:
    """Of `(n,)` passes: their milliseconds, and the shares of them that were waited."""
    kept = np.flatnonzero(shares <= _TOLERATED)
    disturbed, slowed = 1 - len(kept) / len(times), 0.0
    if len(kept) < _ENOUGH:
        kept = np.argsort(shares, kind="stable")[:_ENOUGH]
        slowed = min(float(np.average(shares[kept], weights=times[kept])), 1.0)
    low, median, high = np.quantile(times[kept], (0.25, 0.5, 0.75))
    marked = disturbed if disturbed > _MARKED else 0.0
    return Latency(float(median), float(high - low), marked, slowed)
