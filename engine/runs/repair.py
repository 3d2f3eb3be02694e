"""Writes a new log with the readable records of a damaged one."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.count_text import count_text
from engine.errors import DynasError, LogError
from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import DiskLog
from engine.log.event import Event
from engine.log.recovery import RecoveredLog, check_readable, recover
from engine.logged_metrics import restore_metrics
from engine.runs.confirmations import KIND as CONFIRMED
from engine.runs.evaluation_notes import KIND as NOTED
from engine.runs.genotypes import not_in_space
from engine.runs.history import RunHistory
from engine.runs.provenance import config_from_log
from engine.supernets import registry


@dataclass(frozen=True)
class RepairResult:
    """The numbers of kept records, and the lost ones, such as `evaluation 7`."""

    evaluations: int
    events: int
    lost: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The result in words."""
        evaluations, events = (
            count_text(self.evaluations, "evaluation"),
            count_text(self.events, "event"),
        )
        kept_text = f"{evaluations} and {events} were kept"
        lost_text = ", ".join(self.lost[:5]) + (", …" if len(self.lost) > 5 else "")
        return (
            f"{kept_text}; lost: {lost_text}." if lost_text else f"{kept_text}; no record is lost."
        )


def write_repaired_log(run_id: str, damaged: Path, target: Path) -> RepairResult:
    """Write to `target` a new log with all readable records of the log in `damaged`, in order.

    Records are renumbered, also where events name evaluations. A final event `repaired` lists the
    lost records. Raises LogError, and leaves nothing at `target`, if the records make no run.
    """
    recovered = recover(damaged)
    check_readable(damaged, recovered)
    if recovered.created is None:
        raise LogError(
            f"The run '{run_id}' cannot be repaired: the record of what was searched is lost. "
            "Export what is readable, then move the run to the trash."
        )
    try:
        return _write_log(
            run_id, _without_foreign_evaluations(recovered, recovered.created), target
        )
    except DynasError as error:
        shutil.rmtree(target, ignore_errors=True)
        raise LogError(f"The run '{run_id}' cannot be repaired. {error}") from error


def _without_foreign_evaluations(recovered: RecoveredLog, created: Event) -> RecoveredLog:
    """Drop evaluations outside the search space of the run's supernet, unless all are outside."""
    definitions = restore_metrics(created.data.get("metrics", {}))
    try:
        supernet = config_from_log(created.data, definitions).dynas.supernet
        foreign_numbers = {
            e.number for e in not_in_space(recovered.evaluations, registry.load(supernet).space)
        }
    except DynasError:
        return recovered  # the supernet is not installed, or the settings are invalid here
    if len(foreign_numbers) == len(recovered.evaluations):
        return recovered
    evaluations = tuple(e for e in recovered.evaluations if e.number not in foreign_numbers)
    lost = (*recovered.lost, *(f"evaluation {number}" for number in sorted(foreign_numbers)))
    return replace(recovered, evaluations=evaluations, lost=lost)


def _write_log(run_id: str, recovered: RecoveredLog, target: Path) -> RepairResult:
    log = DiskLog(target)
    try:
        log.append_all(recovered.evaluations)
        renumbered = (_renumber(event, recovered.evaluations) for event in recovered.events)
        log.append_events([event for event in renumbered if event is not None])
        log.append_event("repaired", {"lost": list(recovered.lost)})
    finally:
        log.close()
    history = RunHistory(run_id, DiskLog.open(target))  # raises for inconsistent records
    if len(history.evaluations) != len(recovered.evaluations):
        raise LogError("What was written cannot be read back.")
    return RepairResult(len(recovered.evaluations), len(recovered.events), recovered.lost)


def _renumber(event: Event, evaluations: Sequence[Evaluation]) -> Event | None:
    """The event with the new numbers of the evaluations that it names.

    None for an event of an evaluation that is lost.
    """
    new_numbers: Mapping[int, int] = {
        e.number: position for position, e in enumerate(evaluations, start=1)
    }
    data: dict[str, Any] = dict(event.data)
    if event.kind in ("shortlist", "retry"):
        data["numbers"] = [
            new_numbers[number] for number in data["numbers"] if number in new_numbers
        ]
    if event.kind in (NOTED, CONFIRMED):
        if data["number"] not in new_numbers:
            return None
        data["number"] = new_numbers[data["number"]]
    if event.kind == "latencies":
        data["latencies"] = [
            {**latency, "evaluation": new_numbers[latency["evaluation"]]}
            for latency in data["latencies"]
            if latency["evaluation"] in new_numbers
        ]
    if event.kind in ("cycle", "retry"):
        data["after"] = sum(e.number <= data["after"] for e in evaluations)
    return replace(event, data=data)
