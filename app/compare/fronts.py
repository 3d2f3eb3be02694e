"""The fronts of several runs in one chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress
from typing import Any

import moocore
import numpy as np

from app.charts.layout import Axis, Figure, axis_for, base_layout, legend_above, plot_axis
from app.charts.palette import Look
from app.charts.pareto import ring
from app.compare.series import Series
from app.formatting import metric_value
from app.names import in_chart
from engine.evaluation.record import Evaluation
from engine.metrics import Metric, metric, ordered
from engine.pareto.front import minimised, non_dominated
from engine.runs.history import RunHistory
from engine.sources import as_shown, combined_words

Place = tuple[float, float]


@dataclass(frozen=True)
class SeriesFront:
    """One series: its non-dominated sub-networks, and the line that joins or sums them up.

    `several` says that they are of more than one run.
    """

    name: str
    look: Look
    points: tuple[Place, ...]
    numbers: tuple[int, ...]
    runs: tuple[str, ...]
    hover: tuple[str, ...]
    line: tuple[Place, ...]
    several: bool


@dataclass(frozen=True)
class FrontsInfo:
    """Plain data of the chart.

    `attained` says that a line sums up several seeds; `others` optimised other metrics than
    these. `warnings` are sentences on axes whose numbers came about in different ways.
    """

    revision: str
    x: Axis
    y: Axis
    fronts: tuple[SeriesFront, ...]
    attained: bool
    others: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        counts = ", ".join(f"{front.name}: {len(front.points)}" for front in self.fronts)
        axes = f"{self.y.metric.label} over {self.x.metric.label}"
        return " ".join([f"{axes}, non-dominated sub-networks: {counts}.", *self.warnings])

    def place_of(self, run: str, number: int) -> Place | None:
        """Where a sub-network is drawn; None if it is on none of the fronts."""
        for front in self.fronts:
            for i, point in enumerate(front.points):
                if (front.runs[i], front.numbers[i]) == (run, number):
                    return point
        return None


def shared_metrics(histories: Sequence[RunHistory]) -> list[str]:
    """The metrics that all runs know, in the order in which the product lists them."""
    known = [_known(history) for history in histories]
    shared = set.intersection(*known) if known else set()
    return ordered(shared)


def _known(history: RunHistory) -> set[str]:
    """The metrics that a run asks for, and those that it writes down unasked."""
    measured = next((e.metrics for e in list(history.evaluations) if e.ok), {})
    return {*history.config.all_metrics, *measured}


def fronts_info(series: Sequence[Series], x: str, y: str) -> FrontsInfo:
    """The fronts of metric `y` over metric `x`, each of everything feasible that a run measured.

    A line joins the front of one run. Of several seeds it goes through what at least half of them
    reach: the median attainment surface (Fonseca and Fleming, 1996).
    """
    fronts = [[(h, e) for h in s.histories for e in front_of(h, x, y)] for s in series]
    every = [e for found in fronts for _, e in found]
    histories = [h for s in series for h in s.histories]
    x_axis, y_axis = (
        axis_for(shown_together(histories, name), (e.metrics[name] for e in every))
        for name in (x, y)
    )
    divisors = (x_axis.scale.divisor, y_axis.scale.divisor)
    made = []
    for one, found in zip(series, fronts, strict=True):
        points = tuple((e.metrics[x] / divisors[0], e.metrics[y] / divisors[1]) for _, e in found)
        hover = tuple(
            f"{in_chart(h.name)} · #{e.number}<br>"
            f"{metric_value(y, e.metrics[y], e.sources.get(y, ''))} · "
            f"{metric_value(x, e.metrics[x], e.sources.get(x, ''))}"
            for h, e in found
        )
        line = _line(points, [h.id for h, _ in found], x_axis, y_axis)
        numbers, runs = tuple(e.number for _, e in found), tuple(h.id for h, _ in found)
        several = len(one.histories) > 1
        made.append(SeriesFront(one.legend, one.look, points, numbers, runs, hover, line, several))
    revision = f"{x}:{y}:{','.join(h.id for s in series for h in s.histories)}"
    attained = any(len(s.histories) > 1 for s in series)
    others = tuple(one.legend for one in series if not _optimises(one.first, x, y))
    warnings = tuple(w for name in (y, x) if (w := different_sources(series, name)))
    return FrontsInfo(revision, x_axis, y_axis, tuple(made), attained, others, warnings)


def shown_together(histories: Sequence[RunHistory], name: str) -> Metric:
    """A metric as it is labelled where the numbers of all these runs stand on one axis."""
    return as_shown(name, frozenset().union(*(history.sources(name) for history in histories)))


def different_sources(series: Sequence[Series], name: str) -> str:
    """A warning where the numbers of a metric came about in different ways; else empty.

    Whether some of them were extrapolated makes no other way.
    """
    said = {
        one.legend: combined_words(s for h in one.histories for s in h.sources(name))
        for one in series
    }
    each = {combined_words(h.sources(name)) for one in series for h in one.histories}
    if len(each) < 2:
        return ""
    named = "; ".join(f"{legend} is {how}" for legend, how in said.items())
    return (
        f"{metric(name).label} came about in different ways, so that these runs cannot be held "
        f"against each other: {named}."
    )


def unmeasured(series: Sequence[Series], name: str) -> str:
    """A sentence on a metric that none of the series measured; empty for any other."""
    said = combined_words(s for one in series for h in one.histories for s in h.sources(name))
    return "" if said == "measured" else f"{metric(name).label}: {said}."


def _optimises(history: RunHistory, x: str, y: str) -> bool:
    return {x, y} == {objective.name for objective in history.objectives}


def front_of(history: RunHistory, x: str, y: str) -> list[Evaluation]:
    """What is non-dominated in two metrics among the feasible sub-networks of a run."""
    if _optimises(history, x, y):
        return history.front()
    return list(_front_in(history, len(history.evaluations), x, y))


@lru_cache(maxsize=100)
def _front_in(history: RunHistory, count: int, x: str, y: str) -> tuple[Evaluation, ...]:
    first = history.evaluations[:count]
    feasible = list(compress(first, history.all_feasible(first)))
    kept = non_dominated(minimised(feasible, [metric(x), metric(y)]))
    return tuple(e for e, on in zip(feasible, kept, strict=True) if on)


def _line(points: Sequence[Place], runs: Sequence[str], x: Axis, y: Axis) -> tuple[Place, ...]:
    """What at least half of the runs attain, from left to right; the front itself of one run."""
    if not points:
        return ()
    if len(set(runs)) == 1:
        return tuple(sorted(set(points)))
    signs = np.array([x.metric.sign, y.metric.sign])
    sets = np.unique(runs, return_inverse=True)[1] + 1
    order = np.argsort(sets, kind="stable")
    attained = moocore.eaf(np.array(points)[order] * signs, sets[order], percentiles=[50])
    return tuple(sorted({(float(a), float(b)) for a, b in attained[:, :2] * signs}))


def _traces(front: SeriesFront, better_left: bool) -> list[dict[str, Any]]:
    colour, several = front.look.colour, front.several
    line = {
        "type": "scatter",
        "mode": "lines",
        "name": in_chart(front.name),
        "legendgroup": front.name,
        "showlegend": False,
        "x": [x for x, _ in front.line],
        "y": [y for _, y in front.line],
        "hoverinfo": "skip",
        "line": {
            "color": colour,
            "width": 2,
            "dash": front.look.dash,
            "shape": "hv" if better_left else "vh",
        },
    }
    points = {
        "type": "scatter",
        "mode": "markers",
        "name": in_chart(front.name),
        "legendgroup": front.name,
        "x": [x for x, _ in front.points],
        "y": [y for _, y in front.points],
        "customdata": list(front.numbers),
        "meta": {"runs": list(front.runs) if several else list(front.runs[:1])},
        "text": list(front.hover),
        "hovertemplate": "%{text}<extra></extra>",
        "marker": {
            "symbol": front.look.symbol,
            "color": colour,
            "size": 7 if several else 9,
            "opacity": 0.7 if several else 1.0,
            "line": {"color": "@background", "width": 0.8},
        },
    }
    return [line, points]


def _caution(info: FrontsInfo) -> dict[str, Any]:
    """What a picture of the chart that is taken away says as well."""
    return {
        "text": "Not all measured alike: do not hold these fronts against each other",
        "showarrow": False,
        "xref": "paper",
        "yref": "paper",
        "x": 0.99,
        "xanchor": "right",
        "y": 0.01,
        "yanchor": "bottom",
        "bgcolor": "@panel",
        "bordercolor": "@border",
        "borderpad": 4,
        "font": {"size": 12, "color": "@text"},
    }


def fronts_figure(info: FrontsInfo, selected: Place | None = None) -> Figure:
    """For each series its line, then its points, which the legend names; a ring at `selected`."""
    left = info.x.metric.direction == "min"
    layout = base_layout(
        info.revision,
        xaxis=plot_axis(info.x.title),
        yaxis=plot_axis(info.y.title),
        showlegend=True,
        legend={**legend_above(), "font": {"size": 12, "color": "@text"}},
        annotations=[_caution(info)] if info.warnings else [],
    )
    traces = [trace for front in info.fronts for trace in _traces(front, left)]
    at = [selected] if selected else []
    mark = ring([x for x, _ in at], [y for _, y in at])
    del mark["role"]  # it has no feed to be placed by
    traces.append({**mark, "showlegend": False})
    return {"data": traces, "layout": layout}
