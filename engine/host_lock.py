"""Read-write locks that all processes of a machine share, whoever has started them."""

import contextlib
import os
import tempfile
import time
from pathlib import Path
from typing import Protocol

from filelock import ReadWriteLock

from engine.errors import DataError

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

FOLDER_VARIABLE = "DYNAS_LOCK_DIR"
_FOLDER = Path("/tmp")
_POLL_INTERVAL = 0.05  # seconds between two attempts
_READABLE = 0o644  # who may read a file may lock it


def lock_folder() -> Path:
    """The folder of the locks of this machine: `$DYNAS_LOCK_DIR`, or else `/tmp`.

    It is not that of `$TMPDIR`, which differs between the jobs of a cluster.
    """
    if chosen := os.environ.get(FOLDER_VARIABLE):
        return Path(chosen)
    return _FOLDER if fcntl and _FOLDER.is_dir() else Path(tempfile.gettempdir())


class HostLock(Protocol):
    """Many may hold it shared, or one exclusively. Not reentrant.

    The operating system releases it when its holder ends for any reason.
    """

    def acquire(self, *, shared: bool, timeout: float | None = None) -> None:
        """Wait for the lock, for `timeout` seconds at most; raises TimeoutError after these.

        Raises DataError if its file cannot be opened.
        """

    def release(self) -> None:
        """Release the lock, which is held."""


def host_lock(name: str) -> HostLock:
    """The lock called `name` of this machine."""
    path = lock_folder() / name
    return FileLock(path) if fcntl else DatabaseLock(path)


class FileLock:
    """A lock of an empty file, which stays and may belong to any user."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held: int | None = None

    def acquire(self, *, shared: bool, timeout: float | None = None) -> None:
        """Lock the file; raises TimeoutError and DataError."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            file = _open(self._path)
            try:
                if _locked(file, shared, end) and _is_at(file, self._path):
                    self._held = file
                    return
            finally:
                if self._held != file:
                    os.close(file)
            if end is not None and time.monotonic() >= end:
                raise TimeoutError(f"{self._path} is held by another process.")

    def release(self) -> None:
        """Unlock the file, also where a child process has inherited it."""
        if self._held is not None:
            file, self._held = self._held, None
            fcntl.flock(file, fcntl.LOCK_UN)
            os.close(file)


class DatabaseLock:
    """A lock by SQLite, for systems without `flock`; its file belongs to one user."""

    def __init__(self, path: Path) -> None:
        self._lock = ReadWriteLock(path, is_singleton=False)

    def acquire(self, *, shared: bool, timeout: float | None = None) -> None:
        """Begin a transaction; raises TimeoutError."""
        acquire = self._lock.acquire_read if shared else self._lock.acquire_write
        acquire(-1 if timeout is None else timeout)

    def release(self) -> None:
        """End the transaction."""
        self._lock.release()


def _open(path: Path) -> int:
    """Open a file that is there or made now; it is never written to."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        while True:
            with contextlib.suppress(FileNotFoundError):
                return os.open(path, flags)
            _make(path)
    except OSError as error:
        raise DataError(
            f"The lock of this machine, {path}, cannot be opened ({error.strerror or error}). Set "
            f"{FOLDER_VARIABLE} to a folder of this machine that its users can write."
        ) from error


def _make(path: Path) -> None:
    """Make an empty file that every user can read, complete from the start.

    Linux lets nobody open a file of another user in /tmp with O_CREAT.
    """
    descriptor, made = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(descriptor, _READABLE)
        os.close(descriptor)
        with contextlib.suppress(FileExistsError):  # another process was faster
            os.link(made, path)
    finally:
        Path(made).unlink()


def _locked(file: int, shared: bool, end: float | None) -> bool:
    """Lock a file until the time `end`; False if that is not possible."""
    while not _try_lock(file, shared):
        if end is not None and time.monotonic() >= end:
            return False
        time.sleep(_POLL_INTERVAL)
    return True


def _is_at(file: int, path: Path) -> bool:
    """Whether an open file is still the one at `path`, and was not removed meanwhile."""
    try:
        return os.path.samestat(os.fstat(file), path.lstat())
    except FileNotFoundError:
        return False


def _try_lock(file: int, shared: bool) -> bool:
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
