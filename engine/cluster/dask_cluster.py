"""DaskCluster: a cluster of dask.distributed, found by the address of its scheduler."""

from typing import Any

from engine.cluster.base import Cluster, ClusterState
from engine.errors import ConfigError, EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.job import EvaluationJob
from engine.options import Options, option

_MISSING = (
    "cluster: dask.distributed is not installed here. Install it with "
    "pip install 'dynas-studio[cluster]'."
)


class DaskOptions(Options):
    """How the workers of a Dask cluster are used."""

    resources: dict[str, float] = option(
        {}, "Resources", "Resources of Dask that a measurement takes, such as a GPU.",
        form=False,
    )  # fmt: skip
    priority: int = option(
        0, "Priority", "Measurements of a larger priority come first.", ge=-1000, le=1000
    )
    threads: int | None = option(
        None, "Threads", "Threads of a measurement; by default an equal share of the cores.",
        ge=1, le=1024,
    )  # fmt: skip
    tls_ca_file: str | None = option(
        None, "Certificate authority", "The file of a TLS certificate authority.", path=True
    )
    tls_client_cert: str | None = option(
        None, "Client certificate", "The file of the TLS certificate of this client.", path=True
    )
    tls_client_key: str | None = option(
        None, "Client key", "The file of the TLS key of this client.", path=True
    )


class DaskCluster(Cluster):
    """The workers that the scheduler at an address has.

    `client` of distributed is imported when it is needed: a dashboard without a cluster does
    without it.
    """

    schemes = ("tcp", "tls", "ws", "wss", "ucx", "inproc")
    title = "Dask"
    Options = DaskOptions

    def __init__(self, address: str, options: Any) -> None:
        super().__init__(address, options)
        try:
            from engine.cluster.dask_connection import DaskConnection
        except ImportError:
            raise ConfigError(_MISSING) from None
        self._connection = DaskConnection(address, self._security(), options.threads)

    def _security(self) -> Any:
        from distributed.security import Security

        options = self.options
        if not (options.tls_ca_file or options.tls_client_cert):
            return None
        return Security(
            tls_ca_file=options.tls_ca_file,
            tls_client_cert=options.tls_client_cert,
            tls_client_key=options.tls_client_key,
            require_encryption=True,
        )

    def connect(self, timeout: float) -> ClusterState:
        """The state once the scheduler answers; raises EvaluationError after `timeout` s."""
        self._connection.wait(timeout)
        state = self.state()
        if state.waiting_reason and not state.workers:
            raise EvaluationError(state.waiting_reason)
        return state

    def state(self) -> ClusterState:
        """The workers now, and why there are none."""
        return self._connection.state()

    def evaluator(self, job: EvaluationJob) -> Evaluator:
        """An evaluator whose measurements take the resources and the priority of the options."""
        from engine.cluster.dask_evaluator import DaskEvaluator

        return DaskEvaluator(
            self._connection, job, dict(self.options.resources), self.options.priority
        )

    def close(self) -> None:
        """Disconnect from the scheduler."""
        self._connection.close()
