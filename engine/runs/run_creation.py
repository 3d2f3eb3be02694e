"""Creates the folder and the log of a run."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import DiskLog
from engine.logged_metrics import describe_added_metrics
from engine.runs.importing.report import ImportReport
from engine.runs.new_folder import new_folder
from engine.runs.provenance import config_for_log
from engine.runs.sibling_start import KIND, SiblingStart


def create_run(
    runs: Path,
    config: NASConfig,
    created: Mapping[str, Any],
    known_evaluations: Sequence[Evaluation],
    state: str,
    report: ImportReport | None = None,
    sibling: SiblingStart | None = None,
) -> str:
    """Create a run in the folder `runs`; returns its id.

    `created` is the data of its first event besides the configuration, such as its name. The run
    begins with `known_evaluations`; `report` describes the file that they are from. It learns from
    `sibling`, if there is one. Raises LogError if it cannot be written, and then leaves no files.
    """
    run_id = f"{datetime.now():%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"
    metric_descriptions = describe_added_metrics(config.all_metrics)
    message = report.summary if report else ""
    with new_folder(runs / run_id) as folder:
        log = DiskLog(folder / "log")
        try:
            log.append_event(
                "created", {**config_for_log(config), "metrics": metric_descriptions, **created}
            )
            log.append_all(known_evaluations)
            if report:
                log.append_event("imported", report.to_dict())
            if sibling:
                log.append_event(KIND, sibling.event_data())
            log.append_event("state", {"state": state, "message": message})
        finally:
            log.close()
    return run_id
