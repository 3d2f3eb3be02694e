"""The connection to the scheduler of a Dask cluster, which is made again when it breaks."""

import asyncio
import hashlib
import logging
import threading
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from distributed import Client
from distributed.comm.core import CommClosedError
from distributed.security import Security

from engine.cluster import dask_worker, versions
from engine.cluster.base import ClusterState, ClusterWorker, idle_sentence
from engine.cluster.dask_address import name_problem
from engine.quoting import error_text

_log = logging.getLogger(__name__)

_TLS = "tls://"
_ALL_EVENTS = "all"  # the topic of Dask under which workers appear
_INTERVAL = 1.0  # seconds between two looks at the workers
_CONNECT_TIMEOUT = 5.0  # seconds for one attempt to reach the scheduler
_ANSWER_TIMEOUT = 10.0  # seconds that the scheduler has to answer while it is connected
_DESCRIPTION_TIMEOUT = 2.0  # seconds to wait for workers, which may also answer later
_CLOSE_TIMEOUT = 2.0  # seconds
_NOT_INSTALLED = "DyNAS Studio cannot be imported there ({error}). Install dynas-studio=={version}."

OnLook = Callable[[Client], None]
"""Called each second with the client, while the scheduler answers, by the thread that watches."""


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
        self._workers: Mapping[str, ClusterWorker] = {}  # replaced as a whole
        self._state: tuple[Mapping[str, ClusterWorker], ClusterState] | None = None  # of these
        self._descriptions: dict[str, Future[Any]] = {}
        self._preparations: dict[str, tuple[int, Future[Any]]] = {}
        self._added: set[str] = set()  # since the last look
        self._listeners: list[OnLook] = []
        self._stream: Any = None  # of the client, which makes another one when it connects again
        self._is_answering, self._dashboard = False, ""
        self._broken_since: datetime | None = None
        self._reason = ""
        self._looked = threading.Event()
        self._closed = threading.Event()
        threading.Thread(target=self._watch, daemon=True, name="cluster").start()

    @property
    def client(self) -> Client | None:
        """The client while the scheduler answers, else None."""
        client = self._client
        is_usable = self._is_answering and client is not None and self._is_connected(client)
        return client if is_usable else None

    def wait(self, timeout: float) -> bool:
        """Wait until the workers were looked at once, or the attempt failed."""
        return self._looked.wait(timeout)

    def state(self) -> ClusterState:
        """The workers now, and why there are none."""
        if self.client is None:
            return ClusterState((), "", self._disconnected_sentence())
        with self._lock:
            if self._state is None or self._state[0] is not self._workers:
                workers = tuple(self._workers.values())
                state = ClusterState(workers, self._dashboard)
                if not state.slots:
                    state = replace(state, waiting_reason=idle_sentence(workers))
                self._state = self._workers, state
            return self._state[1]

    def on_look(self, listener: OnLook) -> None:
        """Call `listener` with the client now, if there is one, and after each look at it."""
        with self._lock:
            self._listeners.append(listener)
        if (client := self.client) is not None:
            listener(client)

    def forget(self, listener: OnLook) -> None:
        """Call it no more."""
        with self._lock:
            self._listeners.remove(listener)

    def close(self) -> None:
        """Disconnect at once."""
        self._closed.set()
        _close(self._client)

    def _disconnected_sentence(self) -> str:
        if self._client is not None:  # it was connected
            self._broken_since = self._broken_since or datetime.now()
        since = f" since {self._broken_since:%H:%M:%S}" if self._broken_since else ""
        why = f": {self._reason}" if self._reason else ""
        return f"The scheduler at {self.address} has not answered{since}{why}."

    def _watch(self) -> None:
        while not self._closed.is_set():
            try:
                client = self._client
                if client is None or not self._is_connected(client):
                    client = self._connect()
                self._look_at_workers(client)
                self._is_answering, self._broken_since, self._reason = True, None, ""
                with self._lock:
                    listeners = list(self._listeners)
                for listener in listeners:
                    listener(client)
            except Exception as error:  # noqa: BLE001 - any error of the network; tried again
                self._is_answering = False
                self._broken_since = self._broken_since or datetime.now()
                self._reason = name_problem(self.address) or _reason(self.address, error)
                _log.info("The cluster at %s: %s", self.address, error_text(error))
            finally:
                self._looked.set()
            self._closed.wait(_INTERVAL)

    def _connect(self) -> Client:
        """Make a new client: one that connects again by itself forgets what it has sent."""
        self._is_answering = False
        _close(self._client)
        with self._lock:
            self._client, self._workers = None, {}
            self._descriptions, self._preparations, self._dashboard = {}, {}, ""
        client = Client(
            self.address, timeout=_CONNECT_TIMEOUT, set_as_default=False,
            security=self._security, name="dynas-studio",
        )  # fmt: skip
        with suppress(KeyError):  # a scheduler without a dashboard
            self._dashboard = client.dashboard_link or ""
        client.subscribe_topic(_ALL_EVENTS, self._on_event)
        self._stream = client.scheduler_comm
        self._client = client
        return client

    def _on_event(self, event: tuple[float, Any]) -> None:
        """Note which workers are new: also one at the address of one that has just ended."""
        _, content = event
        if isinstance(content, dict) and content.get("action") == "add-worker":
            with self._lock:
                self._added.add(content["worker"])

    def _is_connected(self, client: Client) -> bool:
        """Whether the connection to the scheduler is the one that the client began with."""
        return client.status == "running" and client.scheduler_comm is self._stream

    def _look_at_workers(self, client: Client) -> None:
        known = call(client, client.nthreads).result(_ANSWER_TIMEOUT)
        with self._lock:
            added, self._added = self._added, set()
            workers = {a: worker for a, worker in self._workers.items() if a not in added}
        for address in added:
            self._descriptions.pop(address, None)
            self._preparations.pop(address, None)
        self._ask_new_workers(client, known)
        for address in self._descriptions.keys() - workers.keys():
            if self._descriptions[address].done():
                answer = answer_of(self._descriptions[address])
                if isinstance(answer, OSError):  # of the connection: ask again
                    del self._descriptions[address]
                else:
                    workers[address] = _worker(address, answer, self._versions)
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

    def _ask_new_workers(self, client: Client, known: Collection[str]) -> None:
        """Ask each worker once what it is; one that does not answer keeps no other one waiting."""
        for address in self._descriptions.keys() - known:
            del self._descriptions[address]
        for address in known - self._descriptions.keys():
            describe = partial(
                client.run, dask_worker.describe, workers=[address], on_error="return"
            )
            self._descriptions[address] = call(client, describe)
        timeout = _DESCRIPTION_TIMEOUT if self._workers else _CONNECT_TIMEOUT
        wait(self._descriptions.values(), timeout)

    def _prepare(self, client: Client, workers: Mapping[str, ClusterWorker]) -> None:
        """Give usable workers the resource, and the number of threads of a measurement."""
        for address in self._preparations.keys() - workers.keys():
            del self._preparations[address]
        for address, worker in workers.items():
            threads, request = self._preparations.get(address, (0, None))
            has_failed = request is not None and request.done() and request.exception()
            if not worker.problem and (threads != worker.threads or has_failed):
                prepare = partial(
                    client.run, dask_worker.prepare, self.resource, worker.threads,
                    workers=[address],
                )  # fmt: skip
                self._preparations[address] = worker.threads, call(client, prepare)


