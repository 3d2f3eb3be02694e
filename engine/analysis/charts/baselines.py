"""Baselines on the axes of a chart, and how far the front of a run is above uniform scaling."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.axes import Axis
from engine.analysis.comparison.fronts import front_of
from engine.analysis.name_text import in_chart
from engine.analysis.number_text import metric_value, number_with_unit
from engine.meters import registry as meters
from engine.metrics import Metric
from engine.runs.baselines.record import Baseline, Baselines
from engine.runs.history import RunHistory

_NOT_WORTH_NAMING = 0.005  # differences that are 0.00 as text


@dataclass(frozen=True)
class BaselinePoint:
    """One network in drawn units, with its text."""

    x: float
    y: float
    hover: str


@dataclass(frozen=True)
class BaselinesInfo:
    """Plain data of the overlay: uniform scaling by ascending MACs, and the original network.

    `name` distinguishes several supernets in one chart. `sentence` compares the front with uniform
    scaling; it is empty where the axes are not a quality and a cost.
    """

    uniform: tuple[BaselinePoint, ...]
    original: BaselinePoint | None
    sentence: str
    name: str = ""


def baselines_info(
    history: RunHistory, baselines: Baselines, x: Axis, y: Axis, name: str = ""
) -> BaselinesInfo:
    """The networks that have the metrics of both axes; `sentence` is on the front of `history`."""
    axes = (x, y)
    drawn = [network for network in baselines.networks if _has(network, axes)]
    original = baselines.original
    return BaselinesInfo(
        tuple(_point(network, axes, "") for network in drawn),
        _point(original, axes, baselines.original_source)
        if original is not None and _has(original, axes)
        else None,
        gain_sentence(history, drawn, x.metric, y.metric),
        name,
    )


def gain_sentence(history: RunHistory, networks: Sequence[Baseline], x: Metric, y: Metric) -> str:
    """Such as `At equal MACs the front is 1.20 points above uniform scaling (median ...)`.

    For each sub-network on the front, the quality of uniform scaling at the same cost is
    interpolated between the two nearest measured `networks`. Empty if no sub-network of the front
    is in their range, or the axes are not one quality and one cost, of which less is better.
    """
    if len(networks) < 2:  # also where an axis is the order of evaluations
        return ""
    qualities = [metric for metric in (x, y) if meters.is_quality(metric.name)]
    costs = [metric for metric in (x, y) if metric not in qualities and metric.direction == "min"]
    if len(qualities) != 1 or len(costs) != 1:
        return ""
    quality, cost = qualities[0], costs[0]
    uniform = sorted((n.metrics[cost.name], n.metrics[quality.name]) for n in networks)
    at, values = np.array(uniform).T
    front = [
        (e.metrics[cost.name], e.metrics[quality.name])
        for e in front_of(history, cost.name, quality.name)
        if at[0] <= e.metrics[cost.name] <= at[-1]
    ]
    if not front:
        return ""
    front_costs, front_values = np.array(front).T
    gain = float(np.median(front_values - np.interp(front_costs, at, values)))
    place = f"At equal {cost.label} the front is"
    return f"{place} {_difference(gain, quality)} uniform scaling (median over its range)."


def _difference(gain: float, quality: Metric) -> str:
    """Such as `1.20 points above`, or `0.03 nats better than`."""
    if abs(gain) < _NOT_WORTH_NAMING and quality.unit == "%":
        return "as good as"
    size = (
        f"{abs(gain):.2f} points"
        if quality.unit == "%"
        else number_with_unit(abs(gain), quality.unit)
    )
    if quality.direction == "max":
        return f"{size} {'above' if gain > 0 else 'below'}"
    return f"{size} {'better' if gain < 0 else 'worse'} than"


def _has(network: Baseline, axes: Sequence[Axis]) -> bool:
    return all(axis.metric.name in network.metrics for axis in axes)


def _point(network: Baseline, axes: tuple[Axis, Axis], source: str) -> BaselinePoint:
    x, y = (network.metrics[axis.metric.name] / axis.scale.divisor for axis in axes)
    kinds = {
        "uniform": "Uniform scaling",
        "largest": "Uniform scaling: the largest sub-network",
        "original": "Original network" if source else "Original: the largest sub-network",
    }
    values = " · ".join(_value(network, axis.metric) for axis in reversed(axes))
    lines = [kinds[network.kind], values, *([source] if source else [])]
    return BaselinePoint(x, y, "<br>".join(map(in_chart, lines)))


def _value(network: Baseline, metric: Metric) -> str:
    """Such as `Accuracy 91.20 %`, with its source if it is not measured."""
    source = network.sources.get(metric.name, "")
    return f"{metric.label} {metric_value(metric.name, network.metrics[metric.name], source)}"
