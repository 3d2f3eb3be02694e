"""Makes a run: a folder with a log that says what is searched, and what is known before."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import DiskLog
from engine.metrics import describe_added_metrics
from engine.runs.importing.report import ImportReport
from engine.runs.new_folder import new_folder


def create_run(
    runs: Path,
    config: NASConfig,
    created: Mapping[str, Any],
    known: Sequence[Evaluation],
    state: str,
    report: ImportReport | None = None,
) -> str:
    """Make a run in the folder `runs`; returns its id.

    `created` is what its first event tells besides the configuration, such as its name. `known` are
    the evaluations that it begins with, `report` says what became of the file they are from.
    Raises LogError where nothing can be written, and leaves nothing behind.
    """
    run_id = f"{datetime.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
    own = describe_added_metrics(config.all_metrics)
    message = report.summary if report else ""
    with new_folder(runs / run_id) as made:
        log = DiskLog(made / "log")
        try:
            log.append_event("created", {"config": config.to_dict(), "metrics": own, **created})
            log.append_all(known)
            if report:
                log.append_event("imported", report.to_dict())
            log.append_event("state", {"state": state, "message": message})
        finally:
            log.close()
    return run_id
