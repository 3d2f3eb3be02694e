"""RunThreads: the threads of this process that run searches, one per run."""

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from engine.cluster import registry as clusters
from engine.data_dir import using
from engine.errors import LogError
from engine.evaluation.evaluator import Evaluator, MakeEvaluator
from engine.log.cache import EvaluationCache
from engine.runs.cluster_job import job_of
from engine.runs.computing_run import run_class
from engine.runs.delayed_interrupts import interrupts_delayed
from engine.runs.history import RunHistory
from engine.runs.lease import Lease
from engine.runs.run_index import RunIndex
from engine.runs.run_machine import logged_machine
from engine.runs.run_summary import STOPPED_NOW
from engine.runs.run_workers import RunWorkers
from engine.runs.script_runs import names_of_script
from engine.runs.search_run import OnEvaluation, SearchRun
from engine.runs.times.recorded import measures
from engine.runs.worker_pool import WorkerPool
from engine.runs.workers_now import RunningMeasurement, WorkersNow
from engine.script_objects import held
from engine.search_methods import APPROACHES

_STOP_TIMEOUT = 4.0  # seconds for a stop, and again for a stop at once
_PREVIOUS_THREAD_TIMEOUT = 5.0  # seconds that an earlier thread of the run has to end


@dataclass
class _RunThread:
    run: SearchRun
    lease: Lease
    # Thread.join reports a running thread as ended if Ctrl-C interrupts it (Python 3.11).
    end_event: threading.Event


