"""The names of metrics in a configuration: checked in a file, by `check`, and when a search starts.

A script may name a metric before it says which function measures it. Assignments and arguments
therefore accept any name, and a complete configuration is refused if a name is unknown. In a file,
a message can then say in which line the name stands.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from pydantic import BaseModel, PrivateAttr

from engine.bound_text import split_bounds
from engine.constraints import Constraint, parse_constraints
from engine.errors import ConfigError, UnknownMetricError
from engine.metrics import Definitions, metric
from engine.settings_section import NotCompared


class DefinedMetrics(BaseModel):
    """A configuration with the metrics of packages and scripts that the log of its run defines."""

    _definitions: NotCompared[Definitions] = PrivateAttr(default=NotCompared({}))

    @property
    def definitions(self) -> Definitions:
        """What names of metrics mean; empty in a configuration that is not of a run."""
        return self._definitions.value

    def set_definitions(self, definitions: Definitions) -> None:
        """Set what names of metrics mean, as in the log of a run."""
        self._definitions = NotCompared(definitions)


_are_of_script: ContextVar[bool] = ContextVar("names_are_of_script", default=False)
_may_be_unknown: ContextVar[bool] = ContextVar("names_may_be_unknown", default=False)


@contextmanager
def names_of_script(are_of_script: bool = True) -> Iterator[None]:
    """Inside the block, names of metrics are those that functions of a script return or measure.

    They are neither checked nor translated. Does nothing unless they `are_of_script`.
    """
    token = _are_of_script.set(_are_of_script.get() or are_of_script)
    try:
        yield
    finally:
        _are_of_script.reset(token)


@contextmanager
def names_may_be_unknown() -> Iterator[None]:
    """Inside the block, unknown metrics are accepted: functions that measure them will follow."""
    token = _may_be_unknown.set(True)
    try:
        yield
    finally:
        _may_be_unknown.reset(token)


def checked_names(names: Sequence[str], is_complete: bool) -> list[str]:
    """The present names; raises ValueError for one given twice.

    Where the configuration `is_complete`, also for one that is unknown.
    """
    present_names = [_present_name(name, is_complete) for name in names]
    if len(set(present_names)) < len(names):
        raise ValueError("a metric is named twice")
    return present_names


def _present_name(name: str, is_complete: bool) -> str:
    if _are_of_script.get():
        return name
    try:
        return metric(name).name
    except ConfigError as error:
        if is_complete and not _may_be_unknown.get():
            raise ValueError(str(error).removesuffix(".")) from None
        return name


def checked_constraints(texts: Sequence[str], is_complete: bool) -> list[str]:
    """The bounds in `texts`, each once and in its usual form; raises ValueError for an invalid one.

    Unless the configuration `is_complete`, a bound on an unknown metric stays as it is.
    """
    try:
        if is_complete and not (_are_of_script.get() or _may_be_unknown.get()):
            return [str(constraint) for constraint in parse_constraints(texts)]
        bounds = [bound for text in texts for bound in split_bounds(text)]
        if not _are_of_script.get():
            bounds = [_usual_form(bound) for bound in bounds]
        return list(dict.fromkeys(bounds))
    except ConfigError as error:
        raise ValueError(str(error).removesuffix(".")) from None


def as_written(entries: Sequence[str], are_bounds: bool) -> dict[str, str]:
    """The names or bounds that users wrote, by those that a configuration has in their place.

    `entries` were checked by `checked_names` or `checked_constraints`. Equal ones are left out.
    """
    if _are_of_script.get():
        return {}
    if are_bounds:
        bounds = [bound for text in entries for bound in split_bounds(text)]
        pairs = {_usual_form(bound): bound for bound in bounds}
    else:
        pairs = {_present_name(name, is_complete=False): name for name in entries}
    return {present: written for present, written in pairs.items() if present != written}


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
