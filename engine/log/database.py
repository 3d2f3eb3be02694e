"""The SQLite database of a store: how it is written (diskcache) and read, when it has changed."""

import os
import sqlite3
import time
from pathlib import Path
from typing import NamedTuple

from engine.compat.diskcache import DATABASE, DurableCache
from engine.errors import LogError

READ_FAILURES = (sqlite3.Error, UnicodeDecodeError, OSError, OverflowError)
"""What reading a damaged database raises: also the text of an error may be damaged."""

_WAL = f"{DATABASE}-wal"  # what was written and is not in the database file yet
_SETTLED = 100_000_000  # nanoseconds after which a further write shows in the time stamp of a file


class FileStamp(NamedTuple):
    """Times in nanoseconds and sizes in bytes of the files of a database."""

    modified: int
    size: int
    pending_modified: int
    pending: int

    @property
    def settled(self) -> bool:
        """Whether the same stamp later on means the same records: its times are long enough ago."""
        last = max(self.modified, self.pending_modified)
        return last + _SETTLED < time.time_ns()


def stamp_of(folder: Path) -> FileStamp:
    """The stamp of the database in `folder`; raises FileNotFoundError if there is none."""
    place = str(folder)  # a list of thousands of runs asks for as many stamps
    there = os.stat(f"{place}/{DATABASE}")  # noqa: PTH116
    try:
        waiting = os.stat(f"{place}/{_WAL}")  # noqa: PTH116
    except FileNotFoundError:
        return FileStamp(there.st_mtime_ns, there.st_size, 0, 0)
    return FileStamp(there.st_mtime_ns, there.st_size, waiting.st_mtime_ns, waiting.st_size)


def connect(folder: Path, *, still: bool) -> sqlite3.Connection:
    """A connection to read the database in `folder`, which is never made; text comes as bytes.

    `still` takes it that nobody writes, and needs no right to write to the folder.
    """
    how = "mode=ro&immutable=1" if still else "mode=rw"
    address = f"{(folder / DATABASE).absolute().as_uri()}?{how}"
    connection = sqlite3.connect(address, uri=True, timeout=60, isolation_level=None)
    connection.text_factory = bytes
    return connection


def writable(folder: Path) -> DurableCache:
    """The database in `folder` to write to; the folder is then readable by its owner alone.

    Raises LogError if it is set to remove records.
    """
    folder.chmod(0o700)
    cache = DurableCache.at(folder)
    if cache.evicts:
        raise LogError(f"The log folder {folder} is set to evict records. Move it away.")
    return cache
