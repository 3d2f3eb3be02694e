"""`compare`: several runs side by side, by their fronts and their hypervolumes."""

import html
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.analysis.comparison import efficiency
from engine.analysis.comparison.growth import Growth, grown_series
from engine.analysis.comparison.series import Series, series_of
from engine.analysis.figures.run_arguments import Run, history_of
from engine.analysis.metric_names import different_metrics
from engine.analysis.palette import LINE_STYLES
from engine.errors import ConfigError
from engine.pareto.curves import evaluations_to_reach
from engine.python_api.arguments import checked_flag, wrong_argument
from engine.runs.comparison import why_not_together
from engine.runs.history import RunHistory

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


class Comparison:
    """Runs side by side, as `compare` returns them; runs that differ in their seed are one series.

    Hypervolumes are computed in the smallest box that holds the boxes of all runs, when they are
    first asked for. Runs whose hypervolumes mean something else, such as those of another supernet,
    have none here.

    >>> comparison = compare([run, run])
    >>> comparison.to_dataframe()[["seeds", "evaluations"]].values.tolist()
    [[2, 12]]
    """

    def __init__(self, histories: Sequence[RunHistory], apart: bool = False) -> None:
        self._histories, self._apart = list(histories), apart

    @property
    def sentences(self) -> list[str]:
        """How many evaluations each series needed for the final hypervolume of the baseline.

        The baseline is random search, or else the series with the lowest hypervolume. Further
        sentences say which runs cannot be compared, and why, and which metrics mean other things.
        """
        growths = self._growths
        found = efficiency.sentences(growths, efficiency.usual_baseline(growths)) if growths else []
        reasons = [
            f"The hypervolume of {name} cannot be held against that of {self._first.name}: "
            f"{reason}."
            for name, reason in self._reasons.items()
        ]
        return [*found, *reasons, *different_metrics(self._histories).values()]

    def to_dataframe(self) -> "pd.DataFrame":
        """One row for each series, by its name, in the order of the runs.

        Columns: `approach`; `seeds`, the number of runs; `evaluations` of the shortest one, 0 for
        the approach `computed`, which makes none;
        `front`, the sub-networks on the front of the first one; `hypervolume`, the last one in the
        common box, in [0, 1], the median over seeds; `evaluations_to_baseline`, after how many
        evaluations it reached that of the baseline. The last two are NaN where there is none.
        """
        import pandas as pd

        growths = {growth.series.name: growth for growth in self._growths}
        rows = [self._row(series, growths.get(series.name)) for series in self._series]
        return pd.DataFrame(rows).set_index("name")

    def plot(self, x: str | None = None, y: str | None = None, **options: Any) -> "go.Figure":
        """The figure of `plot_fronts`, with its arguments: metric `y` over `x` of all runs."""
        from engine.analysis.figures.comparison_plots import plot_fronts

        return plot_fronts(self._histories, x, y, apart=self._apart, **options)

    def plot_hypervolume(self, **options: Any) -> "go.Figure":
        """The figure of `plot_hypervolumes`, with its arguments; FigureError as it raises it."""
        from engine.analysis.figures.comparison_plots import plot_hypervolumes

        return plot_hypervolumes(self._histories, apart=self._apart, **options)

    @cached_property
    def _series(self) -> list[Series]:
        return series_of(self._histories, self._apart)

    @property
    def _first(self) -> Series:
        return self._series[0]

    @cached_property
    def _reasons(self) -> dict[str, str]:
        """Why series cannot be compared with the first one, by their names."""
        reasons = {s.name: why_not_together(self._first.first, s.first) for s in self._series}
        return {name: reason for name, reason in reasons.items() if reason}

    @cached_property
    def _growths(self) -> list[Growth]:
        return grown_series([s for s in self._series if s.name not in self._reasons])[0]

    def _row(self, series: Series, growth: Growth | None) -> dict[str, object]:
        reached = None
        if growth is not None and not growth.computes:
            baseline = self._growths[efficiency.usual_baseline(self._growths)]
            reached = evaluations_to_reach(growth.median, baseline.final)
        return {
            "name": series.name,
            "approach": series.first.config.approach,
            "seeds": len(series.histories),
            "evaluations": min(_evaluations(history) for history in series.histories),
            "front": len(series.first.front_numbers),
            "hypervolume": float("nan") if growth is None else growth.final,
            "evaluations_to_baseline": float("nan") if reached is None else reached,
        }

    def __repr__(self) -> str:
        return "\n".join([self.to_dataframe().to_string(), *self.sentences])

    def _repr_html_(self) -> str:
        sentences = "".join(f"<p>{html.escape(sentence)}</p>" for sentence in self.sentences)
        return f"{self.to_dataframe().to_html()}{sentences}"


def _evaluations(history: RunHistory) -> int:
    return len(history.evaluations) if history.computed_count is None else 0


def compare(runs: Iterable[Run], *, apart: bool = False) -> Comparison:
    """Compare runs: `Run`s, what searches or `load_run` returned, or ids in the usual data folder.

    Runs that differ in their seed alone are one series, unless they are `apart`. Raises ConfigError
    without a run, or for more series than can be told apart in a figure; RunError or LogError for a
    run that cannot be read.

    >>> len(compare([run.id, run], apart=True).to_dataframe())
    2
    """
    apart = checked_flag("apart", apart)
    if isinstance(runs, str) or not isinstance(runs, Iterable):
        raise wrong_argument("runs", "a list of runs", runs)
    histories = [history_of(run) for run in runs]
    if not histories:
        raise ConfigError("There are no runs to compare: give one at least.")
    if sum(len(s.histories) for s in series_of(histories, apart)) < len(histories):
        raise ConfigError(
            f"At most {len(LINE_STYLES)} series can be compared at once. Give fewer runs."
        )
    return Comparison(histories, apart)
