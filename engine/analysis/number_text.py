"""Values of metrics, and derived numbers, as text for people."""

import math
from dataclasses import dataclass

from engine.bound_text import COUNT_UNITS
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.evaluation.uncertainty import evaluation_error
from engine.metrics import Metric, find_metric
from engine.sources import is_measured_here, source_badge

_MULTIPLES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


NO_VALUE = "–"


@dataclass(frozen=True)
class NumberScale:
    """The scale of an axis: values are divided by `divisor` and carry `unit`."""

    divisor: float
    unit: str
    decimals: int


def scale_for(metric: Metric, largest: float) -> NumberScale:
    """The scale on which `largest`, a value of `metric`, is easy to read."""
    if metric.unit not in COUNT_UNITS:
        return NumberScale(1.0, metric.unit, 2)
    for divisor, prefix in _MULTIPLES:
        if largest >= divisor:
            return NumberScale(divisor, f"{prefix} {metric.unit}", 2)
    return NumberScale(1.0, metric.unit, 0)


def number_with_unit(value: float, unit: str) -> str:
    """Such as `412.3 M MACs`, `5.03 M params`, `76.12 %`, `12.4 ms`."""
    if not math.isfinite(value):
        return NO_VALUE
    if unit in COUNT_UNITS:
        return f"{_short(value)} {unit}"
    if unit == "ms":
        return f"{value:.3g} ms" if value < 10 else f"{value:.1f} ms"
    if unit != "%" and not 1 <= abs(value) < 1e5:
        return f"{_short(value) if abs(value) >= 1e5 else f'{value:.3g}'} {unit}".rstrip()
    return f"{value:.2f} {unit}".rstrip()


def _short(value: float) -> str:
    for divisor, prefix in _MULTIPLES:
        if abs(value) >= divisor:
            scaled = value / divisor
            return f"{scaled:.1f} {prefix}" if scaled >= 10 else f"{scaled:.2f} {prefix}"
    return f"{value:.0f}"


def metric_value(name: str, value: float | None, source: str = "") -> str:
    """The value of the metric `name` with its unit, a dash where there is none.

    A `source` other than a measurement follows it: `76.12 % (predicted, calibrated)`.
    """
    if value is None:
        return NO_VALUE
    metric = find_metric(name)
    text = number_with_unit(value, metric.unit if metric else "")
    return text if is_measured_here(source) else f"{text} ({source_badge(source)})"


def error_text(error: float | None) -> str:
    """A standard error in the unit of its value, such as `± 0.41`; empty for None."""
    return "" if error is None else f"± {error:.2f}"


def value_of(name: str, evaluation: Evaluation) -> str:
    """As `metric_value`, with the standard error where it is known: `90.57 % ± 0.41`."""
    value = metric_value(name, evaluation.metrics.get(name), evaluation.sources.get(name, ""))
    return f"{value} {error_text(evaluation_error(name, evaluation))}".rstrip()


def title_with_provenance(title: str, provenance: str) -> str:
    """The title of a result of the objectives: `Pareto front, predicted`."""
    return title if provenance == "measured" else f"{title}, {provenance}"


def front_title(provenance: str, objectives: int) -> str:
    """The title of the chart of all sub-networks of a run with so many objectives."""
    return title_with_provenance("Pareto front" if objectives > 1 else "Evaluations", provenance)


def front_name(provenance: str, front: str = "front") -> str:
    """The name of a `front` without an article: `predicted front`.

    A provenance of several words follows it: `front, from a lookup table or predicted`.
    """
    if provenance == "measured":
        return front
    return f"{front}, {provenance}" if " " in provenance else f"{provenance} {front}"


def metric_value_bare(name: str, value: float | None) -> str:
    """As `metric_value`, without a count's unit, which the column's title has: `412.3 M`."""
    text = metric_value(name, value)
    metric = find_metric(name)
    return text.removesuffix(f" {metric.unit}") if metric and metric.unit in COUNT_UNITS else text


def metric_title(metric: Metric) -> str:
    """The label with an arrow for the better direction, such as `MACs ↓`."""
    return f"{metric.label} {'↓' if metric.direction == 'min' else '↑'}"


def hypervolume_text(value: float) -> str:
    """A hypervolume in [0, 1] with four decimals."""
    return f"{value:.4f}" if math.isfinite(value) else NO_VALUE


def seconds_text(seconds: float) -> str:
    """A duration with three digits: `0.912 s`, `3.5 min`, `2.25 h`.

    >>> seconds_text(0.9), seconds_text(210)
    ('0.9 s', '3.5 min')
    """
    if not math.isfinite(seconds):
        return NO_VALUE
    for least, size, unit in ((7200.0, 3600.0, "h"), (120.0, 60.0, "min")):
        if seconds >= least:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s"


def cycle_name(cycle: int) -> str:
    """The name of a cycle of a search; the warm start and the initial sample have their own."""
    special = {WARM_START_CYCLE: "known before the search", 0: "cycle 0, the initial sample"}
    return special.get(cycle, f"cycle {cycle}")
