"""Stores the summary of a run in its log, so that listing runs need not decode all records.

A stored summary is valid while the checksums of all records are unchanged and there is no further
record.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from engine.config import NASConfig
from engine.errors import ConfigError, DataError
from engine.log.evaluation_log import DiskLog
from engine.logged_metrics import restore_metrics
from engine.metrics import defined_by
from engine.runs.history import RunHistory
from engine.runs.run_labels import Labels
from engine.runs.run_summary import RunSummary
from engine.runs.times.run_times import RunTimes
from engine.supernets.choices.supernet import describe_supernet

_PLAIN_FIELDS = (
    "name", "state", "evaluations", "budget", "failed", "hypervolume", "created", "updated",
    "message", "retriable", "fingerprint", "imported", "objective_labels", "computed",
    "best", "reference",
)  # fmt: skip


class StoredSummary(NamedTuple):
    """The summary and labels of a run, for lists, and its times where they are stored."""

    summary: RunSummary
    labels: Labels
    times: RunTimes | None = None


def store_summary(log: DiskLog, history: RunHistory, labels: Labels) -> None:
    """Store the summary of a run as of the last refresh of its history; raises LogError."""
    summary = history.summary()
    plain = {name: getattr(summary, name) for name in _PLAIN_FIELDS}
    created = history.events[0].data
    log.store_summary(
        {
            **plain,
            "state": history.state,
            "best": None if math.isnan(summary.best) else summary.best,
            "config": summary.config.to_dict(),
            "metrics": created.get("metrics", {}),
            "choices": created.get("choices"),
            "labels": asdict(labels),
            "times": history.times.to_json(),
        },
        events=len(history.events),
        evaluations=len(history.evaluations),
    )


def load_summary(run_id: str, log: DiskLog) -> StoredSummary | None:
    """The summary in the log if it is valid, else None; raises LogError."""
    data = log.stored_summary()
    if data is None:
        return None
    try:
        return _decode(run_id, data)
    except (ConfigError, DataError, LookupError, TypeError, ValueError):
        return None  # written by another version


def _decode(run_id: str, data: Mapping[str, Any]) -> StoredSummary:
    definitions = restore_metrics(data["metrics"])
    describe_supernet(data.get("choices"))
    label_data = data["labels"]
    labels = Labels(
        tuple(label_data["tags"]),
        label_data["note"],
        label_data["archived"],
        tuple(label_data["shortlist"]),
    )
    plain = {"computed": None, **{name: data[name] for name in _PLAIN_FIELDS if name in data}}
    plain["objective_labels"] = tuple(plain["objective_labels"])
    plain["reference"] = tuple(plain["reference"])  # missing in summaries of other versions
    plain["best"] = math.nan if plain["best"] is None else plain["best"]
    with defined_by(definitions):
        config = NASConfig.from_dict(data["config"])
    config.set_definitions(definitions)
    times = RunTimes.from_json(data["times"]) if "times" in data else None
    return StoredSummary(
        RunSummary(id=run_id, config=config, is_run_by_this_process=False, **plain), labels, times
    )
