"""Store: durable JSON records by key in a folder, each with a checksum.

Records are rows of a SQLite database that diskcache creates and writes. The checksum of key and
text detects flipped bits, exchanged rows and modified rows. No code in a record is executed. A
reading connection is closed after each snapshot.
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
    open_for_writing,
    stamp_of,
)
from engine.log.json_text import json_text

Result = TypeVar("Result")
Query = Callable[..., sqlite3.Cursor]

_VALUES_QUERY = f"{ROWS} AND key IN ({{}})"
_DAMAGE_CODES = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR})
_ACCESS_CODES = frozenset({sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM})
ADVICE = "Repair the run, which keeps what can be read, or restore the folder from a copy."
"""The advice in messages about a damaged log."""


def checksum(key: str, text: bytes) -> int:
    """CRC-32 of a record."""
    return crc32(text, crc32(key.encode()))


class Snapshot:
    """The records at one moment, as `Store.read` passes them to its query."""

    def __init__(self, query: Query, folder: Path) -> None:
        self._query, self._folder = query, folder

    def values(self, keys: Iterable[str], *, checked: bool = False) -> dict[str, Any]:
        """The records of those `keys` that exist; with `checked`, each must have a checksum."""
        key_list = list(keys)
        placeholders = ", ".join("?" * len(key_list))
        rows = self._query(_VALUES_QUERY.format(placeholders), key_list)
        return {
            _text(key): self._record(_text(key), *row, checked=checked)
            for key, *row in rows.fetchall()
        }

    def series(self, name: str, first: int, last: int, *, checked: bool = False) -> Iterator[Any]:
        """The records of the keys `{name}-{first}` to `{name}-{last}`, in that order.

        Rows are found through the index of keys, so that the cost depends only on the rows read.
        Raises DamagedLogError if one is missing.
        """
        for number, *row in self._rows(name, first, last):
            yield self._record(f"{name}-{number}", *row, checked=checked)

    def checksums(self, name: str, last: int) -> list[int]:
        """The checksums of `{name}-1` to `{name}-{last}`; raises DamagedLogError for a mismatch."""
        checksums = []
        for number, mode, filename, value, tag in self._rows(name, 1, last):
            text = value.encode() if isinstance(value, str) else value
            key = f"{name}-{number}"
            if tag != (checksum(key, text) if isinstance(text, bytes) else None):
                self._record(key, mode, filename, value, tag, checked=True)
            checksums.append(tag)
        return checksums

    def first_record_has_checksum(self) -> bool:
        """Whether the oldest record has a checksum, without use of the index of keys."""
        return any(tag is not None for (tag,) in self._query(OLDEST_TAG).fetchall())

    def _rows(self, name: str, first: int, last: int) -> Iterator[tuple[Any, ...]]:
        if last < first:
            return
        for number, mode, *row in self._query(SERIES, {"name": name, "first": first, "last": last}):
            if mode is None:
                raise DamagedLogError(
                    f"The log in {self._folder} has no {name} {number}: it is damaged. {ADVICE}"
                )
            yield number, mode, *row

    def _record(
        self, key: str, mode: Any, filename: Any, value: Any, tag: Any, *, checked: bool
    ) -> Any:
        try:
            return decode_record(key, mode, filename, value, tag, checked=checked)
        except ValueError as error:
            raise DamagedLogError(f"The log in {self._folder}: {error}. {ADVICE}") from None


def decode_record(
    key: str, mode: Any, filename: Any, value: Any, tag: Any, *, checked: bool = False
) -> Any:
    """The record in a database row; raises ValueError that names the problem.

    A row without a checksum, as in logs of format 1, is accepted unless `checked`.
    """
    title = key.replace("-", " ")
    text = value.encode() if isinstance(value, str) else value
    if mode != TEXT or filename is not None or not isinstance(text, bytes):
        raise ValueError(f"'{title}' is not JSON text, the only format of records")
    if tag is None:
        if checked:
            raise ValueError(f"'{title}' has no checksum, so that this program did not write it")
    elif tag != checksum(key, text):
        raise ValueError(f"'{title}' does not fit its checksum: it was changed or damaged")
    try:
        return from_json(text, allow_inf_nan=False)  # twice as fast as the standard library's
    except ValueError as error:
        raise ValueError(f"'{title}' is not JSON ({str(error)[:100]})") from None


def _text(key: Any) -> str:
    return key.decode(errors="replace") if isinstance(key, bytes) else str(key)


class Store:
    """The records in `folder`. Reading raises LogError for what is missing, damaged or not JSON.

    Only `Store.create` creates files. Thread-safe.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self._writer: DurableCache | None = None
        self._open_lock = threading.Lock()

    @classmethod
    def create(cls, folder: Path) -> "Store":
        """The store in `folder`, created if missing, private to its owner; raises LogError."""
        store = cls(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise LogError(_open_failure_text(folder, error)) from error
        store._open()
        return store

    @property
    def exists(self) -> bool:
        """Whether there is a database."""
        return (self.folder / DATABASE).is_file()

    def stamp(self) -> FileStamp:
        """A stamp that changes whenever the records do; raises LogError if there is no database."""
        try:
            return stamp_of(self.folder)
        except FileNotFoundError:
            raise DamagedLogError(
                f"The log in {self.folder} has no database ({DATABASE}): it is damaged. "
                "Restore the folder from a copy, or move the run to the trash."
            ) from None
        except OSError as error:
            raise self._read_error(error) from error

    def read(self, query: Callable[[Snapshot], Result]) -> Result:
        """The result of `query` on a snapshot of the records; `query` may be called twice."""
        writer = self._writer
        try:
            if writer is not None and writer.is_open_in_thread:
                return query(Snapshot(writer.query, self.folder))
            stamp = self.stamp()
            if not stamp.pending:
                # The write-ahead log is empty: read the database file without locks or further
                # files. If its stamp has changed afterwards, read it again.
                try:
                    result = self._read_once(query, immutable=True)
                except (*READ_FAILURES, DamagedLogError):
                    if stamp.is_settled and self.stamp() == stamp:
                        raise
                else:
                    if self.stamp() == stamp:
                        return result
            return self._read_once(query, immutable=False)
        except LogError:
            raise
        except READ_FAILURES as error:
            raise self._read_error(error) from error

    def _read_once(self, query: Callable[[Snapshot], Result], *, immutable: bool) -> Result:
        with closing(connect(self.folder, immutable=immutable)) as connection:
            connection.execute("BEGIN")  # so that all queries see the same snapshot
            return query(Snapshot(connection.execute, self.folder))

    def _read_error(self, error: Exception) -> LogError:
        if isinstance(error, OSError) or primary_code(error) in _ACCESS_CODES:
            return LogError(
                f"The log in {self.folder} cannot be read: {error}. Check who may read and write "
                "the folder, or copy it to one that you may write."
            )
        return DamagedLogError(f"The log in {self.folder} cannot be read: {error}. {ADVICE}")

    @contextmanager
    def transaction(self) -> Iterator[Callable[[str, Any], None]]:
        """Write records atomically; they are durable at the end of the block.

        Raises LogError if they cannot be written, and closes the database, so that the next attempt
        opens it again.
        """
        if not self.exists:
            raise LogError(f"There is no log in {self.folder} any more: nothing was written.")
        try:
            writer = self._open()
            with writer.transact():
                yield lambda key, value: _put(writer, key, value)
        except (*READ_FAILURES, Timeout) as error:
            self.close()
            raise self._write_error(error) from error

    def _write_error(self, error: Exception) -> LogError:
        cause = _root_cause(error)
        if _is_damage(cause):
            return DamagedLogError(f"The log in {self.folder} cannot be written: {cause}. {ADVICE}")
        return LogError(write_failure(cause, "the record", self.folder))

    def _open(self) -> DurableCache:
        with self._open_lock:
            if self._writer is None:
                try:
                    self._writer = open_for_writing(self.folder)
                except LogError:
                    raise
                except READ_FAILURES as error:
                    error_class = DamagedLogError if _is_damage(error) else LogError
                    raise error_class(_open_failure_text(self.folder, error)) from error
                except Exception as error:  # with damaged settings, diskcache raises any error
                    raise DamagedLogError(
                        f"The log folder {self.folder} cannot be opened: "
                        f"{type(error).__name__}: {error}. {ADVICE}"
                    ) from error
            return self._writer

    def close(self) -> None:
        """Close the database; using the store opens it again."""
        if self._writer is not None:
            with suppress(sqlite3.Error):
                self._writer.close()


def _root_cause(error: BaseException) -> BaseException:
    """The first SQLite or OS error in the context chain, which diskcache may hide."""
    while isinstance(error.__context__, sqlite3.Error | OSError):
        error = error.__context__
    return error


def _is_damage(error: BaseException | None) -> bool:
    return isinstance(error, UnicodeDecodeError) or primary_code(error) in _DAMAGE_CODES


def _put(writer: DurableCache, key: str, value: Any) -> None:
    text = json_text(value)
    writer.put_text(key, text.decode(), checksum(key, text))


def _open_failure_text(folder: Path, error: Exception) -> str:
    reason = write_failure(error, "the log", folder)
    return (
        reason if is_full(error, folder) else f"The log folder {folder} cannot be opened. {reason}"
    )