def call(client: Client, operation: Callable[[], Any]) -> Future[Any]:
    """Begin an operation of the client, such as `client.nthreads`; returns without waiting."""

    async def run() -> Any:
        return await operation()

    loop: Any = client.loop
    return asyncio.run_coroutine_threadsafe(run(), loop.asyncio_loop)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a message of a client tells more than that it was closed while it connected again."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, asyncio.CancelledError)


logging.getLogger("distributed.client").addFilter(_is_news)


def _close(client: Client | None) -> None:
    if client is not None:
        with suppress(TimeoutError, OSError, AssertionError):
            client.close(timeout=_CLOSE_TIMEOUT)


def _reason(address: str, error: Exception) -> str:
    """Why a scheduler does not answer."""
    if isinstance(error, CommClosedError) and address.startswith("tcp://"):
        return f"It closed the connection. If it was started with TLS, write {_TLS}{address[6:]}"
    return str(error) if isinstance(error, OSError) else error_text(error)


def _with_threads(worker: ClusterWorker, threads: int) -> ClusterWorker:
    return worker if worker.threads == threads else replace(worker, threads=threads)


def _digest(facts: Mapping[str, str]) -> str:
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:12]


def answer_of(future: Future[Any]) -> Any:
    """What the only worker that was asked has answered, or the error."""
    if error := future.exception():
        return error
    return next(iter(future.result().values()))


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
