"""A diskcache that loses nothing and runs nothing: no eviction, durable commits, JSON only."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import diskcache
from pydantic_core import from_json

from engine.errors import LogError

_INLINE = 2**30  # bytes below which a value stays in the database: always
_SERIES = """
    WITH RECURSIVE wanted(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM wanted WHERE n < :last)
    SELECT n, mode, filename, value
    FROM wanted CROSS JOIN Cache ON key = :name || '-' || n AND raw = 1
"""
_SETTING_WRITES = {  # the order of their parameters: key and value, or value and key
    "INSERT OR REPLACE INTO Settings VALUES (?, ?)": 1,
    "UPDATE Settings SET value = ? WHERE key = ?": -1,
}


class JsonDisk(diskcache.Disk):
    """Stores values as JSON text, keys as text, and refuses every other kind of row.

    diskcache's own disks unpickle what they find, so that whoever can write the folder can run
    code in the reader (CVE-2025-69872).
    """

    def put(self, key: Any) -> Any:
        """The database form of a key; text only."""
        if not isinstance(key, str):
            raise TypeError("keys are text")
        return super().put(key)

    def get(self, key: Any, raw: bool) -> Any:
        """The key of a database row; raises LogError if it is pickled."""
        if not raw:
            raise LogError("The log holds a pickled key, which is never written here: not read.")
        return super().get(key, raw)

    def store(self, value: Any, read: bool, key: Any = diskcache.UNKNOWN) -> Any:
        """The database form of a value."""
        if read:
            raise TypeError("values are plain data, not files")
        return super().store(json.dumps(value, allow_nan=False), read, key=key)

    def fetch(self, mode: int, filename: Any, value: Any, read: bool) -> Any:
        """The value of a database row; raises LogError unless it is JSON text in the row itself."""
        refused = LogError("The log holds a row that is not JSON, which is never written here.")
        if not isinstance(value, str) or filename is not None or read:
            raise refused
        try:
            return from_json(value)  # twice as fast as the standard library's
        except ValueError:
            raise refused from None


class Store(diskcache.Cache):
    """A diskcache that reads many rows in one query; `open_store` opens it.

    Both ways of reading raise LogError if the database cannot be read.
    """

    @property
    def _sql_retry(self) -> Callable[..., Any]:
        """As diskcache has it, but a setting that is as wanted already is not written again.

        diskcache writes each of some twenty settings twice when it opens a folder, in a commit of
        its own: 60 ms that a reader of 200 logs cannot spend.
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

    def value(self, key: str, default: Any) -> Any:
        """The value of `key`, or `default` if there is none."""
        with self._reading():
            return self.get(key, default=default)

    def series(self, name: str, first: int, last: int) -> Iterator[Any]:
        """The values of the keys `{name}-{first}` to `{name}-{last}`, in that order.

        Each row is found through the index of keys, so that the cost is that of the rows read,
        however many others there are. Raises LogError if one is missing.
        """
        expected = first
        with self._reading():
            for number, *row in self._sql(_SERIES, {"name": name, "first": first, "last": last}):
                if number != expected:
                    break
                yield self.disk.fetch(*row, read=False)
                expected += 1
        if expected <= last:
            raise LogError(
                f"The log in {self.directory} has no {name} {expected}: it is damaged. "
                "Restore the folder from a copy."
            )

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise LogError(f"The log in {self.directory} cannot be read: {error}.") from error


def open_store(folder: Path) -> Store:
    """The durable store in `folder`, made if it is not there, readable by its owner alone.

    Raises LogError if it cannot be opened.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        folder.chmod(0o700)
        store = Store(
            str(folder),
            disk=JsonDisk,
            disk_min_file_size=_INLINE,
            eviction_policy="none",
            cull_limit=0,
            size_limit=2**62,
            sqlite_synchronous=2,  # full: an acknowledged record survives a power loss
            timeout=60,
        )
    except (OSError, sqlite3.Error) as error:
        raise LogError(f"The log folder {folder} cannot be opened: {error}.") from error
    if store.eviction_policy != "none" or store.cull_limit != 0:
        raise LogError(f"The log folder {folder} is set to evict records. Move it away.")
    return store
