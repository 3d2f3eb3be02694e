"""How far a run is: what a browser asks for, over and over, while it shows the run."""

from dataclasses import dataclass

from app.run_header import Fact, facts, header_info
from engine.runs.history import RunHistory

ADDRESS = "/feed/pulse"


@dataclass(frozen=True)
class Pulse:
    """How far a run is. While `version` stays the same, points and these facts alone have changed.

    `upto` counts its evaluations, `progress` is the share of the budget, in [0, 1].
    """

    upto: int
    version: str
    facts: tuple[Fact, ...]
    progress: float
    label: str


def pulse_of(history: RunHistory) -> Pulse:
    """How far a run is, as of the last refresh."""
    summary = history.summary()
    info = header_info(summary, history)
    newest = history.evaluations[-1].cycle if history.evaluations else 0
    version = f"{summary.state} {len(history.events)} {history.front_version} {newest}"
    label = f"{info.evaluations:,} of {info.budget:,} evaluations"
    return Pulse(summary.evaluations, version, facts(info), info.progress, label)
