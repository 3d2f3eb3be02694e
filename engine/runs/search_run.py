"""SearchRun: the main loop of one search, which runs in its own thread."""

import logging
import platform
import threading
from collections.abc import Callable

from engine.errors import DynasError, LogError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.record import Evaluation
from engine.log.cache import EvaluationCache
from engine.log.evaluation_log import EvaluationLog
from engine.quoting import error_text, message_text
from engine.runs.cached_measurements import CachedMeasurements
from engine.runs.evaluation_records import EvaluationRecords
from engine.runs.failures import FailureMonitor
from engine.runs.front_confirmation import Steering, confirmed_end
from engine.runs.genotypes import genotypes_of
from engine.runs.history import RunHistory
from engine.runs.logged_plans import plan_data, read_plans
from engine.runs.planner import Planner
from engine.runs.results_rows import results_rows
from engine.runs.results_writer import ResultsWriter
from engine.runs.run_machine import note_machine
from engine.runs.run_summary import BESIDE, GO_FIRST, GOES_ON, STOPPED_NOW
from engine.runs.run_workers import RunWorkers
from engine.runs.running_evaluations import (
    RunningEvaluation,
    RunningEvaluations,
    abandoned_sentence,
)
from engine.runs.running_time import Stopwatch
from engine.runs.search_checks import settings_to_check
from engine.runs.sibling_start import sibling_rows
from engine.runs.stop_rules import StopRules
from engine.runs.time_limit import TimeLimit
from engine.runs.worker_count import WorkerCountLog
from engine.search.strategy import Plan, Strategy
from engine.supernets import registry

_POLL_INTERVAL = 0.2  # seconds between two checks for requests
_REQUESTED_STATES = ("running", "paused", "stopped", STOPPED_NOW)
_STOP_STATES = _REQUESTED_STATES[2:]  # irrevocable; only `stopped now` overrides `stopped`

OnEvaluation = Callable[[Evaluation], str | None]
"""Called after an evaluation is in the log; a text that it returns stops the run, and says why."""


