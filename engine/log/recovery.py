"""What can still be read of a log that is damaged."""

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
from engine.log.evaluation_log import VERSION, newer_version
from engine.log.event import Event
from engine.log.store import decoded

_NUMBERED = re.compile(r"(evaluation|event)-([1-9]\d{0,8})")
_FAR = 100_000  # a count that is so far beyond every record is none


@dataclass(frozen=True)
class RecoveredLog:
    """The records that can be read, under the numbers that they had, and what is lost."""

    evaluations: tuple[Evaluation, ...]
    events: tuple[Event, ...]
    lost: tuple[str, ...]

    @property
    def created(self) -> Event | None:
        """The event that says what was searched, without which no run can be made."""
        first = self.events[0] if self.events else None
        return first if first and first.kind == "created" else None


def recover(folder: Path) -> RecoveredLog:
    """Every readable record of the log in `folder`; no record there is changed.

    Raises LogError if the log is of a newer version: it is not damaged, only unknown here.
    """
    rows = dict(_rows(folder))
    version = _value(rows, "version")
    if isinstance(version, int) and version > VERSION:
        raise newer_version(folder, version)
    checked = version is not None and version != 1
    found: dict[str, dict[int, Any]] = {"evaluation": {}, "event": {}}
    highest = {"evaluation": 0, "event": 0}
    for key in rows:
        if match := _NUMBERED.fullmatch(key):
            kind, number = match[1], int(match[2])
            highest[kind] = max(highest[kind], number)
            try:
                read = evaluation_of if kind == "evaluation" else event_of
                found[kind][number] = read(decoded(key, *rows[key], checked=checked), number)
            except ValueError:
                continue  # it is counted among what is lost
    lost: list[str] = []
    for kind, last in highest.items():
        count = _value(rows, f"{kind}s")
        if isinstance(count, int) and last < count <= last + _FAR:
            last = count
        lost += _ranges(kind, [n for n in range(1, last + 1) if n not in found[kind]])
    evaluations, events = (
        tuple(found[kind][n] for n in sorted(found[kind])) for kind in ("evaluation", "event")
    )
    return RecoveredLog(evaluations, events, tuple(lost))


def _value(rows: dict[str, tuple[Any, ...]], key: str) -> Any:
    try:
        return decoded(key, *rows[key])
    except (KeyError, ValueError):
        return None


def _rows(folder: Path) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Rows by key: from the front, from the back up to the damage, and those the index knows."""
    seen: set[str] = set()
    for still in (False, True):
        for order in ("ASC", "DESC"):
            for key, *row in _some(folder, f"{ROWS} ORDER BY rowid {order}", (), still):
                if key not in seen:
                    seen.add(key)
                    yield key, tuple(row)
        if seen:
            break
    for kind in ("evaluation", "event"):
        numbers = [int(key.rpartition("-")[2]) for key in seen if _NUMBERED.fullmatch(key)]
        for number in range(1, max(numbers, default=0) + 1):
            if (key := f"{kind}-{number}") not in seen:
                for _, *row in _some(folder, f"{ROWS} AND key = ?", (key,), still):
                    yield key, tuple(row)


def _some(
    folder: Path, query: str, parameters: tuple[Any, ...], still: bool
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query up to the first that cannot be had."""
    try:
        with closing(connect(folder, still=still)) as connection:
            # Otherwise SQLite reads nothing of a file that is shorter than it says.
            connection.execute("PRAGMA writable_schema = ON")
            for key, *row in connection.execute(query, parameters):
                if isinstance(key, bytes):
                    yield key.decode(errors="replace"), *row
    except READ_FAILURES:
        return


def _ranges(kind: str, numbers: list[int]) -> list[str]:
    """Such as `evaluation 3` and `evaluations 7 to 9`."""
    told: list[str] = []
    start: int | None = None
    for number, following in zip(numbers, [*numbers[1:], None], strict=False):
        start = number if start is None else start
        if following != number + 1:
            span = f"{kind} {start}" if start == number else f"{kind}s {start} to {number}"
            told.append(span)
            start = None
    return told


def check_readable(folder: Path, found: RecoveredLog) -> None:
    """Raise LogError if nothing at all could be read."""
    if not found.evaluations and not found.events:
        raise LogError(
            f"Nothing can be read of the log in {folder}. Restore the folder from a copy, or move "
            "the run to the trash."
        )
