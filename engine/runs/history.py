"""RunHistory: everything there is to see of a run, read from its log as it grows."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.config import NASConfig
from engine.constraints import Constraint, violations
from engine.evaluation.record import KNOWN, Evaluation
from engine.log.evaluation_log import EvaluationLog
from engine.log.event import Event
from engine.metrics import Metric
from engine.pareto.front import FrontTracker, Points, minimised, non_dominated
from engine.supernets import registry

ACTIVE = frozenset({"queued", "running", "pausing", "paused", "stopping"})
_ACTIONS: dict[str, frozenset[str]] = {
    "queued": frozenset({"stop", "extend"}),
    "running": frozenset({"pause", "stop", "extend"}),
    "pausing": frozenset({"resume", "stop", "extend"}),
    "paused": frozenset({"resume", "stop", "extend"}),
    "stopping": frozenset(),
    "stopped": frozenset({"resume", "extend", "delete"}),
    "interrupted": frozenset({"resume", "extend", "delete"}),
    "failed": frozenset({"resume", "extend", "delete"}),
    "finished": frozenset({"extend", "delete"}),
}
_RATE_OVER = 20  # evaluations


@dataclass(frozen=True)
class RunSummary:
    """A run at a glance. `evaluations` counts failed ones too; times are POSIX."""

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

    @property
    def actions(self) -> frozenset[str]:
        """What can be asked of the run in its state."""
        return _ACTIONS[self.state] | {"rename"}


class RunHistory:
    """Evaluations, events, front and hypervolume of one run. `refresh` reads only what is new."""

    def __init__(self, run_id: str, log: EvaluationLog) -> None:
        self.id, self._log = run_id, log
        self._lock = threading.RLock()
        self.evaluations: list[Evaluation] = []
        self.events: list[Event] = []
        self.state, self.message, self.name = "interrupted", "", run_id
        self.lost_writer = False
        self.driven_here = False
        self.config = NASConfig()
        self._constraints: list[Constraint] = []
        self.num_evals = 0
        self.known = 0
        self.fingerprint = ""
        self.reference: dict[str, float] = {}
        self._tracker: FrontTracker | None = None
        self._hypervolume: list[float] = []
        self.refresh()

    @property
    def objectives(self) -> list[Metric]:
        """The metrics that the run optimises; the first is the y axis, the second the x axis."""
        return self.config.objectives

    @property
    def budget(self) -> int:
        """How many evaluations the log holds when the budget is spent: known ones on top."""
        return self.num_evals + self.known

    @property
    def supernet_name(self) -> str:
        """The supernet's registry name."""
        return self.config.dynas.supernet

    def refresh(self) -> int:
        """Read what is new; the number of evaluations. Safe from any thread."""
        with self._lock:
            for event in self._log.events(after=len(self.events)):
                self._apply(event)
            fresh = self._log.read(after=len(self.evaluations))
            self.evaluations = [*self.evaluations, *fresh] if fresh else self.evaluations
            if fresh:
                self.known += sum(e.cycle == KNOWN for e in fresh)
                self._extend_hypervolume()
            return len(self.evaluations)

    def _apply(self, event: Event) -> None:
        self.events = [*self.events, event]
        if event.kind == "created":
            self.config = NASConfig.from_dict(event.data["config"])
            self._constraints = self.config.constraints
            self.fingerprint = event.data.get("fingerprint", "")
            self.name = event.data["name"]
            self.num_evals = event.data.get("num_evals", self.config.dynas.num_evals)
        elif event.kind == "state":
            self.state, self.message = event.data["state"], event.data.get("message", "")
        elif event.kind == "renamed":
            self.name = event.data["name"]
        elif event.kind == "extended":
            self.num_evals = event.data["num_evals"]

    def _extend_hypervolume(self) -> None:
        if self._tracker is None:
            self._tracker = self._make_tracker()
            if self._tracker is None:
                return
            self._hypervolume = []
        points = self._feasible_points(self.evaluations[len(self._hypervolume) :])
        self._hypervolume += [self._tracker.add(point) for point in points]

    def _make_tracker(self) -> FrontTracker | None:
        """The box that hypervolume is a share of.

        From the supernet where it knows: cost of its largest sub-network, an accuracy floor. Else
        from the worst of the first two measured, which are the smallest and largest sub-network.
        """
        supernet = registry.load(self.supernet_name)
        first = [e for e in self.evaluations if e.ok][:2]
        reference, ideal = [], []
        for objective in self.objectives:
            start, best = supernet.bounds(objective.name)
            if start is None:
                if len(first) < 2:
                    return None
                worst = max(objective.sign * e.metrics[objective.name] for e in first)
                start = objective.sign * worst
            start = self._limited(objective, start, best)
            self.reference[objective.name] = start
            reference.append(objective.sign * start)
            ideal.append(objective.sign * best)
        return FrontTracker(np.array(reference), np.array(ideal))

    def _limited(self, objective: Metric, start: float, best: float) -> float:
        """`start`, or the limit of a constraint between it and `best`, the ideal value."""
        for constraint in self._constraints:
            if constraint.metric.name == objective.name:
                low, limit, high = (objective.sign * v for v in (best, constraint.limit, start))
                start = constraint.limit if low < limit < high else start
        return start

    @property
    def hypervolume(self) -> npt.NDArray[np.float64]:
        """`(n,)` share of the reference box dominated after each evaluation, in [0, 1]."""
        return np.array(self._hypervolume)

    def feasible(self, evaluation: Evaluation) -> bool:
        """Whether an evaluation succeeded and keeps to every constraint of the search."""
        return evaluation.ok and not violations(self._constraints, evaluation.metrics)

    def _feasible_points(self, evaluations: Sequence[Evaluation]) -> Points:
        points = minimised(evaluations, self.objectives)
        points[[not self.feasible(e) for e in evaluations]] = np.nan
        return points

    def front(self) -> list[Evaluation]:
        """The measured non-dominated sub-networks that keep to the constraints.

        They are sorted by their last objective.
        """
        evaluations = self.evaluations
        mask = non_dominated(self._feasible_points(evaluations))
        front = [e for e, on in zip(evaluations, mask, strict=True) if on]
        by = self.objectives[-1].name
        return sorted(front, key=lambda e: e.metrics[by])

    @property
    def front_numbers(self) -> frozenset[int]:
        """The log numbers of the front."""
        return frozenset(e.number for e in self.front())

    @property
    def elapsed(self) -> float:
        """Seconds that the run was running; pauses and interruptions excluded."""
        total, since = 0.0, None
        for event in self.events:
            if event.kind == "state" and event.data["state"] == "running":
                since = event.time if since is None else since
            elif event.kind == "state" and event.data["state"] not in ("pausing", "stopping"):
                total += event.time - since if since is not None else 0.0
                since = None
        if since is None:
            return total
        live = self.driven_here and not self.lost_writer
        end = (
            time.time() if live else max((e.finished for e in self.evaluations[-1:]), default=since)
        )
        return total + max(end - since, 0.0)

    @property
    def rate(self) -> float:
        """Evaluations a minute over the last twenty; reused ones say nothing of the speed."""
        recent = [e for e in self.evaluations[-_RATE_OVER:] if not e.reused]
        span = recent[-1].finished - recent[0].finished if len(recent) > 1 else 0.0
        return 60.0 * (len(recent) - 1) / span if span > 0 else 0.0

    @property
    def remaining(self) -> float | None:
        """Seconds to the end of the budget at the present rate; None if nothing tells."""
        rate = self.rate
        return 60.0 * (self.budget - len(self.evaluations)) / rate if rate else None

    def summary(self) -> RunSummary:
        """The run at a glance, as of the last refresh."""
        lost = self.lost_writer and self.state in ACTIVE
        last = max((e.time for e in self.events), default=0.0)
        return RunSummary(
            id=self.id,
            name=self.name,
            state="interrupted" if lost else self.state,
            config=self.config,
            evaluations=len(self.evaluations),
            budget=self.budget,
            failed=sum(not e.ok for e in self.evaluations),
            hypervolume=self._hypervolume[-1] if self._hypervolume else 0.0,
            created=self.events[0].time if self.events else 0.0,
            updated=max(last, self.evaluations[-1].finished if self.evaluations else 0.0),
            driven_here=self.driven_here,
            message=self.message,
        )
