"""Lease: a file lock that allows one writer per run and is released if its process dies."""

from pathlib import Path

from filelock import FileLock, Timeout

from engine.disk_errors import write_failure
from engine.errors import LogError, RunError
from engine.lock_files import LOOKING_SECONDS, is_held_elsewhere


class Lease:
    """The exclusive right to write a run's log. The lock file is private to its owner."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "writer.lock"
        self._lock = FileLock(self._file, timeout=0, mode=0o600, thread_local=False)

    def acquire(self) -> None:
        """Acquire it; raises RunError if another writer has it, LogError if that is impossible."""
        try:
            self._lock.acquire(timeout=LOOKING_SECONDS)
        except Timeout:
            raise RunError(
                "This run is being written by another process or thread. Wait until it has ended."
            ) from None
        except OSError as error:
            raise LogError(
                write_failure(error, "the lock of the run", self._file.parent)
            ) from error

    def release(self) -> None:
        """Release it."""
        self._lock.release()

    def is_held_elsewhere(self) -> bool:
        """Whether another process or thread holds it; creates no file."""
        return is_held_elsewhere(self._lock)
