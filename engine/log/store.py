"""Store: JSON records by key in a folder. It loses nothing, runs nothing and checks what it reads.

Records are rows of a SQLite database that diskcache sets up and writes. Each carries a checksum of
its key and its text, so that a flipped bit, a row of another key and a row that somebody changed
are found. Reading needs no open handle: a connection lives as long as one look at the records.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from zlib import crc32

from diskcache import Timeout
from pydantic_core import from_json

from engine.compat.diskcache import DATABASE, OLDEST_TAG, ROWS, SERIES, TEXT, DurableCache
from engine.disk_errors import is_full, primary_code, write_failure
from engine.errors import DamagedLogError, LogError
from engine.log.database import (
    READ_FAILURES,
    FileStamp,
    connect,
    stamp_of,
    writable,
)
from engine.log.json_text import json_text

Seen = TypeVar("Seen")
Query = Callable[..., sqlite3.Cursor]

_VALUES = f"{ROWS} AND key IN ({{}})"
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
_NO_ACCESS = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})
ADVICE = "Repair the run, which keeps what can be read, or restore the folder from a copy."
"""What to do about a log that is damaged."""


def checksum(key: str, text: bytes) -> int:
    """CRC-32 of a record."""
    return crc32(text, crc32(key.encode()))


class Snapshot:
    """One look at the records, all as they were at one moment. `Store.look` makes it."""

    def __init__(self, query: Query, place: Path) -> None:
        self._query, self._place = query, place

    def values(self, keys: Iterable[str], *, checked: bool = False) -> dict[str, Any]:
        """The records of those `keys` that there are; with `checked`, each has its checksum."""
        wanted = list(keys)
        marks = ", ".join("?" * len(wanted))
        rows = self._query(_VALUES.format(marks), wanted)
        return {
            _text(key): self._record(_text(key), *row, checked=checked)
            for key, *row in rows.fetchall()
        }

    def series(self, name: str, first: int, last: int, *, checked: bool = False) -> Iterator[Any]:
        """The records of the keys `{name}-{first}` to `{name}-{last}`, in that order.

        Each row is found through the index of keys, so that the cost is that of the rows read,
        however many others there are. Raises DamagedLogError if one is missing.
        """
        for number, *row in self._rows(name, first, last):
            yield self._record(f"{name}-{number}", *row, checked=checked)

    def checksums(self, name: str, last: int) -> list[int]:
        """Those of `{name}-1` to `{name}-{last}`; raises DamagedLogError for one that is wrong."""
        found = []
        for number, mode, filename, value, tag in self._rows(name, 1, last):
            text = value.encode() if isinstance(value, str) else value
            key = f"{name}-{number}"
            if tag != (checksum(key, text) if isinstance(text, bytes) else None):
                self._record(key, mode, filename, value, tag, checked=True)
            found.append(tag)
        return found

    def began_with_checksums(self) -> bool:
        """Whether the first record that was written has a checksum. No index is asked for it."""
        return any(tag is not None for (tag,) in self._query(OLDEST_TAG).fetchall())

    def _rows(self, name: str, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        if last < first:
            return
        for number, mode, *row in self._query(SERIES, {"name": name, "first": first, "last": last}):
            if mode is None:
                raise DamagedLogError(
                    f"The log in {self._place} has no {name} {number}: it is damaged. {ADVICE}"
                )
            yield number, mode, *row

    def _record(
        self, key: str, mode: Any, filename: Any, value: Any, tag: Any, *, checked: bool
    ) -> Any:
        try:
            return decoded(key, mode, filename, value, tag, checked=checked)
        except ValueError as error:
            raise DamagedLogError(f"The log in {self._place}: {error}. {ADVICE}") from None


def decoded(
    key: str, mode: Any, filename: Any, value: Any, tag: Any, *, checked: bool = False
) -> Any:
    """The record in a database row; raises ValueError that says what is wrong with it.

    Logs made before there were checksums have rows without one, which are taken as they are unless
    `checked`.
    """
    named = key.replace("-", " ")
    text = value.encode() if isinstance(value, str) else value
    if mode != TEXT or filename is not None or not isinstance(text, bytes):
        raise ValueError(f"'{named}' is not JSON text, which alone is written here")
    if tag is None:
        if checked:
            raise ValueError(f"'{named}' has no checksum, and was not written here")
    elif tag != checksum(key, text):
        raise ValueError(f"'{named}' does not fit its checksum: it was changed or damaged")
    try:
        return from_json(text, allow_inf_nan=False)  # twice as fast as the standard library's
    except ValueError as error:
        raise ValueError(f"'{named}' is not JSON ({str(error)[:100]})") from None


def _text(key: Any) -> str:
    return key.decode(errors="replace") if isinstance(key, bytes) else str(key)


class Store:
    """The records in `folder`. Reading raises LogError for what is missing, damaged or not JSON.

    Nothing is created by reading. `Store.make` creates. Any thread may use it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._writer: DurableCache | None = None
        self._opening = threading.Lock()

    @classmethod
    def make(cls, folder: Path) -> "Store":
        """The store in `folder`, made if it is not there, for its owner alone; raises LogError."""
        store = cls(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise LogError(_not_opened(folder, error)) from error
        store._open()
        return store

    @property
    def exists(self) -> bool:
        """Whether there is a database."""
        return (self.folder / DATABASE).is_file()

    def stamp(self) -> FileStamp:
        """Changes whenever the records do; raises LogError if there is no database."""
        try:
            return stamp_of(self.folder)
        except FileNotFoundError:
            raise DamagedLogError(
                f"The log in {self.folder} has no database ({DATABASE}): it is damaged. "
                "Restore the folder from a copy, or move the run to the trash."
            ) from None
        except OSError as error:
            raise self._unreadable(error) from error

    def look(self, see: Callable[[Snapshot], Seen]) -> Seen:
        """What `see` makes of the records as they are now; it may be called twice."""
        writer = self._writer
        try:
            if writer is not None and writer.is_open_in_thread:
                return see(Snapshot(writer.query, self.folder))
            before = self.stamp()
            if not before.pending:
                # Nothing waits to be written into the database file: it is read as it stands,
                # without locks or further files. If somebody writes meanwhile, it is read anew.
                try:
                    seen = self._look_once(see, still=True)
                except (*READ_FAILURES, DamagedLogError):
                    if before.settled and self.stamp() == before:
                        raise
                else:
                    if self.stamp() == before:
                        return seen
            return self._look_once(see, still=False)
        except LogError:
            raise
        except READ_FAILURES as error:
            raise self._unreadable(error) from error

    def _look_once(self, see: Callable[[Snapshot], Seen], *, still: bool) -> Seen:
        with closing(connect(self.folder, still=still)) as connection:
            connection.execute("BEGIN")  # so that every query sees the same moment
            return see(Snapshot(connection.execute, self.folder))

    def _unreadable(self, error: Exception) -> LogError:
        if isinstance(error, OSError) or primary_code(error) in _NO_ACCESS:
            return LogError(
                f"The log in {self.folder} cannot be read: {error}. Check who may read and write "
                "the folder, or copy it to one that you may write."
            )
        return DamagedLogError(f"The log in {self.folder} cannot be read: {error}. {ADVICE}")

    @contextmanager
    def writing(self) -> Iterator[Callable[[str, Any], None]]:
        """Put records, all of them or none; they are durable when the block has ended.

        Raises LogError for what cannot be written, and lets go of the database: the next try
        begins anew.
        """
        if not self.exists:
            raise LogError(f"There is no log in {self.folder} any more: nothing was written.")
        try:
            writer = self._open()
            with writer.transact():
                yield lambda key, value: _put(writer, key, value)
        except (*READ_FAILURES, Timeout) as error:
            self.close()
            raise self._unwritten(error) from error

    def _unwritten(self, error: Exception) -> LogError:
        cause = _cause(error)
        if _is_damage(cause):
            return DamagedLogError(f"The log in {self.folder} cannot be written: {cause}. {ADVICE}")
        return LogError(write_failure(cause, "the record", self.folder))

    def _open(self) -> DurableCache:
        with self._opening:
            if self._writer is None:
                try:
                    self._writer = writable(self.folder)
                except LogError:
                    raise
                except READ_FAILURES as error:
                    kind = DamagedLogError if _is_damage(error) else LogError
                    raise kind(_not_opened(self.folder, error)) from error
                except Exception as error:  # damaged settings fail diskcache in any way
                    raise DamagedLogError(
                        f"The log folder {self.folder} cannot be opened: "
                        f"{type(error).__name__}: {error}. {ADVICE}"
                    ) from error
            return self._writer

    def close(self) -> None:
        """Let go of the database; using the store again opens it again."""
        if self._writer is not None:
            with suppress(sqlite3.Error):
                self._writer.close()


def _cause(error: BaseException) -> BaseException:
    """What went wrong first: diskcache gives up, or rolls back what SQLite has rolled back."""
    while isinstance(error.__context__, sqlite3.Error | OSError):
        error = error.__context__
    return error


def _is_damage(error: BaseException | None) -> bool:
    return isinstance(error, UnicodeDecodeError) or primary_code(error) in _DAMAGE


def _put(writer: DurableCache, key: str, value: Any) -> None:
    text = json_text(value)
    writer.put_text(key, text.decode(), checksum(key, text))


def _not_opened(folder: Path, error: Exception) -> str:
    why = write_failure(error, "the log", folder)
    return why if is_full(error, folder) else f"The log folder {folder} cannot be opened. {why}"
