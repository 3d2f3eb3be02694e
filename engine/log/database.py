"""The SQLite database of a store: connections to read and write it, and stamps of its files."""

import os
import sqlite3
import time
from pathlib import Path
from typing import NamedTuple

from engine.compat.diskcache import DATABASE, DurableCache
from engine.errors import LogError

READ_FAILURES = (sqlite3.Error, UnicodeDecodeError, OSError, OverflowError)
"""Errors that reading a damaged database raises; the text of an error may be damaged too."""

_WAL = f"{DATABASE}-wal"  # the write-ahead log: records that are not in the database file yet
_TIMESTAMP_RESOLUTION = 100_000_000  # nanoseconds after which a further write changes a file's time


class FileStamp(NamedTuple):
    """Times in nanoseconds and sizes in bytes of the files of a database."""

    modified: int
    size: int
    pending_modified: int
    pending: int

    @property
    def is_settled(self) -> bool:
        """Whether its times are old enough that an equal stamp later means equal records."""
        last_modified = max(self.modified, self.pending_modified)
        return last_modified + _TIMESTAMP_RESOLUTION < time.time_ns()


def stamp_of(folder: Path) -> FileStamp:
    """The stamp of the database in `folder`; raises FileNotFoundError if there is none."""
    path = str(folder)  # faster than Path, for lists of thousands of runs
    database = os.stat(f"{path}/{DATABASE}")  # noqa: PTH116
    try:
        wal = os.stat(f"{path}/{_WAL}")  # noqa: PTH116
    except FileNotFoundError:
        return FileStamp(database.st_mtime_ns, database.st_size, 0, 0)
    return FileStamp(database.st_mtime_ns, database.st_size, wal.st_mtime_ns, wal.st_size)


def connect(folder: Path, *, immutable: bool) -> sqlite3.Connection:
    """A connection to read the database in `folder`, which is never created; text is bytes.

    `immutable` assumes that nobody writes meanwhile, and needs no write access to the folder.
    """
    mode = "mode=ro&immutable=1" if immutable else "mode=rw"
    address = f"{(folder / DATABASE).absolute().as_uri()}?{mode}"
    connection = sqlite3.connect(address, uri=True, timeout=60, isolation_level=None)
    connection.text_factory = bytes
    return connection


def open_for_writing(folder: Path) -> DurableCache:
    """The database in `folder`, opened for writing; the folder becomes private to its owner.

    Raises LogError if it is set to remove records.
    """
    folder.chmod(0o700)
    cache = DurableCache.at(folder)
    if cache.evicts:
        raise LogError(f"The log folder {folder} is set to evict records. Move it away.")
    return cache
