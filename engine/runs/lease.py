"""One writer a run: a lock that the operating system frees when its holder dies."""

from pathlib import Path

from filelock import FileLock, Timeout

from engine.disk_errors import write_failure
from engine.errors import LogError, RunError

_PATIENCE = 1.0  # seconds: others hold it for a moment to see whether somebody has it


class Lease:
    """The right to write a run's log, held by one process. Its file is for the owner alone."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "writer.lock"
        self._lock = FileLock(self._file, timeout=0, mode=0o600, thread_local=False)

    def acquire(self) -> None:
        """Take it; raises RunError if another writer has it, LogError if nothing can be written."""
        try:
            self._lock.acquire(timeout=_PATIENCE)
        except Timeout:
            raise RunError(
                "This run is being written by another process or thread. Wait until it has ended."
            ) from None
        except OSError as error:
            raise LogError(
                write_failure(error, "the lock of the run", self._file.parent)
            ) from error

    def release(self) -> None:
        """Give it back."""
        self._lock.release()

    def is_held_elsewhere(self) -> bool:
        """Whether some process or thread is writing now; creates nothing."""
        if not self._file.exists():
            return False
        try:
            self._lock.acquire()
        except Timeout:
            return True
        except OSError:  # such as on a medium that nobody can write to
            return False
        self._lock.release()
        return False
