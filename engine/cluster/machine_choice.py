"""MachineChoice: which workers of a Dask cluster a run measures on, by their kind of machine."""

import hashlib
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from typing import Any

from distributed import Client

from engine.cluster import dask_worker
from engine.cluster.base import ClusterState, ClusterWorker, idle_sentence
from engine.cluster.dask_connection import answer_of, call
from engine.cluster.localised_job import MissingFilesError
from engine.errors import DynasError
from engine.evaluation.job import EvaluationJob
from engine.meters.machine import MachineKind, metrics_of_machine
from engine.quoting import error_text, message_text

_PATIENCE = 60.0  # seconds after which a kind is chosen though some workers have not answered
_TIMEOUT = 2.0  # seconds to wait for workers, which may also answer later
_PASSING = (OSError, MissingFilesError)  # of the connection, and until files are sent again
_ASKED = "It has not told yet what it measures with."


class MachineChoice:
    """The workers that a run may use: those of one kind of machine.

    One thread looks; any may read.

    A run whose values depend on the machine, or on what is installed there, asks each worker what
    decides them. It uses the kind that it began with, or else the one with the most slots among the
    workers that are there at its start. Such a run takes a resource that workers of this kind have,
    named in `resources`. A run in fp32 on processors without such metrics uses every worker.
    """

    def __init__(self, job: EvaluationJob, base_resource: str) -> None:
        self._job, self._base_resource = job, base_resource
        settings = job.settings
        self.is_needed = (settings.device, settings.precision) != ("cpu", "fp32") or bool(
            metrics_of_machine(job.metrics, settings)
        )
        self.kind = job.machine
        self._client: Client | None = None
        self._answers: dict[str, MachineKind | str] = {}
        self._requests: dict[str, Future[Any]] = {}
        self._gifts: dict[str, Future[Any]] = {}
        self._began = time.monotonic()
        self._gives_resources = False

    @property
    def resources(self) -> dict[str, float]:
        """The resource of Dask that a measurement takes besides that of every run."""
        return {self._resource(self.kind): 1.0} if self.is_needed and self.kind else {}

    def look(self, client: Client, workers: Sequence[ClusterWorker]) -> None:
        """Ask new workers, and give those of the chosen kind the resource; takes two seconds."""
        if not self.is_needed:
            return
        self._gives_resources = True
        self.ask(client, workers)
        gifts = dict(self._gifts)
        for worker in workers:
            given = gifts.get(worker.address)
            has_failed = given is not None and given.done() and given.exception()
            if self.kind and self._fits(worker) and (given is None or has_failed):
                give = partial(
                    client.run, dask_worker.give_resource, self._resource(self.kind),
                    worker.slots, workers=[worker.address],
                )  # fmt: skip
                gifts[worker.address] = call(client, give)
        wait(gifts.values(), _TIMEOUT)
        self._gifts = gifts

    def ask(self, client: Client, workers: Sequence[ClusterWorker]) -> bool:
        """Ask new workers what decides their values, and choose a kind if there is none yet.

        Returns after two seconds at most, whether all have answered.
        """
        if not self.is_needed:
            return True
        if client is not self._client:
            self._client, self._answers, self._requests, self._gifts = client, {}, {}, {}
        usable = [worker for worker in workers if not worker.problem]
        addresses = {worker.address for worker in usable}
        self._requests = {a: request for a, request in self._requests.items() if a in addresses}
        for address in addresses - self._requests.keys():
            ask = partial(
                client.run, dask_worker.kind_of_machine, self._job,
                workers=[address], on_error="return",
            )  # fmt: skip
            self._requests[address] = call(client, ask)
        wait(self._requests.values(), _TIMEOUT)
        answers = {a: answer_of(r) for a, r in self._requests.items() if r.done()}
        for address in [a for a, answer in answers.items() if isinstance(answer, _PASSING)]:
            del self._requests[address], answers[address]
        self._gifts = {a: gift for a, gift in self._gifts.items() if a in answers}
        self._answers = {address: _read(answer) for address, answer in answers.items()}
        all_answered = len(answers) == len(usable)
        is_late = time.monotonic() - self._began > _PATIENCE
        if self.kind is None and (all_answered or is_late):
            self.kind = _largest_kind(self._answers, usable)
        return all_answered

    def narrowed(self, state: ClusterState) -> ClusterState:
        """The state as the run sees it: workers that it does not use have a problem."""
        if not self.is_needed or not state.workers:
            return state
        workers = tuple(self._judged(worker) for worker in state.workers)
        reason = state.waiting_reason
        if not reason and all(worker.problem for worker in workers):
            reason = idle_sentence(workers)
            if any(worker.problem == _ASKED for worker in workers):
                reason = "The workers of the cluster are asked what they measure with."
        return replace(state, workers=workers, waiting_reason=reason, machine=self.kind)

    def _judged(self, worker: ClusterWorker) -> ClusterWorker:
        if worker.problem:
            return worker
        answer = self._answers.get(worker.address, _ASKED)
        if isinstance(answer, str):
            return replace(worker, problem=answer)
        difference = self.kind.difference(answer) if self.kind else _ASKED
        if not difference and self._gives_resources and not self._has_resource(worker):
            difference = _ASKED  # Dask does not look again for a worker that gets a resource
        return replace(worker, problem=difference)

    def _fits(self, worker: ClusterWorker) -> bool:
        answer = self._answers.get(worker.address)
        is_known = isinstance(answer, MachineKind) and self.kind is not None
        return is_known and not self.kind.difference(answer)  # type: ignore[arg-type, union-attr]

    def _has_resource(self, worker: ClusterWorker) -> bool:
        gift = self._gifts.get(worker.address)
        return gift is not None and gift.done() and gift.exception() is None

    def _resource(self, kind: MachineKind) -> str:
        return f"{self._base_resource}-{hashlib.sha256(kind.key.encode()).hexdigest()[:12]}"


def _largest_kind(
    answers: Mapping[str, MachineKind | str], workers: Sequence[ClusterWorker]
) -> MachineKind | None:
    """The kind of the workers that together have the most slots; None if there is none."""
    slots: Counter[str] = Counter()
    kinds: dict[str, MachineKind] = {}
    for worker in workers:
        kind = answers.get(worker.address)
        if isinstance(kind, MachineKind):
            slots[kind.key] += worker.slots
            kinds.setdefault(kind.key, kind)
    return kinds[slots.most_common(1)[0][0]] if slots else None


def _read(answer: Any) -> MachineKind | str:
    if isinstance(answer, MachineKind | str):
        return answer
    if isinstance(answer, DynasError):
        return message_text(answer)
    return f"{error_text(answer)}."
