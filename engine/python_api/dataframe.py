"""Evaluations of a run as pandas DataFrames."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.evaluation.quality_conditions import COLUMN as MEASURED_WITH
from engine.evaluation.quality_conditions import describe_measured_with
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import error_column, evaluation_error
from engine.export.table import run_table
from engine.meters.conditions import describe_conditions
from engine.metrics import exported_value
from engine.runs.confirmation_columns import ConfirmationColumns
from engine.runs.evaluation_notes import COLUMN, evaluation_notes
from engine.runs.evaluation_table import EvaluationTable
from engine.runs.history import RunHistory
from engine.sources import source_column, timed_on_column, uncalibrated_column

if TYPE_CHECKING:
    import pandas as pd

_INDEX = "evaluation"


def evaluations_dataframe(history: RunHistory) -> "pd.DataFrame":
    """All evaluations in the order of the log, with the columns of the run's CSV.

    The index holds the numbers of the evaluations. A metric that an evaluation lacks is NaN.
    `finished` is a time in UTC, `config` holds dictionaries.
    """
    import pandas as pd

    evaluations = list(history.evaluations)
    front, feasible = history.front_numbers, history.all_feasible(evaluations)
    table = run_table(history)
    columns = {
        _INDEX: [e.number for e in evaluations],
        "cycle": [e.cycle for e in evaluations],
        "status": [e.status for e in evaluations],
        "feasible": feasible,
        "front": [e.number in front for e in evaluations],
        **_metrics(evaluations, table),
        "seconds": [e.seconds for e in evaluations],
        "finished": pd.to_datetime([e.finished for e in evaluations], unit="s", utc=True),
        "reused": [e.reused for e in evaluations],
        "reason": [e.reason for e in evaluations],
        "config": [dict(e.config) for e in evaluations],
        **_origins(evaluations, table),
        **_confirmation(history, evaluations),
        **_notes(history, evaluations),
    }
    return pd.DataFrame(columns).set_index(_INDEX)


def front_dataframe(history: RunHistory, evaluations: Sequence[Evaluation]) -> "pd.DataFrame":
    """Evaluations in their order: metrics, config, and where the values came from.

    The index holds their numbers. A metric that an evaluation lacks is NaN.
    """
    import pandas as pd

    table = run_table(history, evaluations)
    columns = {
        _INDEX: [e.number for e in evaluations],
        **_metrics(evaluations, table),
        "config": [dict(e.config) for e in evaluations],
        **_origins(evaluations, table),
        **_confirmation(history, evaluations),
        **_notes(history, evaluations),
    }
    return pd.DataFrame(columns).set_index(_INDEX)


def _metrics(
    evaluations: Sequence[Evaluation], table: EvaluationTable
) -> dict[str, list[float | int | None]]:
    values = [dict(e.metrics) for e in evaluations]
    return {
        name: [exported_value(name, row[name]) if name in row else None for row in values]
        for name in table.metrics
    }


def _origins(
    evaluations: Sequence[Evaluation], table: EvaluationTable
) -> dict[str, list[str] | list[float | None]]:
    """Conditions, sources, uncalibrated predictions and standard errors."""
    return {
        **_conditions(evaluations, table),
        **{
            source_column(name): [e.sources.get(name, "") for e in evaluations]
            for name in table.metrics
        },
        **{
            uncalibrated_column(name): [e.uncalibrated.get(name) for e in evaluations]
            for name in table.calibrated
        },
        **{
            error_column(name): [evaluation_error(name, e) for e in evaluations]
            for name in table.uncertain
        },
    }


def _confirmation(
    history: RunHistory, evaluations: Sequence[Evaluation]
) -> dict[str, list[str | float | None]]:
    """The repeated measurements of the run, if there are any."""
    columns = ConfirmationColumns.of(history)
    rows = [columns.cells(e) for e in evaluations]
    return {name: [row[name] for row in rows] for name in columns.header}


def _notes(history: RunHistory, evaluations: Sequence[Evaluation]) -> dict[str, list[str]]:
    """The notes on evaluations, empty where there is none; no column if the run has none."""
    notes = evaluation_notes(history)
    return {COLUMN: [notes.get(e.number, "") for e in evaluations]} if notes else {}


def _conditions(evaluations: Sequence[Evaluation], table: EvaluationTable) -> dict[str, list[str]]:
    """What latencies were timed on and qualities measured with, as far as it is known."""
    columns = {}
    if table.has_conditions:
        columns["timed_on"] = [describe_conditions(e.conditions) for e in evaluations]
    if table.has_quality_conditions:
        columns[MEASURED_WITH] = [describe_measured_with(e) for e in evaluations]
    for name in table.imported_latencies:
        columns[timed_on_column(name)] = [
            describe_conditions(e.imported_conditions.get(name, {})) for e in evaluations
        ]
    return columns
