"""A run's summary as its log keeps it, so that a list need not decode every record.

It counts only while the log holds as many records as it did then, and after the checksum of each
was compared; otherwise the records themselves are read.
"""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.log.evaluation_log import DiskLog
from engine.metrics import restore_metrics
from engine.runs.history import RunHistory
from engine.runs.run_labels import Labels
from engine.runs.run_summary import RunSummary

_PLAIN = (
    "name", "state", "evaluations", "budget", "failed", "hypervolume", "created", "updated",
    "message", "retriable", "fingerprint", "imported", "objective_labels",
)  # fmt: skip


class StoredSummary(NamedTuple):
    """What the list of runs shows of one."""

    summary: RunSummary
    labels: Labels


def note(log: DiskLog, history: RunHistory, labels: Labels) -> None:
    """Keep the summary of a run as of the last refresh of its history; raises LogError."""
    summary = history.summary()
    plain = {name: getattr(summary, name) for name in _PLAIN}
    own = history.events[0].data.get("metrics", {})
    log.note(
        {
            **plain,
            "state": history.state,
            "config": summary.config.to_dict(),
            "metrics": own,
            "labels": asdict(labels),
        },
        events=len(history.events),
        evaluations=len(history.evaluations),
    )


def noted(run_id: str, log: DiskLog) -> StoredSummary | None:
    """The summary that the log keeps, if it is still right; raises LogError as reading does."""
    found = log.noted()
    if found is None:
        return None
    try:
        return _read(run_id, found)
    except (ConfigError, LookupError, TypeError, ValueError):
        return None  # of another version: the records tell


def _read(run_id: str, found: Mapping[str, Any]) -> StoredSummary:
    restore_metrics(found["metrics"])
    said = found["labels"]
    labels = Labels(tuple(said["tags"]), said["note"], said["archived"], tuple(said["shortlist"]))
    plain = {name: found[name] for name in _PLAIN}
    plain["objective_labels"] = tuple(plain["objective_labels"])
    config = NASConfig.from_dict(found["config"])
    return StoredSummary(RunSummary(id=run_id, config=config, driven_here=False, **plain), labels)
