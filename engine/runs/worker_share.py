"""The machine's workers, shared by the runs of one process so that they do not slow each other."""

import threading
from collections.abc import Callable


class WorkerShare:
    """Hands out up to `total` workers; a run that asks for more than are free waits."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._used = 0
        self._changed = threading.Condition()

    def take(self, workers: int, give_up: Callable[[], bool]) -> bool:
        """Wait until `workers` are free and take them; False once `give_up()` says so.

        A run that wants more than the machine has waits for the whole machine.
        """
        wanted = min(workers, self.total)
        with self._changed:
            while self._used + wanted > self.total:
                if give_up():
                    return False
                self._changed.wait(0.2)
            self._used += wanted
        return True

    def give_back(self, workers: int) -> None:
        """Return what `take` took for `workers`."""
        with self._changed:
            self._used -= min(workers, self.total)
            self._changed.notify_all()
