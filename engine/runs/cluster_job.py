"""What a search measures on a cluster, and what keeps workers of that from it."""

from engine.cluster import registry as clusters
from engine.cluster.base import ClusterState
from engine.cluster.worker_notes import unused_sentences
from engine.config import NASConfig
from engine.evaluation.job import EvaluationJob
from engine.evaluation.job_files import list_files
from engine.evaluation.job_packages import needed_packages
from engine.meters.computed_metrics import measured_metrics
from engine.meters.machine import MachineKind
from engine.supernets import registry

_ANSWER_TIMEOUT = 60.0  # seconds in which workers load torch and tell what they measure with


def job_of(
    run_id: str, config: NASConfig, fingerprint: str, machine: MachineKind | None = None,
    largest_file: int = 0,
) -> EvaluationJob:  # fmt: skip
    """The measurements of a run, which began on a kind of `machine`.

    The job lists the files that workers need if the cluster sends any: up to `largest_file` bytes.
    """
    name, settings = config.dynas.supernet, config.settings
    return EvaluationJob(
        run_id, name, settings, fingerprint,
        files=list_files(name, settings, largest_file) if largest_file else (),
        packages=needed_packages(name, config.all_metrics),
        metrics=tuple(measured_metrics(config.all_metrics, registry.load(name), settings)),
        machine=machine,
    )  # fmt: skip


def cluster_state(config: NASConfig) -> ClusterState | None:
    """The cluster as a search with `config` sees it once each worker has answered; None without.

    Raises ConfigError if it does not answer.
    """
    dynas = config.dynas
    if not dynas.cluster:
        return None
    cluster = clusters.cluster(dynas.cluster, dynas.cluster_options)
    return cluster.state_for(job_of("", config, ""), _ANSWER_TIMEOUT)


def cluster_warnings(config: NASConfig) -> list[str]:
    """Sentences on workers that a search with `config` does not use; raises as `cluster_state`."""
    state = cluster_state(config)
    if state is None:
        return []
    problems = ((worker.host, worker.problem) for worker in state.workers)
    sentences = [f"Cluster: {sentence}" for sentence in unused_sentences(problems)]
    if not state.slots:
        sentences.append("The run waits until the cluster has workers that can be used.")
    return sentences
