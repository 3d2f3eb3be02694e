"""Durations: estimates of a data folder's runs, those to come and those that have begun."""

import threading
import time
from contextlib import suppress
from dataclasses import replace

import numpy as np

from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import DynasError
from engine.runs.history import RunHistory
from engine.runs.run_index import RunIndex
from engine.runs.run_reader import RunReader
from engine.runs.times.activity import ending_sentence, queue_sentence, starting_sentence
from engine.runs.times.forecast import COMPUTED, EarlierRun, comparable, forecast
from engine.runs.times.recorded import measures, planned_search, rest_of
from engine.runs.times.remaining import remaining
from engine.runs.times.run_times import RunTimes
from engine.runs.times.time_range import TimeRange
from engine.search_methods import APPROACHES

_KEPT = 5.0  # seconds for which the list of earlier runs is not read again
_MOST_RUNS = 48  # earlier runs that are read, the newest
_MOST_COMPUTED = 5  # earlier runs of a search that computes
_OF_COMPUTED = 0.35  # standard deviation of the logarithm of what computing takes
_OF_COMPUTED_GUESS = 0.7  # before anything was computed


class Durations:
    """How long searches take, as all runs of a data folder tell. Thread-safe.

    Pages, the command line and the Python API show no other estimates than these.
    """

    def __init__(self, reader: RunReader, index: RunIndex, folder: DataFolder) -> None:
        self._reader, self._index, self._folder = reader, index, folder
        self._lock = threading.Lock()
        self._earlier: dict[object, tuple[float, list[tuple[str, EarlierRun]]]] = {}
        self._measures: dict[str, bool] = {}

    def forecast(
        self, config: NASConfig, workers: int | None = None, timed: RunTimes | None = None
    ) -> TimeRange | None:
        """How long a search with `config` takes on `workers`, those of `config` if left out.

        `timed` is what timing some sub-networks told; it counts if there is no earlier run. None
        where nothing tells how long a measurement takes, or without workers.
        """
        if APPROACHES[config.approach].computes:
            return self._of_computing(config)
        workers = config.dynas.workers if workers is None else workers
        if workers < 1:
            return None
        planned = planned_search(config, workers, self._folder)
        found = forecast(planned, self.earlier(config))
        if timed is None or (found is not None and "other settings" not in found.basis):
            return found
        by_timing = forecast(planned, [EarlierRun(config, timed)])
        return None if by_timing is None else replace(by_timing, basis="from timing sub-networks")

    def _of_computing(self, config: NASConfig) -> TimeRange:
        """How long a search takes that computes all, by one core."""
        told = []
        for summary in self._reader.list():
            if summary.computed and summary.supernet_name == config.dynas.supernet:
                with suppress(DynasError):  # deleted or damaged since
                    told.append(self._reader.history(summary.id).elapsed / summary.computed)
            if len(told) == _MOST_COMPUTED:
                break
        if not told:
            seconds = config.dynas.num_evals * COMPUTED
            return TimeRange.around(seconds, _OF_COMPUTED_GUESS, "first run here: a guess")
        seconds = config.dynas.num_evals * float(np.median(told))
        basis = f"from {len(told)} earlier runs here" if told[1:] else "from an earlier run here"
        return TimeRange.around(seconds, _OF_COMPUTED, basis)

    def remaining(self, history: RunHistory) -> TimeRange | None:
        """How long a run goes on once it runs; None if nothing tells, or if it has ended."""
        if history.state == "finished":
            return None
        if history.computed_count is not None:
            return _of_computing(history)
        rest = rest_of(history, self.measures_anything(history))
        own, host = history.config, history.host
        earlier = [
            run
            for run in self.earlier(own, history.id)
            if run.config.settings == own.settings and (not host or run.times.host in ("", host))
        ]
        return remaining(history.time_log, rest, earlier)

    def activity(self, history: RunHistory) -> str:
        """What a run does now or waits for, where its state does not say it; may be empty."""
        if history.is_orphaned:
            return ""
        if history.state == "queued":
            holders = self._reader.holders(history.id)
            return queue_sentence([self._rest(run) for run in holders])
        if history.state == "running":
            if history.computed_count is not None or not self.measures_anything(history):
                return ""
            usual = self._usual_startup(history)
            return starting_sentence(history, self._reader.workers_now(history.id), usual)
        told = [run.times.seconds for run in self.earlier(history.config, history.id)]
        usual = next(filter(None, told), 0.0)
        return ending_sentence(history, self._reader.workers_now(history.id), usual)

    def _rest(self, run_id: str) -> TimeRange | None:
        try:
            return self.remaining(self._reader.history(run_id))
        except DynasError:
            return None

    def _usual_startup(self, history: RunHistory) -> float | None:
        """How long workers took to start, in this run or in the newest like it."""
        told = [history.times.startup, *(r.times.startup for r in self.earlier(history.config))]
        return next(filter(None, told), None)

    def measures_anything(self, history: RunHistory) -> bool:
        """Whether a run measures anything, or all of it is computed."""
        if history.id not in self._measures:
            with history.own_metrics():
                self._measures[history.id] = measures(history.config, self._folder)
        return self._measures[history.id]

    def earlier(self, config: NASConfig, but: str = "") -> list[EarlierRun]:
        """The runs that measured the same on the same supernet, the newest first, without `but`."""
        key = comparable(config)
        with self._lock:
            read_at, runs = self._earlier.get(key, (float("-inf"), []))
        if time.monotonic() - read_at > _KEPT:
            runs = self._read(key)
            with self._lock:
                self._earlier[key] = (time.monotonic(), runs)
        return [run for run_id, run in runs if run_id != but]

    def _read(self, key: tuple[object, ...]) -> list[tuple[str, EarlierRun]]:
        runs: list[tuple[str, EarlierRun]] = []
        supernet = key[0]
        for summary in self._reader.list():
            if len(runs) == _MOST_RUNS:
                break
            if (
                summary.imported
                or summary.supernet_name != supernet
                or summary.computed is not None
            ):
                continue
            if summary.evaluations and comparable(summary.config) == key:
                with suppress(DynasError):  # deleted or damaged since
                    runs.append((summary.id, EarlierRun(summary.config, self._times(summary.id))))
        return runs

    def _times(self, run_id: str) -> RunTimes:
        """The times of a run, as stored with its summary, else from its log."""
        return self._index.stored_times(run_id) or self._reader.history(run_id).times


def _of_computing(history: RunHistory) -> TimeRange | None:
    count, missing = history.computed_count or 0, history.planned - history.spent
    limit = history.config.stop.seconds
    seconds, spread = missing * COMPUTED, _OF_COMPUTED_GUESS
    if count and history.elapsed:
        seconds, spread = missing * history.elapsed / count, _OF_COMPUTED
    found = TimeRange.around(max(seconds, 0.0), spread)
    return found if limit is None else found.at_most(max(limit - history.elapsed, 0.0))
