"""What can be known of a sub-network: each metric's unit, direction and source.

`METRICS` are those of the engine's own tasks and meters. Installed packages add others: with the
tasks of their supernets, with their meters, or through the entry point group
`dynas_studio.metrics`, whose entries are `Metric` objects by name.
"""

import functools
import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from engine import plug_ins
from engine.column_names import column_name_problem
from engine.errors import ConfigError
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
"""How a number comes about; `engine.sources` has the words for it."""

LARGEST = 1e30
"""The largest magnitude of any number; beyond it, sums of squares overflow."""

_LONGEST_SHOWN = 60  # characters of a wrong value that a sentence repeats


@dataclass(frozen=True)
class Metric:
    """A number that a sub-network has.

    `source`, a `Source`, says how the number comes about, so that one that was not measured never
    looks measured. An `exact` metric is computed from the configuration alone and is never
    predicted. `lowest` and `highest` bound the values that there can be, both included; None is no
    bound.
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
        """Whether the number follows from the configuration, without running the network."""
        return self.source == "exact"

    @property
    def sign(self) -> float:
        """+1 where less is better, -1 where more is: `sign * value` is always minimised."""
        return 1.0 if self.direction == "min" else -1.0

    def refusal(self, value: object) -> str:
        """Why `value` cannot be a value of this metric, as the end of a sentence; empty if it can.

        Numbers of Python and numpy and 0-d arrays and tensors are taken; truths are no numbers.
        """
        shown, plain = quoted(value, _LONGEST_SHOWN), _scalar(value)
        if isinstance(plain, bool) or not isinstance(plain, int | float):
            return f"is {shown} of type {type(value).__name__}, which is not a number"
        if isinstance(plain, float) and not math.isfinite(plain):
            return f"is {shown}, which is not a finite number"
        if abs(plain) > LARGEST:
            return f"is {shown}, beyond {LARGEST:g}"
        if self.lowest is not None and plain < self.lowest:
            return f"is {shown}, below the lowest possible value of {self.lowest:g} {self.unit}"
        if self.highest is not None and plain > self.highest:
            return f"is {shown}, above the highest possible value of {self.highest:g} {self.unit}"
        return ""


def _scalar(value: object) -> object:
    """A number of numpy or torch as one of Python; anything else as it is."""
    if getattr(value, "shape", None) == () and hasattr(value, "item"):
        return value.item()
    return value


_UNBOUNDED = Metric("value", "Value", "", "min", "measured", "Any number.")

METRICS: dict[str, Metric] = {}
"""The metrics of the engine's own tasks and meters by name, in the order that they are listed."""


def register(*metrics: Metric) -> None:
    """Make metrics of a built-in task or meter known; called once, where they are defined."""
    METRICS.update({metric.name: metric for metric in metrics})


Provider = Callable[[], Mapping[str, "Metric | str"]]
_providers: list[Provider] = []


def register_provider(provider: Provider) -> Provider:
    """Ask `provider` for metrics that are known nowhere else: those of installed packages.

    It gives for each name the metric, or a sentence on why it cannot be used. It is called when a
    metric is looked up that is not known yet, since loading packages takes time.
    """
    _providers.append(provider)
    return provider


_restored: dict[str, Metric] = {}
"""Metrics of packages that may be gone by now, as the log of a run describes them."""

_LONGEST_TEXTS = {"label": 60, "unit": 20, "description": 1000}
"""Characters of the texts of a metric that a package adds."""

HELD_OUT_PREFIX = "test_"
"""Begins the names of qualities on held-out data, which are no metrics that can be asked for."""


@functools.cache
def _added() -> dict[str, Metric | str]:
    """Each metric that an installed package adds, or a sentence on why it cannot be used."""
    added: dict[str, Metric | str] = {}
    for name, point in plug_ins.find_entry_points(plug_ins.METRICS).items():
        try:
            found = point.load()
            wrong = definition_problem(name, found)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a package may fail in any way
            found, wrong = None, f"it does not load ({error_text(error)})"
        whose = plug_ins.describe_origin(point)
        added[name] = (
            f"The metric '{name}' of {whose} cannot be used: {wrong}. Repair or uninstall it."
            if wrong
            else found
        )
    return added


@functools.cache
def _provided() -> dict[str, Metric | str]:
    """The metrics that tasks and meters of installed packages bring along."""
    found: dict[str, Metric | str] = {}
    for provider in _providers:
        for name, given in provider().items():
            wrong = given if isinstance(given, str) else definition_problem(name, given)
            refused = f"The metric {quoted(name)} cannot be used: {wrong}."
            found.setdefault(name, refused if wrong else given)
    return found


