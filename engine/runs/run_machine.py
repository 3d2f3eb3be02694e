"""The kind of machine on which a run measures, as its log tells."""

from engine.evaluation.evaluator import Evaluator
from engine.log.evaluation_log import EvaluationLog
from engine.meters.machine import MachineKind
from engine.runs.cached_measurements import CachedMeasurements
from engine.runs.history import RunHistory

_EVENT = "machine"


def logged_machine(history: RunHistory) -> MachineKind | None:
    """The kind with which a run on a cluster has begun; None if its values do not depend on it."""
    events = (event for event in reversed(history.events) if event.kind == _EVENT)
    event = next(events, None)
    return MachineKind.from_log(event.data) if event else None


def note_machine(
    measurements: CachedMeasurements, evaluator: Evaluator, log: EvaluationLog, history: RunHistory
) -> None:
    """Let values of the cache be those of the machines that measure; the log tells their kind."""
    if measurements.machine is not None or (machine := evaluator.machine) is None:
        return
    measurements.machine = machine
    if machine.determinants and logged_machine(history) is None:
        log.append_event(_EVENT, machine.to_log())
        history.refresh()
