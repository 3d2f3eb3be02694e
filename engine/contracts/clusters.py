"""The rules for clusters, and their application to the cluster at an address."""

import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from engine.cluster.base import Cluster
from engine.cluster_kinds import kind_of
from engine.contracts import evaluators, probe
from engine.contracts.evaluators import CheckedEvaluator
from engine.contracts.rules import Finding, apply, rule
from engine.errors import EvaluationError, UnusableDataError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.job import EvaluationJob
from engine.evaluation.measurement import Measurement
from engine.options import fields, read_options
from engine.quoting import error_text

_WITHOUT_WAITING = 1.0  # seconds that `state` may take


@dataclass(frozen=True)
class CheckedCluster:
    """A cluster that rules are tried on; it has to answer, and to have a worker."""

    cluster: Cluster
    job: EvaluationJob = field(default_factory=probe.probe_job)
    timeout: float = 200.0

    def evaluators(self, job: EvaluationJob | None = None) -> CheckedEvaluator:
        """Its evaluators for the measurements of `job`, each as of a run of its own."""
        of_job = job or self.job

        def make(workers: int) -> Evaluator:
            of_run = replace(of_job, run_id=f"check-{uuid.uuid4().hex[:8]}")
            return self.cluster.evaluator(of_run, lambda: workers, lambda: 0)

        return CheckedEvaluator(make, probe.request, self.timeout)


@rule("cluster", "it says which workers it has, and state does not wait for them")
def _workers_are_told(subject: CheckedCluster) -> Iterator[str]:
    connected = subject.cluster.connect(subject.timeout)
    if not connected.slots:
        yield (
            "No worker of it can measure: "
            f"{connected.waiting_reason or 'and waiting_reason does not say why.'}"
        )
    start = time.monotonic()
    state = subject.cluster.state()
    if time.monotonic() - start > _WITHOUT_WAITING:
        yield f"state took more than {_WITHOUT_WAITING:g} s. It has to return what is known."
    if len({worker.address for worker in state.workers}) < len(state.workers):
        yield "Several workers have the same address."
    for worker in state.workers:
        if not (worker.address and worker.name and worker.host):
            yield f"{worker} has no address, no name or no host."


@rule("cluster", "every option has a label, an explanation and a default that it admits")
def _options_are_explained(subject: CheckedCluster) -> Iterator[str]:
    model = type(subject.cluster).Options
    for option in fields(model):
        if not option.label or not option.help:
            yield f"The option '{option.name}' has no label or no help. Declare it with option()."
    read_options(model, {option.name: option.default for option in fields(model)}, "the cluster")


@rule("cluster", "a run has as many measurements at a time as its limit says now")
def _limits_change(subject: CheckedCluster) -> Iterator[str]:
    limit = 1
    evaluator = subject.cluster.evaluator(subject.job, lambda: limit, lambda: 0)
    try:
        if evaluator.workers != 1:
            yield f"evaluator.workers is {evaluator.workers}, and the limit 1."
        limit = slots = subject.cluster.state().slots
        if evaluator.workers != slots:
            yield f"evaluator.workers stays {evaluator.workers} when the limit becomes {slots}."
        limit = 0
        if evaluator.workers:
            yield f"evaluator.workers is {evaluator.workers}, and the limit 0."
    finally:
        evaluator.close()


@rule("cluster", "runs have evaluators of their own")
def _evaluators_are_apart(subject: CheckedCluster) -> Iterator[str]:
    with subject.evaluators().evaluator() as evaluator:
        other = subject.evaluators(probe.probe_job())
        with other.evaluator() as second:
            yield from other.unmeasured(second)
        yield from subject.evaluators().unmeasured(evaluator)


@rule("cluster", "a measurement that ends its process costs no other one")
def _processes_may_end(subject: CheckedCluster) -> Iterator[str]:
    checked = subject.evaluators()
    with checked.evaluator() as evaluator:
        outcome = checked.outcome(evaluator.submit(*probe.deadly_request()))
        if outcome is None:
            yield "A measurement whose process has ended does not end."
        elif not isinstance(outcome, EvaluationError):
            yield f"A measurement whose process has ended gives {outcome!r}, no EvaluationError."
        yield from checked.unmeasured(evaluator, 1)


@rule("cluster", "a worker refuses to measure with other weights or data than those of the run")
def _other_data_is_refused(subject: CheckedCluster) -> Iterator[str]:
    checked = subject.evaluators(replace(probe.probe_job(), fingerprint="of other weights"))
    with checked.evaluator() as evaluator:
        outcome = checked.outcome(checked.submit(evaluator, "fine"))
        if isinstance(outcome, Measurement):
            yield "It measures although the fingerprint of the job is another one. Call check_job."
        elif not isinstance(outcome, UnusableDataError):
            described = "does not end" if outcome is None else f"fails: {error_text(outcome)}"
            yield f"A measurement with other data {described}. Raise UnusableDataError."


RULES = (
    _workers_are_told,
    _options_are_explained,
    _limits_change,
    _evaluators_are_apart,
    _processes_may_end,
    _other_data_is_refused,
)


def check_cluster(address: str, options: Mapping[str, Any] | None = None) -> list[Finding]:
    """All violations of the cluster at an address and of its evaluators; empty if there are none.

    Of one that does not answer, or has no worker, only that is told.
    Measures some sub-networks that take no time, fail, hang or end their process. Raises
    ConfigError for an address or options that cannot be right.

    A test of a package says `assert check_cluster("queue://short") == []`, once it is installed:

    >>> check_cluster("queue://short")
    Traceback (most recent call last):
    engine.errors.ConfigError: cluster: nothing here connects to 'queue://short'. An address ...
    """
    kind = kind_of(address)
    read = read_options(kind.options, options or {}, "cluster_options")
    cluster: Cluster = kind.load()(address, read)
    try:
        subject = CheckedCluster(cluster)
        if absent := apply(_workers_are_told, subject).findings:
            return list(absent)
        checked = subject.evaluators()
        return [
            *(f for one in RULES[1:] for f in apply(one, subject).findings),
            *(f for one in evaluators.RULES for f in apply(one, checked).findings),
        ]
    finally:
        cluster.close()


def check_evaluator(
    make: Callable[[EvaluationJob, int], Evaluator], timeout: float = 200.0
) -> list[Finding]:
    """All violations of evaluators; `make(job, workers)` makes one for the measurements of a job.

    A measurement is awaited for `timeout` seconds.

    >>> def make(job: EvaluationJob, workers: int) -> Evaluator:
    ...     raise EvaluationError("No machine is free.")
    >>> print(check_evaluator(make)[0])
    evaluator: No machine is free.
    """
    job = probe.probe_job()
    checked = CheckedEvaluator(lambda workers: make(job, workers), probe.request, timeout)
    return [finding for one in evaluators.RULES for finding in apply(one, checked).findings]
