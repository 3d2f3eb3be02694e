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
"""The format of logs that are made now. 1, which logs without the key are of, has no checksums."""

Record = TypeVar("Record", Evaluation, Event)
_ALL = {"event": 0, "evaluation": 0}  # records with numbers above these
_Found = tuple[list[Event], list[Evaluation]]


class EvaluationLog(Protocol):
    """What any back end must do.

    An append is durable before it returns, and is seen whole or not at all by every reader, in
    this process or another. Numbers count from 1 without gaps. One writer at a time, any number of
    readers: the lease of `engine.runs.lease` sees to that. An append costs the same, and a read
    what it returns, however long the log is. Reading raises LogError for what is missing, damaged
    or not plain data, and creates nothing. Appending raises LogError where nothing can be written,
    such as to a full disk, and then has changed nothing.
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
        """Let go of files; reading or writing afterwards opens them again."""
        ...


def newer_version(folder: Path, version: int) -> LogError:
    """The error of a log whose format this version does not know."""
    return LogError(
        f"The log in {folder} was made by a newer version of DyNAS Studio (its format is "
        f"{version}, this version reads up to {VERSION}). Update DyNAS Studio."
    )


class _Head(NamedTuple):
    """How much the log holds. `checked` says that each of its records has a checksum."""

    evaluations: int
    events: int
    checked: bool

    def count(self, kind: str) -> int:
        return self.evaluations if kind == "evaluation" else self.events


class DiskLog:
    """An EvaluationLog in a folder, kept by diskcache (SQLite).

    `DiskLog(folder)` makes the log if it is not there; `DiskLog.open(folder)` never makes one.
    """

    def __init__(self, folder: Path) -> None:
        new = not Store(folder).exists
        self._set_up(Store.make(folder))
        if new:
            with self._store.writing() as put:
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
        self._known: tuple[FileStamp, _Head] | None = None  # as of the last look
        self._ahead: tuple[FileStamp, _Head, _Found] | None = None  # all records, for who asks next

    def append(self, evaluation: Evaluation) -> Evaluation:
        """Add an evaluation; returns it with its number."""
        (numbered,) = self._append("evaluation", [evaluation])
        return numbered

    def append_all(self, evaluations: Iterable[Evaluation]) -> None:
        """Add evaluations in their order, all of them or none."""
        self._append("evaluation", list(evaluations))

    def read(self, after: int = 0) -> list[Evaluation]:
        """The evaluations with numbers above `after`, in order."""
        return self._after({"evaluation": after})[1]

    def append_event(self, kind: str, data: Mapping[str, Any]) -> Event:
        """Add an event, stamped now."""
        (event,) = self.append_events([Event(0, time.time(), kind, dict(data))])
        return event

    def append_events(self, events: Sequence[Event]) -> list[Event]:
        """Add events that have happened, all of them or none; returns them with their numbers."""
        return self._append("event", events)

    def events(self, after: int = 0) -> list[Event]:
        """The events with numbers above `after`, in order."""
        return self._after({"event": after})[0]

    def follow(self, events: int, evaluations: int) -> tuple[list[Event], list[Evaluation]]:
        """Events and evaluations beyond the first so many of each, as of one moment."""
        return self._after({"event": events, "evaluation": evaluations})

    def note(self, summary: Mapping[str, Any], events: int, evaluations: int) -> None:
        """Keep plain data that sums up the first so many records; raises LogError.

        Nothing is kept where records that an earlier note sums up are no longer as they were then.
        """
        with self._store.writing() as put:
            digest = self._store.look(lambda look: self._digest_to_note(look, events, evaluations))
            if digest is not None:
                of = [events, evaluations]
                put("summary", {"of": of, "records": digest, "summary": dict(summary)})

    def noted(self) -> Mapping[str, Any] | None:
        """What was noted of all records that there are now, each of which is as it was then.

        None if nothing was, or not of all, or if a record is another one now, or if records have no
        checksums. Then all were read in the same look: to follow them next costs no further one.
        Raises LogError.
        """
        stamp = self._store.stamp()
        noted, head, found = self._store.look(self._noted)
        self._ahead = (stamp, head, found) if noted is None and stamp.settled else None
        return noted

    def _noted(self, look: Snapshot) -> tuple[Mapping[str, Any] | None, _Head, _Found]:
        head = self._head(look)
        of = [head.events, head.evaluations]
        kept = self._note_kept(look) if head.checked else {}
        if kept.get("of") == of and kept.get("records") == _digest(_checksums(look, *of)):
            summary = kept.get("summary")
            if isinstance(summary, dict):
                return summary, head, ([], [])
        return None, head, self._found(look, head, _ALL)

    def _digest_to_note(self, look: Snapshot, events: int, evaluations: int) -> str | None:
        """That of the first so many records; None where an earlier note does not fit them."""
        sums = _checksums(look, events, evaluations)
        match self._note_kept(look):
            case {"of": [int() as some, int() as others], "records": str() as digest}:
                if _digest([sums[0][:some], sums[1][:others]]) != digest:
                    return None
        return _digest(sums)

    def _note_kept(self, look: Snapshot) -> Mapping[str, Any]:
        try:
            kept = look.values(["summary"], checked=True).get("summary")
        except DamagedLogError:
            return {}  # no record: those tell all that it does
        return kept if isinstance(kept, dict) else {}

    @property
    def exists(self) -> bool:
        """Whether there is a database."""
        return self._store.exists

    def stamp(self) -> FileStamp:
        """Stays the same while the log does; raises LogError if there is none."""
        return self._store.stamp()

    def close(self) -> None:
        """Let go of the database; using the log again opens it again."""
        self._store.close()

    def _append(self, kind: str, records: Sequence[Record]) -> list[Record]:
        """Add records of a kind, all of them or none; returns them with their numbers."""
        with self._store.writing() as put:
            count = self._store.look(self._head).count(kind)
            numbered = [replace(r, number=n) for n, r in enumerate(records, start=count + 1)]
            for record in numbered:
                put(f"{kind}-{record.number}", record.to_json())
            put(f"{kind}s", count + len(numbered))
        return numbered

    def _after(self, after: Mapping[str, int]) -> tuple[list[Event], list[Evaluation]]:
        """The records of the kinds in `after` with higher numbers; of another kind none."""
        stamp = self._store.stamp()
        if self._known and self._known[0] == stamp:
            head = self._known[1]
            if all(head.count(kind) <= number for kind, number in after.items()):
                return [], []
        ahead, self._ahead = self._ahead, None
        if ahead and ahead[0] == stamp and after == _ALL:
            _, head, found = ahead
        else:
            head, found = self._store.look(lambda look: self._look(look, after))
        # What is written right after this look may leave times and sizes as they are.
        self._known = (stamp, head) if stamp.settled else None
        return found

    def _look(self, look: Snapshot, after: Mapping[str, int]) -> tuple[_Head, _Found]:
        head = self._head(look)
        return head, self._found(look, head, after)

    def _found(self, look: Snapshot, head: _Head, after: Mapping[str, int]) -> _Found:
        events = self._beyond(look, head, "event", after, event_of)
        return events, self._beyond(look, head, "evaluation", after, evaluation_of)

    def _beyond(
        self, look: Snapshot, head: _Head, kind: str, after: Mapping[str, int],
        decode: Callable[[Any, int], Record],
    ) -> list[Record]:  # fmt: skip
        """The records of a kind that are asked for, each decoded before the next one is read."""
        last = head.count(kind)
        first = after.get(kind, last) + 1
        rows = look.series(kind, first, last, checked=head.checked)
        return [self._decoded(kind, n, data, decode) for n, data in enumerate(rows, first)]

    def _head(self, look: Snapshot) -> _Head:
        values = look.values(["version", "evaluations", "events"])
        if "version" not in values and look.began_with_checksums():
            raise self._damaged("the record of its format is lost")
        version = values.get("version", 1)
        if type(version) is not int or version < 1:
            raise self._damaged(f"its format version is {version!r}")
        if version > VERSION:
            raise newer_version(self._store.folder, version)
        counts = [values.get(name) for name in ("evaluations", "events")]
        if version == 1:  # counts were written with the first record
            counts = [
                0 if count is None and not look.values([first]) else count
                for count, first in zip(counts, ("evaluation-1", "event-1"), strict=True)
            ]
        evaluations, events = counts
        if type(evaluations) is not int or type(events) is not int or min(evaluations, events) < 0:
            raise self._damaged("it does not say how many records it has")
        return _Head(evaluations, events, checked=version > 1)

    def _decoded(
        self, kind: str, number: int, data: Any, decode: Callable[[Any, int], Record]
    ) -> Record:
        try:
            return decode(data, number)
        except ValueError as error:
            raise self._damaged(f"{kind} {number} {error}") from None

    def _damaged(self, what: str) -> DamagedLogError:
        return DamagedLogError(f"The log in {self._store.folder} is damaged: {what}. {ADVICE}")


def _checksums(look: Snapshot, events: int, evaluations: int) -> list[list[int]]:
    """Those of the first records of each kind; raises DamagedLogError as `Snapshot` does."""
    return [look.checksums("event", events), look.checksums("evaluation", evaluations)]


def _digest(checksums: list[list[int]]) -> str:
    return hashlib.sha256(repr(checksums).encode()).hexdigest()
