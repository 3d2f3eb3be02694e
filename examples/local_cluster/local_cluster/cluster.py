"""The cluster for DyNAS Studio: its address, its options and its worker."""

import os
import platform
from collections.abc import Callable

from dynas_studio import (
    Cluster,
    ClusterState,
    ClusterWorker,
    ConfigError,
    EvaluationJob,
    Evaluator,
    Options,
    ProcessEvaluator,
    option,
)


class LocalOptions(Options):
    """How the processes of this machine are used."""

    threads: int | None = option(
        None, "Threads", "Threads of a measurement; by default an equal share of the cores.",
        hint="Equal share", ge=1, le=1024,
    )  # fmt: skip


class LocalCluster(Cluster):
    """The machine of the search as a cluster: `local://4` measures four sub-networks at a time."""

    title = "Processes"
    schemes = ("local",)
    Options = LocalOptions

    def connect(self, timeout: float) -> ClusterState:
        """The state; raises ConfigError for an address without a number."""
        count = self.address.partition("://")[2]
        if not (count.isdecimal() and 0 < int(count) <= 1000):
            raise ConfigError(
                f"cluster: '{self.address}' names no number of processes. Write local://4."
            )
        return self.state()

    def state(self) -> ClusterState:
        """One worker, which measures as many sub-networks at a time as the address says."""
        slots, cores = int(self.address.partition("://")[2]), os.cpu_count() or 1
        threads = self.options.threads or max(cores // slots, 1)
        host = platform.node()
        return ClusterState((ClusterWorker(self.address, host, host, slots, cores, threads),))

    def evaluator(
        self, job: EvaluationJob, limit: Callable[[], int], priority: Callable[[], int]
    ) -> Evaluator:
        """Processes that measure for one run, as many as `limit` says, each when it is needed.

        Nothing waits here for another run, so that `priority` has no effect.
        """
        (worker,) = self.state().workers
        return ProcessEvaluator(
            job.supernet, lambda: min(worker.slots, limit()), threads=worker.threads, job=job
        )

    def close(self) -> None:
        """Nothing is connected: the evaluators end their processes."""
