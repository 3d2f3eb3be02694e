"""DaskDelivery: gets what the measurements of a run need to the machines of a Dask cluster."""

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from distributed import Client

from engine.cluster import dask_receiving, wheels
from engine.cluster.base import ClusterState, ClusterWorker
from engine.cluster.dask_connection import DaskConnection, call
from engine.cluster.dask_receiving import Survey
from engine.cluster.dask_sending import send
from engine.errors import DynasError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.job_files import JobFile
from engine.quoting import message_text
from engine.regular_file import size_text

_log = logging.getLogger(__name__)

_INTERVAL = 0.5  # seconds between two looks at the workers
_SURVEY_TIMEOUT = 2.0  # seconds to wait for workers, which may also answer later
GIB = 2**30
"""The unit of `send_limit`, in bytes."""


@dataclass
class _Store:
    """Workers that share what they receive, and what they lack of a job."""

    workers: list[ClusterWorker] = field(default_factory=list)
    missing: frozenset[str] = frozenset()

    @property
    def address(self) -> str:
        """That of the worker that receives."""
        return self.workers[0].address


class DaskDelivery:
    """Sends files of a job to the workers that lack them, in a thread of its own. Thread-safe.

    Each store of a machine receives a file once. Workers that come later, or that say that a file
    is gone, are looked at again. `on_change` is called, in that thread, when other workers are
    ready than before or when there is a problem.
    """

    def __init__(
        self, connection: DaskConnection, job: EvaluationJob, largest: int,
        on_change: Callable[[], object],
    ) -> None:  # fmt: skip
        self._connection, self.job, self._largest = connection, job, largest
        self._on_change = on_change
        self._lock = threading.Lock()
        self._surveys: dict[str, Survey] = {}
        self._problems: dict[str, str] = {}
        self._asked: dict[str, Future[dict[str, Any]]] = {}
        self._client: Client | None = None
        self._ready: frozenset[str] = frozenset()
        self._activity = "Looking for the files of the run on the workers."
        self._fatal = ""
        self._wake, self._closed = threading.Event(), threading.Event()
        self.is_needed = bool(job.files or job.packages or job.wheels)

    def start(self) -> None:
        """Begin, if the job needs anything."""
        if self.is_needed:
            threading.Thread(target=self._watch, daemon=True, name="delivery").start()

    @property
    def ready(self) -> frozenset[str]:
        """The addresses of the workers that have everything."""
        if self.is_needed:
            return self._ready
        return frozenset(w.address for w in self._connection.state().workers if not w.problem)

    @property
    def slots(self) -> int:
        """How many sub-networks can be measured at a time."""
        ready, state = self.ready, self._connection.state()
        return sum(w.slots for w in state.workers if w.address in ready and not w.problem)

    @property
    def problem(self) -> str:
        """Why no worker that there is can measure, as a sentence; empty if one can, or may soon."""
        return self._fatal

    @property
    def waiting_reason(self) -> str:
        """What is done before the first measurement, as a sentence; empty if nothing is."""
        if reason := self._connection.state().waiting_reason:
            return reason
        return "" if self._fatal or self.slots else self._activity

    def narrowed(self, state: ClusterState) -> ClusterState:
        """The state as the run sees it: workers that cannot have what it needs have a problem."""
        if not self.is_needed:
            return state
        workers = tuple(
            worker if worker.problem else replace(worker, problem=self._problem_here(worker))
            for worker in state.workers
        )
        return replace(state, workers=workers)

    def forget(self, worker: str) -> None:
        """Look at a worker again, which said that a file is gone."""
        with self._lock:
            self._surveys.pop(worker, None)
            self._ready -= {worker}
        self._wake.set()

    def close(self) -> None:
        """Send nothing more."""
        self._closed.set()
        self._wake.set()

    def _watch(self) -> None:
        while not self._closed.is_set():
            try:
                client = self._connection.client
                if client is not None:
                    self._deliver(client)
            except DynasError as error:
                self._fail(message_text(error))
                return
            except Exception as error:  # noqa: BLE001 - any error of the network; tried again
                _log.info("Files for the run %s: %s", self.job.run_id, error)
            self._wake.wait(_INTERVAL)
            self._wake.clear()

    def _fail(self, problem: str) -> None:
        self._fatal = problem
        self._on_change()

    def _deliver(self, client: Client) -> None:
        """Look at new workers, send what they lack, and tell which ones are ready."""
        if client is not self._client:
            self._client = client
            self._surveys, self._problems, self._asked = {}, {}, {}
        workers = {w.address: w for w in self._connection.state().workers if not w.problem}
        with self._lock:
            self._surveys = {a: s for a, s in self._surveys.items() if a in workers}
        self._survey(client, workers)
        self._publish(workers)
        stores = self._stores(workers)
        if lacking := [store for store in stores.values() if store.missing]:
            self._send(client, lacking)
            self._survey(client, {w.address: w for store in lacking for w in store.workers})
            self._publish(workers)

    def _survey(self, client: Client, workers: Mapping[str, ClusterWorker]) -> None:
        """Ask the workers that were not asked, and those that lacked something."""
        asked = [
            address
            for address, worker in workers.items()
            if (address not in self._surveys or self._surveys[address].missing)
            and not self._problem_of(worker)
        ]
        for address in asked:
            if address not in self._asked:
                ask = partial(
                    client.run, dask_receiving.survey, self.job, workers=[address],
                    on_error="return",
                )  # fmt: skip
                self._asked[address] = call(client, ask)
        wait(self._asked.values(), _SURVEY_TIMEOUT)
        done = [address for address, future in self._asked.items() if future.done()]
        with self._lock:
            for address in done:
                answer = self._asked.pop(address).result().get(address)
                if isinstance(answer, Survey):
                    self._surveys[address] = answer
                elif isinstance(answer, DynasError):
                    self._problems[address] = message_text(answer)

    def _stores(self, workers: Mapping[str, ClusterWorker]) -> dict[str, _Store]:
        stores: dict[str, _Store] = {}
        for address, survey in self._surveys.items():
            if address in workers and not self._problem_of(workers[address]):
                store = stores.setdefault(survey.store, _Store())
                store.workers.append(workers[address])
                store.missing |= survey.missing
        return stores

    def _publish(self, workers: Mapping[str, ClusterWorker]) -> None:
        """Tell which workers are ready, and whether none can ever be."""
        problems = {a: problem for a, w in workers.items() if (problem := self._problem_of(w))}
        ready = frozenset(
            address
            for address, survey in self._surveys.items()
            if address in workers and address not in problems and not survey.missing
        )
        fatal = next(iter(problems.values())) if problems and len(problems) == len(workers) else ""
        if (ready, fatal) != (self._ready, self._fatal):
            self._ready, self._fatal = ready, fatal
            self._on_change()

    def _send(self, client: Client, stores: list[_Store]) -> None:
        lacking = {
            file: [store.address for store in stores if file.digest in store.missing]
            for file in (*self.job.files, *self.job.wheels)
        }
        total = sum(file.size for file, addresses in lacking.items() if addresses)
        machines = "1 machine" if len(stores) == 1 else f"{len(stores)} machines"
        self._activity = f"Sending {size_text(total)} to {machines}."
        for file, addresses in lacking.items():
            if addresses and not self._closed.is_set():
                self._note(send(client, file, addresses, self._closed.is_set))

    def _note(self, problems: Mapping[str, str]) -> None:
        """Remember why workers, and those that share their store, cannot be used."""
        for address, problem in problems.items():
            first = self._surveys.get(address)
            for other, survey in self._surveys.items():
                if first and survey.store == first.store:
                    self._problems[other] = problem

    def _problem_of(self, worker: ClusterWorker) -> str:
        """Why a worker cannot be used, as a sentence; empty if it can, or may soon."""
        problem = self._problem_here(worker)
        return f"On {worker.host}: {problem}" if problem else ""

    def _problem_here(self, worker: ClusterWorker) -> str:
        """As `_problem_of`, where the host is named already."""
        problem = self._problems.get(worker.address, "")
        survey = self._surveys.get(worker.address)
        if survey is not None and not problem:
            problem = self._absence(survey) or self._wrong_package(survey)
        return problem

    def _absence(self, survey: Survey) -> str:
        sizes = {file.path: size_text(file.size) for file in self.job.files}
        limit = f"{round(self._largest / GIB, 3):g} GiB"
        for path in survey.absent:
            return (
                f"there is no {path}, and its {sizes[path]} are more than the {limit} that are "
                "sent. Put it at the same path on each machine, or raise "
                "cluster_options.send_limit."
            )
        return ""

    def _wrong_package(self, survey: Survey) -> str:
        for package, version in zip(self.job.packages, survey.versions, strict=True):
            is_sent = any(wheels.contains(wheel, package) for wheel in self.job.wheels)
            if not is_sent and (problem := package.problem(version)):
                return problem
        return ""


def with_wheels(job: EvaluationJob, paths: list[str], largest: int) -> EvaluationJob:
    """A job with the wheels at `paths`; raises ConfigError for what is none."""
    found: list[JobFile] = [wheels.read(str(Path(p)), job.packages, largest) for p in paths]
    return replace(job, wheels=tuple(found))
