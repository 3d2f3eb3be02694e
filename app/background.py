"""Work that a page starts and looks at again, so that it never waits."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from engine.errors import CancelledError

_AT_A_TIME = 4


@dataclass(frozen=True)
class Done:
    """How far some work is: what is worked on, how much is done, and how much there is in all."""

    what: str = ""
    done: int = 0
    total: int | None = None


@dataclass(eq=False)
class Job:
    """One piece of work; its outcome is that of a future."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    progress: Done = Done()
    started: float = field(default_factory=time.monotonic)
    _future: Future[Any] = field(default_factory=Future)

    @property
    def seconds(self) -> float:
        """How long ago it was asked for."""
        return time.monotonic() - self.started

    def begin(self, executor: Executor, work: Callable[["Job"], Any]) -> None:
        """Let `executor` do the work."""
        self._future = executor.submit(work, self)

    def report(self, what: str, done: int, total: int | None) -> None:
        """Called by the work to say how far it is; raises CancelledError if it was cancelled."""
        if self.cancelled.is_set():
            raise CancelledError("Cancelled.")
        self.progress = Done(what, done, total)

    def cancel(self) -> None:
        """Ask the work to end; it ends with CancelledError when it looks next."""
        self.cancelled.set()

    def done(self) -> bool:
        """Whether it has ended."""
        return self._future.done()

    def result(self, timeout: float | None = None) -> Any:
        """What it gave; raises what it raised."""
        return self._future.result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """What it raised."""
        return self._future.exception(timeout)


@dataclass(eq=False)
class BackgroundJobs:
    """Jobs by key, a few at a time; a key that is known is not started again. Thread-safe."""

    _executor: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="dashboard-job")
    )
    _jobs: dict[Hashable, Job] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, key: Hashable, work: Callable[[], Any]) -> Job:
        """The job called `key`, started now unless it was before and did not fail."""
        return self.follow(key, lambda job: work())

    def follow(self, key: Hashable, work: Callable[[Job], Any]) -> Job:
        """As `submit`, of work that reports to its job and looks whether it was cancelled."""
        with self._lock:
            known = self._jobs.get(key)
            if known is None or (known.done() and known.exception() is not None):
                self._jobs[key] = known = Job()
                known.begin(self._executor, work)
            return known

    def get(self, key: Hashable) -> Job | None:
        """The job called `key`, or None if it was never started."""
        with self._lock:
            return self._jobs.get(key)

    def forget(self, key: Hashable) -> None:
        """Let a job that has ended be started anew."""
        with self._lock:
            if key in self._jobs and self._jobs[key].done():
                del self._jobs[key]

    def close(self) -> None:
        """Forget what waits and cancel what runs, without waiting for it."""
        with self._lock:
            for job in self._jobs.values():
                job.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)
