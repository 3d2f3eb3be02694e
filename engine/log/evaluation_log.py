"""EvaluationLog: the append-only record of every evaluation and event of a run."""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from engine.errors import DamagedLogError, LogError
from engine.evaluation.record import Evaluation
from engine.log.database import FileStamp
from engine.log.decoding import evaluation_of, event_of
from engine.log.event import Event
from engine.log.store import ADVICE, Snapshot, Store

VERSION = 2
"""The format of new logs. Format 1 has no checksums and no `version` record."""

Record = TypeVar("Record", Evaluation, Event)
_ALL_RECORDS = {"event": 0, "evaluation": 0}  # record numbers after which to read
_Records = tuple[list[Event], list[Evaluation]]


class EvaluationLog(Protocol):
    """The contract of every back end.

    An append is durable before it returns, and atomic for every reader in any process. Numbers
    count from 1 without gaps. There is one writer at a time, which `engine.runs.lease` ensures, and
    any number of readers. The cost of an append is constant, that of a read is proportional to the
    records returned. Reading raises LogError for missing or damaged records and creates nothing.
    Appending raises LogError if nothing can be written, such as to a full disk, and then has no
    effect.
    """

    def append(self, evaluation: Evaluation) -> Evaluation:
        """Add an evaluation; returns it with its number."""
        ...

    def append_all(self, evaluations: Iterable[Evaluation]) -> None:
        """Add evaluations in their order, all of them or none."""
        ...

    def read(self, after: int = 0) -> list[Evaluation]:
        """The evaluations with numbers above `after`, in order."""
        ...

    def append_event(self, kind: str, data: Mapping[str, Any]) -> Event:
        """Add an event, stamped now."""
        ...

    def events(self, after: int = 0) -> list[Event]:
        """The events with numbers above `after`, in order."""
        ...

    def follow(self, events: int, evaluations: int) -> tuple[list[Event], list[Evaluation]]:
        """Events and evaluations beyond the first so many of each, as of one moment."""
        ...

    def close(self) -> None:
        """Close all files; reading or writing opens them again."""
        ...


def newer_version_error(folder: Path, version: int) -> LogError:
    """The error for a log whose format is newer than this version."""
    return LogError(
        f"The log in {folder} was made by a newer version of DyNAS Studio (its format is "
        f"{version}, this version reads up to {VERSION}). Update DyNAS Studio."
    )


class _RecordCounts(NamedTuple):
    """The numbers of records. `has_checksums` says that each of its records has a checksum."""

    evaluations: int
    events: int
    has_checksums: bool

    def count(self, kind: str) -> int:
        return self.evaluations if kind == "evaluation" else self.events