class RunThreads:
    """Searches in background threads, each of which holds the lease of its run. Thread-safe."""

    def __init__(
        self,
        index: RunIndex,
        cache: EvaluationCache,
        make_evaluator: MakeEvaluator,
    ) -> None:
        self._index, self._cache, self._make_evaluator = index, cache, make_evaluator
        cores = os.cpu_count() or 1
        self._this_machine = WorkerPool("this machine", lambda: cores, divisible=False)
        self._clusters: dict[str, WorkerPool] = {}
        self._lock = threading.RLock()
        self._threads: dict[str, _RunThread] = {}
        self._unwritten: dict[str, RunHistory] = {}

    @property
    def max_workers(self) -> int:
        """The total number of workers of all runs on this machine."""
        return self._this_machine.total

    def is_running(self, run_id: str) -> bool:
        """Whether a thread of this process runs the search."""
        thread = self._threads.get(run_id)
        return thread is not None and not thread.end_event.is_set()

    def history(self, run_id: str) -> RunHistory | None:
        """The history that the thread of a run uses; None if no thread runs it."""
        thread = self._threads.get(run_id)
        return thread.run.history if thread is not None and not thread.end_event.is_set() else None

    def unwritten(self, run_id: str) -> RunHistory | None:
        """The history of a failed run whose failure could not be logged, as on a full disk."""
        return self._unwritten.get(run_id)

    def start(
        self,
        run_id: str,
        load_history: Callable[[], RunHistory],
        on_evaluation: OnEvaluation | None = None,
    ) -> None:
        """Acquire the lease and run the search of `load_history()`; raises RunError or LogError."""
        self.wait(run_id, _PREVIOUS_THREAD_TIMEOUT)  # an ending thread takes the lock
        with self._lock:
            lease = Lease(self._index.run_folder(run_id))
            lease.acquire()
            try:
                history = load_history()
                needed = self._measures(history)
                workers = RunWorkers(self._pool(history), history, needed)
                run = run_class(history)(
                    history.log,  # so that it reads with the connection that writes
                    history,
                    self._cache,
                    workers,
                    lambda: self._evaluator(history, workers, needed),
                )
                run.on_evaluation = on_evaluation or run.on_evaluation
                thread = _RunThread(run, lease, threading.Event())
                run.enter_state("queued")  # before anyone reads the run's state again
            except BaseException:
                lease.release()
                raise
            with interrupts_delayed():
                self._start(run_id, thread)

    def _start(self, run_id: str, thread: _RunThread) -> None:
        self._threads[run_id] = thread
        self._unwritten.pop(run_id, None)
        try:
            threading.Thread(target=self._search, args=(thread,), daemon=True).start()
        except BaseException:
            del self._threads[run_id]
            thread.lease.release()
            raise

    def request_state(
        self, run_id: str, requested_state: str, on_evaluation: OnEvaluation | None = None
    ) -> bool:
        """Request a state of the run's thread; False if there is none.

        `on_evaluation` replaces the function that it calls, unless it is None.
        """
        thread = self._threads.get(run_id)
        if thread is None or thread.end_event.is_set():
            return False
        thread.run.on_evaluation = on_evaluation or thread.run.on_evaluation
        thread.run.request_state(requested_state)
        return True

    def wait(self, run_id: str, timeout: float | None = None) -> None:
        """Block until the run's thread has ended."""
        if (thread := self._threads.get(run_id)) is not None:
            thread.end_event.wait(timeout)

    def forget(self, run_id: str) -> None:
        """Forget a run that was deleted, or whose failure was logged."""
        self._threads.pop(run_id, None)
        self._unwritten.pop(run_id, None)

    def close(self) -> None:
        """Stop all runs within seconds; longer measurements are abandoned."""
        threads = list(self._threads.values())
        for requested_state in ("stopped", STOPPED_NOW):
            for thread in threads:
                thread.run.request_state(requested_state)
            end = time.monotonic() + _STOP_TIMEOUT
            for thread in threads:
                thread.end_event.wait(max(end - time.monotonic(), 0.0))

    def workers_now(self, run_id: str) -> WorkersNow | None:
        """What the workers of a run do now; None if no thread of this process runs it."""
        thread = self._threads.get(run_id)
        if thread is None or thread.end_event.is_set():
            return None
        dynas, run = thread.run.history.config.dynas, thread.run
        state = run.running.cluster_state if run.running is not None else None
        if state is None and dynas.cluster:
            state = clusters.cluster(dynas.cluster, dynas.cluster_options).state()
        return WorkersNow(RunningMeasurement.all_of(run.running), run.workers.count, state)

    def holders(self, run_id: str) -> list[str]:
        """The ids of the runs for which a queued run of this process waits."""
        thread = self._threads.get(run_id)
        return [] if thread is None else thread.run.workers.holders

    def _pool(self, history: RunHistory) -> WorkerPool:
        """The workers that a run shares with others: of its cluster, or of this machine."""
        dynas = history.config.dynas
        if not dynas.cluster:
            return self._this_machine
        pool = self._clusters.get(dynas.cluster)
        if pool is None:
            cluster = clusters.cluster(dynas.cluster, dynas.cluster_options)
            pool = WorkerPool(dynas.cluster, lambda: cluster.state().slots, divisible=True)
            self._clusters[dynas.cluster] = pool
        return pool

    def _measures(self, history: RunHistory) -> bool:
        """Whether a run needs workers at all: all of it may be computed."""
        if names_of_script(history):
            return True
        with history.own_metrics():
            return measures(history.config, self._index.data)

    def _evaluator(self, history: RunHistory, workers: RunWorkers, needed: bool) -> Evaluator:
        """Makes the evaluator of a run: on its cluster, or else on this machine."""
        dynas = history.config.dynas
        computes = APPROACHES[history.config.approach].computes
        if not dynas.cluster or computes or not needed:
            return self._make_evaluator(dynas.supernet, lambda: workers.count)
        cluster = clusters.cluster(dynas.cluster, dynas.cluster_options)
        job = job_of(
            history.id, history.config, history.fingerprint, logged_machine(history),
            cluster.largest_file,
        )  # fmt: skip
        return cluster.evaluator(job, lambda: workers.count, lambda: workers.priority)

    def _search(self, thread: _RunThread) -> None:
        history = thread.run.history
        try:
            if not thread.run.hold_workers():
                thread.run.enter_state("stopped")
                return
            try:
                names = names_of_script(history)
                with using(self._index.data), held(names), history.own_metrics():
                    thread.run.run()
            finally:
                thread.run.workers.free()
        except LogError as error:
            history.fail_unwritten(str(error))
        finally:
            if history.unwritten:
                self._unwritten[history.id] = history
            thread.run.log.close()
            self._index.store_summary(history)
            thread.lease.release()
            with self._lock:
                self._index.cache_history(history)
                if self._threads.get(history.id) is thread:
                    del self._threads[history.id]
            thread.end_event.set()
