"""The connection to the scheduler of a Dask cluster, which is made again when it breaks."""

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Any

from distributed import Client
from distributed.security import Security

from engine.cluster import dask_worker, versions
from engine.cluster.base import ClusterState, ClusterWorker
from engine.quoting import error_text

_log = logging.getLogger(__name__)

_INTERVAL = 1.0  # seconds between two looks at the workers
_CONNECT_TIMEOUT = 5.0  # seconds for one attempt to reach the scheduler
_CLOSE_TIMEOUT = 2.0  # seconds
_NOT_INSTALLED = "DyNAS Studio cannot be imported there ({error}). Install dynas-studio=={version}."

OnConnected = Callable[[Client], None]
"""Called with each new client, in the thread that watches the connection."""


class DaskConnection:
    """Connects to the scheduler at `address` and keeps the list of its workers. Thread-safe.

    Workers with fitting versions get a resource named `resource`, one for each of their threads;
    the others are listed with what is wrong.
    """

    def __init__(self, address: str, security: Security | None, threads: int | None) -> None:
        self.address, self._security, self._threads = address, security, threads
        self._versions = versions.installed()
        self.resource = f"dynas-{_digest(self._versions)}"
        self._lock = threading.Lock()
        self._client: Client | None = None
        self._workers: dict[str, ClusterWorker] = {}
        self._prepared: dict[str, int] = {}
        self._listeners: list[OnConnected] = []
        self._broken_since: datetime | None = None
        self._reason = ""
        self._looked = threading.Event()
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True, name="cluster").start()

    @property
    def client(self) -> Client | None:
        """The client while the scheduler answers, else None."""
        client = self._client
        return client if client is not None and client.status == "running" else None

    def wait(self, timeout: float) -> bool:
        """Wait until the workers were looked at once, or the attempt failed."""
        return self._looked.wait(timeout)

    def state(self) -> ClusterState:
        """The workers now, and why there are none."""
        with self._lock:
            workers = tuple(self._workers.values())
        if (client := self.client) is None:
            return ClusterState((), "", self._disconnected_sentence())
        state = ClusterState(workers, client.dashboard_link)
        return (
            state
            if state.slots
            else ClusterState(workers, state.dashboard, _idle_sentence(workers))
        )

    def on_connected(self, listener: OnConnected) -> None:
        """Call `listener` with the client now, if there is one, and with each later one."""
        with self._lock:
            self._listeners.append(listener)
            client = self.client
        if client is not None:
            listener(client)

    def forget(self, listener: OnConnected) -> None:
        """Call it no more."""
        with self._lock:
            self._listeners.remove(listener)

    def close(self) -> None:
        """Disconnect at once."""
        self._closed.set()
        _close(self._client)

    def _disconnected_sentence(self) -> str:
        since = f" since {self._broken_since:%H:%M:%S}" if self._broken_since else ""
        why = f": {self._reason}" if self._reason else ""
        return f"The scheduler at {self.address} has not answered{since}{why}."

    def _watch(self) -> None:
        while not self._closed.is_set():
            try:
                client = self.client or self._connect()
                self._look_at_workers(client)
                self._reason = ""
            except Exception as error:  # noqa: BLE001 - any error of the network; tried again
                self._reason = str(error) if isinstance(error, OSError) else error_text(error)
                _log.info("The cluster at %s: %s", self.address, error)
            finally:
                self._looked.set()
            self._closed.wait(_INTERVAL)

    def _connect(self) -> Client:
        if self._client is not None:
            self._broken_since = datetime.now()
            _close(self._client)
        with self._lock:
            self._client, self._workers, self._prepared = None, {}, {}
        client = Client(
            self.address, timeout=_CONNECT_TIMEOUT, set_as_default=False,
            security=self._security, name="dynas-studio",
        )  # fmt: skip
        with self._lock:
            self._client = client
            listeners = list(self._listeners)
        for listener in listeners:
            listener(client)
        return client

    def _look_at_workers(self, client: Client) -> None:
        known = client.nthreads()
        new = [address for address in known if address not in self._workers]
        described = _describe(client, new, self._versions) if new else {}
        with self._lock:
            workers = {**self._workers, **described}
            workers = {address: w for address, w in workers.items() if address in known}
        slots: dict[str, int] = {}
        for worker in workers.values():
            slots[worker.host] = slots.get(worker.host, 0) + worker.slots
        for address, worker in workers.items():
            threads = self._threads or max(worker.cores // slots[worker.host], 1)
            workers[address] = _with_threads(worker, threads)
        self._prepare(client, workers)
        with self._lock:
            self._workers = workers

    def _prepare(self, client: Client, workers: Mapping[str, ClusterWorker]) -> None:
        """Give usable workers the resource, and the number of threads of a measurement."""
        by_threads: dict[int, list[str]] = {}
        for address, worker in workers.items():
            if not worker.problem and self._prepared.get(address) != worker.threads:
                by_threads.setdefault(worker.threads, []).append(address)
        for threads, addresses in by_threads.items():
            client.run(
                dask_worker.prepare, self.resource, threads, workers=addresses, on_error="ignore"
            )
            self._prepared.update(dict.fromkeys(addresses, threads))


def _close(client: Client | None) -> None:
    if client is not None:
        with suppress(TimeoutError, OSError):
            client.close(timeout=_CLOSE_TIMEOUT)


def _with_threads(worker: ClusterWorker, threads: int) -> ClusterWorker:
    return worker if worker.threads == threads else replace(worker, threads=threads)


def _digest(facts: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:12]


def _idle_sentence(workers: Sequence[ClusterWorker]) -> str:
    """Why a cluster whose scheduler answers can measure nothing."""
    if not workers:
        return "The cluster has no workers at the moment."
    problem = workers[0].problem
    return f"No worker of the cluster can be used. {workers[0].host}: {problem}"


def _describe(
    client: Client, addresses: list[str], here: Mapping[str, str]
) -> dict[str, ClusterWorker]:
    answers = client.run(dask_worker.describe, workers=addresses, on_error="return")
    return {address: _worker(address, answer, here) for address, answer in answers.items()}


def _worker(address: str, answer: Any, here: Mapping[str, str]) -> ClusterWorker:
    if isinstance(answer, ImportError):
        text = _NOT_INSTALLED.format(error=error_text(answer), version=here[versions.PROGRAM])
        return ClusterWorker(address, address, address, 0, problem=text)
    if isinstance(answer, Exception):
        return ClusterWorker(address, address, address, 0, problem=f"{error_text(answer)}.")
    there = answer["versions"]
    return ClusterWorker(
        address,
        **answer,
        problem=versions.problem(here, there),
        remark=versions.remark(here, there),
    )
