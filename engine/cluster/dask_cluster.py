"""DaskCluster: a cluster of dask.distributed, found by the address of its scheduler."""

import time
from collections.abc import Callable
from typing import Any

from engine.cluster.base import Cluster, ClusterState
from engine.cluster.dask_address import check_port, security
from engine.cluster.dask_connection import DaskConnection
from engine.cluster.dask_delivery import GIB, with_wheels
from engine.cluster.dask_evaluator import DaskEvaluator
from engine.cluster.machine_choice import MachineChoice
from engine.cluster.worker_resources import with_resources
from engine.cluster_kinds import DASK
from engine.errors import ConfigError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.job import EvaluationJob


class DaskCluster(Cluster):
    """The workers that the scheduler at an address has."""

    schemes, title, Options = DASK.schemes, DASK.title, DASK.options

    def __init__(self, address: str, options: Any) -> None:
        super().__init__(address, options)
        check_port(address)
        self._connection = DaskConnection(address, security(address, options), options.threads)

    @property
    def largest_file(self) -> int:
        """The bytes of the largest file or folder that it sends, as of the options."""
        return int(self.options.send_limit * GIB)

    def connect(self, timeout: float) -> ClusterState:
        """The state once the scheduler answers; raises ConfigError after `timeout` seconds.

        A cluster without workers is no error: they may come later.
        """
        self._connection.wait(timeout)
        if not self._connection.client:
            raise ConfigError(
                f"cluster: {self.state().waiting_reason} Start it with `dask scheduler`, or "
                "correct the address."
            )
        return self.state()

    def state(self) -> ClusterState:
        """The workers now, with the slots that resources of the options leave, and why none."""
        return with_resources(self._connection.state(), self.options.resources)

    def state_for(self, job: EvaluationJob, timeout: float) -> ClusterState:
        """As `connect`, after each worker was asked whether it can measure for the run."""
        end = time.monotonic() + timeout
        state = self.connect(timeout)
        with_wheels(job, self.options.wheels, self.largest_file)  # raises for what is none
        choice = MachineChoice(job, self._connection.resource)
        while (client := self._connection.client) and not choice.ask(client, state.workers):
            if time.monotonic() > end:
                break
        return choice.narrowed(state)

    def evaluator(
        self, job: EvaluationJob, limit: Callable[[], int], priority: Callable[[], int]
    ) -> Evaluator:
        """An evaluator whose measurements take the resources of the options."""
        options, largest = self.options, self.largest_file
        return DaskEvaluator(
            self._connection, with_wheels(job, options.wheels, largest), limit,
            dict(options.resources), priority, largest,
        )  # fmt: skip

    def close(self) -> None:
        """Disconnect from the scheduler."""
        self._connection.close()
