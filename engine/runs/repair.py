"""A run from what can be read of one whose log is damaged."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from engine.errors import DynasError, LogError
from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import DiskLog
from engine.log.event import Event
from engine.log.recovery import RecoveredLog, check_readable, recover
from engine.runs.genotypes import not_in_space
from engine.runs.history import RunHistory
from engine.runs.provenance import config_as_it_was
from engine.supernets import registry


@dataclass(frozen=True)
class RepairResult:
    """What a repair has kept, and what is lost, such as `evaluation 7`."""

    evaluations: int
    events: int
    lost: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What came of it, in words."""
        kept = f"{self.evaluations:,} evaluations and {self.events:,} events were kept"
        gone = ", ".join(self.lost[:5]) + (", …" if len(self.lost) > 5 else "")
        return f"{kept}; lost: {gone}." if gone else f"{kept}; no record is lost."


def repaired_log(run_id: str, damaged: Path, made: Path) -> RepairResult:
    """Write to `made` a new log with every readable record of the one in `damaged`, in its order.

    Records are numbered anew, and events that name evaluations follow them. A last event,
    `repaired`, tells what is lost. Raises LogError, and leaves nothing at `made`, if what is left
    makes no run.
    """
    found = recover(damaged)
    check_readable(damaged, found)
    if found.created is None:
        raise LogError(
            f"The run '{run_id}' cannot be repaired: the record of what was searched is lost. "
            "Export what is readable, then move the run to the trash."
        )
    try:
        return _written(run_id, _of_its_supernet(found, found.created), made)
    except DynasError as error:
        shutil.rmtree(made, ignore_errors=True)
        raise LogError(f"The run '{run_id}' cannot be repaired. {error}") from error


def _of_its_supernet(found: RecoveredLog, created: Event) -> RecoveredLog:
    """Without evaluations that are no sub-network of the run's supernet; all if none is one."""
    try:
        supernet = config_as_it_was(created.data["config"]).dynas.supernet
        strange = {e.number for e in not_in_space(found.evaluations, registry.load(supernet).space)}
    except DynasError:
        return found  # its package is gone, or its settings are of another version
    if len(strange) == len(found.evaluations):
        return found
    kept = tuple(e for e in found.evaluations if e.number not in strange)
    lost = (*found.lost, *(f"evaluation {number}" for number in sorted(strange)))
    return replace(found, evaluations=kept, lost=lost)


def _written(run_id: str, found: RecoveredLog, made: Path) -> RepairResult:
    log = DiskLog(made)
    try:
        log.append_all(found.evaluations)
        log.append_events([_following(event, found.evaluations) for event in found.events])
        log.append_event("repaired", {"lost": list(found.lost)})
    finally:
        log.close()
    read = RunHistory(run_id, DiskLog.open(made))  # raises if it makes no sense
    if len(read.evaluations) != len(found.evaluations):
        raise LogError("What was written cannot be read back.")
    return RepairResult(len(found.evaluations), len(found.events), found.lost)


def _following(event: Event, kept: Sequence[Evaluation]) -> Event:
    """The event with the numbers that the evaluations which it names have now."""
    now: Mapping[int, int] = {e.number: place for place, e in enumerate(kept, start=1)}
    data: dict[str, Any] = dict(event.data)
    if event.kind in ("shortlist", "retry"):
        data["numbers"] = [now[number] for number in data["numbers"] if number in now]
    if event.kind in ("cycle", "retry"):
        data["after"] = sum(e.number <= data["after"] for e in kept)
    return replace(event, data=data)
