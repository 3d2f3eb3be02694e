"""RunHistory: the state of a run, read incrementally from its log."""

import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from engine.config import NASConfig
from engine.data_dir import using
from engine.errors import DynasError
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.log.evaluation_log import EvaluationLog
from engine.log.event import Event
from engine.logged_metrics import restore_metrics
from engine.predictors.quality import Quality, QualityTracker
from engine.runs.confirmations import KIND as CONFIRMED
from engine.runs.confirmations import Confirmations, Standing
from engine.runs.garbage_collection import without_garbage_collection
from engine.runs.genotypes import foreign_evaluation_error, not_in_space
from engine.runs.incremental_columns import ColumnArrays, IncrementalColumns
from engine.runs.latency_overlay import LatencyOverlay
from engine.runs.log_content import errors_of_run
from engine.runs.logged_plans import without_proposals
from engine.runs.provenance import LabelledMetrics, config_from_log
from engine.runs.run_pace import RunPace
from engine.runs.run_summary import ACTIVE, RunSummary
from engine.runs.running_time import RunningTime, Stopwatch
from engine.runs.share import Share, configured_share
from engine.runs.sibling_start import without_rows
from engine.runs.times.time_log import RecordTimes
from engine.runs.tracked_front import TrackedFront
from engine.runs.whole_space import within_space
from engine.runs.work_times import WorkTimes
from engine.search_methods import APPROACHES
from engine.supernets import registry
from engine.supernets.choices.supernet import describe_supernet


class _Front(NamedTuple):
    evaluations: tuple[Evaluation, ...]
    numbers: frozenset[int]


