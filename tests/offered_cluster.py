"""A cluster of an installed package that measures nothing: it answers as its address says."""

from engine.cluster.base import Cluster, ClusterState, ClusterWorker
from engine.errors import ConfigError
from engine.options import Options, option
from tests.engine.runs.fakes import InstantEvaluator

PROBLEM = "It has torch 2.5.0, and this machine 2.14.1. Install torch==2.14.1."
REMARK = "It has python 3.12.1 (here 3.11.7)."


class PretendOptions(Options):
    """One option of each of some kinds."""

    resources: dict[str, float] = option({}, "Resources", "What a measurement takes.")
    queue: str | None = option(None, "Queue", "Where it waits.")
    key_file: str | None = option(None, "Key", "The file of a key.", path=True)


class PretendCluster(Cluster):
    """`pretend://absent` does not answer; all others have four slots, and a worker of no use."""

    title, schemes, Options = "Pretended", ("pretend",), PretendOptions
    connected: list[str] = []  # noqa: RUF012 - of the class: what tests look at

    def connect(self, timeout):
        self.connected.append(self.address)
        if self.address == "pretend://absent":
            raise ConfigError("cluster: The pretended cluster does not answer.")
        return self.state()

    def state(self):
        return ClusterState(
            (
                ClusterWorker("a", "first", "node-1", 2, 8, 4, "A processor", ("A GPU",) * 2),
                ClusterWorker("b", "second", "node-2", 2, 8, 4, "A processor", remark=REMARK),
                ClusterWorker("c", "third", "node-2", 8, 8, 1, "A processor", problem=PROBLEM),
            ),
            dashboard="http://node-1:8787/status",
        )

    def evaluator(self, job, limit, priority):
        return InstantEvaluator(job.supernet, 4, fail_every=2)

    def close(self):
        """Nothing is held."""
