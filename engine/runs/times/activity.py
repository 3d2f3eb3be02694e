"""What a run does at this moment, where its state does not say enough: one sentence."""

import time
from collections.abc import Sequence

from engine.runs.history import RunHistory
from engine.runs.times.run_times import RunTimes, seconds_of_now
from engine.runs.times.time_log import TimeLog
from engine.runs.times.time_range import TimeRange
from engine.runs.workers_now import WorkersNow

_PATIENCE = 3.0  # seconds without a word about the start of workers


def starting_sentence(history: RunHistory, now: WorkersNow | None, usual: float | None) -> str:
    """That the workers of a running run are starting; empty once one measures.

    `usual` is how long that takes, in seconds.
    """
    log = history.time_log
    since = log.elapsed - float(log.starts[-1])
    if now is not None and any(one.began is not None for one in now.measurements):
        return ""
    is_recording = len(log) > log.since_start and (now is None or not now.measurements)
    if history.state != "running" or log.has_ready_workers or is_recording:
        return ""
    if usual is None or usual < _PATIENCE:
        return "The workers are starting."
    return f"The workers are starting: this usually takes {TimeRange(usual, usual, usual)}." + (
        " It takes longer this time." if since > 2 * usual else ""
    )


def ending_sentence(history: RunHistory, now: WorkersNow | None, usual: float) -> str:
    """What a run that pauses or stops waits for, and how long about; empty in other states.

    `usual` is how many seconds a measurement takes in earlier runs, 0 if that is not known.
    """
    if history.state not in ("pausing", "stopping"):
        return ""
    then = "It then pauses." if history.state == "pausing" else "It then stops."
    log = history.time_log
    seconds = _usual_seconds(log, history.times) or usual
    if now is None:
        each = f", which take {_about(seconds)} each" if seconds else ""
        return f"It waits for the running measurements{each}. {then}"
    begun = [one.began for one in now.measurements if one.began is not None]
    if not begun:
        return f"It waits for what is being recorded. {then}"
    count = len(begun)
    what = "1 running measurement" if count == 1 else f"{count} running measurements"
    if not seconds:
        return f"It waits for {what}. {then}"
    left = max(began + seconds for began in begun) - time.time()
    if left < 1.0:
        return f"It waits for {what}, which should end at any moment. {then}"
    return f"It waits for {what}: {_about(left)} more. {then}"


def queue_sentence(rests: Sequence[TimeRange | None]) -> str:
    """When a queued run may begin, from what is left of the runs for which it waits."""
    known = [rest for rest in rests if rest is not None]
    if not known or len(known) < len(rests):
        return ""
    latest = TimeRange(
        max(rest.low for rest in known), max(rest.likely for rest in known),
        max(rest.high for rest in known) if len(known) == 1 else sum(rest.high for rest in known),
    )  # fmt: skip
    return f"It may begin in {latest}."


def _usual_seconds(log: TimeLog, times: RunTimes) -> float:
    count, seconds = seconds_of_now(log)
    return seconds if count else times.seconds


def _about(seconds: float) -> str:
    return str(TimeRange(seconds, seconds, seconds))
