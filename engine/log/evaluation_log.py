"""EvaluationLog: the append-only record of every evaluation and event of a run."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from engine.evaluation.record import Evaluation
from engine.log.event import Event
from engine.log.store import open_store


class EvaluationLog(Protocol):
    """What any back end must do.

    An append is durable before it returns, and is seen whole or not at all by every reader, in
    this process or another. Numbers count from 1 without gaps. One writer at a time, any number of
    readers: the lease of `engine.runs.lease` sees to that. An append costs the same, and a read
    what it returns, however long the log is. Reading raises LogError for what is missing, damaged
    or not plain data.
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

    def close(self) -> None:
        """Let go of files; reading or writing afterwards opens them again."""
        ...


class DiskLog:
    """An EvaluationLog in a folder, kept by diskcache (SQLite)."""

    def __init__(self, folder: Path) -> None:
        self._store = open_store(folder)

    def append(self, evaluation: Evaluation) -> Evaluation:
        """Add an evaluation; returns it with its number."""
        with self._store.transact():
            number = self._count("evaluation") + 1
            numbered = replace(evaluation, number=number)
            self._put("evaluation", number, numbered.to_json())
        return numbered

    def append_all(self, evaluations: Iterable[Evaluation]) -> None:
        """Add evaluations in their order, all of them or none."""
        with self._store.transact():
            for evaluation in evaluations:
                self.append(evaluation)

    def read(self, after: int = 0) -> list[Evaluation]:
        """The evaluations with numbers above `after`, in order."""
        return [Evaluation.from_json(data) for data in self._after("evaluation", after)]

    def append_event(self, kind: str, data: Mapping[str, Any]) -> Event:
        """Add an event, stamped now."""
        with self._store.transact():
            event = Event(self._count("event") + 1, time.time(), kind, dict(data))
            self._put("event", event.number, event.to_json())
        return event

    def events(self, after: int = 0) -> list[Event]:
        """The events with numbers above `after`, in order."""
        return [Event(**data) for data in self._after("event", after)]

    def close(self) -> None:
        """Let go of the database; using the log again opens it again."""
        self._store.close()

    def _count(self, kind: str) -> int:
        return int(self._store.value(f"{kind}s", default=0))

    def _put(self, kind: str, number: int, data: Mapping[str, Any]) -> None:
        self._store[f"{kind}-{number}"] = data
        self._store[f"{kind}s"] = number

    def _after(self, kind: str, after: int) -> Iterator[dict[str, Any]]:
        count = self._count(kind)
        return self._store.series(kind, after + 1, count) if count > after else iter(())
