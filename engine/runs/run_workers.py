"""RunWorkers: the workers of one run, as the other runs of this process leave them to it."""

from collections.abc import Callable

from engine.runs.history import RunHistory
from engine.runs.share import Share
from engine.runs.worker_pool import Claim, WorkerPool


class RunWorkers:
    """Claims workers of the place where a run measures, as its history says. Thread-safe.

    A run that `measures` nothing has them at once, and takes none from others.
    """

    def __init__(self, pool: WorkerPool, history: RunHistory, measures: bool = True) -> None:
        self._pool, self._history = pool, history
        share = history.share
        self._claim = Claim(
            history.id,
            history.name,
            share.workers,
            share.priority,
            needs_none=not measures,
            created=history.created,
        )

    @property
    def count(self) -> int:
        """How many measurements the run may make at a time now."""
        return self._pool.share(self._claim)

    @property
    def priority(self) -> int:
        """The priority of the run."""
        return self._claim.priority

    @property
    def waiting_reason(self) -> str:
        """For which workers it waits and which run has them, a sentence; empty if for none."""
        return self._pool.waiting_reason(self._claim)

    def hold(self, is_cancelled: Callable[[], bool]) -> bool:
        """Wait until the run may measure; False once `is_cancelled()` is true."""
        return self._pool.acquire(self._claim, is_cancelled)

    def free(self) -> None:
        """Give back what it holds."""
        self._pool.release(self._claim)

    def follow(self) -> None:
        """Take over name, limit and priority from the history."""
        share = self._history.share
        self._claim.name = self._history.name
        self._pool.change(self._claim, share.workers, share.priority)

    @property
    def holders(self) -> list[str]:
        """The ids of the runs that have what it waits for, or come before it."""
        return self._pool.holders(self._claim)

    def go_beside(self) -> None:
        """Measure at once, beside the runs that have the workers, until it pauses or ends."""
        self._pool.go_beside(self._claim)

    def go_first(self) -> Share:
        """Come before all other runs; returns the share, whose priority may be larger by that."""
        self._pool.go_first(self._claim)
        return Share(self._claim.limit, self._claim.priority)
