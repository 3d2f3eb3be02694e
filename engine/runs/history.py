"""RunHistory: everything there is to see of a run, read from its log as it grows."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.config import NASConfig
from engine.data_dir import using
from engine.errors import DamagedLogError, DynasError, LogError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.log.evaluation_log import EvaluationLog
from engine.log.event import Event
from engine.log.store import ADVICE
from engine.metrics import restore_metrics
from engine.predictors.quality import Quality, QualityTracker
from engine.runs.garbage_collection import without_garbage_collection
from engine.runs.genotypes import no_sub_network, not_in_space
from engine.runs.incremental_columns import ColumnArrays, IncrementalColumns
from engine.runs.logged_plans import without_proposals
from engine.runs.provenance import WordedMetrics, config_as_it_was
from engine.runs.run_summary import ACTIVE, RunSummary
from engine.runs.running_time import RunningTime, Stopwatch
from engine.runs.tracked_front import TrackedFront
from engine.supernets import registry

_RATE_OVER = 20  # evaluations
_NOT_UNDERSTOOD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


class _Front(NamedTuple):
    evaluations: tuple[Evaluation, ...]
    numbers: frozenset[int]


class RunHistory(WordedMetrics):
    """Evaluations, events, front and hypervolume of one run. `refresh` costs what is new.

    Any thread may refresh and read. `evaluations` and `events` grow at their ends and change in no
    other way, so that a thread can index and iterate them while another one refreshes: at most it
    meets newer entries at the end. Take a `list` of them where two passes must see the same, and
    leave them unchanged. Events of cycles are kept without their proposals, which the log has.
    """

    def __init__(self, run_id: str, log: EvaluationLog) -> None:
        super().__init__()
        self.id, self._log = run_id, log
        self._lock = threading.RLock()
        self.evaluations: list[Evaluation] = []
        self.events: list[Event] = []
        self.state, self.message, self.name = "interrupted", "", run_id
        self.lost_writer = self.driven_here = False
        self.unwritten = False  # whether the log lacks that the run has failed
        self.config = NASConfig()
        self.num_evals, self.known, self.fingerprint = 0, 0, ""
        self._failed = 0
        self._to_retry: dict[tuple[int, ...], int] = {}  # numbers of failed ones, by genotype
        self._retried: set[int] = set()
        self._in_space, self._strange = 0, list[Evaluation]()
        self._running_time = RunningTime()
        self.stopwatch: Stopwatch | None = None  # of the thread that drives the run
        self._last_event = 0.0
        self._tracked = TrackedFront(self.config)
        self._front: _Front | None = None
        self._columns: IncrementalColumns | None = None
        self._quality = QualityTracker()
        self.refresh()

    @property
    def budget(self) -> int:
        """How many evaluations the log holds when the budget is spent: known ones on top."""
        return self.num_evals + self.known

    @property
    def supernet_name(self) -> str:
        """The supernet's registry name."""
        return self.config.dynas.supernet

    @property
    def reference(self) -> dict[str, float]:
        """By objective, the value at which hypervolume begins to count; empty if not known yet."""
        return self._tracked.reference

    @property
    def created(self) -> float:
        """When the run was made, as a POSIX time."""
        return self.events[0].time if self.events else 0.0

    @property
    def imported(self) -> bool:
        """Whether the run was made of a results file."""
        return bool(self.events) and self.events[0].data.get("num_evals") == 0

    def fail_unwritten(self, message: str) -> None:
        """Show the run as failed although that cannot be written to its log, as on a full disk."""
        with self._lock:
            self.state, self.message, self.unwritten = "failed", message, True
            if self.stopwatch is not None:
                self.stopwatch.follow(self.state)

    def refresh(self) -> int:
        """Read what is new; the number of evaluations. Safe from any thread."""
        with using(self._folder), self._lock, without_garbage_collection():
            events, fresh = self._log.follow(len(self.events), len(self.evaluations))
            with self._named():
                for event in events:
                    self._apply(event)
                if fresh:
                    self._follow(fresh)
            return len(self.evaluations)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Say of which run it is that something cannot be understood."""
        try:
            yield
        except LogError:
            raise
        except DynasError as error:
            raise LogError(f"The run '{self.id}' cannot be read here. {error}") from error
        except _NOT_UNDERSTOOD as error:
            raise DamagedLogError(
                f"The log of the run '{self.id}' is damaged ({type(error).__name__}: {error}). "
                f"{ADVICE}"
            ) from error

    def _apply(self, event: Event) -> None:
        self.events.append(without_proposals(event))
        self._last_event = max(self._last_event, event.time)
        if event.kind == "created":
            restore_metrics(event.data.get("metrics", {}))
            self.config = config_as_it_was(event.data["config"])
            self._tracked = TrackedFront(self.config)
            self.fingerprint = event.data.get("fingerprint", "")
            self.name = event.data["name"]
            self.num_evals = event.data.get("num_evals", self.config.dynas.num_evals)
        elif event.kind == "state":
            self.state, self.message = event.data["state"], event.data.get("message", "")
            self._running_time.follow_state(event)
        elif event.kind == "renamed":
            self.name = event.data["name"]
        elif event.kind == "extended":
            self.num_evals = event.data["num_evals"]
        elif event.kind == "retry":
            self.num_evals = event.data["num_evals"]
            self._retried.update(event.data["numbers"])

    def _follow(self, fresh: list[Evaluation]) -> None:
        """Take in new evaluations. Nothing has changed if the box cannot be made."""
        self._check_space(fresh)
        if self._tracked.follow(self.evaluations, fresh):
            self._front = None
        self.evaluations.extend(fresh)
        self._note_sources(fresh)
        self._failed += sum(not e.ok for e in fresh)
        for e in fresh:
            if e.ok:
                self._to_retry.pop(e.genotype, None)
            else:
                self._to_retry[e.genotype] = e.number
        self._running_time.follow(fresh)
        self.known += sum(e.cycle == WARM_START_CYCLE for e in fresh)

    def _check_space(self, fresh: list[Evaluation]) -> None:
        """Raise DamagedLogError where some evaluations are of the supernet's space and others not.

        Where none is, the supernet is another one by now: what was measured can be shown still.
        """
        try:
            space = registry.load(self.supernet_name).space
        except DynasError:
            return  # of a package that is gone
        strange = not_in_space(fresh, space)
        self._strange += strange
        self._in_space += len(fresh) - len(strange)
        if self._strange and self._in_space:
            raise no_sub_network(self._strange[0])

    def feasible(self, evaluation: Evaluation) -> bool:
        """Whether an evaluation succeeded and keeps to every constraint of the search."""
        return self._tracked.feasible(evaluation)

    def all_feasible(self, evaluations: Sequence[Evaluation]) -> list[bool]:
        """`feasible` of each of many, at a small part of the cost."""
        return self._tracked.all_feasible(evaluations)

    @property
    def hypervolume(self) -> npt.NDArray[np.float64]:
        """`(n,)` share of the reference box dominated after each evaluation, in [0, 1].

        Empty while the box is not known.
        """
        with self._lock:
            return np.array(self._tracked.hypervolume)

    def columns(self) -> ColumnArrays:
        """The evaluations as arrays; costs what is new since the last call."""
        with self._lock, without_garbage_collection():
            if self._columns is None:
                self._columns = IncrementalColumns(self._tracked.constraints)
            return self._columns.follow(self.evaluations)

    def prediction_quality(self, metric: str) -> list[tuple[Quality, Quality]]:
        """How good predictions of a metric were; see `QualityTracker.rows`. Costs what is new."""
        with self._lock, without_garbage_collection():
            self._quality.follow(self.evaluations)
            return self._quality.rows(metric)

    def front(self) -> list[Evaluation]:
        """The measured non-dominated sub-networks that keep to the constraints.

        They are sorted by their last objective.
        """
        return list(self._current_front().evaluations)

    @property
    def front_numbers(self) -> frozenset[int]:
        """The log numbers of the front."""
        return self._current_front().numbers

    @property
    def front_version(self) -> int:
        """How many sub-networks ever joined the front, which stays the same while this does."""
        return self._tracked.joined

    def _current_front(self) -> _Front:
        with self._lock:
            if self._front is None:
                by = self.config.dynas.metrics[-1]
                members = (self.evaluations[i] for i in self._tracked.members)
                front = sorted(members, key=lambda e: e.metrics[by])
                self._front = _Front(tuple(front), frozenset(e.number for e in front))
            return self._front

    def to_retry(self) -> list[int]:
        """The numbers of evaluations that failed and were not tried again, nor asked to be."""
        with self._lock:
            return [n for n in self._to_retry.values() if n not in self._retried]

    @property
    def elapsed(self) -> float:
        """Seconds that the run was running; pauses and interruptions excluded."""
        with self._lock:
            if self.stopwatch and self.driven_here and not self.lost_writer:
                return self.stopwatch.seconds
            return self._running_time.seconds

    @property
    def rate(self) -> float:
        """Evaluations a minute over the last twenty; reused ones say nothing of the speed."""
        recent = [e for e in self.evaluations[-_RATE_OVER:] if not e.reused]
        if len(recent) < 2:
            return 0.0
        first, last = recent[0], recent[-1]
        if first.ran is not None and last.ran is not None:
            span = last.ran - first.ran
        else:
            span = last.finished - first.finished
        return 60.0 * (len(recent) - 1) / span if span > 0 else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds to the end of the budget at the present rate, or to the time limit if sooner.

        None if nothing tells.
        """
        rate, limit = self.rate, self.config.stop.seconds
        left = 60.0 * (self.budget - len(self.evaluations)) / rate if rate else None
        if limit is None:
            return left
        before_limit = max(limit - self.elapsed, 0.0)
        return before_limit if left is None else min(left, before_limit)

    def summary(self) -> RunSummary:
        """The run at a glance, as of the last refresh."""
        with self._lock:
            lost = self.lost_writer and self.state in ACTIVE
            finished = self.evaluations[-1].finished if self.evaluations else 0.0
            return RunSummary(
                id=self.id,
                name=self.name,
                state="interrupted" if lost else self.state,
                config=self.config,
                evaluations=len(self.evaluations),
                budget=self.budget,
                failed=self._failed,
                hypervolume=(self._tracked.hypervolume or [0.0])[-1],
                created=self.created,
                updated=max(self._last_event, finished),
                driven_here=self.driven_here,
                message=self.message,
                retriable=len(self.to_retry()),
                fingerprint=self.fingerprint,
                imported=self.imported,
                objective_labels=tuple(objective.label for objective in self.objectives),
            )
