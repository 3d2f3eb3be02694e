"""The SQLite database of a store: how it is written (diskcache) and read, when it has changed."""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import diskcache

from engine.errors import LogError

DATABASE = "cache.db"
"""The name that diskcache gives it."""

READ_FAILURES = (sqlite3.Error, UnicodeDecodeError, OSError, OverflowError)
"""What reading a damaged database raises: also the text of an error may be damaged."""

_WAL = f"{DATABASE}-wal"  # what was written and is not in the database file yet
_INLINE = 2**30  # bytes below which a value stays in the database: always
_PAGES = 256  # of 4 kB in memory for a writer; diskcache's 8,192 would fill up as a log grows
_SETTLED = 100_000_000  # nanoseconds after which a further write shows in the time stamp of a file
_PUT = """
    INSERT INTO Cache(key, raw, store_time, expire_time, access_time, access_count,
                      tag, size, mode, filename, value)
    VALUES (?1, 1, ?2, NULL, ?2, 0, ?3, 0, 1, NULL, ?4)
    ON CONFLICT(key, raw) DO UPDATE SET store_time = ?2, expire_time = NULL, access_time = ?2,
        access_count = 0, tag = ?3, size = 0, mode = 1, filename = NULL, value = ?4
"""
_SETTING_WRITES = {  # the order of their parameters: key and value, or value and key
    "INSERT OR REPLACE INTO Settings VALUES (?, ?)": 1,
    "UPDATE Settings SET value = ? WHERE key = ?": -1,
}


class Stamp(NamedTuple):
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


def stamp_of(folder: Path) -> Stamp:
    """The stamp of the database in `folder`; raises FileNotFoundError if there is none."""
    place = str(folder)  # a list of thousands of runs asks for as many stamps
    there = os.stat(f"{place}/{DATABASE}")  # noqa: PTH116
    try:
        waiting = os.stat(f"{place}/{_WAL}")  # noqa: PTH116
    except FileNotFoundError:
        return Stamp(there.st_mtime_ns, there.st_size, 0, 0)
    return Stamp(there.st_mtime_ns, there.st_size, waiting.st_mtime_ns, waiting.st_size)


def connect(folder: Path, *, still: bool) -> sqlite3.Connection:
    """A connection to read the database in `folder`, which is never made; text comes as bytes.

    `still` takes it that nobody writes, and needs no right to write to the folder.
    """
    how = "mode=ro&immutable=1" if still else "mode=rw"
    address = f"{(folder / DATABASE).absolute().as_uri()}?{how}"
    connection = sqlite3.connect(address, uri=True, timeout=60, isolation_level=None)
    connection.text_factory = bytes
    return connection


class _NoDisk(diskcache.Disk):
    """Refuses whatever diskcache would write or read by itself; `put_text` and `query` do both.

    diskcache's own disks pickle what is no text and unpickle what they find, so that whoever can
    write the folder can run code in the reader (CVE-2025-69872).
    """

    def put(self, key: Any) -> Any:
        """Refuse to write a key, which might be pickled."""
        raise LogError("Rows are not written through diskcache.")

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """Refuse to write a value, which might be pickled."""
        raise LogError("Rows are not written through diskcache.")

    def get(self, key: Any, raw: bool) -> Any:
        """Refuse to read a key, which may be pickled."""
        raise LogError("Rows are not read through diskcache.")

    def fetch(self, mode: int, filename: Any, value: Any, read: bool) -> Any:
        """Refuse to read a value, which may be pickled."""
        raise LogError("Rows are not read through diskcache.")

    def remove(self, file_path: Any) -> None:
        """Keep a file that a row names: no row of ours does."""


class DurableCache(diskcache.Cache):
    """A diskcache that evicts nothing and acknowledges only what is on disk. To be written to."""

    @classmethod
    def at(cls, folder: Path) -> "DurableCache":
        """That in `folder`, which is then readable by its owner alone."""
        folder.chmod(0o700)
        cache = cls(
            str(folder),
            disk=_NoDisk,
            disk_min_file_size=_INLINE,
            eviction_policy="none",
            cull_limit=0,
            size_limit=2**62,
            sqlite_synchronous=2,  # full: an acknowledged record survives a power loss
            sqlite_cache_size=_PAGES,
            timeout=60,
        )
        if cache.eviction_policy != "none" or cache.cull_limit != 0:
            raise LogError(f"The log folder {folder} is set to evict records. Move it away.")
        return cache

    def put_text(self, key: str, text: str, tag: int) -> None:
        """Write a row in the transaction that is open, in place of one with the same key.

        It is what `set` writes, in one statement: an import writes hundreds of thousands.
        """
        self._sql(_PUT, (key, time.time(), tag, text))

    @property
    def open_here(self) -> bool:
        """Whether this thread has a connection."""
        return getattr(self._local, "con", None) is not None

    def query(self, statement: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a query through this thread's connection."""
        cursor: sqlite3.Cursor = self._sql(statement, parameters)
        return cursor

    @property
    def _sql_retry(self) -> Callable[..., Any]:
        """As diskcache has it, but a setting that is as wanted already is not written again.

        diskcache writes each of some twenty settings twice when it opens a folder, in a commit of
        its own.
        """
        run: Callable[..., Any] = super()._sql_retry

        def settled(statement: str, parameters: tuple[Any, ...] = ()) -> Any:
            order = _SETTING_WRITES.get(statement)
            if order:
                key, value = parameters[::order]
                known = self._sql("SELECT value FROM Settings WHERE key = ?", (key,)).fetchall()
                if known == [(value,)]:
                    return None
            return run(statement, parameters)

        return settled
