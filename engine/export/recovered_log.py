"""The readable part of a damaged log, as files."""

import csv
import io
import json

from engine.log.recovery import RecoveredLog


def recovered_json(run_id: str, recovered_log: RecoveredLog) -> str:
    """All readable records in the format of the log, and descriptions of what is lost."""
    data = {
        "run_id": run_id,
        "lost": list(recovered_log.lost),
        "events": [event.to_json() for event in recovered_log.events],
        "evaluations": [evaluation.to_json() for evaluation in recovered_log.evaluations],
    }
    return json.dumps(data, indent=2) + "\n"


def recovered_csv(recovered_log: RecoveredLog) -> str:
    """A row for each evaluation under its original number, one column for each metric."""
    metrics = list(dict.fromkeys(name for e in recovered_log.evaluations for name in e.metrics))
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(["evaluation", "cycle", "status", *metrics, "reason", "config"])
    for e in recovered_log.evaluations:
        numbers = e.metrics
        values = [numbers.get(name, "") for name in metrics]
        writer.writerow([e.number, e.cycle, e.status, *values, e.reason, dict(e.config)])
    return buffer.getvalue()
