"""What can be read of a damaged log, as files to keep."""

import csv
import io
import json

from engine.log.recovery import RecoveredLog


def recovered_json(run_id: str, found: RecoveredLog) -> str:
    """All readable records as the log has them, and what is lost."""
    data = {
        "run_id": run_id,
        "lost": list(found.lost),
        "events": [event.to_json() for event in found.events],
        "evaluations": [evaluation.to_json() for evaluation in found.evaluations],
    }
    return json.dumps(data, indent=2) + "\n"


def recovered_csv(found: RecoveredLog) -> str:
    """A row an evaluation under the number that it had, one column a metric."""
    metrics = list(dict.fromkeys(name for e in found.evaluations for name in e.metrics))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["evaluation", "cycle", "status", *metrics, "reason", "config"])
    for e in found.evaluations:
        numbers = e.metrics
        values = [numbers.get(name, "") for name in metrics]
        writer.writerow([e.number, e.cycle, e.status, *values, e.reason, dict(e.config)])
    return out.getvalue()
