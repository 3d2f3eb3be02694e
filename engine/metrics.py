"""The metrics of sub-networks: their units, directions and sources.

`METRICS` holds those of the built-in tasks and meters. Installed packages add others: with the
tasks of their supernets, with their meters, or through the entry point group
`dynas_studio.metrics`, whose entries are `Metric` objects by name; and a script by its functions.
"""

import functools
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, get_args

from engine import plug_ins, published_names, script_objects
from engine.column_names import column_name_problem, metric_name_problem
from engine.errors import UnknownMetricError
from engine.quoting import error_text, quoted

Direction = Literal["min", "max"]
Source = Literal[
    "measured",
    "exact",
    "published predictor",
    "published predictor, calibrated on published measurements",
    "published predictor, calibrated on imported measurements",
    "lookup table",
    "imported",
]
"""How a value is obtained; `engine.sources` describes it in words."""

LARGEST = 1e30
"""The largest magnitude of any number; beyond it, sums of squares overflow."""

_QUOTED_LENGTH = 60  # characters of a wrong value that a message repeats


@dataclass(frozen=True)
class Metric:
    """A numeric property of sub-networks.

    `source`, a `Source`, says how values are obtained, so that a value that was not measured is
    never shown as measured. An `exact` metric is computed from the configuration alone and is never
    predicted. `lowest` and `highest` are the inclusive bounds of possible values; None is no bound.

    >>> loss = Metric("loss", "Loss", "nats", "min", "measured", "Cross-entropy.", lowest=0.0)
    >>> loss.refusal(-1.0)
    'is -1.0, below the lowest possible value of 0 nats'
    """

    name: str
    label: str
    unit: str
    direction: Direction
    source: str
    description: str
    highest: float | None = None
    lowest: float | None = None

    @property
    def computable(self) -> bool:
        """Whether it is exact in every run; `computed_metrics` has those of one run."""
        return self.source == "exact"

    @property
    def sign(self) -> float:
        """+1 where less is better, -1 where more is: `sign * value` is always minimised."""
        return 1.0 if self.direction == "min" else -1.0

    def refusal(self, value: Any) -> str:
        """Why `value` cannot be a value of this metric, as the end of a sentence; empty if it can.

        Accepts numbers of Python and numpy, 0-d arrays and tensors. Booleans are not numbers.
        """
        is_scalar = getattr(value, "shape", None) == () and hasattr(value, "item")
        value_text, number = quoted(value, _QUOTED_LENGTH), value.item() if is_scalar else value
        if isinstance(number, bool) or not isinstance(number, int | float):
            return f"is {value_text} of type {type(value).__name__}, which is not a number"
        if isinstance(number, float) and not math.isfinite(number):
            return f"is {value_text}, which is not a finite number"
        if abs(number) > LARGEST:
            return f"is {value_text}, beyond {LARGEST:g}"
        if self.lowest is not None and number < self.lowest:
            bound = f"{self.lowest:g} {self.unit}".rstrip()
            return f"is {value_text}, below the lowest possible value of {bound}"
        if self.highest is not None and number > self.highest:
            bound = f"{self.highest:g} {self.unit}".rstrip()
            return f"is {value_text}, above the highest possible value of {bound}"
        return ""


UNBOUNDED = Metric("value", "Value", "", "min", "measured", "Any number.")

METRICS: dict[str, Metric] = {}
"""The metrics of the built-in tasks and meters by name, in the order of lists."""


def register(*metrics: Metric) -> None:
    """Register the metrics of a built-in task or meter; called once, where they are defined."""
    METRICS.update({metric.name: metric for metric in metrics})


Provider = Callable[[], Mapping[str, "Metric | str"]]
_providers: list[Provider] = []


def register_provider(provider: Provider) -> Provider:
    """Register a function that returns the metrics of installed packages.

    It returns for each name the metric, or a sentence on why the metric cannot be used. It is
    called at the first lookup of an unknown metric, since loading packages takes time.
    """
    _providers.append(provider)
    return provider


_restored: dict[str, Metric] = {}
"""Metrics that only the log of a run describes; their packages may be uninstalled."""

Definitions = Mapping[str, Metric]
"""Metrics of packages and scripts by name, as one run uses them."""

_of_run: ContextVar[Definitions] = ContextVar("metrics_of_run", default=MappingProxyType({}))


@contextmanager
def defined_by(definitions: Definitions) -> Iterator[None]:
    """Inside the block, these names mean these metrics, such as those in the log of a run.

    Another run, or the running script, may use the same name for another metric.
    """
    token = _of_run.set(definitions)
    try:
        yield
    finally:
        _of_run.reset(token)


_MAX_LENGTHS = {"label": 60, "unit": 20, "description": 1000}
"""The maximum number of characters of each text of a metric that a package adds."""


@functools.cache
def _entry_point_metrics() -> dict[str, Metric | str]:
    """The metrics of the entry point group; a sentence for each that cannot be used."""
    metrics: dict[str, Metric | str] = {}
    for name, point in plug_ins.find_entry_points(plug_ins.METRICS).items():
        try:
            loaded = point.load()
            problem = definition_problem(name, loaded)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a package may fail in any way
            loaded, problem = None, f"it does not load ({error_text(error)})"
        package = plug_ins.describe_origin(point)
        metrics[name] = (
            f"The metric '{name}' of {package} cannot be used: {problem}. Repair or uninstall it."
            if problem
            else loaded
        )
    return metrics


