"""What the arguments of the functions that draw can be, checked before anything is drawn."""

import functools
import inspect
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ParamSpec, TypeVar, get_args

import numpy as np

from engine.analysis.charts.importance import By
from engine.analysis.charts.predictor_quality import Judged
from engine.analysis.figures.theme import Style
from engine.constraints import parse_number
from engine.errors import ConfigError, FigureError
from engine.metrics import LARGEST
from engine.quoting import quoted

_P = ParamSpec("_P")
_R = TypeVar("_R")
_MOST = 10_000  # entries of a list


def checked(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """`function`, which raises FigureError that names the argument for what cannot be one.

    Of arguments in `_CHECKS`; each run is checked where it is looked for.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        bound = signature.bind(*args, **kwargs)
        for name, value in bound.arguments.items():
            if name in _CHECKS:
                bound.arguments[name] = _CHECKS[name](name, value)
        return function(*bound.args, **bound.kwargs)

    return call


def _wrong(name: str, wanted: str, value: object) -> FigureError:
    return FigureError(f"{name}: give {wanted}, not {quoted(value, 60)}.")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong(name, "a text", value)
    return value


def _metric(name: str, value: Any) -> str | None:
    if value is not None and not isinstance(value, str):
        raise _wrong(name, "the name of a metric", value)
    return value


def _truth(name: str, value: Any) -> bool:
    if not isinstance(value, bool | np.bool_):
        raise _wrong(name, "True or False", value)
    return bool(value)


def _whole(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise _wrong(name, "a whole number", value)
    return int(value)


def _moment(name: str, value: Any) -> int | None:
    return None if value is None else _whole(name, value)


def _one_of(choices: Sequence[str]) -> Callable[[str, Any], str]:
    def check(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in choices:
            raise _wrong(name, f"{', '.join(map(repr, choices[:-1]))} or {choices[-1]!r}", value)
        return value

    return check


def _entries(name: str, value: Any, wanted: str) -> list[Any]:
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        raise _wrong(name, wanted, value)
    found = []
    for entry in value:
        found.append(entry)
        if len(found) > _MOST:
            raise FigureError(f"{name}: give at most {_MOST:,} entries.")
    return found


def _log(name: str, value: Any) -> frozenset[str]:
    wanted = "axes such as ['x', 'y']"
    entries = [value] if isinstance(value, str) else _entries(name, value, wanted)
    return frozenset(_one_of("xyz")(name, entry) for entry in entries)


def _names(name: str, value: Any) -> list[str]:
    wanted = "a list of names such as ['macs', 'acc']"
    return [_text(name, entry) for entry in _entries(name, value, wanted)]


def _numbers(name: str, value: Any) -> list[int]:
    wanted = "a list of the numbers of evaluations"
    return [_whole(name, entry) for entry in _entries(name, value, wanted)]


def _runs(name: str, value: Any) -> list[Any]:
    return _entries(name, value, "a list of runs")


def _by_metric(name: str, value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        raise _wrong(name, "a mapping such as {'macs': 5e6}", value)
    return {_text(name, key): _number(f"{name}[{quoted(key, 40)}]", v) for key, v in value.items()}


def _number(name: str, value: Any) -> float:
    """A finite number; also as constraints have it, such as `50k` and `3 M`."""
    if isinstance(value, str):
        try:
            return parse_number(value)
        except ConfigError:
            raise _wrong(name, "a number such as 5e6, 50k or 3 M", value) from None
    number = isinstance(value, int | float | np.integer | np.floating)
    if not number or isinstance(value, bool) or not abs(value) <= LARGEST:
        raise _wrong(name, "a finite number such as 5e6, or a text such as '50k' or '3 M'", value)
    return float(value)


def _weights(name: str, value: Any) -> dict[str, float]:
    found = _by_metric(name, value)
    for key, weight in found.items():
        if weight < 0:
            raise FigureError(f"{name}[{quoted(key, 40)}]: give 0 or more, not {weight:g}.")
    if found and not math.fsum(found.values()):
        raise FigureError(f"{name}: give one that is more than 0.")
    return found


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "runs": _runs,
    "x": _metric,
    "y": _metric,
    "z": _metric,
    "metric": _metric,
    "log": _log,
    "outliers": _truth,
    "infeasible": _truth,
    "apart": _truth,
    "where": _text,
    "at": _moment,
    "measure": _one_of(get_args(Judged)),
    "by": _one_of(get_args(By)),
    "axes": _names,
    "limits": _by_metric,
    "weights": _weights,
    "shortlist": _numbers,
    "style": _one_of(get_args(Style)),
}
