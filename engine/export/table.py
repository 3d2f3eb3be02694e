"""A whole run as a table."""

import csv
import io
from collections.abc import Collection
from datetime import datetime

from engine.export.cells import cells
from engine.meters.conditions import describe_conditions
from engine.runs.history import RunHistory
from engine.sources import source_column, uncalibrated_column


def run_csv(history: RunHistory, only: Collection[int] | None = None) -> str:
    """Every evaluation in the order of the log, or those numbered `only`; one column a metric.

    What is feasible and what is on the front is marked. The last columns name the source of each
    metric, and what a predictor said of it before it was calibrated.
    """
    metrics = list(dict.fromkeys(name for e in history.evaluations for name in e.metrics))
    front = history.front_numbers
    out = io.StringIO()
    writer = csv.writer(out)
    first = ["evaluation", "cycle", "status", "feasible", "front"]
    timed = any(e.conditions for e in history.evaluations)
    last = ["seconds", "finished", "reused", "reason", "config", *(["timed_on"] if timed else [])]
    changed = {name for e in history.evaluations for name in e.uncalibrated}
    raw = [name for name in metrics if name in changed]
    origins = [*map(source_column, metrics), *map(uncalibrated_column, raw)]
    writer.writerow([*first, *metrics, *last, *origins])
    rows = [e for e in history.evaluations if only is None or e.number in only]
    for e, feasible in zip(rows, history.all_feasible(rows), strict=True):
        numbers = e.metrics
        finished = datetime.fromtimestamp(e.finished).isoformat(timespec="seconds")
        marks = [int(feasible), int(e.number in front)]
        values = [numbers.get(name, "") for name in metrics]
        rest = [round(e.seconds, 3), finished, int(e.reused), e.reason, dict(e.config)]
        if timed:
            rest.append(describe_conditions(e.conditions))
        rest += [e.sources.get(name, "") for name in metrics]
        rest += [e.uncalibrated.get(name, "") for name in raw]
        writer.writerow(cells([e.number, e.cycle, e.status, *marks, *values, *rest]))
    return out.getvalue()
