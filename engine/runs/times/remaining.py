"""The rest of a run that has begun, from its own times and those of earlier runs."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from engine.runs.times.forecast import EarlierRun, seconds_per_evaluation
from engine.runs.times.run_times import RunTimes, run_times, seconds_of_now
from engine.runs.times.time_log import TimeLog
from engine.runs.times.time_range import TimeRange

_EARLIER_WEIGHT = 4.0  # measurements that earlier runs count for
_RECENT = 20  # evaluations of which the share of known ones is taken
_STARTUP = 6.0  # seconds until workers are ready, where no run tells
_OVERDUE = 1.5  # times the usual time of a measurement, after which it counts before it ends
_PAUSE = 1.0  # seconds without a record, in which workers start
_MOST_RUNS = 6
_LEAST_SPREAD = 0.25  # of a rest that is known best: others use the machine as well
_OF_FEW = 1.0  # over the root of the measurements that tell
_OF_PLANNING = 0.6  # of the time of plans, before any was made in this run
_OF_MADE_PLANS = 0.7  # over the root of those made


@dataclass(frozen=True)
class Rest:
    """What is left of a run: `evaluations` within the budget, and `repeats` of its front.

    `measures` is whether there is anything to measure. `limit` is when it ends in any case, in
    seconds from now. `is_underway` is whether measurements run now, `share_machine` whether its
    workers are those of one machine.
    """

    evaluations: int
    repeats: int = 0
    measures: bool = True
    limit: float | None = None
    is_underway: bool = True
    share_machine: bool = True


def remaining(log: TimeLog, rest: Rest, earlier: Sequence[EarlierRun] = ()) -> TimeRange | None:
    """How long a run goes on. None before anything is known of how long an evaluation takes.

    `earlier` are runs that measured the same on the same machine, the newest first. The speed is
    that of the last minute since the run last went on; earlier parts of the run, and earlier runs,
    count for the less, the more was measured since.
    """
    whole = _whole(log, rest, [run.times for run in earlier[:_MOST_RUNS]])
    if rest.limit is None:
        return whole
    limit = max(rest.limit, 0.0)
    return TimeRange(0.0, limit, limit) if whole is None else whole.at_most(limit)


def _whole(log: TimeLog, rest: Rest, earlier: Sequence[RunTimes]) -> TimeRange | None:
    own = run_times(log)
    seconds, weight = (0.0, math.inf)
    if rest.measures:
        seconds, weight = _seconds(log, own, earlier, rest.share_machine)
    if not weight or not (len(log) or earlier):
        return None
    waiting, waiting_spread = _waiting(log, own, rest, earlier)
    share = _known_share(log)
    full = rest.evaluations * seconds / log.workers
    repeats = rest.repeats * seconds / log.workers
    measuring = full * (1.0 - share) + repeats
    startup = _startup(log, own, earlier) if rest.measures or not len(log) else 0.0
    likely = measuring + waiting + startup
    if rest.is_underway and log.has_ready_workers:
        begun = min(log.elapsed - float(log.ran[-1]), seconds)
        likely = max(likely - begun, 0.0)
    if likely <= 0:
        return TimeRange(0.0, 0.0, 0.0)
    own_spread = math.hypot(_LEAST_SPREAD, _OF_FEW / math.sqrt(weight) if weight != math.inf else 0)
    spread = math.hypot(
        own_spread * (measuring + startup), waiting_spread * waiting
    ) / max(measuring + startup + waiting, 1e-9)  # fmt: skip
    found = TimeRange.around(likely, max(spread, _LEAST_SPREAD))
    if share <= 0:
        return found
    # Known evaluations may go on to the end, or stop at once.
    low = min(found.low, max(waiting + repeats, 0.0))
    return TimeRange(low, found.likely, max(found.high, full + waiting + repeats))


def _seconds(
    log: TimeLog, own: RunTimes, earlier: Sequence[RunTimes], share_machine: bool
) -> tuple[float, float]:
    """How long a measurement takes now, and how many measurements that is as good as."""
    count, recent = seconds_of_now(log)
    told = [
        seconds_per_evaluation(times, log.workers, share_machine)
        for times in earlier
        if times.measured
    ]
    before, weight = 0.0, 0.0
    if own.measured > own.workers and own.seconds > 0:  # also of the parts before a pause
        before, weight = own.seconds, min(float(own.measured), 2 * _EARLIER_WEIGHT)
    elif told:
        logs = [math.log(max(seconds, 1e-6)) for seconds in told]
        before, weight = math.exp(sum(logs) / len(logs)), _EARLIER_WEIGHT
    elif own.measured:  # of a worker that had to load first: no more than a bound
        before, weight = own.seconds, 0.3
    total = count + weight
    overdue = log.elapsed - float(log.ran[-1]) if log.has_ready_workers else 0.0
    usual = (count * recent + weight * before) / total if total else 0.0
    if overdue > _OVERDUE * usual:  # what is measured now takes at least so long
        count, recent = count + 1, (count * recent + overdue) / (count + 1)
        total = count + weight
    return ((count * recent + weight * before) / total if total else 0.0), total


def _waiting(
    log: TimeLog, own: RunTimes, rest: Rest, earlier: Sequence[RunTimes]
) -> tuple[float, float]:
    """The seconds to come in which nothing is measured, and how uncertain their logarithm is."""
    done = len(log)
    end = done + rest.evaluations
    plans = int((log.plans[:, 0] > 0).sum())
    told = [times.waiting(end) - times.waiting(done) for times in earlier]
    told_mean = sum(told) / len(told) if told else 0.0
    if not plans:
        if told:
            return told_mean, _OF_PLANNING
        return (own.waiting(end) - own.waiting(done) if done else 0.0), 1.0
    mine = own.waiting(end) - own.waiting(done)
    weight = plans / (plans + 2.0) if told else 1.0
    spread = math.hypot(_LEAST_SPREAD, _OF_MADE_PLANS / math.sqrt(plans + (2 if told else 0)))
    return weight * mine + (1 - weight) * told_mean, spread


def _startup(log: TimeLog, own: RunTimes, earlier: Sequence[RunTimes]) -> float:
    """Seconds until the workers are ready, 0 once they are, or while known values are recorded."""
    is_recording = len(log) > log.since_start and log.elapsed - float(log.ran[-1]) < _PAUSE
    if log.has_ready_workers or is_recording:
        return 0.0
    told = [times.startup for times in earlier]
    usual = own.startup or (sum(told) / len(told) if told else _STARTUP)
    return max(usual - (log.elapsed - float(log.starts[-1])), min(1.0, usual))


def _known_share(log: TimeLog) -> float:
    """The share of evaluations to come that may be known, as of late: 0 unless the last one was."""
    recent = log.known[-_RECENT:]
    if not len(recent) or not recent[-1]:
        return 0.0
    return float(recent.sum()) / (len(recent) + 2.0)
