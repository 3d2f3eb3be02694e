"""SearchRun: one search from its log to its end, in a thread of its own."""

import logging
import threading
import time
from collections.abc import Callable

from engine.errors import DynasError, LogError, UnusableDataError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.measurement import Measurement
from engine.evaluation.record import Evaluation
from engine.log.cache import EvaluationCache
from engine.log.evaluation_log import EvaluationLog
from engine.meters import registry as meters
from engine.quoting import error_text, message_text
from engine.runs.cached_measurements import CachedMeasurements
from engine.runs.failures import FailureWatch
from engine.runs.genotypes import genotypes_of
from engine.runs.history import RunHistory
from engine.runs.logged_plans import plan_data, plans
from engine.runs.predictor_calibration import uncalibrated_metrics
from engine.runs.published_csv import PublishedCsv
from engine.runs.running_evaluations import RunningEvaluation, RunningEvaluations
from engine.runs.running_time import Stopwatch
from engine.runs.stop_rules import StopRules
from engine.runs.time_limit import TimeLimit
from engine.search.strategy import Plan, Proposal, Strategy
from engine.supernets import registry

_POLL = 0.2  # seconds between looks at what is wanted
STOPPED_NOW = "stopped now"
_WANTED = ("running", "paused", "stopped", STOPPED_NOW)
_FINAL = _WANTED[2:]  # never taken back; the later one counts


