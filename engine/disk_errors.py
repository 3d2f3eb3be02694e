"""Messages for failed reads and writes: a full disk, missing permissions and so on."""

import errno
import shutil
import sqlite3
from pathlib import Path

_FULL_DISK_ERRORS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_MIN_FREE_BYTES = 128 * 1024  # bytes: with less, SQLite reports a full disk in many ways


def primary_code(error: BaseException | None) -> int | None:
    """The primary result code of an SQLite error; None for any other error."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_full(error: BaseException, path: Path) -> bool:
    """Whether `error`, met while writing below `path`, is caused by a full disk."""
    if isinstance(error, OSError):
        return error.errno in _FULL_DISK_ERRORS
    if primary_code(error) == sqlite3.SQLITE_FULL:
        return True
    return _free_bytes(path) < _MIN_FREE_BYTES


def write_failure(error: BaseException, what: str, path: Path) -> str:
    """A sentence on why `what` could not be written to `path`, and what to do."""
    if is_full(error, path):
        return f"The disk is full: {what} cannot be written to {path}. Make room, then try again."
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (
        f"Nothing can be written to {path} ({reason}): {what} was not kept. "
        "Check the permissions of the folder and the disk, then try again."
    )


def _free_bytes(path: Path) -> int:
    """Free bytes on the disk of `path`, which need not exist; `_MIN_FREE_BYTES` if unknown."""
    existing_path = next((p for p in (path, *path.parents) if p.exists()), Path())
    try:
        return shutil.disk_usage(existing_path).free
    except OSError:
        return _MIN_FREE_BYTES


def read_failure(error: OSError, what: str, path: Path) -> str:
    """A sentence on why `what` at `path` could not be read, and what to do."""
    return (
        f"{what} {path} cannot be read ({error.strerror or error}). Check that it is there and "
        "who may read it."
    )
