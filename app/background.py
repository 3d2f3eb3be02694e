"""Work of a few seconds that a page starts and looks at again, so that it never waits."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any


@dataclass
class BackgroundJobs:
    """Jobs by key, one at a time; a key that is known is not started again. Thread-safe."""

    _executor: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="dashboard-job")
    )
    _jobs: dict[Hashable, Future[Any]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, key: Hashable, work: Callable[[], Any]) -> Future[Any]:
        """The job called `key`, started now unless it was before and did not fail."""
        with self._lock:
            known = self._jobs.get(key)
            if known is None or (known.done() and known.exception() is not None):
                self._jobs[key] = known = self._executor.submit(work)
            return known

    def get(self, key: Hashable) -> Future[Any] | None:
        """The job called `key`, or None if it was never started."""
        with self._lock:
            return self._jobs.get(key)

    def close(self) -> None:
        """Forget what waits; what runs is not waited for."""
        self._executor.shutdown(wait=False, cancel_futures=True)