class RunHistory(LabelledMetrics, RunPace):
    """Evaluations, events, front and hypervolume of one run. `refresh` reads new records only.

    Thread-safe. `evaluations` and `events` only grow, so that a thread can index and iterate
    them during a refresh; it may see newer entries at the end. Copy them into a `list` if two
    passes must see the same entries, and do not modify them. Events of cycles are stored without
    their proposals, which are in the log.

    >>> history = run.history
    >>> history.refresh() == len(history.evaluations) == history.budget
    True
    >>> history.state, history.events[0].kind
    ('finished', 'created')
    """

    def __init__(self, run_id: str, log: EvaluationLog) -> None:
        super().__init__()
        self.id, self.log = run_id, log
        self._lock = threading.RLock()
        self.evaluations: list[Evaluation] = []
        self.revision = 0  # grows when earlier evaluations get imported latencies
        self._latencies = LatencyOverlay()
        self.events: list[Event] = []
        self.state, self.message, self.name = "interrupted", "", run_id
        self.is_orphaned = self.is_run_by_this_process = False
        self.unwritten = False  # the run has failed, and its log does not say so
        self.config = NASConfig()
        self.share = Share(None)
        self.num_evals, self.warm_start_count, self.fingerprint = 0, 0, ""
        self._failed_count, self._retried_numbers = 0, set[int]()
        self.computed_count: int | None = None
        self._unrepeated_failures: dict[tuple[int, ...], int] = {}  # evaluation numbers by genotype
        self._valid_count, self._foreign_evaluations = 0, list[Evaluation]()
        self._running_time, self.confirmations = RunningTime(), Confirmations()
        # Of the thread that runs the search: its stopwatch, and for which workers it waits.
        self.stopwatch: Stopwatch | None = None
        self.waiting_reason: Callable[[], str] = lambda: ""
        self._last_event = 0.0
        self.tracked_front = TrackedFront(self.config)
        self._front: _Front | None = None
        self._columns: IncrementalColumns | None = None
        self._quality_tracker, self.work_times = QualityTracker(), WorkTimes(self.evaluations)
        self.record_times = RecordTimes(self.evaluations)
        self.refresh()

    @property
    def planned(self) -> int:
        """What the search is to spend, with what it began with: no more than its space holds."""
        budget, retries = self.num_evals + self.free_count, len(self._retried_numbers)
        return within_space(budget, self.events, self.spent, retries)

    @property
    def supernet_name(self) -> str:
        """The supernet's registry name."""
        return self.config.dynas.supernet

    @property
    def reference(self) -> dict[str, float]:
        """The hypervolume reference point by objective; empty while unknown."""
        return self.tracked_front.reference

    @property
    def imported(self) -> bool:
        """Whether the run was created from a results file."""
        return bool(self.events) and self.events[0].data.get("num_evals") == 0

    def fail_unwritten(self, message: str) -> None:
        """Mark the run as failed when its log cannot be written, such as on a full disk."""
        with self._lock:
            self.state, self.message, self.unwritten = "failed", message, True
            if self.stopwatch is not None:
                self.stopwatch.follow(self.state)

    def refresh(self) -> int:
        """Read new records; returns the number of evaluations. Thread-safe."""
        with using(self._data_folder), self._lock, without_garbage_collection():
            events, new_evaluations = self.log.follow(len(self.events), len(self.evaluations))
            with errors_of_run(self.id):
                for event in events:
                    self._apply_event(event)
                if new_evaluations:
                    with self.own_metrics():
                        self._add_evaluations(new_evaluations)
            return len(self.evaluations)

    def _apply_event(self, event: Event) -> None:
        self.events.append(without_rows(without_proposals(event)))
        self._last_event = max(self._last_event, event.time)
        if event.kind == "created":
            definitions = restore_metrics(event.data.get("metrics", {}))
            describe_supernet(event.data.get("choices"))
            self.config = config_from_log(event.data, definitions)
            self.share = configured_share(self.config)
            self.tracked_front = TrackedFront(self.config)
            self.fingerprint = event.data.get("fingerprint", "")
            self.name = event.data["name"]
            self.num_evals = event.data.get("num_evals", self.config.dynas.num_evals)
            computes = APPROACHES[self.config.approach].computes and not self.imported
            self.computed_count = 0 if computes else None
        elif event.kind == "cycle" and self.computed_count is not None:
            self.computed_count = max(self.computed_count, event.data.get("computed", 0))
        elif event.kind == "state":
            self.state, self.message = event.data["state"], event.data.get("message", "")
            self._running_time.follow_state(event)
        elif event.kind == "renamed":
            self.name = event.data["name"]
        elif event.kind == "extended":
            self.num_evals = event.data["num_evals"]
        elif event.kind == "share":
            self.share = Share(event.data["workers"], event.data["priority"])
        elif event.kind == "retry":
            self.num_evals = event.data["num_evals"]
            self._retried_numbers.update(event.data["numbers"])
        elif event.kind == CONFIRMED:
            self.confirmations.add(event.data)
        elif event.kind == "latencies":
            definitions = restore_metrics(event.data["metrics"])
            self.config.set_definitions({**self.config.definitions, **definitions})
            self._add_sources(self._latencies.add(event.data, self.evaluations))
            self._front = self._columns = None
            self.revision += 1

    def _add_evaluations(self, new_evaluations: list[Evaluation]) -> None:
        """Add new evaluations. Nothing changes if the reference box cannot be computed."""
        self._check_space(new_evaluations)
        new_evaluations = [self._latencies.apply(e) for e in new_evaluations]
        if self.tracked_front.follow(self.evaluations, new_evaluations):
            self._front = None
        self.evaluations.extend(new_evaluations)
        self._add_sources(new_evaluations)
        self._failed_count += sum(not e.ok for e in new_evaluations)
        for e in new_evaluations:
            if e.ok:
                self._unrepeated_failures.pop(e.genotype, None)
            else:
                self._unrepeated_failures[e.genotype] = e.number
        self._running_time.follow(new_evaluations)
        self.warm_start_count += sum(e.cycle == WARM_START_CYCLE for e in new_evaluations)

    def _check_space(self, new_evaluations: list[Evaluation]) -> None:
        """Raise DamagedLogError if some evaluations are in the supernet's space and others not.

        If none is, the supernet has changed since; the run can still be shown.
        """
        try:
            space = registry.load(self.supernet_name).space
        except DynasError:
            return  # its package is not installed
        foreign_evaluations = not_in_space(new_evaluations, space)
        self._foreign_evaluations += foreign_evaluations
        self._valid_count += len(new_evaluations) - len(foreign_evaluations)
        if self._foreign_evaluations and self._valid_count:
            raise foreign_evaluation_error(self._foreign_evaluations[0])

    def feasible(self, evaluation: Evaluation) -> bool:
        """Whether an evaluation succeeded and satisfies all constraints."""
        return self.tracked_front.feasible(evaluation)

    def all_feasible(self, evaluations: Sequence[Evaluation]) -> list[bool]:
        """`feasible` for many evaluations, vectorised."""
        return self.tracked_front.all_feasible(evaluations)

    @property
    def hypervolume(self) -> npt.NDArray[np.float64]:
        """`(n,)` share of the reference box dominated after each evaluation, in [0, 1].

        Empty while the box is unknown.
        """
        with self._lock:
            return np.array(self.tracked_front.hypervolume)

    def columns(self) -> ColumnArrays:
        """The evaluations as arrays; processes evaluations since the last call only."""
        with self._lock, without_garbage_collection():
            if self._columns is None:
                self._columns = IncrementalColumns(self.tracked_front.constraints)
            return self._columns.follow(self.evaluations)

    def prediction_quality(self, metric: str) -> list[tuple[Quality, Quality]]:
        """The quality of a metric's predictions, see `QualityTracker.rows`. Incremental."""
        with self._lock, without_garbage_collection():
            self._quality_tracker.follow(self.evaluations)
            return self._quality_tracker.rows(metric)

    def front(self) -> list[Evaluation]:
        """The feasible non-dominated evaluations, sorted by their last objective."""
        return list(self._current_front().evaluations)

    @property
    def front_numbers(self) -> frozenset[int]:
        """The log numbers of the front."""
        return self._current_front().numbers

    @property
    def front_version(self) -> int:
        """The number of entries into the front so far; the front is unchanged while this is."""
        return self.tracked_front.front_version

    def _current_front(self) -> _Front:
        with self._lock:
            if self._front is None:
                objective = self.config.dynas.metrics[-1]
                members = (self.evaluations[i] for i in self.tracked_front.members)
                front = sorted(members, key=lambda e: e.metrics[objective])
                self._front = _Front(tuple(front), frozenset(e.number for e in front))
            return self._front

    def standings(self) -> dict[int, Standing]:
        """What repeated measurements say of places on the front, by number; empty without any."""
        with self._lock, self.own_metrics():
            return self.confirmations.standings(
                self.evaluations, self.front_numbers, self.objectives
            )

    def retriable_numbers(self) -> list[int]:
        """The numbers of failed evaluations that were neither repeated nor requested again."""
        with self._lock:
            return [n for n in self._unrepeated_failures.values() if n not in self._retried_numbers]

    @property
    def elapsed(self) -> float:
        """The running time in seconds, without pauses and interruptions."""
        with self._lock:
            if self.stopwatch and self.is_run_by_this_process and not self.is_orphaned:
                return self.stopwatch.seconds
            return self._running_time.seconds

    def summary(self) -> RunSummary:
        """The run at a glance, as of the last refresh."""
        with self._lock:
            is_interrupted = self.is_orphaned and self.state in ACTIVE
            finished = self.evaluations[-1].finished if self.evaluations else 0.0
            return RunSummary(
                id=self.id, name=self.name,
                state="interrupted" if is_interrupted else self.state,
                config=self.config,
                evaluations=len(self.evaluations),
                budget=self.planned,
                computed=self.computed_count,
                failed=self._failed_count,
                hypervolume=(self.tracked_front.hypervolume or [0.0])[-1],
                best=self.tracked_front.best,
                reference=tuple(self.tracked_front.reference.values()),
                created=self.created,
                updated=max(self._last_event, finished),
                is_run_by_this_process=self.is_run_by_this_process,
                message=self.message or (self.waiting_reason() if self.state == "queued" else ""),
                retriable=len(self.retriable_numbers()),
                fingerprint=self.fingerprint,
                imported=self.imported,
                objective_labels=tuple(objective.label for objective in self.objectives),
            )  # fmt: skip