class SearchRun:
    """Repeats ask, submit, record and tell until the budget is used or a stop is requested.

    Write-ahead: an evaluation is durable in the log before the strategy is told. A log with
    evaluations is resumed. A deterministic run records evaluations in the order of proposals, not
    of completion.
    """

    def __init__(
        self, log: EvaluationLog, history: RunHistory, cache: EvaluationCache, workers: RunWorkers,
        make_evaluator: Callable[[], Evaluator],
    ) -> None:  # fmt: skip
        self.log, self.history, self.cache, self.workers = log, history, cache, workers
        self._make_evaluator = make_evaluator
        self._condition = threading.Condition()
        self.requested_state, self._stop_reason = "running", ""
        self._processed_events = len(history.events)  # earlier requests do not apply to this thread
        self._stopwatch = history.stopwatch = Stopwatch(history.elapsed)
        history.waiting_reason = lambda: workers.waiting_reason
        self.on_evaluation: OnEvaluation = lambda evaluation: None
        self.running: RunningEvaluations | None = None

    def request_state(self, requested_state: str) -> None:
        """Request `running`, `paused`, `stopped` or `stopped now`; a stop is irrevocable."""
        with self._condition:
            if self.requested_state not in _STOP_STATES or requested_state == STOPPED_NOW:
                self.requested_state = requested_state
            self._condition.notify_all()

    def poll_requests(self) -> str:
        """The requested state, after reading requests of other processes from the log."""
        self.history.refresh()
        new_events = self.history.events[self._processed_events :]
        self._processed_events += len(new_events)
        for event in new_events:
            wanted = event.data.get("wanted") if event.kind == "asked" else None
            if wanted in _REQUESTED_STATES:
                self.request_state(wanted)
            elif wanted == GO_FIRST:
                if (share := self.workers.go_first()) != self.history.share:
                    self.log.append_event("share", share.event_data)
            elif wanted == BESIDE:
                self.workers.go_beside()
            elif event.kind in ("share", "renamed"):
                self.workers.follow()
        return self.requested_state

    def is_stop_requested(self) -> bool:
        """Whether a stop, immediate or not, is requested."""
        return self.poll_requests() in _STOP_STATES

    def hold_workers(self) -> bool:
        """Wait until the run may measure; False once a stop is requested."""
        return self.workers.hold(self.is_stop_requested)

    def run(self) -> None:
        """Run the search to its end, which is logged as an event in every case."""
        try:
            self._search()
        except Exception as error:
            is_expected = isinstance(error, DynasError)
            if not is_expected:
                logging.getLogger(__name__).exception("The run %s failed", self.history.id)
            self._fail(message_text(error) if is_expected else error_text(error))

    def _fail(self, message: str) -> None:
        try:
            self.enter_state("failed", message)
        except LogError:  # such as on a full disk
            self.history.fail_unwritten(message)

    def _search(self) -> None:
        config = self.history.config
        self._supernet = registry.load(config.dynas.supernet)
        self._settings = config.settings
        self._supernet.check_data(settings_to_check(config))
        self._measurements = CachedMeasurements(self.cache, config, self._supernet)
        self.enter_state("running")
        self._is_deterministic, self._rules = config.search.deterministic, StopRules(config.stop)
        self._time_limit = TimeLimit(config.dynas.evaluation_timeout)
        self._failure_monitor = FailureMonitor(config.dynas.max_failures, self.history.evaluations)
        planner = Planner(self._restored_strategy())
        planner.on_plan = self._log_plan
        self._results: ResultsWriter | None = None
        if path := config.dynas.results_csv_path:
            rows = results_rows(self.history, self._supernet)
            self._results = ResultsWriter(path, rows, self.history.evaluations)
        evaluator = self._make_evaluator()
        steering = Steering(self.poll_requests, self._enter_pause_or_stop, self.enter_state)
        events, ran = self.history.events, self._stopwatch.seconds
        self._worker_count = WorkerCountLog.of(self.log, config, events, ran)
        try:
            end = self._loop(planner, evaluator)
            final_state, message = confirmed_end(end, self.log, self.history, evaluator, steering)
        finally:
            evaluator.close()
            planner.close()
        self.enter_state(final_state, message)

    def _loop(self, planner: Planner, evaluator: Evaluator) -> tuple[str, str]:
        """Run the main loop; returns the final state and its reason, if any."""
        running = self.running = RunningEvaluations(evaluator, self._is_deterministic)
        planner.on_ready = running.wake
        while True:
            requested = self.poll_requests()
            planner.budget = self.history.num_evals
            if requested == STOPPED_NOW:
                return self._stopped_state(running)
            if reason := self._rules.time_limit_reason(self.history, self._stopwatch.seconds):
                return self._end_state(f"{reason} {abandoned_sentence(running.abandon())}".strip())
            # Nothing is waited for without a scheduler, nor before a stop what has not begun.
            is_busy = running.has_begun if requested == "stopped" else len(running) > 0
            is_busy = is_busy and not evaluator.waiting_reason
            if requested != "running" and self._enter_pause_or_stop(requested, is_busy):
                return self._stopped_state(running)
            if requested == "running" and not self._wait_for_workers(evaluator, running):
                self.enter_state("running")  # after a pause request that was withdrawn
                reason = self._rules.reason(self.history)
                if reason and self._is_deterministic:
                    running.abandon()  # so that the result does not depend on the number of workers
                if not reason:
                    note_machine(self._measurements, evaluator, self.log, self.history)
                    self._submit_proposals(planner, evaluator, running)
                if not len(running) and (reason or planner.is_exhausted):
                    return self._end_state(reason or planner.stop_reason)
            if failure_reason := self._record_completed(planner, running):
                running.abandon()
                return "failed", failure_reason

    def _wait_for_workers(self, evaluator: Evaluator, running: RunningEvaluations) -> bool:
        """Say that the run waits, if nothing can be measured at the moment; whether it does."""
        if reason := evaluator.waiting_reason:
            self.enter_state("queued", f"{reason} {GOES_ON}")
            running.restart_clocks()
            return True
        if len(running) or self.workers.count or not self.workers.waiting_reason:
            return False
        self.enter_state("queued")  # the reason is that of the present moment
        return True

    def _stopped_state(self, running: RunningEvaluations) -> tuple[str, str]:
        """The state of a stopped run and why it was stopped; what is under way is abandoned."""
        sentences = (self._stop_reason, abandoned_sentence(running.abandon()))
        return "stopped", " ".join(filter(None, sentences))

    def _end_state(self, reason: str) -> tuple[str, str]:
        """The final state and reason of a search: `finished` if any evaluation succeeded."""
        failure = self._failure_monitor.final_failure_reason()
        if not failure and reason and not self._failure_monitor.has_success:
            failure = f"The run ended before anything was measured. {reason}"
        return ("failed", failure) if failure else ("finished", reason)

    def _enter_pause_or_stop(self, requested: str, is_busy: bool) -> bool:
        """Enter the state of a pause or stop, and wait while paused; True when stopped."""
        if is_busy:
            self.enter_state("stopping" if requested == "stopped" else "pausing")
            return False
        if requested == "stopped":
            return True
        self.workers.free()
        self.enter_state("paused")
        while self.poll_requests() == "paused":
            with self._condition:
                self._condition.wait(_POLL_INTERVAL)
        if self.requested_state == "running":
            self.enter_state("queued")
            if self.hold_workers():
                self.enter_state("running")
        return False

    def _submit_proposals(
        self, planner: Planner, evaluator: Evaluator, running: RunningEvaluations
    ) -> None:
        """Submit proposals to free workers, and plan further ones before these run out.

        Returns after a sub-network with cached values, since it may end the search.
        """
        workers, seconds = evaluator.workers, self._time_limit.usual_seconds
        self._worker_count.note(workers, self._stopwatch.seconds)
        planner.plan_ahead(workers, seconds, running.free_workers)
        while running.free_workers > 0 and self.requested_state == "running":
            proposal = planner.take()
            if proposal is None:
                break
            cached = self._measurements.find(proposal.genotype)
            if cached is not None:
                is_reused = bool(self._measurements.measured_metrics)  # else all is computed
                running.add_completed(proposal, cached, reused=is_reused)
                break
            config = self._supernet.space.to_config(proposal.genotype)
            future = evaluator.submit(config, self._measurements.measured_metrics, self._settings)
            running.add(proposal, future)
        planner.plan_ahead(workers, seconds, running.free_workers)

    def _record_completed(self, planner: Planner, running: RunningEvaluations) -> str:
        """Record completed evaluations and time out others; the reason to end the run, if any."""
        running.wait(_POLL_INTERVAL)
        limit = self._time_limit.seconds(self.history.evaluations)
        running.time_out(limit, self._time_limit.sentence)
        for running_evaluation in running.completed():
            self._measurements.store_completed(running_evaluation)
        while (completed := running.pop_completed()) is not None:
            evaluation = self._record(completed)
            planner.tell([evaluation])
            if self._results:
                self._results.write(evaluation)
            if stop_reason := self.on_evaluation(evaluation):
                self._stop_reason = stop_reason
                self.request_state("stopped")
            self._failure_monitor.add(evaluation)
            if reason := self._failure_monitor.failure_reason(self._initial_size):
                return reason
            if self._is_deterministic and self._rules.reason(self.history):
                break
        return ""

    def _record(self, completed: RunningEvaluation) -> Evaluation:
        self.log.append(self._records.record(completed, self._stopwatch.seconds))
        self.history.refresh()
        return self.history.evaluations[-1]  # so that all users share one object

    def _restored_strategy(self) -> Strategy:
        from engine.search import approaches  # takes seconds, and only a search needs it

        config = self.history.config
        problem = approaches.problem_for(config, self._supernet)
        self._records = EvaluationRecords(config, self._supernet)
        siblings = sibling_rows(self.log.events())
        strategy = approaches.strategy_for(config, problem, self.history.num_evals, siblings)
        genotypes_of(self.history.evaluations, self._supernet.space)  # raises if one is outside
        old_plans = read_plans(self.log, self.history.evaluations)
        strategy.restore(self.history.evaluations, old_plans)
        initial_plans = [p for p in old_plans if p.cycle == 0 and not p.is_retry]
        self._initial_size = sum(len(plan.proposals) for plan in initial_plans)
        return strategy

    def _log_plan(self, plan: Plan) -> None:
        if plan.cycle == 0:
            self._initial_size = len(plan.proposals)
        self.log.append_event("cycle", plan_data(plan))

    def enter_state(self, state: str, message: str = "") -> None:
        """Log a change of state; the same one again is logged only with another message."""
        self.history.refresh()
        if self.history.state != state or (message and message != self.history.message):
            self._stopwatch.follow(state)
            ran = round(self._stopwatch.seconds, 3)
            host = {"host": platform.node()} if state == "running" else {}
            data = {"state": state, "message": message, "ran": ran, **host}
            self.log.append_event("state", data)
            self.history.refresh()
