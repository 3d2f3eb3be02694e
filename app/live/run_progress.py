"""The progress of a run, which a browser polls while it shows the run."""

from dataclasses import dataclass

from app.run_header import Fact, facts, header_info
from engine.runs.history import RunHistory
from engine.runs.run_summary import ACTIVE
from engine.runs.times.durations import Durations

ADDRESS = "/feed/pulse"


@dataclass(frozen=True)
class RunProgress:
    """The progress of a run. An unchanged `version` means that only points and facts have changed.

    `evaluations` is the number of its evaluations, `progress` the share of its work. `activity`
    says what it does now or waits for; it may be empty.
    """

    evaluations: int
    version: str
    facts: tuple[Fact, ...]
    progress: float
    label: str
    activity: str


def run_progress(history: RunHistory, durations: Durations) -> RunProgress:
    """The progress of a run at the last refresh of `history`, with its rest by `durations`."""
    summary = history.summary()
    is_moving = summary.state in ACTIVE
    info = header_info(summary, history, durations.remaining(history) if is_moving else None)
    newest_cycle = history.evaluations[-1].cycle if history.evaluations else 0
    version = f"{summary.state} {len(history.events)} {history.front_version} {newest_cycle}"
    label = f"{summary.count_text(' of ')} {info.unit}"
    # What a queued run waits for stands beside the buttons that change it.
    is_told = is_moving and summary.state != "queued"
    activity = durations.activity(history) if is_told else ""
    return RunProgress(summary.evaluations, version, facts(info), info.progress, label, activity)
