"""`python -m engine check-cluster`: which workers a cluster has, and what they measure with."""

from typing import TYPE_CHECKING, Annotated

import typer

from engine.command_options import DataDir
from engine.errors import ConfigError, DynasError
from engine.standard_output import reserve_stdout

if TYPE_CHECKING:
    from engine.cluster.base import ClusterState, ClusterWorker

app = typer.Typer()


@app.command("check-cluster")
def check_cluster(
    address: Annotated[str, typer.Argument(help="Such as tcp://scheduler:8786.")],
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="NAME=VALUE",
            help="A setting as of a search, such as device=cuda or metrics=[acc,lat], or an option "
            "of the cluster; can be given several times.",
        ),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Try a cluster: print its workers, their versions and what keeps a search from using them.

    Exit status 1 if it does not answer, has no workers, or has some that a search does not use.
    """
    from engine.cluster import registry
    from engine.config import NASConfig
    from engine.overrides import with_assignments
    from engine.runs.cluster_job import cluster_state

    with reserve_stdout():
        config = with_assignments(NASConfig(), [*(settings or []), f"dynas.cluster={address}"])
        state = cluster_state(config)
        registry.close_all()
    if state is None:
        raise ConfigError("Give the address of a cluster, such as tcp://scheduler:8786.")
    for line in cluster_lines(state):
        typer.echo(line)
    unused = sum(bool(worker.problem) for worker in state.workers)
    if unused:
        verb = "worker is" if unused == 1 else "workers are"
        raise DynasError(f"{unused} {verb} not used.")
    if not state.slots:
        raise DynasError("A search would wait for workers.")


def cluster_lines(state: "ClusterState") -> list[str]:
    """A line for each worker and its remark, or why there is none; then slots and dashboard."""
    lines = [line for worker in state.workers for line in _worker_lines(worker)]
    if state.machine is not None and state.machine.description:
        lines.append(f"{'kind':<7}{state.machine.description}")
    if not state.workers and state.waiting_reason:
        lines.append(f"{'wrong':<7}{state.waiting_reason}")
    measuring = sum(not worker.problem for worker in state.workers)
    measurements = "1 measurement" if state.slots == 1 else f"{state.slots} measurements"
    workers = "1 worker" if len(state.workers) == 1 else f"{len(state.workers)} workers"
    lines.append(f"{'total':<7}{measurements} at a time on {measuring} of {workers}")
    return [*lines, *([f"{'page':<7}{state.dashboard}"] if state.dashboard else [])]


def _worker_lines(worker: "ClusterWorker") -> list[str]:
    title = worker.host if worker.name == worker.address else f"{worker.host} ({worker.name})"
    if worker.problem:
        return [f"{'wrong':<7}{title}: {worker.problem}"]
    threads = f"{worker.threads} thread{'s' if worker.threads != 1 else ''} each"
    parts = [f"{worker.slots} at a time", threads, worker.processor, *worker.gpus]
    remark = [f"{'':<7}{worker.remark}"] if worker.remark else []
    return [f"{'ok':<7}{title}: {', '.join(parts)}", *remark]
