"""RunTimes: what the log of a run teaches about how long its like will take."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from engine.runs.times.time_log import TimeLog, Values

_RECORDING = 0.005  # seconds that an evaluation takes besides its measurement
_PLANNING = 1.0  # seconds of a plan, where none was logged
_LAST = 60.0  # seconds of running time that tell the speed of now
_LEAST = 8  # measurements that tell it, if there are fewer in that time


@dataclass(frozen=True)
class RunTimes:
    """Plain data; times in seconds.

    `workers` measured at a time, `startup` passed until the first of them was ready. `measured`
    evaluations took `seconds` each on average, the first of each worker left out, `known` ones
    were in the cache, and `evaluations` are all. A plan was made for each `step` evaluations; it
    took `plan_base`, and `plan_growth` more for each evaluation that it learned from. For `blocked`
    seconds in all, nothing was measured although the workers were there. `host` is the machine of
    the search, empty where its log does not tell.
    """

    workers: int
    startup: float
    measured: int
    seconds: float
    known: int
    evaluations: int
    step: float
    plan_base: float
    plan_growth: float
    blocked: float
    host: str = ""

    def waiting(self, evaluations: int) -> float:
        """Seconds of a run of so many evaluations in which nothing is measured; ascending."""
        done = self._planning(self.evaluations)
        return self.blocked * self._planning(evaluations) / done if done > 0 else 0.0

    def _planning(self, evaluations: int) -> float:
        cycles = evaluations / max(self.step, 1.0)
        learned = self.plan_growth * evaluations * cycles / 2
        return self.plan_base * cycles + learned + _RECORDING * evaluations

    def to_json(self) -> dict[str, Any]:
        """Plain data for `from_json`."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "RunTimes":
        """Those in the plain data of `to_json`; raises LookupError, TypeError or ValueError."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__})


def run_times(log: TimeLog, host: str = "") -> RunTimes:
    """What a run teaches, all of it so far."""
    first = log.first_of_workers
    later = log.measured & ~first
    usual = log.seconds[later] if later.any() else log.seconds[log.measured]
    seconds = float(usual.mean()) if len(usual) else 0.0
    startups = _startups(log, seconds)
    measured = int(log.measured.sum())
    plans = log.plans[log.plans[:, 0] > 0]
    base, growth = _line(plans)
    step = _step(log)
    ready = float(log.ran[-1]) - sum(startups) if len(log) else 0.0
    blocked = max(ready - measured * seconds / log.workers, 0.0)
    return RunTimes(
        log.workers, float(np.median(startups)) if startups else 0.0, measured, seconds,
        int(log.known.sum()), len(log), step, base, growth, blocked, host,
    )  # fmt: skip


def seconds_of_now(log: TimeLog) -> tuple[int, float]:
    """How many measurements tell the speed of now, and how long each of them took.

    They are those of the last minute since the run last began or went on, or the last eight since
    then. The first of each worker is left out, since it includes loading.
    """
    start = log.since_start
    usable = np.flatnonzero((log.measured & ~log.first_of_workers)[start:]) + start
    recent = usable[log.ran[usable] > log.elapsed - _LAST]
    chosen = recent if len(recent) >= _LEAST else usable[-_LEAST:]
    return len(chosen), float(log.seconds[chosen].mean()) if len(chosen) else 0.0


def per_minute(log: TimeLog) -> float:
    """Measurements a minute over the last minute; 0 while that is unknown.

    Evaluations with known values do not count; those that are computed do where all are.
    Where there are few, the last eight count; those before the run last went on never do. The first
    ones of all workers come at the same time, and say nothing before more have followed.
    """
    start = log.since_start
    measures = bool(log.measured.any())
    usable = np.flatnonzero((log.measured if measures else ~log.known)[start:]) + start
    recent = usable[log.ran[usable] > log.elapsed - _LAST]
    chosen = recent if len(recent) >= _LEAST else usable[-_LEAST:]
    if len(usable) <= (log.workers if measures else 1) or len(chosen) < 2:
        return 0.0
    span = float(log.ran[chosen[-1]] - log.ran[chosen[0]])
    return 60.0 * (len(chosen) - 1) / span if span > 0 else 0.0


def _startups(log: TimeLog, seconds: float) -> list[float]:
    """How long it took, each time, until the first record and the first measurement could begin."""
    startups = []
    firsts = np.searchsorted(log.ran, log.starts, side="right")
    for start, first, end in zip(log.starts, firsts, [*firsts[1:], len(log)], strict=True):
        if first == end:
            continue
        measured = np.flatnonzero(log.measured[first:end])
        is_measured = bool(len(measured)) and measured[0] == 0
        startup = 0.0 if is_measured else float(log.ran[first] - start)
        if len(measured):
            at = first + measured[0]
            before = float(log.ran[at - 1]) if measured[0] else float(start)
            startup += max(float(log.ran[at]) - before - seconds, 0.0)
        startups.append(startup)
    return startups


def _step(log: TimeLog) -> float:
    """The evaluations between two plans."""
    after = log.plans[:, 0]
    if len(after) < 2:
        return float(max(len(log), 1))
    return max(float(after[-1] - after[0]) / (len(after) - 1), 1.0)


def _line(plans: Values) -> tuple[float, float]:
    """Base and growth, neither negative, of the `(c, 2)` durations of plans."""
    if not len(plans):
        return _PLANNING, 0.0
    after, seconds = plans.T
    spread = float(((after - after.mean()) ** 2).sum())
    growth = 0.0
    if spread > 0 and len(plans) > 2:
        growth = float(((after - after.mean()) * (seconds - seconds.mean())).sum()) / spread
    growth = min(max(growth, 0.0), float(seconds.mean()) / max(float(after.mean()), 1.0))
    base = float(seconds.mean()) - growth * float(after.mean())
    return (base if math.isfinite(base) else _PLANNING), growth
