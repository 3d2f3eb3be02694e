"""Times of real runs, on two cores that other programs used as well, and made-up ones."""

import json
from pathlib import Path

import numpy as np

from engine.runs.times.time_log import TimeLog

_RECORDED = Path(__file__).with_name("recorded.json")


def time_log(
    ran, seconds, *, workers=1, measured=None, known=None, starts=(0.0,), plans=(), elapsed=None
):
    """A log of evaluations recorded at `ran`, measured unless something else is given."""
    ran = np.array(ran, dtype=np.float64)
    n = len(ran)
    known = np.zeros(n, dtype=bool) if known is None else np.array(known, dtype=bool)
    measured = ~known if measured is None else np.array(measured, dtype=bool)
    return TimeLog(
        ran, np.broadcast_to(np.array(seconds, dtype=np.float64), (n,)), measured, known,
        np.array(starts, dtype=np.float64), np.array(plans, dtype=np.float64).reshape(-1, 2),
        float(ran[-1]) if elapsed is None and n else float(elapsed or 0.0), workers,
    )  # fmt: skip


def steady(count, seconds, workers=1, startup=5.0):
    """`count` evaluations of `seconds` each on `workers` that were ready after `startup`."""
    rounds = np.arange(count) // workers + 1
    return time_log(startup + rounds * seconds, seconds, workers=workers)


def recorded():
    """Real runs: names, whether they measured, and their logs."""
    runs = json.loads(_RECORDED.read_text())
    return [(run["name"], run["measures"], _log_of(run)) for run in runs]


def _log_of(run):
    n = len(run["ran"])
    flags = {name: np.isin(np.arange(1, n + 1), run[name]) for name in ("measured", "known")}
    return time_log(
        run["ran"], run["seconds"], workers=run["workers"], starts=run["starts"],
        plans=run["plans"], **flags,
    )  # fmt: skip
