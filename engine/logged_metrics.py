"""Metrics of packages and scripts as the logs of runs describe them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from engine.metrics import METRICS, Metric, fields_problem, find_metric, metric, use_restored


def describe_added_metrics(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Definitions of the metrics that packages add, as plain data for a log."""
    return {name: asdict(metric(name)) for name in names if name not in METRICS}


def restore_metrics(descriptions: Mapping[str, Mapping[str, Any]]) -> dict[str, Metric]:
    """The metrics that a log describes; those that are new to this process become known to it.

    Where this process knows another metric of the name, that remains: read the run within
    `defined_by`. Incomplete descriptions are left out: looking up the metric raises ConfigError.
    """
    definitions = {}
    for name, fields in descriptions.items():
        known_fields = {key: fields[key] for key in Metric.__dataclass_fields__ if key in fields}
        try:
            definition = Metric(**known_fields)
        except TypeError:
            continue
        # A name that is also that of a column is accepted, so that old runs can still be read.
        if fields_problem(name, definition):
            continue
        definitions[name] = definition
        if find_metric(name) is None:
            use_restored({name: definition})
    return definitions


def definition_difference(first: Metric, other: Metric) -> str:
    """How two metrics of one name differ, as a clause on the `other`; empty if they are read alike.

    Labels and descriptions may differ.
    """
    if first.direction != other.direction:
        better = {"min": "less", "max": "more"}
        return (
            f"of its {other.label} {better[other.direction]} is better, not "
            f"{better[first.direction]}"
        )
    if first.unit != other.unit:
        units = [
            f"in {metric.unit}" if metric.unit else "without a unit" for metric in (other, first)
        ]
        return f"its {other.label} is {units[0]}, not {units[1]}"
    if (first.lowest, first.highest) != (other.lowest, other.highest):
        return f"its {other.label} has other bounds"
    return ""
