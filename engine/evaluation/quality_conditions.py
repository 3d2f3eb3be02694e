"""What the quality of an evaluation was measured with."""

from typing import Any

from engine.evaluation.record import Evaluation
from engine.meters.conditions import describe_quality_conditions
from engine.meters.registry import is_quality, is_quality_in_int8

_INT8 = "int8_runtime"
INPUTS = "inputs"
"""How many inputs a quality was measured on, such as validation images."""
COLUMN = "measured_with"
"""The heading of what `describe_measured_with` says, in tables of evaluations."""


def measured_with(name: str, evaluation: Evaluation) -> dict[str, Any]:
    """The conditions under which the metric `name` was measured, if it is a quality metric.

    As of `engine.meters.conditions.quality_conditions`. Empty for another metric, a quality that
    was not measured or that functions of a script returned, and in logs of older versions.
    """
    if evaluation.sources.get(name) != "measured" or not is_quality(name):
        return {}
    in_int8 = is_quality_in_int8(name)
    conditions = evaluation.quality_conditions
    return {k: v for k, v in conditions.items() if k == INPUTS or (k == _INT8) == in_int8}


def describe_measured_with(evaluation: Evaluation) -> str:
    """What the qualities of an evaluation were measured with, in words; empty if it is not known.

    Such as `OpenVINO 2026.4.1 (cpu, bf16)`, with that of its qualities in int8 after a semicolon.
    """
    texts = (describe_quality_conditions(measured_with(n, evaluation)) for n in evaluation.metrics)
    return "; ".join(dict.fromkeys(filter(None, texts)))
