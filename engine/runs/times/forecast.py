"""The duration of a search that has not begun, from the times of earlier runs."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.config import NASConfig
from engine.metrics import defined_by, find_metric
from engine.runs.times.run_times import RunTimes
from engine.runs.times.time_range import TimeRange, joined

_MOST_RUNS = 12  # earlier runs that an estimate learns from, the newest
_LEAST_MEASURED = 3  # measurements of a run that tell how long one takes
_LEAST_SPREAD = 0.2  # standard deviations of the logarithm of a duration
_OF_A_RUN = 0.35  # the same search twice, on a machine that others use as well
_OF_FEW = 0.8  # over the root of the measurements of the earlier run
_OF_LENGTH = 0.06  # for each factor e between the two budgets
_OF_WORKERS = 0.5  # for each factor e between the two numbers of workers
_OF_APPROACH = 0.3  # another approach plans otherwise
_OF_SETTINGS = 0.5  # other settings, or another machine
_OF_GUESS = 0.9

_OF_TIMING = 12  # measurements of a search that the largest and the smallest are as good as
_STARTUP = 6.0  # seconds until workers are ready, where no run tells
_PLANNING = 1.5  # seconds of a plan
_RECORDING = 0.005  # seconds of an evaluation besides its measurement

COMPUTED = 1e-4
"""Seconds that a search which measures nothing takes for a sub-network, on one core."""


@dataclass(frozen=True)
class EarlierRun:
    """A run of this data folder: its configuration and its times."""

    config: NASConfig
    times: RunTimes


@dataclass(frozen=True)
class Planned:
    """A search to come: `evaluations` in all, by `workers` at a time on `host`.

    `measures` is whether there is anything to measure, or all of it is computed.
    """

    config: NASConfig
    evaluations: int
    workers: int
    host: str
    measures: bool = True


def forecast(planned: Planned, earlier: Iterable[EarlierRun]) -> TimeRange | None:
    """How long a search takes. None where there is neither an earlier run nor a guess.

    `earlier` are runs of the same supernet and metrics, the newest first. Runs with the same
    settings on the same machine count alone if there are any. It never falls as the number of
    evaluations grows.
    """
    usable = [run for run in earlier if _teaches(run, planned)][: 4 * _MOST_RUNS]
    alike = [run for run in usable if _is_alike(run, planned)]
    chosen = (alike or usable)[:_MOST_RUNS]
    if not chosen:
        return None if planned.measures else _guess(planned)
    further = 0.0 if alike else _OF_SETTINGS
    least = math.hypot(
        _LEAST_SPREAD if alike else _OF_SETTINGS / 2, _length_spread(chosen, planned)
    )
    basis = _basis(len(chosen), bool(alike))
    whole = joined([_by(run, planned, 0, further) for run in chosen], least, basis)
    repeated = [run for run in usable if _is_repeated(run, planned)]
    if not repeated:
        return whole
    known = max(min(run.times.evaluations, planned.evaluations) for run in repeated)
    basis += "; what one of them has measured is not measured again"
    rest = joined([_by(run, planned, known, further) for run in chosen], least, basis)
    if any(_is_exact(run, planned) for run in repeated):
        return rest
    return TimeRange(rest.low, math.sqrt(rest.likely * whole.likely), whole.high, basis)


def seconds_per_evaluation(times: RunTimes, workers: int, share_machine: bool) -> float:
    """How long a measurement takes with other workers than those of the run.

    Where workers share a machine, the truth lies between no gain by more of them, and no loss.
    """
    return times.seconds * (math.sqrt(workers / times.workers) if share_machine else 1.0)


def comparable(config: NASConfig) -> tuple[object, ...]:
    """What two searches must have in common for their times to be compared at all."""
    with defined_by(config.definitions):
        names = [name for name in config.all_metrics if not _is_counted(name)]
    return config.dynas.supernet, tuple(sorted(names)), config.dynas.cluster


def _is_counted(name: str) -> bool:
    known = find_metric(name)
    return known is not None and known.computable


def _teaches(run: EarlierRun, planned: Planned) -> bool:
    enough = run.times.measured >= _LEAST_MEASURED or not planned.measures
    measures = run.times.measured > 0 or run.times.known > 0
    return enough and run.times.evaluations > 0 and (planned.measures or not measures)


def _is_alike(run: EarlierRun, planned: Planned) -> bool:
    host = run.times.host
    same_host = planned.config.dynas.cluster or not host or host == planned.host
    return bool(same_host) and run.config.settings == planned.config.settings


def _by(run: EarlierRun, planned: Planned, known: int, further: float) -> TimeRange:
    """The duration as one earlier run tells it, if `known` evaluations are in the cache."""
    times, workers = run.times, max(planned.workers, 1)
    measuring = 0.0
    if planned.measures:
        seconds = seconds_per_evaluation(times, workers, not planned.config.dynas.cluster)
        measuring = (planned.evaluations - known) * seconds / workers
    likely = times.startup + measuring + times.waiting(planned.evaluations)
    parts = [
        _OF_A_RUN,
        _OF_FEW / math.sqrt(max(times.measured or times.evaluations, 1)),
        _OF_WORKERS * abs(math.log(workers / times.workers)) if planned.measures else 0.0,
        _OF_APPROACH if run.config.approach != planned.config.approach else 0.0,
        further,
    ]
    return TimeRange.around(max(likely, 0.1), math.sqrt(sum(part * part for part in parts)))


def _length_spread(runs: Sequence[EarlierRun], planned: Planned) -> float:
    """What is not known since no earlier run was as long: it must not decide which run counts."""
    return _OF_LENGTH * min(
        abs(math.log(planned.evaluations / run.times.evaluations)) for run in runs
    )


def _guess(planned: Planned) -> TimeRange:
    """Of a search that measures nothing: it plans, and records what it computes."""
    dynas = planned.config.dynas
    cycles = planned.evaluations / max(dynas.population / 8, 1)
    likely = _STARTUP / 2 + _PLANNING * cycles + _RECORDING * planned.evaluations
    return TimeRange.around(likely, _OF_GUESS, "first run here: a guess")


def _is_repeated(run: EarlierRun, planned: Planned) -> bool:
    """Whether an earlier run was the very same search, whose measurements are in the cache."""
    return (
        planned.measures
        and _identity(run.config) == _identity(planned.config)
        and run.config.settings == planned.config.settings
    )


def _is_exact(run: EarlierRun, planned: Planned) -> bool:
    """Whether both propose the same: one worker repeats a search, several do so at first."""
    deterministic = run.config.search.deterministic and planned.config.search.deterministic
    return deterministic or (run.times.workers == 1 and planned.workers == 1)


def _identity(config: NASConfig) -> tuple[object, ...]:
    """What decides which sub-networks a search proposes, besides its budget."""
    dynas = config.dynas
    search = config.search.model_dump(exclude_none=True)
    limits = tuple(sorted(dynas.constraints))
    return config.approach, str(search), tuple(dynas.metrics), limits, dynas.population


def _basis(runs: int, alike: bool) -> str:
    if runs == 1:
        return "from an earlier run here" if alike else "from an earlier run with other settings"
    return f"from {runs} earlier runs {'here' if alike else 'with other settings'}"


def timed_times(seconds: Sequence[float], workers: int) -> RunTimes:
    """What timing some sub-networks tells, in place of an earlier run with `workers`.

    Each was measured by one worker with the part of the cores that it has in such a run.
    """
    mean, count = sum(seconds) / len(seconds), _OF_TIMING
    return RunTimes(workers, _STARTUP, count, mean, 0, count, 1.0, 0.0, 0.0, 0.0)
