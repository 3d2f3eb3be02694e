"""WorkersNow: what the workers of a run are doing at this moment."""

from dataclasses import dataclass

from engine.cluster.base import ClusterState
from engine.runs.running_evaluations import RunningEvaluations


@dataclass(frozen=True)
class RunningMeasurement:
    """A sub-network of `cycle` that `worker` measures since `began`, a POSIX time.

    `worker` is empty and `began` None while it waits for one. `lost_workers` had begun it before
    and ended.
    """

    genotype: tuple[int, ...]
    cycle: int
    worker: str
    began: float | None
    lost_workers: tuple[str, ...] = ()

    @classmethod
    def all_of(cls, running: RunningEvaluations | None) -> "tuple[RunningMeasurement, ...]":
        """Those of a search which runs in this process, in the order of submission."""
        return tuple(
            cls(tuple(map(int, one.proposal.genotype)), one.proposal.cycle, *one.placement)
            for one in (running.under_way() if running else ())
        )


@dataclass(frozen=True)
class WorkersNow:
    """The `measurements` that are not done, and how many may run at a time.

    `cluster` is what is known of the cluster, None for a run on this machine.
    """

    measurements: tuple[RunningMeasurement, ...] = ()
    count: int = 0
    cluster: ClusterState | None = None
