"""WorkerSlots: limits the total number of workers of all runs of a process."""

import threading
from collections.abc import Callable


class WorkerSlots:
    """A counting semaphore for `total` workers; a run waits until enough are free."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._used = 0
        self._condition = threading.Condition()

    def acquire(self, workers: int, is_cancelled: Callable[[], bool]) -> bool:
        """Wait until `workers` are free and acquire them; False once `is_cancelled()` is true.

        A request for more than `total` waits for all workers.
        """
        count = min(workers, self.total)
        with self._condition:
            while self._used + count > self.total:
                if is_cancelled():
                    return False
                self._condition.wait(0.2)
            self._used += count
        return True

    def release(self, workers: int) -> None:
        """Release the workers that `acquire` took for `workers`."""
        with self._condition:
            self._used -= min(workers, self.total)
            self._condition.notify_all()
