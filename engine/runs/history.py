"""RunHistory: everything there is to see of a run, read from its log as it grows."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.config import NASConfig
from engine.constraints import Constraint, violations
from engine.errors import DamagedLogError, DynasError, LogError
from engine.evaluation.record import KNOWN, Evaluation
from engine.log.evaluation_log import EvaluationLog
from engine.log.event import Event
from engine.log.store import ADVICE
from engine.metrics import Metric, recall
from engine.pareto.front import FrontTracker, minimised
from engine.predictors.quality import Quality, QualityTracker
from engine.runs.collecting import no_collection
from engine.runs.growing import GrowingColumns, GrownColumns
from engine.runs.provenance import WordedMetrics, config_as_it_was
from engine.runs.reference_box import ReferenceBox, reference_box
from engine.runs.running_time import RunningTime, Stopwatch

ACTIVE = frozenset({"queued", "running", "pausing", "paused", "stopping"})
_ACTIONS: dict[str, frozenset[str]] = {
    "queued": frozenset({"stop", "stop_now", "extend"}),
    "running": frozenset({"pause", "stop", "stop_now", "extend"}),
    "pausing": frozenset({"resume", "stop", "stop_now", "extend"}),
    "paused": frozenset({"resume", "stop", "stop_now", "extend"}),
    "stopping": frozenset({"stop_now"}),
    "stopped": frozenset({"resume", "extend", "delete"}),
    "interrupted": frozenset({"resume", "extend", "delete"}),
    "failed": frozenset({"resume", "extend", "delete"}),
    "finished": frozenset({"extend", "delete"}),
}
_ENDED = frozenset({"stopped", "interrupted", "failed", "finished"})
_RATE_OVER = 20  # evaluations
_NOT_UNDERSTOOD = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


@dataclass(frozen=True)
class RunSummary:
    """A run at a glance. `evaluations` counts failed ones too; times are POSIX.

    `retriable` are failed ones that nobody has asked to try again. `imported` marks a run that was
    made of a results file.
    """

    id: str
    name: str
    state: str
    config: NASConfig
    evaluations: int
    budget: int
    failed: int
    hypervolume: float
    created: float
    updated: float
    driven_here: bool
    message: str
    retriable: int = 0
    fingerprint: str = ""
    imported: bool = False
    objective_labels: tuple[str, ...] = ()

    @property
    def objectives(self) -> list[Metric]:
        """The metrics that the run optimises."""
        return self.config.objectives

    @property
    def supernet_name(self) -> str:
        """The supernet's registry name."""
        return self.config.dynas.supernet

    @property
    def actions(self) -> frozenset[str]:
        """What can be asked of the run in its state."""
        known = _ACTIONS.get(self.state, _ACTIONS["interrupted"])  # a newer version may have others
        retry = {"retry"} if self.retriable and self.state in _ENDED else set()
        return known | {"rename"} | retry


class _Front(NamedTuple):
    evaluations: tuple[Evaluation, ...]
    numbers: frozenset[int]


