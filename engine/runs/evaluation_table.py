"""EvaluationTable: evaluations as rows of a CSV with every metric and its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from engine.evaluation.quality_conditions import COLUMN as MEASURED_WITH
from engine.evaluation.quality_conditions import describe_measured_with
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import error_column, evaluation_error, rounded
from engine.meters.conditions import describe_conditions
from engine.metrics import exported_value
from engine.sources import source_column, timed_on_column, uncalibrated_column
from engine.spreadsheet_cells import spreadsheet_safe


@dataclass(frozen=True)
class EvaluationTable:
    """The columns of a table of evaluations, and its rows.

    `metrics` are those with a column of values and one of sources. `calibrated` and
    `imported_latencies` are those among them that also have a column of uncalibrated predictions,
    and of what an imported latency was timed on. `marks` are the headings of further columns after
    the status. `has_conditions`: whether a column describes what latencies were timed on;
    `has_quality_conditions`: what qualities were measured with. `uncertain` are those among
    `metrics` that have a last column of standard errors.
    """

    metrics: tuple[str, ...]
    calibrated: tuple[str, ...] = ()
    imported_latencies: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    has_conditions: bool = False
    has_quality_conditions: bool = False
    uncertain: tuple[str, ...] = ()

    @property
    def header(self) -> list[str]:
        """The headings in order."""
        conditions = [
            *(["timed_on"] if self.has_conditions else []),
            *([MEASURED_WITH] if self.has_quality_conditions else []),
        ]
        return [
            *("evaluation", "cycle", "status"),
            *self.marks,
            *self.metrics,
            *("seconds", "finished", "reused", "reason", "config"),
            *conditions,
            *map(source_column, self.metrics),
            *map(uncalibrated_column, self.calibrated),
            *map(timed_on_column, self.imported_latencies),
            *map(error_column, self.uncertain),
        ]

    def row(self, evaluation: Evaluation, marks: Iterable[object] = ()) -> list[object]:
        """The cells of an evaluation, empty where it has no value; `marks` has one for each mark.

        Times are local. No text is a formula to a spreadsheet.
        """
        e, values, uncalibrated = evaluation, evaluation.metrics, evaluation.uncalibrated
        finished = datetime.fromtimestamp(e.finished).isoformat(timespec="microseconds")
        conditions = [
            *([describe_conditions(e.conditions)] if self.has_conditions else []),
            *([describe_measured_with(e)] if self.has_quality_conditions else []),
        ]
        cells = [
            *(e.number, e.cycle, e.status),
            *marks,
            *(exported_value(n, values[n]) if n in values else "" for n in self.metrics),
            *(round(e.seconds, 3), finished, int(e.reused), e.reason, dict(e.config)),
            *conditions,
            *(e.sources.get(name, "") for name in self.metrics),
            *(uncalibrated.get(name, "") for name in self.calibrated),
            *(
                describe_conditions(e.imported_conditions.get(name, {}))
                for name in self.imported_latencies
            ),
            *(rounded(evaluation_error(name, e), "") for name in self.uncertain),
        ]
        return spreadsheet_safe(cells)
