"""The base class of clusters: machines that measure sub-networks, found by an address."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from engine.meters.machine import MachineKind
from engine.options import Options

if TYPE_CHECKING:
    from engine.evaluation.evaluator import Evaluator
    from engine.evaluation.job import EvaluationJob


@dataclass(frozen=True)
class ClusterWorker:
    """A process of a cluster, which measures up to `slots` sub-networks at a time.

    `address` identifies it, `name` is what its owner calls it. `cores` are those of its `host`, and
    `threads` those that a measurement computes with. `versions` maps the name of a package to its
    version, `resources` the name of a resource to how much of it the worker was started with.
    `problem` is a sentence on why it is not used, `remark` on what is unusual about it;
    both are empty for most workers.

    >>> ClusterWorker("tcp://10.0.0.5:4001", name="first", host="node-1", slots=2).threads
    1
    """

    address: str
    name: str
    host: str
    slots: int
    cores: int = 0
    threads: int = 1
    processor: str = ""
    gpus: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    resources: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""
    remark: str = ""


@dataclass(frozen=True)
class ClusterState:
    """What is known of a cluster now.

    `dashboard` is the address of its own dashboard, empty without one. `waiting_reason` is a
    sentence on why it can measure nothing at the moment, empty if it can. `machine` is the kind of
    machine that a run measures on, None if that is unknown or does not matter.

    >>> worker = ClusterWorker("tcp://10.0.0.5:4001", name="first", host="node-1", slots=2)
    >>> ClusterState((worker,)).slots
    2
    """

    workers: tuple[ClusterWorker, ...] = ()
    dashboard: str = ""
    waiting_reason: str = ""
    machine: MachineKind | None = None

    @cached_property
    def slots(self) -> int:
        """How many sub-networks can be measured at a time."""
        return sum(worker.slots for worker in self.workers if not worker.problem)


def idle_sentence(workers: Sequence[ClusterWorker]) -> str:
    """Why a cluster whose scheduler answers can measure nothing."""
    if not workers:
        return "The cluster has no workers at the moment."
    worker = workers[0]
    return f"No worker of the cluster can be used. {worker.host}: {worker.problem}"


class Cluster(ABC):
    """A cluster at an `address`; packages add kinds by an entry point.

    An entry of the group `dynas_studio.clusters` is a subclass, under any name. An address belongs
    to the class with its scheme: `tcp://scheduler:8786` to the one with `tcp` among its `schemes`.
    `options` is an instance of its `Options`. Making one does not wait for the cluster; `connect`
    does. `check_cluster` says whether a search can rely on it.

    >>> class QueueOptions(Options):
    ...     queue: str = option("short", "Queue", "Where measurements wait.")
    >>> class QueueCluster(Cluster):
    ...     title, schemes, Options = "Batch queue", ("queue",), QueueOptions
    """

    schemes: ClassVar[tuple[str, ...]]
    title: ClassVar[str]
    Options: ClassVar[type[Options]] = Options

    def __init__(self, address: str, options: Any) -> None:
        self.address, self.options = address, options

    @property
    def largest_file(self) -> int:
        """The bytes of the largest file or folder that it sends to workers; by default none."""
        return 0

    @abstractmethod
    def connect(self, timeout: float) -> ClusterState:
        """The state once it answers; raises ConfigError with the reason after `timeout` seconds."""

    @abstractmethod
    def state(self) -> ClusterState:
        """What is known now, without waiting."""

    def state_for(self, job: "EvaluationJob", timeout: float) -> ClusterState:
        """As `connect`, but as a run with this job sees it: what it cannot use has a problem.

        By default every worker measures every metric.
        """
        return self.connect(timeout)

    @abstractmethod
    def evaluator(
        self, job: "EvaluationJob", limit: Callable[[], int], priority: Callable[[], int]
    ) -> "Evaluator":
        """An evaluator for the measurements of a run; several may exist at a time.

        `limit` tells how many measurements it may make at a time. Those of a larger `priority`
        come before those of other runs and programs. Both may change meanwhile.
        """

    @abstractmethod
    def close(self) -> None:
        """Disconnect; measurements of evaluators that are not closed fail."""
