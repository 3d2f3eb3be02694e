"""Runs made up for comparisons: each with a curve of its own."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from engine.analysis.comparison.series import series_of
from engine.config import NASConfig
from engine.log.evaluation_log import DiskLog
from engine.metrics import defined_by
from engine.runs.history import RunHistory
from tests.engine.records import evaluation

Make = Callable[..., RunHistory]

FAST = [(90.0, 6e6), (92.0, 4e6), (93.0, 3e6)]
SLOW = [(87.0, 8e6)] * 5 + [(90.0, 6e6), (91.0, 5e6), (92.0, 4e6)]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A run of (accuracy, MACs) pairs, or of accuracies alone, that is in the given state.

    One of the approach `computed` has computed so many sub-networks. Metrics `of_script` are
    defined in its log; their values are the errors in percent.
    """

    def run(
        name, points, approach="random", seed=0, state="finished", of_script=(), computed=0, **dynas
    ):
        log = DiskLog(tmp_path / f"{name}-{seed}")
        with defined_by({metric.name: metric for metric in of_script}):
            config = NASConfig(approach=approach, search={"seed": seed}, dynas=dynas)
        described = {metric.name: asdict(metric) for metric in of_script}
        created = {"config": config.to_dict(), "metrics": described, "name": name}
        log.append_event("created", {**created, "fingerprint": "f"})
        if computed:
            log.append_event(
                "cycle", {"cycle": 1, "after": 0, "proposals": [], "computed": computed}
            )
        log.append_event("state", {"state": state, "message": ""})
        for acc, *costs in points:
            costs_by_name = {"macs": costs[0], "params": costs[0] / 40} if costs else {}
            own = {metric.name: 100 - acc for metric in of_script}
            log.append(evaluation(metrics={"acc": acc, **costs_by_name, **own}))
        return RunHistory(f"{name}-{seed}", log)

    return run


@pytest.fixture
def two(make):
    return series_of([make("fast", FAST, "dynas"), make("slow", SLOW)])
