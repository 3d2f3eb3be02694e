"""What was predicted of each sub-network over what was then measured of it."""

from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.axes import Axis, axis_for
from engine.runs.history import RunHistory
from engine.runs.incremental_columns import prediction_of
from engine.sources import headline

_BESIDE = 0.06  # room beyond the outermost points, as a share of their range


@dataclass(frozen=True)
class PredictionInfo:
    """Plain data of the chart; the points themselves are those of `run_points` up to `upto`.

    `range` is that of both axes, `at` the place of the selected sub-network, in drawn units.
    """

    run: str
    axis: Axis
    upto: int
    made: int
    too_high: int
    range: tuple[float, float]
    selected: int | None
    at: tuple[float, float] | None
    budget: int

    @property
    def found(self) -> str:
        """What the numbers are that the search's own predictions are held against."""
        return headline(self.axis.metric.source).capitalize() or "Measured"

    @property
    def expected(self) -> str:
        """What the search's own predictions are called: beside published ones, not `predicted`."""
        return "Expected" if self.axis.note else "Predicted"

    @property
    def description(self) -> str:
        """What a reader who does not see the chart should know."""
        return (
            f"{self.axis.metric.label}, {self.expected.lower()} over {self.found.lower()}: "
            f"{self.made} sub-networks, {self.too_high} of them {self.expected.lower()} too high."
        )


def prediction_info(
    run: str, history: RunHistory, name: str, selected: int | None, budget: int
) -> PredictionInfo:
    """Plain data of the chart of one metric: every prediction that was put to the test."""
    columns = history.columns()
    measured, predicted = columns.column(name), columns.column(prediction_of(name))
    rows = np.flatnonzero(np.isfinite(measured) & np.isfinite(predicted))
    both = np.concatenate([measured[rows], predicted[rows]])
    largest = [float(np.abs(measured[rows]).max())] if len(rows) else []
    axis = axis_for(history.metric(name), largest)
    low, high = (float(both.min()), float(both.max())) if len(both) else (0.0, 1.0)
    low, high = low / axis.scale.divisor, high / axis.scale.divisor
    room = _BESIDE * (high - low) or _BESIDE
    if selected is not None and selected - 1 not in rows:
        selected = None
    at = None
    if selected is not None:
        values = (measured[selected - 1], predicted[selected - 1])
        at = float(values[0]) / axis.scale.divisor, float(values[1]) / axis.scale.divisor
    return PredictionInfo(
        run,
        axis,
        len(columns),
        len(rows),
        int((predicted[rows] > measured[rows]).sum()),
        (low - room, high + room),
        selected,
        at,
        budget,
    )
