"""RunSummary: a snapshot of a run's state, and the actions that it allows."""

import math
from dataclasses import dataclass

from engine.config import NASConfig
from engine.metrics import Metric

ACTIVE = frozenset({"queued", "running", "pausing", "paused", "stopping"})
STOPPED_NOW = "stopped now"
"""What is asked of a run that is to stop without waiting for its measurements."""
GO_FIRST = "first"
"""What is asked of a run that is to come before others."""
BESIDE = "beside"
"""What is asked of a queued run that is to begin at once, beside those that have the workers."""
GOES_ON = "The run goes on when it can."
"""The end of the message of a run that is queued because nothing can measure at the moment."""
_ENDED_STATES = frozenset({"stopped", "interrupted", "failed", "finished"})
_ACTIONS: dict[str, frozenset[str]] = {
    "queued": frozenset({"stop", "stop_now", "extend", "change_workers", "go_first", "run_beside"}),
    "running": frozenset({"pause", "stop", "stop_now", "extend", "change_workers"}),
    "pausing": frozenset({"resume", "stop", "stop_now", "extend", "change_workers"}),
    "paused": frozenset({"resume", "stop", "stop_now", "extend", "change_workers"}),
    "stopping": frozenset({"stop_now"}),
    "stopped": frozenset({"resume", "extend", "delete", "change_workers"}),
    "interrupted": frozenset({"resume", "extend", "delete", "change_workers"}),
    "failed": frozenset({"resume", "extend", "delete", "change_workers"}),
    "finished": frozenset({"extend", "delete", "change_workers"}),
}


@dataclass(frozen=True)
class RunSummary:
    """A snapshot of a run. `evaluations` includes failed ones; times are POSIX.

    `is_run_by_this_process` tells that a thread of this process runs the search. `retriable` counts
    failed evaluations that can be repeated. `imported` marks a run from a results file.
    `objective_labels` are labels of the objectives with the sources of their values. `computed` is
    how many sub-networks a search that measures nothing has computed, of which the log keeps some.
    `best` is the best value of the first objective within the constraints, NaN without one.
    `reference` `(objectives,)` is the reference point of the hypervolume, empty while unknown.
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
    is_run_by_this_process: bool
    message: str
    retriable: int = 0
    fingerprint: str = ""
    imported: bool = False
    objective_labels: tuple[str, ...] = ()
    computed: int | None = None
    best: float = math.nan
    reference: tuple[float, ...] = ()

    @property
    def spent(self) -> int:
        """How much of the budget is spent: evaluations, or sub-networks that were computed."""
        return self.evaluations if self.computed is None else self.computed

    @property
    def unit(self) -> str:
        """What is counted by `spent` and `budget`, in the plural."""
        return "evaluations" if self.computed is None else "sub-networks computed"

    @property
    def is_computed_whole(self) -> bool:
        """Whether the run has computed all that it was to, which may be less than its budget."""
        return self.computed is not None and self.state == "finished"

    @property
    def progress(self) -> float:
        """The share of its work that the run has done, in [0, 1]."""
        return 1.0 if self.is_computed_whole else min(1.0, self.spent / max(1, self.budget))

    def count_text(self, between: str = " / ") -> str:
        """What is spent, and what of, such as `12 / 250`; the former alone if there is no rest."""
        spent = f"{self.spent:,}"
        return spent if self.is_computed_whole else f"{spent}{between}{self.budget:,}"

    @property
    def hypervolume_key(self) -> tuple[object, ...]:
        """Equal for runs whose hypervolumes can be compared; empty while its box is unknown.

        These have one supernet with the same settings, the same objectives and sources of their
        values, and one reference point.
        """
        names = tuple(self.config.dynas.metrics)
        key = (self.fingerprint, names, self.objective_labels, self.reference)
        return key if self.fingerprint and self.reference else ()

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
        """The actions that the run's state allows."""
        actions = _ACTIONS.get(
            self.state, _ACTIONS["interrupted"]
        )  # a newer version may have others
        retry = {"retry"} if self.retriable and self.state in _ENDED_STATES else set()
        nobody_before = {"go_first", "run_beside"} if self.message.endswith(GOES_ON) else set()
        return (actions | {"rename"} | retry) - nobody_before

    def refusal(self, action: str) -> str:
        """Why the run does not allow `action`; empty if it does."""
        if action in self.actions:
            return ""
        if action in ("go_first", "run_beside") and self.state == "queued":
            return f"Run '{self.name}' does not wait for other runs. {self.message}"
        if action != "retry":
            verb = action.removesuffix("_now").replace("_", " ")
            return f"Run '{self.name}' is {self.state}: it cannot {verb} now."
        if not self.retriable:
            return f"Run '{self.name}' has no failed evaluation that could be tried again."
        return (
            f"Run '{self.name}' is {self.state}: stop it before failed evaluations are tried again."
        )