def forget_plug_ins() -> None:
    """Look anew for what installed packages add when it is asked for next."""
    _added.cache_clear()
    _provided.cache_clear()


def definition_problem(name: str, found: Any) -> str:
    """What is wrong with what a package calls the metric `name`; empty if nothing is."""
    return _malformed(name, found) or column_name_problem(name, frozenset(METRICS))


def _malformed(name: str, found: Any) -> str:
    if not isinstance(found, Metric):
        return f"it is of type {type(found).__name__}, not engine.metrics.Metric"
    if found.name != name:
        return f"it calls itself '{found.name}'"
    if name in METRICS or name.startswith(HELD_OUT_PREFIX) or not re.fullmatch(r"\w+", name):
        return "its name is taken, or is not made of letters, digits and underscores"
    if wrong := _wrong_text(found):
        return wrong
    if found.direction not in get_args(Direction) or found.source not in get_args(Source):
        return f"its direction is {found.direction!r} and its source {found.source!r}"
    bounds = [bound for bound in (found.lowest, found.highest) if bound is not None]
    if any(_UNBOUNDED.refusal(bound) for bound in bounds) or bounds != sorted(bounds):
        return f"its lowest value is {found.lowest!r} and its highest {found.highest!r}"
    return ""


def _wrong_text(found: Metric) -> str:
    """Which text of a metric is none, or too long for the place it stands in; empty if none is."""
    for part, longest in _LONGEST_TEXTS.items():
        text = getattr(found, part)
        if not isinstance(text, str) or len(text) > longest or not text.isprintable():
            return f"its {part} is no line of at most {longest} characters: {quoted(text, 40)}"
    return ""


def find_metric(name: str) -> Metric | None:
    """The metric called `name`, if there is one; one that only a log describes counts."""
    if name in METRICS:
        return METRICS[name]
    for added in (_added, _restored_metrics, _provided):
        if isinstance(known := added().get(name), Metric):
            return known
    return None


def _restored_metrics() -> dict[str, Metric]:
    return _restored


def metric(name: str) -> Metric:
    """The metric called `name`; raises ConfigError naming those that exist."""
    known = find_metric(name)
    if known is None:
        why = _added().get(name) or _provided().get(name) or f"There is no metric {quoted(name)}."
        raise ConfigError(f"{why} Choose from: {', '.join(metric_names())}.")
    return known


def metric_names() -> list[str]:
    """Every metric that can be asked for: the engine's own and those of installed packages."""
    added = {**_provided(), **_added()}
    return order_metrics(
        [*METRICS, *(n for n, found in added.items() if isinstance(found, Metric))]
    )


def order_metrics(some: Iterable[str], first: Iterable[str] = ()) -> list[str]:
    """Metric names in the order in which the product lists them.

    Those of `first`, such as the qualities of a task, qualities, what meters of packages measure,
    what anything costs: the first of two objectives is drawn upwards, the second to the right.
    """
    wanted = set(some)
    leading = [name for name in dict.fromkeys(first) if name in wanted]
    return leading + _by_kind(wanted.difference(leading))


def _by_kind(wanted: Collection[str]) -> list[str]:
    own = sorted(set(wanted) - METRICS.keys())
    if len(own) > 1:  # in the order of providers: tasks, then meters
        given = {name: place for place, name in enumerate(_provided())}
        own.sort(key=lambda name: given.get(name, len(given)))
    exact = [name for name in own if (known := find_metric(name)) and known.computable]
    measured = [name for name in own if name not in exact]
    places = list(METRICS)
    costs = next((i for i, name in enumerate(places) if METRICS[name].computable), len(places))
    return [n for n in (*places[:costs], *measured, *places[costs:], *exact) if n in wanted]


def describe_added_metrics(some: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Plain data of those of `some` that packages add, for a log to be read without them."""
    return {name: asdict(metric(name)) for name in some if name not in METRICS}


def restore_metrics(descriptions: Mapping[str, Mapping[str, Any]]) -> None:
    """Add metrics that a log describes and no installed package has."""
    for name, fields in descriptions.items():
        known = {key: fields[key] for key in Metric.__dataclass_fields__ if key in fields}
        try:
            described = Metric(**known)
        except TypeError:
            continue  # what the log lacks is missed where the metric is asked for
        # One whose name is that of another column by now is known still, for its run to be read.
        if find_metric(name) is None and not _malformed(name, described):
            _restored[name] = described


def exported_value(name: str, value: float) -> int | float:
    """The value as it is exported: what was counted exactly is a whole number."""
    known = find_metric(name)
    return int(value) if known and known.computable and float(value).is_integer() else value
