"""diskcache: access to its database by SQL, and caches that are safe and durable.

The file, the tables, their columns and the way to run a statement are undocumented.
"""

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diskcache

DATABASE = "cache.db"
"""The name of the database in the folder of a cache."""

TEXT = 1
"""The mode of a row whose value is the text itself, neither pickled nor in a file of its own."""

SERIES = """
    WITH RECURSIVE wanted(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM wanted WHERE n < :last)
    SELECT n, mode, filename, value, tag
    FROM wanted LEFT JOIN Cache ON key = :name || '-' || n AND raw = 1
"""
"""The rows of the keys `name-first` to `name-last`; without a mode where there is none."""

ROWS = "SELECT key, mode, filename, value, tag FROM Cache WHERE raw = 1"
"""All rows with keys of text."""

OLDEST_TAG = "SELECT tag FROM Cache WHERE raw = 1 ORDER BY rowid LIMIT 1"
"""The tag of the row that was written first."""

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
_PAGES = 256  # of 4 kB in memory for a writer; diskcache's 8,192 would fill up as a log grows


class _ClosedDisk(diskcache.Disk):
    """Refuses reads and writes by diskcache itself; use `put_text` and `query` instead.

    The disks of diskcache pickle and unpickle values, so that anybody who can write to the folder
    can run code in the reader (CVE-2025-69872).
    """

    def put(self, key: Any) -> Any:
        """Refuse to write a key."""
        raise TypeError("rows are not written through diskcache")

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """Refuse to write a value."""
        raise TypeError("rows are not written through diskcache")

    def get(self, key: Any, raw: bool) -> Any:
        """Refuse to read a key, which may be pickled."""
        raise TypeError("rows are not read through diskcache")

    def fetch(self, mode: int, filename: Any, value: Any, read: bool) -> Any:
        """Refuse to read a value, which may be pickled."""
        raise TypeError("rows are not read through diskcache")

    def remove(self, file_path: Any) -> None:
        """Do nothing: no row of ours names a file."""


class DurableCache(diskcache.Cache):
    """A writable diskcache that never evicts and acknowledges only writes that are on disk."""

    @classmethod
    def at(cls, folder: Path) -> "DurableCache":
        """The cache in `folder`."""
        return cls(
            str(folder),
            disk=_ClosedDisk,
            disk_min_file_size=2**30,  # has no effect; kept for existing folders
            eviction_policy="none",
            cull_limit=0,
            size_limit=2**62,
            sqlite_synchronous=2,  # full: an acknowledged record survives a power loss
            sqlite_cache_size=_PAGES,
            timeout=60,
        )

    @property
    def evicts(self) -> bool:
        """Whether the stored settings allow removing rows, unlike those of `at`."""
        return bool(self.eviction_policy != "none" or self.cull_limit != 0)

    def put_text(self, key: str, text: str, tag: int) -> None:
        """Write a row in the transaction that is open, in place of one with the same key.

        It is what `set` writes, in one statement: an import writes hundreds of thousands.
        """
        self._sql(_PUT, (key, time.time(), tag, text))

    @property
    def is_open_in_thread(self) -> bool:
        """Whether this thread has an open connection."""
        return getattr(self._local, "con", None) is not None

    def query(self, statement: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a query through this thread's connection."""
        cursor: sqlite3.Cursor = self._sql(statement, parameters)
        return cursor

    @property
    def _sql_retry(self) -> Callable[..., Any]:
        """As in diskcache, but a setting that already has the value is not written again.

        When diskcache opens a folder, it writes each of some twenty settings twice, in separate
        commits.
        """
        run: Callable[..., Any] = super()._sql_retry

        def run_unless_set(statement: str, parameters: tuple[Any, ...] = ()) -> Any:
            order = _SETTING_WRITES.get(statement)
            if order:
                key, value = parameters[::order]
                stored = self._sql("SELECT value FROM Settings WHERE key = ?", (key,)).fetchall()
                if stored == [(value,)]:
                    return None
            return run(statement, parameters)

        return run_unless_set
