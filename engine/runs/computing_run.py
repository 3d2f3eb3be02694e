"""ComputingRun: the main loop of a search that measures nothing."""

import threading

from engine.evaluation.evaluator import Evaluator
from engine.runs.history import RunHistory
from engine.runs.planner import Planner
from engine.runs.search_run import SearchRun
from engine.search_methods import APPROACHES

_POLL_INTERVAL = 0.1  # seconds between two checks for requests
_STOPS = ("stopped", "stopped now")


class ComputingRun(SearchRun):
    """Records what a strategy has computed, a plan at a time; it has no workers and waits for none.

    The evaluations of a plan are in the log, all or none, before the strategy makes the next.
    """

    def hold_workers(self) -> bool:
        """Whether the run may begin, which it may at once; False once a stop is requested."""
        return not self.is_stop_requested()

    def _loop(self, planner: Planner, evaluator: Evaluator) -> tuple[str, str]:
        ready = threading.Event()
        planner.on_ready = ready.set
        while True:
            requested = self.poll_requests()
            planner.budget = self.history.num_evals
            if requested in _STOPS:
                return "stopped", self._stop_reason
            if requested == "paused" and self._enter_pause_or_stop(requested, is_busy=False):
                return "stopped", self._stop_reason
            self.enter_state("running")
            seconds = self._stopwatch.seconds
            reason = self._rules.time_limit_reason(self.history, seconds)
            if reason := reason or self._rules.reason(self.history):
                return self._end_state(reason)
            planner.plan_ahead(1, 0.0, 1)
            if self._record_planned(planner):
                continue
            if planner.is_exhausted:
                return self._end_state(planner.stop_reason)
            ready.wait(_POLL_INTERVAL)
            ready.clear()

    def _record_planned(self, planner: Planner) -> bool:
        """Record all sub-networks of the plan that is ready; whether there were any."""
        proposals = []
        while (proposal := planner.take()) is not None:
            proposals.append(proposal)
        if not proposals:
            return False
        self.log.append_all(self._records.computed(proposals, self._stopwatch.seconds))
        self.history.refresh()
        evaluations = self.history.evaluations[-len(proposals) :]
        planner.tell(evaluations)
        for evaluation in evaluations:
            if self._results:
                self._results.write(evaluation)
            self._failure_monitor.add(evaluation)
            if stop_reason := self.on_evaluation(evaluation):
                self._stop_reason = stop_reason
                self.request_state("stopped")
        return True


def run_class(history: RunHistory) -> type[SearchRun]:
    """The class of the main loop of a run."""
    return ComputingRun if APPROACHES[history.config.approach].computes else SearchRun
