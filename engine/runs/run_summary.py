"""RunSummary: a run at a glance, and what can be asked of it."""

from dataclasses import dataclass

from engine.config import NASConfig
from engine.metrics import Metric

ACTIVE = frozenset({"queued", "running", "pausing", "paused", "stopping"})
_ENDED = frozenset({"stopped", "interrupted", "failed", "finished"})
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


@dataclass(frozen=True)
class RunSummary:
    """A run at a glance. `evaluations` counts failed ones too; times are POSIX.

    `retriable` are failed ones that nobody has asked to try again. `imported` marks a run that was
    made of a results file. `objective_labels` say how the numbers of the objectives came about.
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

    def refusal(self, action: str) -> str:
        """Why `action` cannot be asked of the run; empty if it can."""
        if action in self.actions:
            return ""
        if action != "retry":
            doing = action.replace("_", " ")
            return f"Run '{self.name}' is {self.state}: it cannot {doing} now."
        if not self.retriable:
            return f"Run '{self.name}' has no failed evaluation that could be tried again."
        return (
            f"Run '{self.name}' is {self.state}: stop it before failed evaluations are tried again."
        )
