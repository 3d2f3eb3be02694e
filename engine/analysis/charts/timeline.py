"""The evaluations of a run over time: who measured each, how long, and what failed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.charts.time_unit import time_unit
from engine.analysis.number_text import seconds_text
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.runs.history import RunHistory
from engine.runs.running_periods import RunningPeriods

Values = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

STATES = ("measured", "failed", "reused", "known before")
"""What became of an evaluation: an index of `state` each."""

MAX_EVALUATIONS = 5000
"""Evaluations that are drawn at most: the last ones."""

NO_WORKER, UNKNOWN_WORKER = "no worker", "unknown worker"
"""The rows of evaluations that no worker measured, such as reused ones, and of those whose worker
the log does not name."""

_MEASURED, _FAILED, _REUSED, _KNOWN = range(4)
_UNNAMED = (UNKNOWN_WORKER, UNKNOWN_WORKER, NO_WORKER, NO_WORKER)  # by state


@dataclass(frozen=True)
class TimelineInfo:
    """Plain data of the chart.

    `number`, `began`, `ended`, `row` and `state` are `(k,)`: the number of each drawn evaluation,
    when it began and ended in `unit`, its row in `workers`, and the index of its state. `seconds`
    and `states` are `(n,)`, of all evaluations. `is_running_time` says that pauses are left out;
    a log without running times has the time since its first evaluation instead.
    """

    run: str
    workers: tuple[str, ...]
    number: Integers
    began: Values
    ended: Values
    row: Integers
    state: Integers
    seconds: Values
    states: Integers
    unit: str
    unit_seconds: float
    is_running_time: bool

    @property
    def axis_title(self) -> str:
        """The title of the time axis."""
        words = "Running time" if self.is_running_time else "Time since the first evaluation"
        return f"{words} ({self.unit})"

    @property
    def tells_of_measurements(self) -> bool:
        """Whether a worker or a duration of a measurement is known.

        Predictions and imported values have neither.
        """
        is_measured = self.state <= _FAILED
        workers = {self.workers[row] for row in self.row[is_measured].tolist()}
        is_timed = (self.states <= _FAILED) & (self.seconds > 0)
        return bool(is_timed.any()) or not workers <= {UNKNOWN_WORKER}

    @property
    def description(self) -> str:
        """A text alternative of the chart: counts by state, and durations."""
        if not len(self.states):
            return "The timeline appears with the first evaluation."
        counts = np.bincount(self.states, minlength=len(STATES)).tolist()
        words = [f"{count:,} {name}" for name, count in zip(STATES, counts, strict=True) if count]
        return f"{_counted(len(self.states), 'evaluation')}: {', '.join(words)}. {self.durations}"

    @property
    def durations(self) -> str:
        """How long measurements took, as a sentence."""
        is_timed = (self.states <= _FAILED) & (self.seconds > 0)
        if not is_timed.any():
            return "How long they took is not recorded."
        seconds = self.seconds[is_timed]
        longest = int(np.flatnonzero(is_timed)[np.argmax(seconds)]) + 1
        median, high, most = map(seconds_text, np.percentile(seconds, [50, 95, 100]).tolist())
        return (
            f"A measurement took {median} (median), 95 % of them at most {high}; the longest, "
            f"#{longest}, took {most}."
        )

    @property
    def note(self) -> str:
        """Counts and durations, and what is not drawn."""
        omitted = len(self.states) - len(self.number)
        drawn = f" The last {len(self.number):,} are drawn." if omitted else ""
        return f"{self.description}{drawn}"


def timeline_info(run: str, history: RunHistory, n: int | None = None) -> TimelineInfo:
    """The timeline of the first `n` evaluations of a run, of all if `n` is None."""
    evaluations = history.evaluations[:n]
    finished = np.array([e.finished for e in evaluations], dtype=np.float64)
    seconds = np.array([e.seconds for e in evaluations], dtype=np.float64)
    states = np.array([_state(e) for e in evaluations], dtype=np.int64)
    periods = RunningPeriods(history.events, history.elapsed)
    ended = periods.running_time(finished)
    is_running_time = bool(np.ptp(ended)) if len(ended) > 1 else bool(ended.any())
    if is_running_time:
        began = periods.running_time(finished - seconds)
    elif len(finished):
        began = finished - seconds - (finished - seconds).min()
        ended = began + seconds
    else:
        began = ended
    end = float(ended.max(initial=0.0))
    unit_seconds, unit = time_unit(end)
    drawn = slice(max(len(evaluations) - MAX_EVALUATIONS, 0), None)
    names = [
        e.worker or _UNNAMED[state]
        for e, state in zip(evaluations[drawn], states[drawn], strict=True)
    ]
    workers = sorted(
        set(names),
        key=lambda name: (_UNNAMED.count(name) and _UNNAMED.index(name) + 1, *_natural(name)),
    )
    row_of = {name: row for row, name in enumerate(workers)}
    return TimelineInfo(
        run,
        tuple(workers),
        np.arange(1, len(evaluations) + 1)[drawn],
        began[drawn] / unit_seconds,
        ended[drawn] / unit_seconds,
        np.array([row_of[name] for name in names], dtype=np.int64),
        states[drawn],
        seconds,
        states,
        unit,
        unit_seconds,
        is_running_time,
    )


def _state(evaluation: Evaluation) -> int:
    if evaluation.cycle == WARM_START_CYCLE:
        return _KNOWN
    if evaluation.reused:
        return _REUSED
    return _MEASURED if evaluation.ok else _FAILED


def _natural(name: str) -> Sequence[object]:
    """A key that sorts `worker 2` before `worker 10`."""
    digits = "".join(character for character in name if character.isdigit())
    return name.rstrip("0123456789"), int(digits or 0), name


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