class DiskLog:
    """An EvaluationLog in a folder, kept by diskcache (SQLite).

    `DiskLog(folder)` creates the log if there is none; `DiskLog.open(folder)` never does.
    """

    def __init__(self, folder: Path) -> None:
        new = not Store(folder).exists
        self._set_up(Store.create(folder))
        if new:
            with self._store.transaction() as put:
                put("version", VERSION)
                put("evaluations", 0)
                put("events", 0)

    @classmethod
    def open(cls, folder: Path) -> "DiskLog":
        """The log in `folder`; nothing is opened before it is read or written."""
        log = cls.__new__(cls)
        log._set_up(Store(folder))  # noqa: SLF001 - its own
        return log

    def _set_up(self, store: Store) -> None:
        self._store = store
        self._cached_head: tuple[FileStamp, _RecordCounts] | None = None  # as of the last read
        self._prefetched: tuple[FileStamp, _RecordCounts, _Records] | None = (
            None  # for the next read
        )

    def append(self, evaluation: Evaluation) -> Evaluation:
        """Add an evaluation; returns it with its number."""
        (numbered,) = self._append("evaluation", [evaluation])
        return numbered

    def append_all(self, evaluations: Iterable[Evaluation]) -> None:
        """Add evaluations in their order, all of them or none."""
        self._append("evaluation", list(evaluations))

    def read(self, after: int = 0) -> list[Evaluation]:
        """The evaluations with numbers above `after`, in order."""
        return self._read_after({"evaluation": after})[1]

    def append_event(self, kind: str, data: Mapping[str, Any]) -> Event:
        """Add an event, stamped now."""
        (event,) = self.append_events([Event(0, time.time(), kind, dict(data))])
        return event

    def append_events(self, events: Sequence[Event]) -> list[Event]:
        """Add events with their own times, all of them or none; returns them with their numbers."""
        return self._append("event", events)

    def events(self, after: int = 0) -> list[Event]:
        """The events with numbers above `after`, in order."""
        return self._read_after({"event": after})[0]

    def follow(self, events: int, evaluations: int) -> tuple[list[Event], list[Evaluation]]:
        """Events and evaluations beyond the first so many of each, as of one moment."""
        return self._read_after({"event": events, "evaluation": evaluations})

    def store_summary(self, summary: Mapping[str, Any], events: int, evaluations: int) -> None:
        """Store a summary of the first `events` and `evaluations`, as plain data; raises LogError.

        Nothing is stored if records that an earlier summary covers have changed since.
        """
        with self._store.transaction() as put:
            digest = self._store.read(
                lambda snapshot: self._summary_digest(snapshot, events, evaluations)
            )
            if digest is not None:
                counts = [events, evaluations]
                put("summary", {"of": counts, "records": digest, "summary": dict(summary)})

    def stored_summary(self) -> Mapping[str, Any] | None:
        """The stored summary, if it covers all records and none of them has changed since.

        None if there is no such summary, or if records have no checksums. All records are then read
        in the same transaction, and the next `follow` of this object from the beginning returns
        them, as of this moment. Raises LogError.
        """
        stamp = self._store.stamp()
        summary, head, records = self._store.read(self._read_summary)
        self._prefetched = (stamp, head, records) if summary is None else None
        return summary

    def _read_summary(
        self, snapshot: Snapshot
    ) -> tuple[Mapping[str, Any] | None, _RecordCounts, _Records]:
        head = self._head(snapshot)
        counts = [head.events, head.evaluations]
        record = self._summary_record(snapshot) if head.has_checksums else {}
        summary = record.get("summary")
        is_current = record.get("of") == counts and isinstance(summary, dict)
        if is_current and record.get("records") == _digest(_checksums(snapshot, *counts)):
            return summary, head, ([], [])
        return None, head, self._read_all(snapshot, head, _ALL_RECORDS)

    def _summary_digest(self, snapshot: Snapshot, events: int, evaluations: int) -> str | None:
        """The digest of the first records; None if those of an earlier summary have changed."""
        checksums = _checksums(snapshot, events, evaluations)
        match self._summary_record(snapshot):
            case {
                "of": [int() as event_count, int() as evaluation_count],
                "records": str() as digest,
            }:
                if _digest([checksums[0][:event_count], checksums[1][:evaluation_count]]) != digest:
                    return None
        return _digest(checksums)

    def _summary_record(self, snapshot: Snapshot) -> Mapping[str, Any]:
        try:
            record = snapshot.values(["summary"], checked=True).get("summary")
        except DamagedLogError:
            return {}  # it can be computed from the records
        return record if isinstance(record, dict) else {}

    @property
    def exists(self) -> bool:
        """Whether there is a database."""
        return self._store.exists

    def stamp(self) -> FileStamp:
        """Stays the same while the log does; raises LogError if there is none."""
        return self._store.stamp()

    def close(self) -> None:
        """Close the database; using the log opens it again."""
        self._store.close()

    def _append(self, kind: str, records: Sequence[Record]) -> list[Record]:
        """Add records of a kind, all of them or none; returns them with their numbers."""
        with self._store.transaction() as put:
            count = self._store.read(self._head).count(kind)
            numbered = [replace(r, number=n) for n, r in enumerate(records, start=count + 1)]
            for record in numbered:
                put(f"{kind}-{record.number}", record.to_json())
            put(f"{kind}s", count + len(numbered))
        return numbered

    def _read_after(self, after: Mapping[str, int]) -> tuple[list[Event], list[Evaluation]]:
        """The records with numbers above `after`, by kind; none of kinds that it lacks."""
        stamp = self._store.stamp()
        if self._cached_head and self._cached_head[0] == stamp:
            head = self._cached_head[1]
            if all(head.count(kind) <= number for kind, number in after.items()):
                return [], []
        prefetched, self._prefetched = self._prefetched, None
        if prefetched and after == _ALL_RECORDS:
            stamp, head, records = prefetched
        else:
            head, records = self._store.read(lambda s: self._read_head_and_records(s, after))
        # A write right after this read may leave times and sizes unchanged.
        self._cached_head = (stamp, head) if stamp.is_settled else None
        return records

    def _read_head_and_records(
        self, snapshot: Snapshot, after: Mapping[str, int]
    ) -> tuple[_RecordCounts, _Records]:
        head = self._head(snapshot)
        return head, self._read_all(snapshot, head, after)

    def _read_all(
        self, snapshot: Snapshot, head: _RecordCounts, after: Mapping[str, int]
    ) -> _Records:
        events = self._read_kind(snapshot, head, "event", after, event_of)
        return events, self._read_kind(snapshot, head, "evaluation", after, evaluation_of)

    def _read_kind(
        self, snapshot: Snapshot, head: _RecordCounts, kind: str, after: Mapping[str, int],
        decode: Callable[[Any, int], Record],
    ) -> list[Record]:  # fmt: skip
        """The records of a kind with numbers above `after`, decoded one by one."""
        last = head.count(kind)
        first = after.get(kind, last) + 1
        rows = snapshot.series(kind, first, last, checked=head.has_checksums)
        return [self._decode(kind, n, data, decode) for n, data in enumerate(rows, first)]

    def _head(self, snapshot: Snapshot) -> _RecordCounts:
        values = snapshot.values(["version", "evaluations", "events"])
        if "version" not in values and snapshot.first_record_has_checksum():
            raise self._damage_error("the record of its format is lost")
        version = values.get("version", 1)
        if type(version) is not int or version < 1:
            raise self._damage_error(f"its format version is {version!r}")
        if version > VERSION:
            raise newer_version_error(self._store.folder, version)
        counts = [values.get(name) for name in ("evaluations", "events")]
        if version == 1:  # format 1 has no count of a kind before its first record
            counts = [
                0 if count is None and not snapshot.values([first]) else count
                for count, first in zip(counts, ("evaluation-1", "event-1"), strict=True)
            ]
        evaluations, events = counts
        if type(evaluations) is not int or type(events) is not int or min(evaluations, events) < 0:
            raise self._damage_error("it does not say how many records it has")
        return _RecordCounts(evaluations, events, has_checksums=version > 1)

    def _decode(
        self, kind: str, number: int, data: Any, decode: Callable[[Any, int], Record]
    ) -> Record:
        try:
            return decode(data, number)
        except ValueError as error:
            raise self._damage_error(f"{kind} {number} {error}") from None

    def _damage_error(self, problem: str) -> DamagedLogError:
        return DamagedLogError(f"The log in {self._store.folder} is damaged: {problem}. {ADVICE}")


def _checksums(snapshot: Snapshot, events: int, evaluations: int) -> list[list[int]]:
    """The checksums of the first records of each kind; raises DamagedLogError."""
    return [snapshot.checksums("event", events), snapshot.checksums("evaluation", evaluations)]


def _digest(checksums: list[list[int]]) -> str:
    return hashlib.sha256(repr(checksums).encode()).hexdigest()
