"""One writer a run: a lock that the operating system frees when its holder dies."""

from pathlib import Path

from filelock import FileLock, Timeout

from engine.errors import RunError

_PATIENCE = 1.0  # seconds: others hold it for a moment to see whether somebody has it


class Lease:
    """The right to write a run's log, held by one process."""

    def __init__(self, folder: Path) -> None:
        self._lock = FileLock(folder / "writer.lock", timeout=0, thread_local=False)

    def acquire(self) -> None:
        """Take it; raises RunError if another writer has it."""
        try:
            self._lock.acquire(timeout=_PATIENCE)
        except Timeout:
            raise RunError(
                "This run is being written by another process or thread. Wait until it has ended."
            ) from None

    def release(self) -> None:
        """Give it back."""
        self._lock.release()

    def held_elsewhere(self) -> bool:
        """Whether some process or thread is writing now."""
        try:
            self._lock.acquire()
        except Timeout:
            return True
        self._lock.release()
        return False
