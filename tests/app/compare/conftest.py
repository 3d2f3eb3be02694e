"""Runs made up for comparisons: each with a curve of its own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.runs.history import RunHistory
from tests.engine.records import evaluation

Make = Callable[..., RunHistory]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A run of (accuracy, MACs) pairs that is in the given state."""

    def run(name, points, approach="random", seed=0, state="finished", **dynas):
        log = DiskLog(tmp_path / f"{name}-{seed}")
        config = NASConfig(approach=approach, search={"seed": seed}, dynas=dynas)
        log.append_event("created", {"config": config.to_dict(), "name": name, "fingerprint": "f"})
        log.append_event("state", {"state": state, "message": ""})
        for acc, macs in points:
            log.append(evaluation(metrics={"acc": acc, "macs": macs, "params": macs / 40}))
        return RunHistory(f"{name}-{seed}", log)

    return run
