"""How well the predictors ranked, cycle by cycle, what was measured afterwards."""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from app.charts.layout import Figure, base_layout, plot_axis
from engine.metrics import metric
from engine.runs.history import RunHistory

_FEWEST = 4  # measured pairs in a cycle below which a rank correlation says nothing


@dataclass(frozen=True)
class PredictorInfo:
    """Kendall's tau by metric name: `(cycle, tau, number of sub-networks)` a cycle."""

    run: str
    tau: dict[str, tuple[tuple[int, float, int], ...]]

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        parts = [
            f"{metric(name).label}: Kendall's tau {rows[-1][1]:.2f} in cycle {rows[-1][0]}"
            for name, rows in self.tau.items()
        ]
        return "; ".join(parts) or "The predictors have not been tested on enough sub-networks yet."


def kendall_tau(first: list[float], second: list[float]) -> float | None:
    """Kendall's tau-b of two sequences of equal length; None where one of them is constant.

    Source: Kendall, "The treatment of ties in ranking problems", Biometrika 33 (1945).
    """
    order_first, order_second = (
        np.sign(np.subtract.outer(values, values)) for values in (first, second)
    )
    spread = np.count_nonzero(order_first) * np.count_nonzero(order_second)
    return float((order_first * order_second).sum() / spread**0.5) if spread else None


def predictor_info(run: str, history: RunHistory) -> PredictorInfo:
    """Plain data of the chart: predictions made before, against what was measured then."""
    pairs: dict[tuple[str, int], tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for evaluation in list(history.evaluations):
        if evaluation.ok:
            for name, predicted in evaluation.predicted.items():
                if name in evaluation.metrics:
                    both = pairs[name, evaluation.cycle]
                    both[0].append(predicted)
                    both[1].append(evaluation.metrics[name])
    tau: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
    for (name, cycle), (predicted_values, measured) in sorted(pairs.items()):
        value = kendall_tau(predicted_values, measured) if len(measured) >= _FEWEST else None
        if value is not None:
            tau[name].append((cycle, value, len(measured)))
    return PredictorInfo(run, {name: tuple(rows) for name, rows in tau.items()})


def predictor_figure(info: PredictorInfo) -> Figure:
    """The figure: one line a predicted metric."""
    traces = [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": metric(name).label,
            "x": [cycle for cycle, _, _ in rows],
            "y": [tau for _, tau, _ in rows],
            "customdata": [count for _, _, count in rows],
            "hovertemplate": "%{y:.2f} on %{customdata} sub-networks<extra></extra>",
            "line": {"color": f"@series{index}", "width": 2},
            "marker": {"size": 7, "symbol": ("circle", "square", "diamond", "cross")[index % 4]},
        }
        for index, (name, rows) in enumerate(info.tau.items())
    ]
    last = max((cycle for rows in info.tau.values() for cycle, _, _ in rows), default=1)
    lowest = min([0.0, *(tau for rows in info.tau.values() for _, tau, _ in rows)])
    layout = base_layout(
        info.run,
        xaxis=plot_axis(
            "Cycle", range=[0.5, last + 0.5], tick0=1, dtick=1 + last // 8, tickformat="d"
        ),
        yaxis=plot_axis("Kendall's tau", range=[lowest - 0.05, 1.05], nticks=5),
        showlegend=len(traces) > 1,
        legend={"orientation": "h", "y": 1.15},
        margin={"l": 44, "r": 8, "t": 6, "b": 40},
    )
    return {"data": traces, "layout": layout}
