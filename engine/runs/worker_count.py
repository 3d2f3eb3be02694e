"""How many sub-networks a run may measure at a time, as its log says."""

from collections.abc import Iterable, Iterator

from engine.config import NASConfig
from engine.log.evaluation_log import EvaluationLog
from engine.log.event import Event

KIND = "workers"
"""The kind of the events."""

_MIN_INTERVAL = 1.0  # seconds of running time between two events
_INTERVAL_SHARE = 1 / 200  # of the running time so far, between two events


def worker_counts(config: NASConfig, events: Iterable[Event]) -> Iterator[tuple[float, int]]:
    """The counts with the POSIX times from which they hold; the first holds from the start."""
    yield 0.0, 0 if config.dynas.cluster else config.dynas.workers
    for event in events:
        if event.kind == KIND:
            yield event.time, event.data["count"]


class WorkerCountLog:
    """Logs changes of the count, the rarer the longer the run: a log does not grow with changes."""

    def __init__(self, log: EvaluationLog, count: int, ran: float) -> None:
        self._log, self._count = log, count
        self._next = ran

    @classmethod
    def of(
        cls, log: EvaluationLog, config: NASConfig, events: Iterable[Event], ran: float
    ) -> "WorkerCountLog":
        """Goes on with the count that the run's events have; `ran` is its running time so far."""
        *_, (_, count) = worker_counts(config, events)
        return cls(log, count, ran)

    def note(self, count: int, ran: float) -> None:
        """Log `count` after a running time of `ran` seconds, unless it was logged, or too soon."""
        if count != self._count and ran >= self._next:
            self._log.append_event(KIND, {"count": count})
            self._count = count
            self._next = ran + max(_MIN_INTERVAL, ran * _INTERVAL_SHARE)
