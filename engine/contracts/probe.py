"""Sub-networks that behave as their config says, for checks of evaluators on any machine.

They need no package and no file there: they are offered as a script offers its functions.
"""

import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

from engine import script_objects
from engine.contracts.evaluators import Behaviour, Request
from engine.evaluation.job import EvaluationJob
from engine.evaluation.record import Config
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.space.choices import choice_space
from engine.supernets.choices.supernet import ChoiceSupernet
from engine.supernets.choices.trial import TrialFunctions

_NUMBER = Metric("checked_number", "Number", "", "max", "measured", "The number of a config.")
_DIES = "dying"  # ends the process that measures
_CHOICES: Mapping[str, Sequence[Any]] = {
    "behaviour": ["fine", "failing", "hanging", _DIES],
    "number": [1, 2],
}
_SETTINGS = EvaluationSettings()


def probe_job() -> EvaluationJob:
    """A job whose sub-networks are those of `request`."""
    functions = TrialFunctions(evaluate=_behave)
    supernet = ChoiceSupernet(choice_space(_CHOICES), {_NUMBER: "number"}, functions, "probe")
    script_objects.offer("supernet", supernet.name, supernet)
    script_objects.offer("metric", _NUMBER.name, _NUMBER)
    try:
        fingerprint = supernet.fingerprint(_SETTINGS)
        return EvaluationJob("check", supernet.name, _SETTINGS, fingerprint)
    finally:
        script_objects.withdraw("supernet", supernet.name)
        script_objects.withdraw("metric", _NUMBER.name)


def request(behaviour: Behaviour, number: int) -> Request:
    """What to submit so that a measurement goes so; the sub-networks 0 and 1 differ."""
    return {"behaviour": behaviour, "number": number + 1}, [_NUMBER.name], _SETTINGS


def deadly_request() -> Request:
    """What to submit so that the process that measures ends at once."""
    return {"behaviour": _DIES, "number": 1}, [_NUMBER.name], _SETTINGS


def _behave(config: Config) -> float:
    if config["behaviour"] == "failing":
        raise RuntimeError("It fails, as was asked for.")
    if config["behaviour"] == _DIES:
        os._exit(1)
    while config["behaviour"] == "hanging":
        time.sleep(1)
    return float(config["number"])
