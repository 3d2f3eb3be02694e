"""What the quality of an evaluation was measured with."""

from typing import Any

from engine.evaluation.record import Evaluation
from engine.meters.registry import is_quality, is_quality_in_int8

_INT8 = "int8_runtime"


def measured_with(name: str, evaluation: Evaluation) -> dict[str, Any]:
    """The conditions under which the metric `name` was measured, if it is a quality metric.

    As of `engine.meters.conditions.quality_conditions`. Empty for another metric, a quality that
    was not measured or that functions of a script returned, and in logs of older versions.
    """
    if evaluation.sources.get(name) != "measured" or not is_quality(name):
        return {}
    in_int8 = is_quality_in_int8(name)
    return {k: v for k, v in evaluation.quality_conditions.items() if (k == _INT8) == in_int8}
