"""RunPace: the budget of a run, how much of it is spent, and how fast."""

from abc import ABC, abstractmethod

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.log.event import Event
from engine.runs.share import Share
from engine.runs.times.run_times import RunTimes, per_minute, run_times
from engine.runs.times.time_log import RecordTimes, TimeLog
from engine.runs.worker_count import worker_counts


class RunPace(ABC):
    """The part of `RunHistory` that counts. `computed_count` is None for a run that measures."""

    config: NASConfig
    evaluations: list[Evaluation]
    events: list[Event]
    share: Share
    record_times: RecordTimes
    warm_start_count: int
    computed_count: int | None

    @property
    @abstractmethod
    def elapsed(self) -> float:
        """The running time in seconds."""

    @property
    def created(self) -> float:
        """When the run was created, as a POSIX time."""
        return self.events[0].time if self.events else 0.0

    @property
    def budget(self) -> int:
        """The number of evaluations in the log when the budget is used up, with known ones.

        Those of the moment where the log keeps only some of the sub-networks that were computed.
        """
        return self.planned if self.computed_count is None else len(self.evaluations)

    @property
    @abstractmethod
    def planned(self) -> int:
        """How many sub-networks the search is to spend, with those that it began with."""

    @property
    def spent(self) -> int:
        """How many of these it has spent: its evaluations, or what it has computed."""
        return len(self.evaluations) if self.computed_count is None else self.computed_count

    @property
    def free_count(self) -> int:
        """How many sub-networks of a warm start the budget does not include.

        A search that computes computes them again, so that its count has them.
        """
        return self.warm_start_count if self.computed_count is None else 0

    @property
    def counted(self) -> str:
        """What the numbers of the log count, in the plural."""
        return "evaluations" if self.computed_count is None else "sub-networks kept"

    @property
    def time_log(self) -> TimeLog:
        """When its evaluations and plans were made."""
        *_, (_, counted) = worker_counts(self.config, self.events)
        workers = counted or self.share.workers or self.config.dynas.workers
        return self.record_times.log(self.events, self.elapsed, workers, self.created)

    @property
    def times(self) -> RunTimes:
        """What it teaches about how long its like will take."""
        return run_times(self.time_log, self.host)

    @property
    def host(self) -> str:
        """The machine on which it ran last; empty where the log does not tell."""
        hosts = (e.data.get("host") for e in reversed(self.events) if e.kind == "state")
        return next(filter(None, hosts), "")

    @property
    def rate(self) -> float:
        """Evaluations a minute over the last one since the run went on; or of all computed.

        0 while it is unknown.
        """
        if self.computed_count is not None:
            return 60.0 * self.computed_count / self.elapsed if self.elapsed else 0.0
        return per_minute(self.time_log)
