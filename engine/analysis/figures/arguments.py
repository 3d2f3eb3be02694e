"""Checks of the arguments of the functions that draw, before anything is drawn."""

import functools
import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar, get_args

import numpy as np

from engine.analysis.charts.importance import By
from engine.analysis.charts.predictor_quality import QualityMeasure
from engine.analysis.figures.run_arguments import history_of
from engine.analysis.figures.theme import Style
from engine.bound_text import read_quantity
from engine.constraints import Constraint, parse_constraints
from engine.errors import ConfigError, FigureError
from engine.metrics import LARGEST
from engine.quoting import quoted

_P = ParamSpec("_P")
_R = TypeVar("_R")
_MAX_ENTRIES = 10_000  # entries of a list

Limits = str | Sequence[str | Constraint] | Mapping[str, float | str]
"""Limits as a text, as several texts or constraints, or as the worst value of each metric."""


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """`function` with checked arguments; raises FigureError that names a wrong argument.

    Covers the arguments in `_CHECKS`. An argument `run` is loaded, and metrics mean in the function
    what its log defines.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            if name in _CHECKS:
                bound.arguments[name] = _CHECKS[name](name, value)
        if "run" not in bound.arguments:
            return function(*bound.args, **bound.kwargs)
        history = bound.arguments["run"] = history_of(bound.arguments["run"])
        with history.own_metrics():
            return function(*bound.args, **bound.kwargs)

    return call


def _argument_error(name: str, expected: str, value: object) -> FigureError:
    return FigureError(f"{name}: give {expected}, not {quoted(value, 60)}.")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _argument_error(name, "a text", value)
    return value


def _metric(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _argument_error(name, "the name of a metric", value)
    return value


def _gene(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _argument_error(name, "the name of a gene such as 'd1'", value)
    return value


def _boolean(name: str, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise _argument_error(name, "True or False", value)
    return bool(value)


def _integer(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise _argument_error(name, "a whole number", value)
    return int(value)


def _optional_integer(name: str, value: Any) -> int | None:
    return None if value is None else _integer(name, value)


def _one_of(choices: Sequence[str]) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise _argument_error(
                name, f"{', '.join(map(repr, choices[:-1]))} or {choices[-1]!r}", value
            )
        return value

    return check


def _entries(name: str, value: Any, expected: str) -> list[Any]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise _argument_error(name, expected, value)
    entries = []
    for entry in value:
        entries.append(entry)
        if len(entries) > _MAX_ENTRIES:
            raise FigureError(f"{name}: give at most {_MAX_ENTRIES:,} entries.")
    return entries


def _log(name: str, value: Any) -> frozenset[str]:
    expected = "axes such as ['x', 'y']"
    entries = [value] if isinstance(value, str) else _entries(name, value, expected)
    return frozenset(_one_of("xyz")(name, entry) for entry in entries)


def _names(name: str, value: Any) -> list[str]:
    expected = "a list of names such as ['macs', 'acc']"
    return [_text(name, entry) for entry in _entries(name, value, expected)]


def _genes(name: str, value: Any) -> list[str]:
    expected = "two names of genes such as ['d1', 'd2']"
    return [_text(name, entry) for entry in _entries(name, value, expected)]


def _numbers(name: str, value: Any) -> list[int]:
    expected = "a list of the numbers of evaluations"
    return [_integer(name, entry) for entry in _entries(name, value, expected)]


def _runs(name: str, value: Any) -> list[Any]:
    return _entries(name, value, "a list of runs")


def _numbers_by_name(name: str, value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise _argument_error(name, "a mapping such as {'macs': 5e6}", value)
    return {_text(name, key): _number(f"{name}[{quoted(key, 40)}]", v) for key, v in value.items()}


def _number(name: str, value: Any) -> float:
    """A finite number, or a text in the format of constraints, such as `50k` and `3 M`."""
    if isinstance(value, str):
        try:
            return read_quantity(value)
        except ConfigError:
            expected = "a number such as 5e6, 50k or 3 M"
            raise _argument_error(name, expected, value) from None
    is_number = isinstance(value, int | float | np.integer | np.floating)
    if not is_number or isinstance(value, bool) or not abs(value) <= LARGEST:
        raise _argument_error(
            name, "a finite number such as 5e6, or a text such as '50k' or '3 M'", value
        )
    return float(value)


def _limits(name: str, value: Any) -> list[Constraint]:
    """Limits as a text such as `macs <= 3M`, as such texts, or as numbers by metric."""
    try:
        if isinstance(value, str | Mapping):
            return parse_constraints(value)
        expected = "a text such as 'macs <= 5M and lat <= 20' or a mapping such as {'macs': 5e6}"
        return parse_constraints(
            entry if isinstance(entry, Constraint) else _text(name, entry)
            for entry in _entries(name, value, expected)
        )
    except ConfigError as error:
        raise FigureError(f"{name}: {error}") from None


def _weights(name: str, value: Any) -> dict[str, float]:
    weights = _numbers_by_name(name, value)
    for key, weight in weights.items():
        if weight < 0:
            raise FigureError(f"{name}[{quoted(key, 40)}]: give 0 or more, not {weight:g}.")
    if weights and not math.fsum(weights.values()):
        raise FigureError(f"{name}: give one that is more than 0.")
    return weights


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "runs": _runs,
    "x": _metric,
    "y": _metric,
    "z": _metric,
    "metric": _metric,
    "best": _metric,
    "gene": _gene,
    "genes": _genes,
    "metrics": _names,
    "hover": _names,
    "log": _log,
    "outliers": _boolean,
    "infeasible": _boolean,
    "apart": _boolean,
    "panels": _boolean,
    "baselines": _boolean,
    "where": _text,
    "at": _optional_integer,
    "measure": _one_of(get_args(QualityMeasure)),
    "by": _one_of(get_args(By)),
    "axes": _names,
    "limits": _limits,
    "weights": _weights,
    "shortlist": _numbers,
    "style": _one_of(get_args(Style)),
}
