"""The end of a search with `confirm`: its front is measured again, a number of times."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from engine.config import NASConfig
from engine.count_text import count_text
from engine.errors import UnusableDataError
from engine.evaluation.evaluator import Evaluator
from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import EvaluationLog
from engine.meters import registry as meters
from engine.quoting import message_text
from engine.runs.confirmations import KIND, near_front
from engine.runs.genotypes import genotypes_of
from engine.runs.history import RunHistory
from engine.runs.run_summary import STOPPED_NOW
from engine.runs.running_evaluations import RunningEvaluation, RunningEvaluations
from engine.runs.time_limit import TimeLimit
from engine.search.strategy import Proposal
from engine.supernets.base import Supernet

_POLL_INTERVAL = 0.2  # seconds between two checks for requests


@dataclass(frozen=True)
class Steering:
    """How a run is paused and stopped meanwhile.

    `poll` returns the requested state. `pause` enters the state of a pause or a stop, with whether
    measurements are under way, and waits while paused; it returns whether the run is to stop.
    `enter` enters a state with a message.
    """

    poll: Callable[[], str]
    pause: Callable[[str, bool], bool]
    enter: Callable[[str, str], None]


def confirmable_metrics(config: NASConfig, supernet: Supernet) -> list[str]:
    """The metrics of a search that a repeated measurement tells anew: qualities that are measured.

    Those of networks in int8 are not among them.
    """
    sources = meters.sources(supernet, config.settings)
    return [
        name
        for name in config.all_metrics
        if sources.get(name) == "measured" and meters.meter_of(name) is meters.QUALITY
    ]


def confirmed_end(
    end: tuple[str, str],
    log: EvaluationLog,
    history: RunHistory,
    evaluator: Evaluator,
    steering: Steering,
) -> tuple[str, str]:
    """Confirm the front of a search that has come to its `end`, a state and its reason.

    Returns the state and the reason afterwards; those of the search unless it is finished.
    """
    if end[0] != "finished" or not history.config.dynas.confirm:
        return end
    if not confirm_front(log, history, evaluator, steering):
        return "stopped", "The front is not confirmed yet. Resume the run to go on with that."
    return end


def confirm_front(
    log: EvaluationLog, history: RunHistory, evaluator: Evaluator, steering: Steering
) -> bool:
    """Measure the front, and what is within noise of it, as often as `confirm` says.

    Each measurement is recorded in the log at once, beside the evaluations, and is not made again
    when the run is resumed. It recomputes normalisation statistics on inputs that are drawn anew
    with replacement from those for calibration; the validation data is the same. Returns False if
    the run was stopped before the end.
    """
    config, supernet = history.config, history.supernet
    names = confirmable_metrics(config, supernet)
    pending = _pending(history, config.dynas.confirm or 0, names)
    if pending:
        text = (
            f"The front is confirmed: {count_text(len(pending), 'measurement')} beside the budget."
        )
        steering.enter("running", text)
    running, limit = (
        RunningEvaluations(evaluator, False),
        TimeLimit(config.dynas.evaluation_timeout),
    )
    submitted: dict[int, tuple[Evaluation, int]] = {}  # by the identity of the proposal
    while pending or len(running):
        requested = steering.poll()
        is_busy = running.has_begun if requested == "stopped" else len(running) > 0
        if requested == STOPPED_NOW or (
            requested != "running" and steering.pause(requested, is_busy)
        ):
            running.abandon()
            return False
        while requested == "running" and pending and running.free_workers > 0:
            evaluation, repeat = pending.pop(0)
            (genotype,) = genotypes_of([evaluation], supernet.space)
            proposal = Proposal(genotype, evaluation.cycle)
            submitted[id(proposal)] = (evaluation, repeat)
            settings = replace(config.settings, repetition=repeat)
            running.add(proposal, evaluator.submit(evaluation.config, names, settings))
        running.wait(_POLL_INTERVAL)
        running.time_out(limit.seconds(history.evaluations), limit.sentence)
        while (completed := running.pop_completed()) is not None:
            _record(log, completed, *submitted.pop(id(completed.proposal)))
        history.refresh()
    return True


def _pending(history: RunHistory, repeats: int, names: list[str]) -> list[tuple[Evaluation, int]]:
    """The measurements that are missing, a repeat of all sub-networks before the next one."""
    if not repeats or not names:
        return []
    front, evaluations = history.front(), list(history.evaluations)
    feasible = [
        e for e, ok in zip(evaluations, history.all_feasible(evaluations), strict=True) if ok
    ]
    chosen = [*front, *near_front(feasible, front, history.objectives, names)]
    return [
        (evaluation, repeat)
        for repeat in range(1, repeats + 1)
        for evaluation in chosen
        if not history.confirmations.has(evaluation.number, repeat)
    ]


def _record(
    log: EvaluationLog, completed: RunningEvaluation, evaluation: Evaluation, repeat: int
) -> None:
    error = completed.error()
    if isinstance(error, UnusableDataError):
        raise error
    data = {"number": evaluation.number, "repeat": repeat, "metrics": {}, "seconds": 0.0}
    if error is None:
        measurement = completed.future.result()
        data |= {"metrics": dict(measurement.values), "seconds": measurement.seconds}
    else:
        data["reason"] = message_text(error) or type(error).__name__
    log.append_event(KIND, data)