class RunHistory(WordedMetrics):
    """Evaluations, events, front and hypervolume of one run. `refresh` costs what is new.

    Any thread may refresh and read. `evaluations` and `events` grow at their ends and change in no
    other way, so that a thread can index and iterate them while another one refreshes: at most it
    meets newer entries at the end. Take a `list` of them where two passes must see the same, and
    leave them unchanged.
    """

    def __init__(self, run_id: str, log: EvaluationLog) -> None:
        super().__init__()
        self.id, self._log = run_id, log
        self._lock = threading.RLock()
        self.evaluations: list[Evaluation] = []
        self.events: list[Event] = []
        self.state, self.message, self.name = "interrupted", "", run_id
        self.lost_writer = False
        self.driven_here = False
        self.unwritten = False  # whether the log lacks that the run has failed
        self.config = NASConfig()
        self._constraints: list[Constraint] = []
        self.num_evals = 0
        self.known = 0
        self.fingerprint = ""
        self.reference: dict[str, float] = {}
        self._failed = 0
        self._to_retry: dict[tuple[int, ...], int] = {}  # numbers of failed ones, by genotype
        self._retried: set[int] = set()
        self._running_time = RunningTime()
        self.stopwatch: Stopwatch | None = None  # of the thread that drives the run
        self._last_event = 0.0
        self._first: list[Evaluation] = []  # at most two, of which the box may be made
        self._box: ReferenceBox | None = None
        self._tracker: FrontTracker | None = None
        self._front: _Front | None = None
        self._hypervolume: list[float] = []
        self._columns: GrowingColumns | None = None
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
        with self._lock, no_collection():
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
        self.events.append(event)
        self._last_event = max(self._last_event, event.time)
        if event.kind == "created":
            recall(event.data.get("metrics", {}))
            self.config = config_as_it_was(event.data["config"])
            self._constraints = self.config.constraints
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
        unseen = fresh
        if self._box is None:
            unseen = self._enclose(fresh)
        assert self._tracker is not None
        joined = self._tracker.joined
        points = minimised(unseen, self.objectives)
        shares = [
            self._tracker.add(point, feasible=keeps)
            for point, keeps in zip(points, self._all_feasible(unseen), strict=True)
        ]
        self.evaluations.extend(fresh)
        self._note_sources(fresh)
        self._failed += sum(not e.ok for e in fresh)
        for e in fresh:
            if e.ok:
                self._to_retry.pop(e.genotype, None)
            else:
                self._to_retry[e.genotype] = e.number
        self._running_time.follow(fresh)
        self.known += sum(e.cycle == KNOWN for e in fresh)
        if self._box is not None:
            self._hypervolume += shares
        if self._tracker.joined != joined:
            self._front = None

    def _enclose(self, fresh: list[Evaluation]) -> list[Evaluation]:
        """Begin to track, without a box until there is one; the evaluations to be tracked.

        Those before the box was known, at most one of which was ok, are tracked anew within it.
        """
        names = [objective.name for objective in self.objectives]
        measured = (e for e in fresh if e.ok and all(name in e.metrics for name in names))
        first = [*self._first, *measured][:2]
        box = reference_box(self.config, first)
        self._first, self._box = first, box
        if box is None and self._tracker is not None:
            return fresh
        nowhere = np.zeros(len(self.objectives))
        reference, ideal = (box.reference, box.ideal) if box else (nowhere, nowhere)
        self.reference = box.starts if box else {}
        self._tracker, self._front = FrontTracker(reference, ideal), None
        return [*self.evaluations, *fresh]

    def feasible(self, evaluation: Evaluation) -> bool:
        """Whether an evaluation succeeded and keeps to every constraint of the search."""
        return evaluation.ok and not violations(self._constraints, evaluation.metrics)

    def _all_feasible(self, evaluations: list[Evaluation]) -> list[bool]:
        """`feasible` of many at once."""
        names = {constraint.metric.name for constraint in self._constraints}
        values = {n: np.array([e.metrics.get(n, np.nan) for e in evaluations]) for n in names}
        missed = np.broadcast_to(violations(self._constraints, values) > 0, len(evaluations))
        return [e.ok and not bool(m) for e, m in zip(evaluations, missed, strict=True)]

    @property
    def hypervolume(self) -> npt.NDArray[np.float64]:
        """`(n,)` share of the reference box dominated after each evaluation, in [0, 1].

        Empty while the box is not known.
        """
        with self._lock:
            return np.array(self._hypervolume)

    def columns(self) -> GrownColumns:
        """The evaluations as arrays; costs what is new since the last call."""
        with self._lock, no_collection():
            if self._columns is None:
                self._columns = GrowingColumns(self._constraints)
            return self._columns.follow(self.evaluations)

    def judged(self, metric: str) -> list[tuple[Quality, Quality]]:
        """How good predictions of a metric were; see `QualityTracker.rows`. Costs what is new."""
        with self._lock, no_collection():
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
    def joined(self) -> int:
        """How many sub-networks ever joined the front, which stays the same while this does."""
        return self._tracker.joined if self._tracker else 0

    def _current_front(self) -> _Front:
        with self._lock:
            if self._front is None:
                members = self._tracker.members if self._tracker else []
                by = self.objectives[-1].name
                front = sorted((self.evaluations[i] for i in members), key=lambda e: e.metrics[by])
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
                hypervolume=self._hypervolume[-1] if self._hypervolume else 0.0,
                created=self.created,
                updated=max(self._last_event, finished),
                driven_here=self.driven_here,
                message=self.message,
                retriable=len(self.to_retry()),
                fingerprint=self.fingerprint,
                imported=self.imported,
                objective_labels=tuple(objective.label for objective in self.objectives),
            )
