"""Why something could not be written or read, in words: a full disk, no permission and so on."""

import errno
import shutil
import sqlite3
from pathlib import Path

_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_LEAST_ROOM = 128 * 1024  # bytes: with less, SQLite reports a full disk in many ways


def primary_code(error: BaseException | None) -> int | None:
    """The primary result code of an error of SQLite; None of any other error."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_full(error: BaseException, place: Path) -> bool:
    """Whether `error`, met while writing below `place`, comes of a disk without room."""
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    if primary_code(error) == sqlite3.SQLITE_FULL:
        return True
    return _room(place) < _LEAST_ROOM


def write_failure(error: BaseException, what: str, place: Path) -> str:
    """A sentence on why `what` could not be written to `place`, and what to do."""
    if is_full(error, place):
        return f"The disk is full: {what} cannot be written to {place}. Make room, then try again."
    why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return (
        f"Nothing can be written to {place} ({why}): {what} was not kept. "
        "Check the permissions of the folder and the disk, then try again."
    )


def _room(place: Path) -> int:
    """Bytes that are free where `place` is or would be; many if nobody can tell."""
    there = next((p for p in (place, *place.parents) if p.exists()), Path())
    try:
        return shutil.disk_usage(there).free
    except OSError:
        return _LEAST_ROOM


def read_failure(error: OSError, what: str, place: Path) -> str:
    """A sentence on why `what` at `place` could not be read, and what to do."""
    return (
        f"{what} {place} cannot be read ({error.strerror or error}). Check that it is there and "
        "who may read it."
    )
