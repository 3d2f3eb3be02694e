"""Recovers the readable records of a damaged log."""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.compat.diskcache import ROWS
from engine.errors import LogError
from engine.evaluation.record import Evaluation
from engine.log.database import READ_FAILURES, connect
from engine.log.decoding import evaluation_of, event_of
from engine.log.evaluation_log import VERSION, newer_version_error
from engine.log.event import Event
from engine.log.store import decode_record

_RECORD_KEY = re.compile(r"(evaluation|event)-([1-9]\d{0,8})")
_MAX_COUNT_GAP = 100_000  # a stored count further beyond the last record is invalid


@dataclass(frozen=True)
class RecoveredLog:
    """The readable records with their numbers, and descriptions of those that are lost."""

    evaluations: tuple[Evaluation, ...]
    events: tuple[Event, ...]
    lost: tuple[str, ...]

    @property
    def created(self) -> Event | None:
        """The first event, which holds the configuration; None if it is lost."""
        first = self.events[0] if self.events else None
        return first if first and first.kind == "created" else None


def recover(folder: Path) -> RecoveredLog:
    """Every readable record of the log in `folder`, which is not changed.

    Raises LogError if the log was written by a newer version.
    """
    rows = dict(_readable_rows(folder))
    version = _decode_value(rows, "version")
    if isinstance(version, int) and version > VERSION:
        raise newer_version_error(folder, version)
    has_checksums = version is not None and version != 1
    records: dict[str, dict[int, Any]] = {"evaluation": {}, "event": {}}
    highest = {"evaluation": 0, "event": 0}
    for key in rows:
        if match := _RECORD_KEY.fullmatch(key):
            kind, number = match[1], int(match[2])
            highest[kind] = max(highest[kind], number)
            try:
                decode = evaluation_of if kind == "evaluation" else event_of
                records[kind][number] = decode(
                    decode_record(key, *rows[key], checked=has_checksums), number
                )
            except ValueError:
                continue  # counted as lost
    lost: list[str] = []
    for kind, last in highest.items():
        count = _decode_value(rows, f"{kind}s")
        if isinstance(count, int) and last < count <= last + _MAX_COUNT_GAP:
            last = count
        lost += _describe_ranges(kind, [n for n in range(1, last + 1) if n not in records[kind]])
    evaluations, events = (
        tuple(records[kind][n] for n in sorted(records[kind])) for kind in ("evaluation", "event")
    )
    return RecoveredLog(evaluations, events, tuple(lost))


def _decode_value(rows: dict[str, tuple[Any, ...]], key: str) -> Any:
    try:
        return decode_record(key, *rows[key])
    except (KeyError, ValueError):
        return None


def _readable_rows(folder: Path) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows by key: from both ends of the table up to the damage, then by the index of keys."""
    seen_keys: set[str] = set()
    for immutable in (False, True):
        for order in ("ASC", "DESC"):
            for key, *row in _query_rows(folder, f"{ROWS} ORDER BY rowid {order}", (), immutable):
                if key not in seen_keys:
                    seen_keys.add(key)
                    yield key, tuple(row)
        if seen_keys:
            break
    for kind in ("evaluation", "event"):
        numbers = [int(key.rpartition("-")[2]) for key in seen_keys if _RECORD_KEY.fullmatch(key)]
        for number in range(1, max(numbers, default=0) + 1):
            if (key := f"{kind}-{number}") not in seen_keys:
                for _, *row in _query_rows(folder, f"{ROWS} AND key = ?", (key,), immutable):
                    yield key, tuple(row)


def _query_rows(
    folder: Path, query: str, parameters: tuple[Any, ...], immutable: bool
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query up to the first that cannot be read."""
    try:
        with closing(connect(folder, immutable=immutable)) as connection:
            # Otherwise SQLite reads nothing of a truncated file.
            connection.execute("PRAGMA writable_schema = ON")
            for key, *row in connection.execute(query, parameters):
                if isinstance(key, bytes):
                    yield key.decode(errors="replace"), *row
    except READ_FAILURES:
        return


def _describe_ranges(kind: str, numbers: list[int]) -> list[str]:
    """Descriptions such as `evaluation 3` and `evaluations 7 to 9`."""
    descriptions: list[str] = []
    start: int | None = None
    for number, next_number in zip(numbers, [*numbers[1:], None], strict=False):
        start = number if start is None else start
        if next_number != number + 1:
            span = f"{kind} {start}" if start == number else f"{kind}s {start} to {number}"
            descriptions.append(span)
            start = None
    return descriptions


def check_readable(folder: Path, recovered: RecoveredLog) -> None:
    """Raise LogError if no record could be read."""
    if not recovered.evaluations and not recovered.events:
        raise LogError(
            f"Nothing can be read of the log in {folder}. Restore the folder from a copy, or move "
            "the run to the trash."
        )
