"""A run as a CSV table."""

import csv
import io
from collections.abc import Collection, Sequence

from engine.analysis.metric_names import in_config_order
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import uncertain_metrics
from engine.runs.confirmation_columns import ConfirmationColumns
from engine.runs.evaluation_notes import COLUMN, evaluation_notes
from engine.runs.evaluation_table import EvaluationTable
from engine.runs.history import RunHistory
from engine.spreadsheet_cells import spreadsheet_safe


def run_table(
    history: RunHistory, evaluations: Sequence[Evaluation] | None = None
) -> EvaluationTable:
    """The columns of a table of evaluations of a run, all by default.

    Metrics are in the order of its settings. Two marks say what is feasible and on the front.
    """
    evaluations = history.evaluations if evaluations is None else evaluations
    metrics = in_config_order((name for e in evaluations for name in e.metrics), history.config)
    calibrated = {name for e in evaluations for name in e.uncalibrated}
    imported_latencies = {name for e in evaluations for name in e.imported_conditions}
    uncertain = uncertain_metrics(evaluations)
    return EvaluationTable(
        metrics=tuple(metrics),
        calibrated=tuple(name for name in metrics if name in calibrated),
        imported_latencies=tuple(name for name in metrics if name in imported_latencies),
        marks=("feasible", "front"),
        has_conditions=any(e.conditions for e in evaluations),
        has_quality_conditions=any(e.quality_conditions for e in evaluations),
        uncertain=tuple(name for name in metrics if name in uncertain),
    )


def run_csv(history: RunHistory, numbers: Collection[int] | None = None) -> str:
    """All evaluations in the order of the log, or those with `numbers`; one column for each metric.

    Two columns mark what is feasible and what is on the front. The last columns say what
    latencies were timed on and qualities measured with, the source of each metric, its prediction
    before calibration, what imported latencies were timed on, and the standard error of shares.
    Repeated measurements of the front, if there are any, come after them, then the
    notes on evaluations.
    """
    with history.own_metrics():
        return _csv_text(history, numbers)


def _csv_text(history: RunHistory, numbers: Collection[int] | None) -> str:
    evaluations, front, table = history.evaluations, history.front_numbers, run_table(history)
    rows = [e for e in evaluations if numbers is None or e.number in numbers]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    confirmation = ConfirmationColumns.of(history)
    notes = evaluation_notes(history)
    writer.writerow([*table.header, *confirmation.header, *([COLUMN] if notes else [])])
    for e, feasible in zip(rows, history.all_feasible(rows), strict=True):
        cells = table.row(e, (int(feasible), int(e.number in front)))
        confirmed = ("" if cell is None else cell for cell in confirmation.cells(e).values())
        note = spreadsheet_safe([notes.get(e.number, "")]) if notes else []
        writer.writerow([*cells, *confirmed, *note])
    return buffer.getvalue()
