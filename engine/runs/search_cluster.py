"""The cluster of a search before the search begins: whether it answers, and how fast it is."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from engine.cluster import registry as clusters
from engine.config import NASConfig
from engine.errors import EvaluationError
from engine.evaluation.evaluator import Evaluator
from engine.runs.cluster_job import job_of

_ANSWER_TIMEOUT = 15.0  # seconds


def require_answer(config: NASConfig) -> None:
    """Raise ConfigError if the cluster of a search does not answer."""
    if address := config.dynas.cluster:
        clusters.cluster(address, config.dynas.cluster_options).connect(_ANSWER_TIMEOUT)


@contextmanager
def single_evaluator(config: NASConfig, fingerprint: str) -> Iterator[tuple[Evaluator, int]]:
    """An evaluator that makes one measurement at a time, and how many the search would make.

    Raises ConfigError if the cluster does not answer, EvaluationError if it has no workers.
    """
    dynas = config.dynas
    assert dynas.cluster is not None
    cluster = clusters.cluster(dynas.cluster, dynas.cluster_options)
    state = cluster.connect(_ANSWER_TIMEOUT)
    if not state.slots:
        raise EvaluationError(state.waiting_reason)
    name = f"estimate-{uuid.uuid4().hex[:8]}"
    job = job_of(name, config, fingerprint, largest_file=cluster.largest_file)
    evaluator = cluster.evaluator(job, lambda: 1, lambda: 0)
    try:
        yield evaluator, min(state.slots, dynas.worker_limit or state.slots)
    finally:
        evaluator.close()
