"""The progress of a run, which a browser polls while it shows the run."""

from dataclasses import dataclass

from app.run_header import Fact, facts, header_info
from engine.runs.history import RunHistory

ADDRESS = "/feed/pulse"


@dataclass(frozen=True)
class RunProgress:
    """The progress of a run. An unchanged `version` means that only points and facts have changed.

    `evaluations` is the number of its evaluations, `progress` the share of its work.
    """

    evaluations: int
    version: str
    facts: tuple[Fact, ...]
    progress: float
    label: str


def run_progress(history: RunHistory) -> RunProgress:
    """The progress of a run at the last refresh of `history`."""
    summary = history.summary()
    info = header_info(summary, history)
    newest_cycle = history.evaluations[-1].cycle if history.evaluations else 0
    version = f"{summary.state} {len(history.events)} {history.front_version} {newest_cycle}"
    label = f"{summary.count_text(' of ')} {info.unit}"
    return RunProgress(summary.evaluations, version, facts(info), info.progress, label)
