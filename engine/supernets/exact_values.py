"""What is computed of many genotypes at once: asked for in one way only, and checked."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import DataError
from engine.metrics import LARGEST, Metric, metric
from engine.space import Genotypes

ROWS_ASKED = ("exact_metrics", "macs_params", "state_bytes")
"""The methods of a supernet that take genotypes."""


def wrong_values(exact: object, rows: int) -> str:
    """What is wrong with what `exact_metrics` gave for so many genotypes; empty if nothing is."""
    if not isinstance(exact, Mapping):
        return f"it is of type {type(exact).__name__}, not values by the name of their metric"
    for name, values in exact.items():
        array = np.asarray(values)
        if array.shape != (rows,):
            return f"{name} has the shape {array.shape}; ({rows},), a value a genotype, is wanted"
        known = metric(name)
        wrong = _first_wrong(array, known)
        if wrong is not None:
            return f"{name} of genotype {wrong} {known.refusal(array.tolist()[wrong])}"
    return ""


def _first_wrong(values: npt.NDArray[Any], known: Metric) -> int | None:
    """The index of the first of `(n,)` values that cannot be one of its metric."""
    if values.dtype.kind not in "iuf":
        return next((i for i, value in enumerate(values) if known.refusal(value)), None)
    low = -LARGEST if known.lowest is None else known.lowest
    high = LARGEST if known.highest is None else known.highest
    wrong = np.flatnonzero(~((values >= low) & (values <= high)))
    return int(wrong[0]) if len(wrong) else None


def by_rows(method: Callable[[Genotypes], Any], name: str, whose: str) -> Callable[..., Any]:
    """`method`, called with `(n, genes)` int64 arrays of at least one row and nothing else.

    A single genotype counts as one row; of none the answer is what is left of that of one. Raises
    DataError for values that cannot be.
    """

    @functools.wraps(method)
    def call(genotypes: Genotypes) -> Any:
        rows = np.ascontiguousarray(np.atleast_2d(genotypes), dtype=np.int64)
        if not len(rows):
            one = call(np.zeros((1, rows.shape[1]), dtype=np.int64))
            if isinstance(one, Mapping):
                return {key: values[:0] for key, values in one.items()}
            return None if one is None else one[:0]
        given = method(rows)
        problem = ""
        if name == "exact_metrics":
            problem = wrong_values(given, len(rows))
        elif given is not None and len(np.atleast_1d(given)) != len(rows):
            problem = f"{len(rows)} genotypes have {len(np.atleast_1d(given))} answers"
        if problem:
            raise DataError(f"{whose} fails in {name}: {problem}. Repair its package.")
        return given

    return call
