"""A whole run as a table."""

import csv
import io
from datetime import datetime

from engine.runs.history import RunHistory


def run_csv(history: RunHistory) -> str:
    """Every evaluation in the order of the log, one column a metric; the front is marked."""
    metrics = list(dict.fromkeys(name for e in history.evaluations for name in e.metrics))
    front = history.front_numbers
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["evaluation", "cycle", "status", "front", *metrics, "seconds", "finished",
                     "reused", "reason", "config"])  # fmt: skip
    for e in history.evaluations:
        finished = datetime.fromtimestamp(e.finished).isoformat(timespec="seconds")
        values = [e.metrics.get(name, "") for name in metrics]
        writer.writerow([e.number, e.cycle, e.status, int(e.number in front), *values,
                         round(e.seconds, 3), finished, int(e.reused), e.reason,
                         dict(e.config)])  # fmt: skip
    return out.getvalue()
