"""What can be known of a sub-network: each metric's unit, direction and source.

`METRICS` is what the engine knows; installed packages add metrics that their supernets have through
the entry point group `dynas_studio.metrics`, whose entries are `Metric` objects by name.
"""

import functools
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from engine import plug_ins
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

METRICS: dict[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            "acc",
            "Top-1 accuracy",
            "%",
            "max",
            "measured",
            "Share of validation images classified correctly, after batch-norm statistics were "
            "recomputed for the sub-network on calibration images.",
            highest=100.0,
            lowest=0.0,
        ),
        Metric(
            "acc_top5",
            "Top-5 accuracy",
            "%",
            "max",
            "measured",
            "Share of validation images whose class is among the five that the network takes for "
            "most likely.",
            highest=100.0,
            lowest=0.0,
        ),
        Metric(
            "macs",
            "MACs",
            "MACs",
            "min",
            "exact",
            "Multiply-accumulate operations for one image, batch-norm folded away.",
            lowest=0.0,
        ),
        Metric(
            "params",
            "Parameters",
            "params",
            "min",
            "exact",
            "Trainable parameters of the sub-network.",
            lowest=0.0,
        ),
        Metric(
            "lat",
            "Latency",
            "ms",
            "min",
            "measured",
            "Median time of one forward pass on this machine, after warm-up.",
            lowest=0.0,
        ),
        Metric(
            "lat_spread",
            "Latency spread",
            "ms",
            "min",
            "measured",
            "Distance between the quartiles of the timed forward passes.",
            lowest=0.0,
        ),
        Metric(
            "size",
            "Size",
            "MB",
            "min",
            "exact",
            "Bytes of the parameters and buffers of the sub-network as exported, in fp32; a "
            "million bytes are a MB.",
            lowest=0.0,
        ),
        Metric(
            "peak_memory",
            "Peak memory",
            "MB",
            "min",
            "measured",
            "Weights and activations that are alive at once in one forward pass, batch-norm "
            "folded away.",
            lowest=0.0,
        ),
    )
}


_recalled: dict[str, Metric] = {}
"""Metrics of packages that may be gone by now, as the log of a run describes them."""

_LONGEST_TEXTS = {"label": 60, "unit": 20, "description": 1000}
"""Characters of the texts of a metric that a package adds."""

_RESERVED = ("test_acc",)


@functools.cache
def _added() -> dict[str, Metric | str]:
    """Each metric that an installed package adds, or a sentence on why it cannot be used."""
    added: dict[str, Metric | str] = {}
    for name, point in plug_ins.offered(plug_ins.METRICS).items():
        try:
            found = point.load()
            problem = _problem(name, found)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a package may fail in any way
            found, problem = None, f"it does not load ({error_text(error)})"
        whose = plug_ins.origin(point)
        added[name] = (
            f"The metric '{name}' of {whose} cannot be used: {problem}. Repair or uninstall it."
            if problem
            else found
        )
    return added


def _problem(name: str, found: Any) -> str:
    """What is wrong with what a package calls the metric `name`; empty if nothing is."""
    if not isinstance(found, Metric):
        return f"it is of type {type(found).__name__}, not engine.metrics.Metric"
    if found.name != name:
        return f"it calls itself '{found.name}'"
    if name in METRICS or name in _RESERVED or not re.fullmatch(r"\w+", name):
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


def find(name: str) -> Metric | None:
    """The metric called `name`, if there is one; one that only a log describes counts."""
    if name in METRICS:
        return METRICS[name]
    added = _added().get(name)
    return added if isinstance(added, Metric) else _recalled.get(name)


def metric(name: str) -> Metric:
    """The metric called `name`; raises ConfigError naming those that exist."""
    known = find(name)
    if known is None:
        why = _added().get(name, f"There is no metric {quoted(name)}.")
        raise ConfigError(f"{why} Choose from: {', '.join(names())}.")
    return known


def names() -> list[str]:
    """Every metric that can be asked for: the engine's own and those of installed packages."""
    return ordered([*METRICS, *(n for n, found in _added().items() if isinstance(found, Metric))])


def ordered(some: Iterable[str]) -> list[str]:
    """Metric names in the order in which the product lists them.

    Accuracies, what packages measure, what anything costs: the first of two objectives is drawn
    upwards, the second to the right.
    """
    own = sorted(set(some) - METRICS.keys())
    exact = [name for name in own if (known := find(name)) and known.computable]
    measured = [name for name in own if name not in exact]
    places = list(METRICS)
    costs = places.index("macs")
    wanted = set(some)
    return [n for n in (*places[:costs], *measured, *places[costs:], *exact) if n in wanted]


def described(some: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Plain data of those of `some` that packages add, for a log to be read without them."""
    return {name: asdict(metric(name)) for name in some if name not in METRICS}


def recall(descriptions: Mapping[str, Mapping[str, Any]]) -> None:
    """Know the metrics that `described` made plain, unless a package that is installed does."""
    for name, fields in descriptions.items():
        known = {key: fields[key] for key in Metric.__dataclass_fields__ if key in fields}
        try:
            described = Metric(**known)
        except TypeError:
            continue  # what the log lacks is missed where the metric is asked for
        if find(name) is None and not _problem(name, described):
            _recalled[name] = described


def plain(name: str, value: float) -> int | float:
    """The value as it is exported: what was counted exactly is a whole number."""
    known = find(name)
    return int(value) if known and known.computable and float(value).is_integer() else value
