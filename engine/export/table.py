"""A run as a CSV table."""

import csv
import io
from collections.abc import Collection
from datetime import datetime

from engine.export.cells import spreadsheet_safe
from engine.meters.conditions import describe_conditions
from engine.runs.history import RunHistory
from engine.sources import source_column, timed_on_column, uncalibrated_column


def run_csv(history: RunHistory, numbers: Collection[int] | None = None) -> str:
    """All evaluations in the order of the log, or those with `numbers`; one column for each metric.

    Two columns mark what is feasible and what is on the front. The last columns name the source of
    each metric, its prediction before calibration, and what imported latencies were timed on.
    """
    metrics = list(dict.fromkeys(name for e in history.evaluations for name in e.metrics))
    front = history.front_numbers
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    first_columns = ["evaluation", "cycle", "status", "feasible", "front"]
    has_conditions = any(e.conditions for e in history.evaluations)
    last_columns = [
        "seconds",
        "finished",
        "reused",
        "reason",
        "config",
        *(["timed_on"] if has_conditions else []),
    ]
    calibrated_names = {name for e in history.evaluations for name in e.uncalibrated}
    uncalibrated_names = [name for name in metrics if name in calibrated_names]
    imported_names = {name for e in history.evaluations for name in e.imported_conditions}
    latency_names = [name for name in metrics if name in imported_names]
    source_columns = [
        *map(source_column, metrics),
        *map(uncalibrated_column, uncalibrated_names),
        *map(timed_on_column, latency_names),
    ]
    writer.writerow([*first_columns, *metrics, *last_columns, *source_columns])
    rows = [e for e in history.evaluations if numbers is None or e.number in numbers]
    for e, feasible in zip(rows, history.all_feasible(rows), strict=True):
        metric_values = e.metrics
        finished = datetime.fromtimestamp(e.finished).isoformat(timespec="seconds")
        marks = [int(feasible), int(e.number in front)]
        values = [metric_values.get(name, "") for name in metrics]
        last_cells = [round(e.seconds, 3), finished, int(e.reused), e.reason, dict(e.config)]
        if has_conditions:
            last_cells.append(describe_conditions(e.conditions))
        last_cells += [e.sources.get(name, "") for name in metrics]
        last_cells += [e.uncalibrated.get(name, "") for name in uncalibrated_names]
        last_cells += [
            describe_conditions(e.imported_conditions.get(name, {})) for name in latency_names
        ]
        writer.writerow(
            spreadsheet_safe([e.number, e.cycle, e.status, *marks, *values, *last_cells])
        )
    return buffer.getvalue()
