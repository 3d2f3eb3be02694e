"""Background jobs that a page starts and polls, so that it never blocks."""

import threading
import time
from collections.abc import Callable, Hashable
from concurrent import futures
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from engine.errors import CancelledError

_MAX_THREADS = 4


@dataclass(frozen=True)
class JobProgress:
    """Progress of a job: its current task, the completed amount, and the total if known."""

    task: str = ""
    completed: int = 0
    total: int | None = None


@dataclass(eq=False)
class Job:
    """One job; its result is that of a future."""

    cancelled: threading.Event = field(default_factory=threading.Event)
    progress: JobProgress = JobProgress()
    start_time: float = field(default_factory=time.monotonic)
    _future: Future[Any] = field(default_factory=Future)

    @property
    def seconds(self) -> float:
        """Seconds since the job was created."""
        return time.monotonic() - self.start_time

    def start(self, executor: Executor, work: Callable[["Job"], Any]) -> None:
        """Submit the work to `executor`."""
        self._future = executor.submit(work, self)

    def report(self, task: str, completed: int, total: int | None) -> None:
        """Called by the work to report progress; raises CancelledError if the job was cancelled."""
        if self.cancelled.is_set():
            raise CancelledError("Cancelled.")
        self.progress = JobProgress(task, completed, total)

    def cancel(self) -> None:
        """Request cancellation: at its next report, or at once if it has not begun."""
        self.cancelled.set()
        self._future.cancel()

    def done(self) -> bool:
        """Whether the job has ended."""
        return self._future.done()

    def result(self, timeout: float | None = None) -> Any:
        """The return value of the work; raises its exception."""
        return self._future.result(timeout)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        """The exception of the work, CancelledError if it was cancelled; None if it succeeded."""
        try:
            return self._future.exception(timeout)
        except futures.CancelledError:
            return CancelledError("Cancelled.")


@dataclass(eq=False)
class BackgroundJobs:
    """Jobs by key on a thread pool; an existing job is not started again. Thread-safe."""

    _executor: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_MAX_THREADS, thread_name_prefix="dashboard-job")
    )
    _jobs: dict[Hashable, Job] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, key: Hashable, work: Callable[[], Any]) -> Job:
        """The job called `key`; starts it if it does not exist or has failed."""
        return self.submit_with_progress(key, lambda job: work())

    def submit_with_progress(self, key: Hashable, work: Callable[[Job], Any]) -> Job:
        """As `submit`, for work that reports its progress to the job and can be cancelled."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or (job.done() and job.exception() is not None):
                self._jobs[key] = job = Job()
                job.start(self._executor, work)
            return job

    def get(self, key: Hashable) -> Job | None:
        """The job called `key`; None if it does not exist."""
        with self._lock:
            return self._jobs.get(key)

    def discard(self, key: Hashable) -> None:
        """Remove a job that has ended, so that it can be started again."""
        with self._lock:
            if key in self._jobs and self._jobs[key].done():
                del self._jobs[key]

    def close(self, wait: bool = False) -> None:
        """Cancel all jobs; they end later unless `wait`."""
        with self._lock:
            for job in self._jobs.values():
                job.cancel()
        self._executor.shutdown(wait=wait, cancel_futures=True)