@functools.cache
def _provided_metrics() -> dict[str, Metric | str]:
    """The metrics of tasks and meters of installed packages."""
    metrics: dict[str, Metric | str] = {}
    for provider in _providers:
        for name, entry in provider().items():
            problem = entry if isinstance(entry, str) else definition_problem(name, entry)
            sentence = f"The metric {quoted(name)} cannot be used: {problem}."
            metrics.setdefault(name, sentence if problem else entry)
    return metrics


def forget_plug_ins() -> None:
    """Clear the cached metrics of installed packages, so that the next lookup loads them."""
    _entry_point_metrics.cache_clear()
    _provided_metrics.cache_clear()


def definition_problem(name: str, definition: Any) -> str:
    """What is wrong with a package's definition of the metric `name`; empty if it is valid."""
    return fields_problem(name, definition) or column_name_problem(name, frozenset(METRICS))


def fields_problem(name: str, definition: Any) -> str:
    """As `definition_problem`, but a name that is also that of a column is accepted."""
    if not isinstance(definition, Metric):
        return f"it is of type {type(definition).__name__}, not engine.metrics.Metric"
    if definition.name != name:
        return f"it calls itself '{definition.name}'"
    if problem := metric_name_problem(name, frozenset(METRICS)):
        return problem
    if problem := _text_problem(definition):
        return problem
    if definition.direction not in get_args(Direction) or definition.source not in get_args(Source):
        return f"its direction is {definition.direction!r} and its source {definition.source!r}"
    bounds = [bound for bound in (definition.lowest, definition.highest) if bound is not None]
    if any(UNBOUNDED.refusal(bound) for bound in bounds) or bounds != sorted(bounds):
        return f"its lowest value is {definition.lowest!r} and its highest {definition.highest!r}"
    return ""


def _text_problem(definition: Metric) -> str:
    """Which text of a metric is not printable text, or too long; empty if all are valid."""
    for field, max_length in _MAX_LENGTHS.items():
        text = getattr(definition, field)
        if not isinstance(text, str) or len(text) > max_length or not text.isprintable():
            return f"its {field} is no line of at most {max_length} characters: {quoted(text, 40)}"
    return ""


def find_metric(name: str) -> Metric | None:
    """The metric called `name`, also if only a log describes it; None if there is none.

    A name that `defined_by` defines has that meaning.
    """
    if (definition := METRICS.get(name) or _of_run.get().get(name)) is not None:
        return definition
    others = (lambda: script_objects.offered("metric"), lambda: _restored, _provided_metrics)
    for load_metrics in (_entry_point_metrics, *others):
        if isinstance(found := load_metrics().get(name), Metric):
            return found
    return None


def installed_names() -> set[str]:
    """The names of the metrics of installed packages, also of those that cannot be used."""
    return {*_provided_metrics(), *_entry_point_metrics()}


def find_published(name: str) -> Metric | None:
    """The metric that Neural Compressor and DyNAS-T call `name`; None if there is none."""
    return find_metric(published_names.METRICS.get(name, ""))


def metric(name: str) -> Metric:
    """The metric called `name`, else published by it; raises UnknownMetricError naming all.

    A metric of an installed package has precedence over a published name.

    >>> metric("acc").unit, metric("acc").direction
    ('%', 'max')
    """
    definition = find_metric(name) or find_published(name)
    if definition is None:
        added = {**_provided_metrics(), **_entry_point_metrics()}
        problem = added.get(name) or f"There is no metric {quoted(name)}."
        raise UnknownMetricError(f"{problem} Choose from: {', '.join(metric_names())}.", name)
    return definition


def metric_names() -> list[str]:
    """All available metrics: built-in ones, those of installed packages, and of the script."""
    added = {**script_objects.offered("metric"), **_provided_metrics(), **_entry_point_metrics()}
    return order_metrics([*METRICS, *(n for n, m in added.items() if isinstance(m, Metric))])


def added_metrics() -> list[Metric]:
    """The metrics of installed packages, of the script, then those that only logs describe."""
    installed = (*_entry_point_metrics().values(), *_provided_metrics().values())
    others = {**_restored, **script_objects.offered("metric")}.values()
    return [m for m in (*installed, *others) if isinstance(m, Metric)]


def order_metrics(names: Iterable[str], first: Iterable[str] = ()) -> list[str]:
    """Metric names in the order in which the product lists them.

    Those of `first`, such as the qualities of a task, come before other qualities, metrics of
    added meters, and costs. The first of two objectives is the vertical axis of charts.
    """
    unordered = set(names)
    leading = [name for name in dict.fromkeys(first) if name in unordered]
    return leading + _order_by_kind(unordered.difference(leading))


def _order_by_kind(names: Collection[str]) -> list[str]:
    added = sorted(set(names) - METRICS.keys())
    if len(added) > 1:  # in the order of providers: tasks, then meters
        ranks = {name: rank for rank, name in enumerate(_provided_metrics())}
        added.sort(key=lambda name: ranks.get(name, len(ranks)))
    exact = [name for name in added if (m := find_metric(name)) and m.computable]
    measured = [name for name in added if name not in exact]
    builtin = list(METRICS)
    costs = next((i for i, name in enumerate(builtin) if METRICS[name].computable), len(builtin))
    return [n for n in (*builtin[:costs], *measured, *builtin[costs:], *exact) if n in names]


def use_restored(definitions: Definitions) -> None:
    """Let names that only logs describe mean these metrics, where no run says otherwise."""
    _restored.update(definitions)


def exported_value(name: str, value: float) -> int | float:
    """A value for exports: an integer if the metric is exact, such as a count of operations."""
    definition = find_metric(name)
    is_count = definition is not None and definition.computable and float(value).is_integer()
    return int(value) if is_count else value
