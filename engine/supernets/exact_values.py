"""What is computed of many genotypes at once: asked for in one way only, and checked."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import DataError
from engine.metrics import LARGEST, metric
from engine.space import Genotypes

ROWS_ASKED = ("exact", "macs_params", "state_bytes")
"""The methods of a supernet that take genotypes."""


def wrong_values(exact: object, rows: int) -> str:
    """What is wrong with what `exact` gave for so many genotypes; empty if nothing is."""
    if not isinstance(exact, Mapping):
        return f"it is of type {type(exact).__name__}, not values by the name of their metric"
    for name, values in exact.items():
        array = np.asarray(values)
        if array.shape != (rows,):
            return (
                f"{name} has the shape {array.shape}, and ({rows},) is wanted: a value a genotype"
            )
        known = metric(name)
        if why := _refused(array, known.lowest, known.highest):
            return f"{name} of genotype {why[0]} {known.refusal(array[why[0]])}"
    return ""


def _refused(values: npt.NDArray[Any], lowest: float | None, highest: float | None) -> list[int]:
    """The index of the first value that cannot be one; empty if all can."""
    if values.dtype.kind not in "iuf":
        return [0] if len(values) else []
    low = -LARGEST if lowest is None else lowest
    high = LARGEST if highest is None else highest
    return np.flatnonzero(~((values >= low) & (values <= high)))[:1].tolist()


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
        if name == "exact":
            problem = wrong_values(given, len(rows))
        elif given is not None and len(np.atleast_1d(given)) != len(rows):
            problem = f"{len(rows)} genotypes have {len(np.atleast_1d(given))} answers"
        if problem:
            raise DataError(f"{whose} fails in {name}: {problem}. Repair its package.")
        return given

    return call
