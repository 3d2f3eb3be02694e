"""Checks the requirements of a supernet in a child process and records the result."""

import threading

from engine.errors import DataError
from engine.evaluation.subprocess_call import call_in_subprocess
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings, Progress, Requirement
from engine.supernets.requirement_records import Check, RequirementRecords


def check_requirement(
    records: RequirementRecords,
    supernet: str,
    requirement: Requirement,
    progress: Progress,
    cancelled: threading.Event,
) -> Check:
    """Check a requirement in a child process and record the result, also that it is damaged.

    Raises DataError if it is missing, CancelledError once `cancelled` is set.
    """
    settings = records.settings(registry.load(supernet), requirement.serves)
    path = requirement.locate(settings)
    try:
        result = call_in_subprocess(
            _run_check, supernet, requirement.key, settings, progress=progress, cancelled=cancelled
        )
    except DataError as error:
        return records.record_check(requirement, path, False, str(error))
    return records.record_check(requirement, path, True, result)


def _run_check(supernet: str, key: str, settings: EvaluationSettings, progress: Progress) -> str:
    (requirement,) = (r for r in registry.load(supernet).requirements() if r.key == key)
    return requirement.check(settings, progress)
