"""How many measurements ran at a time, and how many could have, over the time of a run."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.runs.history import RunHistory
from engine.runs.running_periods import RunningPeriods
from engine.runs.worker_count import worker_counts

Values = npt.NDArray[np.float64]

_MAX_BINS = 120
_BINS_A_SECOND = 2  # of short runs


@dataclass(frozen=True)
class Utilisation:
    """The use of the workers in consecutive periods of equal length.

    `edges` is `(n + 1,)`: the running time in seconds at the ends of the periods, without pauses
    and without times in which the run waited. `busy` is `(n,)`: how many measurements ran, on
    average over the period, and `usable` how many could have, never fewer than that.
    """

    edges: Values
    busy: Values
    usable: Values

    @property
    def share(self) -> float | None:
        """The share of the usable time that was used, in [0, 1]; None if there was none."""
        usable = float(self.usable.sum())
        return float(self.busy.sum()) / usable if usable else None


def utilisation(history: RunHistory, began_now: Sequence[float] = ()) -> Utilisation:
    """The utilisation of a run; `began_now` are POSIX times at which running measurements began.

    Only measurements that ended, or run now, count as work: what a worker did before it vanished
    does not.
    """
    work, elapsed = history.work_times.arrays(), history.elapsed
    periods = RunningPeriods(history.events, elapsed)
    began = periods.running_time(np.concatenate([work.began, np.array(began_now)]))
    ended = periods.running_time(work.ended)
    ended = np.concatenate([ended, np.full(len(began_now), elapsed)])
    end = max(elapsed, float(ended.max(initial=0.0)))
    bins = int(np.clip(end * _BINS_A_SECOND, 1, _MAX_BINS))
    edges = np.linspace(0.0, max(end, 1e-3), bins + 1)
    times, counts = zip(*worker_counts(history.config, history.events), strict=True)
    busy = mean_level(began, ended, edges)
    usable = mean_step(periods.running_time(times), np.array(counts, dtype=np.float64), edges)
    return Utilisation(edges, busy, np.maximum(usable, busy))


def mean_level(began: Values, ended: Values, edges: Values) -> Values:
    """`(n,)` mean number of the intervals from `began` to `ended` that cover each of `n` periods.

    The periods lie between the `(n + 1,)` ascending `edges`.
    """
    covered = _time_since(began, edges) - _time_since(ended, edges)
    return np.asarray(np.maximum(np.diff(covered), 0.0) / np.diff(edges), dtype=np.float64)


def mean_step(times: Values, levels: Values, edges: Values) -> Values:
    """`(n,)` mean in each of `n` periods of a function that is `levels[i]` from `times[i]` on.

    `times` ascend and begin at or before the first of the `(n + 1,)` edges.
    """
    area = np.concatenate([[0.0], np.cumsum(levels[:-1] * np.diff(times))])
    last = np.searchsorted(times, edges, side="right") - 1
    integral = area[last] + levels[last] * (edges - times[last])
    return np.asarray(np.diff(integral) / np.diff(edges), dtype=np.float64)


def _time_since(starts: Values, at: Values) -> Values:
    """`(m,)` sum over all `starts` of the time that has passed at each of `(m,)` times."""
    ordered = np.sort(starts)
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    count = np.searchsorted(ordered, at, side="right")
    return np.asarray(count * at - sums[count], dtype=np.float64)
