"""Whether a supernet has what it needs; reading it all is done apart and is remembered."""

import threading

from engine.errors import DataError
from engine.evaluation.subprocess_call import call_in_subprocess
from engine.supernets import registry
from engine.supernets.base import EvaluationSettings, Progress, Requirement
from engine.supernets.requirement_records import Check, RequirementRecords


def check_requirement(
    remembered: RequirementRecords,
    supernet: str,
    requirement: Requirement,
    progress: Progress,
    cancelled: threading.Event,
) -> Check:
    """Read all of a requirement in a process of its own and remember what was found.

    What is damaged is a finding as well. Raises DataError if it is missing, CancelledError.
    """
    settings = remembered.settings(registry.load(supernet), requirement.serves)
    place = requirement.locate(settings)
    try:
        found = call_in_subprocess(
            _read, supernet, requirement.key, settings, progress=progress, cancelled=cancelled
        )
    except DataError as error:
        return remembered.record_check(requirement, place, False, str(error))
    return remembered.record_check(requirement, place, True, found)


def _read(supernet: str, key: str, settings: EvaluationSettings, progress: Progress) -> str:
    (needed,) = (r for r in registry.load(supernet).requirements() if r.key == key)
    return needed.check(settings, progress)
