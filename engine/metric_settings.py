"""The names of metrics in a configuration: checked when it is read, or when a search starts.

A script may name a metric before it says which function measures it. Assignments and arguments
therefore accept any name, and `NASConfig.check` refuses one that is unknown. A file is checked when
it is read, since a message can then say in which line the name stands.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from engine.bound_text import split_bounds
from engine.constraints import Constraint, parse_constraints
from engine.errors import ConfigError, UnknownMetricError
from engine.metrics import metric

_are_deferred: ContextVar[bool] = ContextVar("metric_names_are_deferred", default=False)


@contextmanager
def deferred_names() -> Iterator[None]:
    """Accept names of metrics that are unknown as yet, inside the block."""
    token = _are_deferred.set(True)
    try:
        yield
    finally:
        _are_deferred.reset(token)


def checked_names(names: list[str]) -> list[str]:
    """The names; raises ValueError for one given twice, or unknown if that is not deferred."""
    if not _are_deferred.get():
        for name in names:
            try:
                metric(name)
            except ConfigError as error:
                raise ValueError(str(error).removesuffix(".")) from None
    if len(set(names)) < len(names):
        raise ValueError("a metric is named twice")
    return names


def checked_constraints(texts: Sequence[str]) -> list[str]:
    """The bounds in `texts`, each in its usual form; raises ValueError for one that is invalid.

    A bound on an unknown metric stays as it is, if that check is deferred.
    """
    try:
        parts = [part for text in texts for part in split_bounds(text)]
        if not _are_deferred.get():
            return [str(constraint) for constraint in parse_constraints(texts)]
        return [_usual_form(part) for part in parts]
    except ConfigError as error:
        raise ValueError(str(error).removesuffix(".")) from None


def _usual_form(bound: str) -> str:
    try:
        return str(Constraint.parse(bound))
    except UnknownMetricError:
        return bound


def constrained_metrics(texts: Sequence[str]) -> list[str]:
    """The names of the known metrics in bounds that `checked_constraints` has returned."""
    names: list[str] = []
    for text in texts:
        with suppress(UnknownMetricError):
            names.append(Constraint.parse(text).metric.name)
    return names
