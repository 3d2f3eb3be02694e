"""SearchRun: one search from its log to its end, in a thread of its own."""

import logging
import os
import platform
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import DynasError, UnusableImagesError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.measuring import Measurement
from engine.evaluation.record import Evaluation
from engine.log.cache import EvaluationCache
from engine.log.evaluation_log import EvaluationLog
from engine.metrics import metric
from engine.predictors.quality import Fitted
from engine.runs.history import RunHistory
from engine.runs.published_csv import PublishedCsv
from engine.runs.stopping import StopRules
from engine.search.strategy import Plan, Proposal, Strategy
from engine.space import Genotypes
from engine.supernets import registry
from engine.supernets.conditions import TIMED, processor, threads, timed_here
from engine.supernets.digest import sha256
from engine.supernets.timing import PROTOCOL as TIMING

_POLL = 0.2  # seconds between looks at what is wanted
_WANTED = frozenset({"running", "paused", "stopped"})


class SearchRun:
    """Asks, submits, records, tells, until the budget is spent or it is told to stop.

    The log comes first: an evaluation is durable before the strategy learns of it. Made from a log
    with evaluations in it, the run goes on from there.
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
        self.on_evaluation: Callable[[Evaluation], None] = lambda evaluation: None

    def command(self, wanted: str) -> None:
        """Ask for `running`, `paused` or `stopped`; a stop is never taken back."""
        with self._changed:
            if self.wanted != "stopped":
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

    def run(self) -> None:
        """Search to the end; every way it can end is an event in the log."""
        try:
            self._search()
        except Exception as error:
            logging.getLogger(__name__).exception("The run %s failed", self.history.id)
            known = isinstance(error, DynasError)
            message = str(error) if known else f"{type(error).__name__}: {error}"
            self.enter("failed", message)

    def _search(self) -> None:
        config = self.history.config
        self._supernet = registry.load(config.dynas.supernet)
        self._settings = config.settings
        self._sources = self._supernet.sources(self._settings)
        self._supernet.check_data(self._settings)
        self._fingerprint = self._supernet.fingerprint(self._settings)
        self._measured = [m for m in config.all_metrics if not metric(m).computable]
        self.enter("running")
        rules = StopRules(config.stop)
        strategy = self._restored_strategy()
        path = config.dynas.results_csv_path
        self._csv = PublishedCsv(path, self.history.evaluations) if path else None
        evaluator = self._make_evaluator()
        try:
            ended, message = self._loop(strategy, evaluator, rules)
        finally:
            evaluator.close()
        self.enter(ended, message)

    def _loop(self, strategy: Strategy, evaluator: Evaluator, rules: StopRules) -> tuple[str, str]:
        """The state in which the search ended, and why if there is more to say."""
        flying: dict[Future[Measurement], Proposal] = {}
        while True:
            wanted = self.heed()
            strategy.budget = self.history.num_evals
            if wanted != "running" and self._settle(wanted, bool(flying)):
                return "stopped", ""
            if wanted == "running":
                reason = rules.reason(self.history)
                goes_on = not reason and self._fill(strategy, evaluator, flying)
                if not flying and not goes_on:
                    return "finished", reason or strategy.ending
            if flying:
                done, _ = wait(flying, timeout=_POLL, return_when=FIRST_COMPLETED)
                for future in done:
                    self._record(strategy, flying.pop(future), future)

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

    def _fill(
        self, strategy: Strategy, evaluator: Evaluator, flying: dict[Future[Measurement], Proposal]
    ) -> bool:
        """Give every worker something to do; whether there was anything new.

        A sub-network whose numbers are known ends the round: it may be what ends the search.
        """
        asked: list[Proposal] = []
        while len(flying) < evaluator.workers and self.wanted == "running":
            asked = strategy.ask(1)
            if not asked:
                break
            proposal = asked[0]
            cached = self._cached(proposal.genotype)
            if cached is not None:
                # With computable metrics alone nothing is measured, and so nothing is reused.
                reused = bool(self._measured)
                known = Measurement(cached, 0.0, "", self._known_conditions(proposal.genotype))
                self._append(strategy, proposal, known, "", reused=reused)
                break
            config = self._supernet.space.to_config(proposal.genotype)
            flying[evaluator.submit(config, self._measured, self._settings)] = proposal
        return bool(asked) or self.wanted != "running"

    def _record(
        self, strategy: Strategy, proposal: Proposal, future: "Future[Measurement]"
    ) -> None:
        error = future.exception()
        if isinstance(error, UnusableImagesError):
            raise error
        if error is not None:
            self._append(strategy, proposal, Measurement({}, 0.0, ""), str(error))
            return
        measurement = future.result()
        timed = timed_here(list(measurement.values), self._settings)
        slowed = timed if measurement.conditions.get("slowed") else []  # worth another measurement
        for name, value in measurement.values.items():
            keys = self.determinants(proposal.genotype, name)
            if name not in slowed:
                self.cache.put(keys, value)
            if name in timed:
                self.cache.note_conditions(keys, measurement.conditions)
        self._append(strategy, proposal, measurement, "")

    def _append(
        self, strategy: Strategy, proposal: Proposal, measurement: Measurement, reason: str,
        reused: bool = False,
    ) -> None:  # fmt: skip
        exact = {n: float(v[0]) for n, v in self._problem.exact(proposal.genotype).items()}
        wanted = self.history.config.all_metrics
        values = {**exact, **measurement.values}
        metrics = {name: values[name] for name in dict.fromkeys([*wanted, "macs", "params"])
                   if name in values}  # fmt: skip
        evaluation = self.log.append(
            Evaluation(
                number=0,
                genotype=tuple(int(gene) for gene in proposal.genotype),
                config=self._supernet.space.to_config(proposal.genotype),
                cycle=proposal.cycle,
                status="failed" if reason else "ok",
                metrics=metrics,
                sources={name: self._sources[name] for name in metrics},
                seconds=measurement.seconds,
                finished=time.time(),
                predicted=dict(proposal.predicted),
                reused=reused,
                reason=reason,
                worker=measurement.worker,
                conditions=measurement.conditions,
            )
        )
        strategy.tell([evaluation])
        if self._csv:
            self._csv.write(evaluation)
        self.on_evaluation(evaluation)

    def _restored_strategy(self) -> Strategy:
        from engine.search import approaches  # takes seconds, and only a search needs it

        config = self.history.config
        self._problem = approaches.problem_for(config, self._supernet)
        strategy = approaches.strategy_for(config, self._problem, self.history.num_evals)
        plans = [_plan(e.data) for e in self.history.events if e.kind == "cycle"]
        strategy.restore(self.history.evaluations, plans)
        strategy.on_plan = lambda plan: self._note_plan(plan)
        return strategy

    def _note_plan(self, plan: Plan) -> None:
        proposals = [
            {"genotype": [int(g) for g in p.genotype], "predicted": dict(p.predicted)}
            for p in plan.proposals
        ]
        data = {
            "cycle": plan.cycle,
            "after": plan.after,
            "proposals": proposals,
            "predictors": {name: fitted.to_json() for name, fitted in plan.fitted.items()},
        }
        self.log.append_event("cycle", data)

    def _cached(self, genotype: Genotypes) -> dict[str, float] | None:
        values = {m: self.cache.get(self.determinants(genotype, m)) for m in self._measured}
        known = {m: v for m, v in values.items() if v is not None}
        return known if len(known) == len(values) else None

    def _known_conditions(self, genotype: Genotypes) -> dict[str, Any]:
        """What the numbers of the cache were timed on."""
        for name in timed_here(self._measured, self._settings):
            return self.cache.conditions(self.determinants(genotype, name))
        return {}

    def determinants(self, genotype: Genotypes, metric: str) -> dict[str, Any]:
        """Everything that decides the number, for the evaluation cache."""
        keys: dict[str, Any] = {
            "supernet": self.history.supernet_name,
            "fingerprint": self._fingerprint,
            "genotype": [int(gene) for gene in genotype],
            "metric": metric,
        }
        if metric == "lat" and self._settings.latency_table:
            keys["table"] = sha256(Path(self._settings.latency_table).expanduser()).hex()
        elif metric in TIMED:
            keys["device"] = [
                self._settings.device, platform.node(), processor(), os.cpu_count(),
                self._settings.latency_batch, threads(self._settings), TIMING,
            ]  # fmt: skip
        elif metric == "peak_memory":
            keys["batch"] = self._settings.latency_batch
        return keys

    def enter(self, state: str, message: str = "") -> None:
        """Write a change of state to the log; the same state again is no event."""
        self.history.refresh()
        if self.history.state != state:
            self.log.append_event("state", {"state": state, "message": message})
            self.history.refresh()


def _plan(data: Mapping[str, Any]) -> Plan:
    proposals = [
        Proposal(np.array(p["genotype"], dtype=np.int64), data["cycle"], p["predicted"])
        for p in data["proposals"]
    ]
    fitted = {name: Fitted.from_json(fit) for name, fit in data.get("predictors", {}).items()}
    return Plan(data["cycle"], data["after"], proposals, fitted)