class SearchRun:
    """Asks, submits, records, tells, until the budget is spent or it is told to stop.

    The log comes first: an evaluation is durable before the strategy learns of it. Made from a log
    with evaluations in it, the run goes on from there. A deterministic one records evaluations in
    the order of their proposals, whichever ends first.
    """

    def __init__(
        self, log: EvaluationLog, history: RunHistory, cache: EvaluationCache,
        make_evaluator: Callable[[], Evaluator],
    ) -> None:  # fmt: skip
        self.log, self.history, self.cache = log, history, cache
        self._make_evaluator = make_evaluator
        self._changed = threading.Condition()
        self.wanted = "running"
        self._heard = len(history.events)  # what was asked before was not asked of this thread
        self._stopwatch = history.stopwatch = Stopwatch(history.elapsed)
        self.on_evaluation: Callable[[Evaluation], None] = lambda evaluation: None

    def command(self, wanted: str) -> None:
        """Ask for `running`, `paused`, `stopped` or `stopped now`; a stop is never taken back."""
        with self._changed:
            if self.wanted not in _FINAL or wanted == STOPPED_NOW:
                self.wanted = wanted
            self._changed.notify_all()

    def heed(self) -> str:
        """What is wanted, after a look at what other processes have asked for in the log."""
        self.history.refresh()
        fresh = self.history.events[self._heard :]
        self._heard += len(fresh)
        for event in fresh:
            if event.kind == "asked" and event.data.get("wanted") in _WANTED:
                self.command(event.data["wanted"])
        return self.wanted

    def told_to_stop(self) -> bool:
        """Whether it was told to stop, now or when what is measured has ended."""
        return self.heed() in _FINAL

    def run(self) -> None:
        """Search to the end; every way it can end is an event in the log."""
        try:
            self._search()
        except Exception as error:
            logging.getLogger(__name__).exception("The run %s failed", self.history.id)
            known = isinstance(error, DynasError)
            message = message_text(error) if known else error_text(error)
            self._fail(message)

    def _fail(self, message: str) -> None:
        try:
            self.enter("failed", message)
        except LogError:  # such as on a full disk, which may be why the run failed
            self.history.fail_unwritten(message)

    def _search(self) -> None:
        config = self.history.config
        self._supernet = registry.load(config.dynas.supernet)
        self._settings = config.settings
        self._supernet.check_data(self._settings)
        self._known = CachedMeasurements(self.cache, config, self._supernet)
        self.enter("running")
        self._in_order = config.search.deterministic
        self._rules = StopRules(config.stop)
        self._limit = TimeLimit(config.dynas.evaluation_timeout)
        self._failures = FailureWatch(config.dynas.max_failures, self.history.evaluations)
        strategy = self._restored_strategy()
        path = config.dynas.results_csv_path
        self._csv = self._published_csv(path) if path else None
        evaluator = self._make_evaluator()
        try:
            ended, message = self._loop(strategy, evaluator)
        finally:
            evaluator.close()
        self.enter(ended, message)

    def _published_csv(self, path: str) -> PublishedCsv:
        sources = meters.sources(self._supernet, self._settings)
        metrics = self.history.config.all_metrics
        planned = {name: source for name, source in sources.items() if name in metrics}
        return PublishedCsv(path, self.history.evaluations, planned, metrics)

    def _loop(self, strategy: Strategy, evaluator: Evaluator) -> tuple[str, str]:
        """The state in which the search ended, and why if there is more to say."""
        flights = RunningEvaluations(evaluator, self._in_order)
        while True:
            wanted = self.heed()
            strategy.budget = self.history.num_evals
            if wanted == STOPPED_NOW:
                return "stopped", _left_out(flights.abandon())
            if late := self._rules.time_is_up(self.history, self._stopwatch.seconds):
                return self._end(f"{late} {_left_out(flights.abandon())}".strip())
            if wanted != "running" and self._settle(wanted, bool(len(flights))):
                return "stopped", ""
            if wanted == "running":
                self.enter("running")  # where a pause was taken back before it was reached
                reason = self._rules.reason(self.history)
                if reason and self._in_order:
                    flights.abandon()  # with more workers as with one
                goes_on = not reason and self._fill(strategy, evaluator, flights)
                if not len(flights) and not goes_on:
                    return self._end(reason or strategy.stop_reason)
            if len(flights) and (failed := self._record_landed(strategy, flights)):
                flights.abandon()
                return "failed", failed

    def _end(self, reason: str) -> tuple[str, str]:
        """How a search ends that begins nothing more: finished if anything succeeded."""
        failed = self._failures.verdict_at_end()
        if not failed and reason and not self._failures.any_ok:
            failed = f"The run ended before anything was measured. {reason}"
        return ("failed", failed) if failed else ("finished", reason)

    def _settle(self, wanted: str, busy: bool) -> bool:
        """Show a pause or stop that is under way; wait while paused. True when stopped."""
        if busy:
            self.enter("stopping" if wanted == "stopped" else "pausing")
            return False
        if wanted == "stopped":
            return True
        self.enter("paused")
        while self.heed() == "paused":
            with self._changed:
                self._changed.wait(_POLL)
        if self.wanted == "running":
            self.enter("running")
        return False

    def _fill(self, strategy: Strategy, evaluator: Evaluator, flights: RunningEvaluations) -> bool:
        """Give every worker something to do; whether there was anything new.

        A sub-network whose numbers are known ends the round: it may be what ends the search.
        """
        asked: list[Proposal] = []
        while flights.free > 0 and self.wanted == "running":
            asked = strategy.ask(1)
            if not asked:
                break
            (proposal,) = asked
            known = self._known.find(proposal.genotype)
            if known is not None:
                # With computable metrics alone nothing is measured, and so nothing is reused.
                flights.add_known(proposal, known, reused=bool(self._known.measured))
                break
            config = self._supernet.space.to_config(proposal.genotype)
            future = evaluator.submit(config, self._known.measured, self._settings)
            flights.add(proposal, future)
        return bool(asked) or self.wanted != "running"

    def _record_landed(self, strategy: Strategy, flights: RunningEvaluations) -> str:
        """Record what has ended, giving up what takes too long; why the run cannot go on, if so."""
        flights.wait(_POLL)
        flights.give_up(self._limit.seconds(self.history.evaluations), self._limit.sentence)
        for flight in flights.landed():
            self._remember(flight)
        while (turn := flights.take()) is not None:
            evaluation = self._record(turn)
            strategy.tell([evaluation])
            if self._csv:
                self._csv.write(evaluation)
            self.on_evaluation(evaluation)
            self._failures.add(evaluation)
            if failed := self._failures.verdict(self._initial):
                return failed
            if self._in_order and self._rules.reason(self.history):
                break
        return ""

    def _remember(self, flight: RunningEvaluation) -> None:
        """Keep the numbers of what has landed, even before its turn to be recorded comes."""
        error = flight.error()
        if isinstance(error, UnusableDataError):
            raise error
        if error is None and not flight.reused and not flight.remembered:
            self._known.remember(flight.proposal.genotype, flight.future.result())
        flight.remembered = True

    def _record(self, flight: RunningEvaluation) -> Evaluation:
        proposal, error = flight.proposal, flight.error()
        measurement = Measurement({}, 0.0, "") if error else flight.future.result()
        exact = {n: float(v[0]) for n, v in self._problem.exact(proposal.genotype[None]).items()}
        wanted = self.history.config.all_metrics
        values = {**measurement.values, **exact}
        metrics = {name: values[name] for name in dict.fromkeys([*wanted, "macs", "params"])
                   if name in values}  # fmt: skip
        origins = meters.subnetwork_sources(self._supernet, proposal.genotype, self._settings)
        self.log.append(
            Evaluation(
                number=0,
                genotype=tuple(int(gene) for gene in proposal.genotype),
                config=self._supernet.space.to_config(proposal.genotype),
                cycle=proposal.cycle,
                status="failed" if error else "ok",
                metrics=metrics,
                sources={name: origins[name] for name in metrics},
                seconds=measurement.seconds,
                finished=time.time(),
                predicted=dict(proposal.predicted),
                reused=flight.reused,
                reason=_reason(error) if error else "",
                worker=measurement.worker,
                conditions=measurement.conditions,
                stderr=getattr(error, "stderr", ""),
                ran=round(self._stopwatch.seconds, 3),
                uncalibrated=uncalibrated_metrics(
                    self._supernet, proposal.genotype, self._settings, metrics
                ),
            )
        )
        self.history.refresh()
        return self.history.evaluations[-1]  # one record in memory for all who keep it

    def _restored_strategy(self) -> Strategy:
        from engine.search import approaches  # takes seconds, and only a search needs it

        config = self.history.config
        self._problem = approaches.problem_for(config, self._supernet)
        strategy = approaches.strategy_for(config, self._problem, self.history.num_evals)
        genotypes_of(self.history.evaluations, self._supernet.space)  # refuses what is none of it
        made = plans(self.log, self.history.evaluations)
        strategy.restore(self.history.evaluations, made)
        strategy.on_plan = self._note_plan
        self._initial = sum(len(p.proposals) for p in made if p.cycle == 0 and not p.is_retry)
        return strategy

    def _note_plan(self, plan: Plan) -> None:
        if plan.cycle == 0:
            self._initial = len(plan.proposals)
        self.log.append_event("cycle", plan_data(plan))

    def enter(self, state: str, message: str = "") -> None:
        """Write a change of state to the log; the same state again is no event."""
        self.history.refresh()
        if self.history.state != state:
            self._stopwatch.follow(state)
            ran = round(self._stopwatch.seconds, 3)
            self.log.append_event("state", {"state": state, "message": message, "ran": ran})
            self.history.refresh()


def _reason(error: BaseException) -> str:
    return message_text(error) or type(error).__name__


def _left_out(under_way: int) -> str:
    if not under_way:
        return ""
    what = "One evaluation" if under_way == 1 else f"{under_way} evaluations"
    return f"{what} under way had to be left out; resumed, the run measures them."
