"""Checks of the values that a supernet computes for many genotypes at once."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import DataError
from engine.metrics import LARGEST, Metric, metric
from engine.space import Genotypes

GENOTYPE_METHODS = ("exact_metrics", "macs_params", "state_bytes")
"""The methods of a supernet that take genotypes."""


def value_problem(values_by_metric: object, rows: int) -> str:
    """Why `values_by_metric` cannot be the exact metrics of `rows` genotypes; empty if they can."""
    if not isinstance(values_by_metric, Mapping):
        type_name = type(values_by_metric).__name__
        return f"it is of type {type_name}, not values by the name of their metric"
    for name, values in values_by_metric.items():
        array = np.asarray(values)
        if array.shape != (rows,):
            return f"{name} has the shape {array.shape}; ({rows},), a value a genotype, is wanted"
        definition = metric(name)
        index = _first_impossible(array, definition)
        if index is not None:
            return f"{name} of genotype {index} {definition.refusal(array.tolist()[index])}"
    return ""


def _first_impossible(values: npt.NDArray[Any], definition: Metric) -> int | None:
    """The index of the first of `(n,)` values that is impossible for its metric."""
    if values.dtype.kind not in "iuf":
        return next((i for i, value in enumerate(values) if definition.refusal(value)), None)
    low = -LARGEST if definition.lowest is None else definition.lowest
    high = LARGEST if definition.highest is None else definition.highest
    impossible = np.flatnonzero(~((values >= low) & (values <= high)))
    return int(impossible[0]) if len(impossible) else None


def with_checked_rows(
    method: Callable[[Genotypes], Any], name: str, owner: str
) -> Callable[..., Any]:
    """Wrap `method` so that it only receives `(n, genes)` int64 arrays of at least one row.

    A single genotype becomes one row. Without rows the result is empty, in the form of a result
    for one row. Raises DataError for results that are impossible.
    """

    @functools.wraps(method)
    def call(genotypes: Genotypes) -> Any:
        rows = np.ascontiguousarray(np.atleast_2d(genotypes), dtype=np.int64)
        if not len(rows):
            example = call(np.zeros((1, rows.shape[1]), dtype=np.int64))
            if isinstance(example, Mapping):
                return {key: values[:0] for key, values in example.items()}
            return None if example is None else example[:0]
        result = method(rows)
        problem = ""
        if name == "exact_metrics":
            problem = value_problem(result, len(rows))
        elif result is not None and len(np.atleast_1d(result)) != len(rows):
            problem = f"{len(rows)} genotypes have {len(np.atleast_1d(result))} answers"
        if problem:
            raise DataError(f"{owner} fails in {name}: {problem}. Repair its package.")
        return result

    return call
