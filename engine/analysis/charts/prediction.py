"""Predicted over measured values of each sub-network."""

from dataclasses import dataclass

import numpy as np

from engine.analysis.charts.axes import Axis, axis_for
from engine.count_text import count_text
from engine.runs.history import RunHistory
from engine.runs.incremental_columns import prediction_of
from engine.sources import source_headline

_MARGIN = 0.06  # beyond the outermost points, as a share of their range


@dataclass(frozen=True)
class PredictionInfo:
    """Plain data of the chart; its points are those of `run_points` up to `evaluation_count`.

    `range` is that of both axes, `selected_position` the coordinates of the selected sub-network,
    in drawn units.
    """

    run: str
    axis: Axis
    evaluation_count: int
    prediction_count: int
    too_high: int
    range: tuple[float, float]
    selected: int | None
    selected_position: tuple[float, float] | None
    budget: int

    @property
    def result_label(self) -> str:
        """The label of the values that the predictions are compared with."""
        return source_headline(self.axis.metric.source).capitalize() or "Measured"

    @property
    def prediction_label(self) -> str:
        """The label of the search's predictions; not `Predicted` beside published predictions."""
        return "Expected" if self.axis.note else "Predicted"

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        predicted = self.prediction_label.lower()
        count = count_text(self.prediction_count, "sub-network")
        return (
            f"{self.axis.metric.label}, {predicted} over {self.result_label.lower()}: "
            f"{count}, {self.too_high} of them {predicted} too high."
        )


def prediction_info(
    run: str, history: RunHistory, name: str, selected: int | None, budget: int
) -> PredictionInfo:
    """Plain data of the chart of one metric: every prediction with a later measurement."""
    columns = history.columns()
    measured_values, predicted_values = columns.column(name), columns.column(prediction_of(name))
    rows = np.flatnonzero(np.isfinite(measured_values) & np.isfinite(predicted_values))
    all_values = np.concatenate([measured_values[rows], predicted_values[rows]])
    largest = [float(np.abs(measured_values[rows]).max())] if len(rows) else []
    axis = axis_for(history.metric(name), largest)
    low, high = (
        (float(all_values.min()), float(all_values.max())) if len(all_values) else (0.0, 1.0)
    )
    low, high = low / axis.scale.divisor, high / axis.scale.divisor
    margin = _MARGIN * (high - low) or _MARGIN
    if selected is not None and selected - 1 not in rows:
        selected = None
    selected_position = None
    if selected is not None:
        values = (measured_values[selected - 1], predicted_values[selected - 1])
        selected_position = (
            float(values[0]) / axis.scale.divisor,
            float(values[1]) / axis.scale.divisor,
        )
    return PredictionInfo(
        run,
        axis,
        len(columns),
        len(rows),
        int((predicted_values[rows] > measured_values[rows]).sum()),
        (low - margin, high + margin),
        selected,
        selected_position,
        budget,
    )
