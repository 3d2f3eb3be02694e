"""What it costs to follow a search, point by point, and to read a long log again.

Prints the milliseconds to append a point to a front and its hypervolume, for random points and for
the worst case, where every point stays on the front; the difference to a count from scratch at the
end; and the times to append to a log, to read it after a restart and to follow one more evaluation.
Medians of three repeats; writes benchmarks/results/front_tracking.json.
"""

import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import moocore
import numpy as np

from benchmarks.command_line import given_numbers
from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.log.evaluation_log import DiskLog
from engine.pareto.front import FrontTracker, Points
from engine.runs.history import RunHistory
from engine.supernets.registry import DEFAULT, load

RESULTS = Path(__file__).parent / "results"
REPEATS = 3
APPENDED = {2: 100_000, 3: 10_000, 4: 10_000}  # points by number of objectives


def random_points(count: int, objectives: int) -> Points:
    """`(count, objectives)` points all over the box, few of them on the front."""
    return np.random.default_rng(0).random((count, objectives))


def front_points(count: int, objectives: int) -> Points:
    """`(count, objectives)` points of a sphere around the reference: all on the front."""
    directions = np.abs(np.random.default_rng(0).normal(size=(count, objectives)))
    return 1.0 - directions / np.linalg.norm(directions, axis=1, keepdims=True)


def seconds(action: Callable[[], Any]) -> float:
    """The wall time of `action`."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def tracking(points: Points) -> dict[str, float]:
    """The cost of adding `points` one by one, the front they leave and the drift of the sum."""

    def track() -> FrontTracker:
        tracker = FrontTracker(np.ones(points.shape[1]), np.zeros(points.shape[1]))
        for point in points:
            tracker.add(point)
        return tracker

    each = [seconds(track) / len(points) for _ in range(REPEATS)]
    tracker = track()
    return {
        "points": len(points),
        "front": len(tracker.members),
        "ms_per_append": 1e3 * float(np.median(each)),
        "drift": abs(tracker.hypervolume - moocore.hypervolume(points, ref=1.0)),
    }


def evaluations(count: int) -> list[Evaluation]:
    """Made-up evaluations of random sub-networks of the built-in supernet."""
    rng = np.random.default_rng(0)
    supernet = load(DEFAULT)
    genotypes = supernet.space.sample(count, rng)
    costs = supernet.macs_params(genotypes)
    return [
        Evaluation(
            number=0,
            genotype=tuple(genotype.tolist()),
            config=supernet.space.to_config(genotype),
            cycle=i // 50,
            status="ok",
            metrics={"acc": acc, "macs": float(macs), "params": float(params)},
            sources={"acc": "measured", "macs": "exact", "params": "exact"},
            seconds=1.0,
            finished=1e9 + i,
            predicted={"acc": acc},
            worker="worker 1",
        )
        for i, (genotype, (macs, params), acc) in enumerate(
            zip(genotypes, costs, rng.uniform(86.0, 92.0, count).tolist(), strict=True)
        )
    ]


def logging(folder: Path, count: int) -> dict[str, float]:
    """The cost of a log of `count` evaluations: append, read, open the run, follow one more."""
    *records, extra = evaluations(count + 1)
    log = DiskLog(folder)
    log.append_event("created", {"config": NASConfig().to_dict(), "name": "front tracking"})
    appends = [seconds(lambda record=record: log.append(record)) for record in records]
    some = max(count // 20, 1)
    reads = [seconds(log.read) for _ in range(REPEATS)]
    opens = [seconds(lambda: RunHistory("run", log)) for _ in range(REPEATS)]
    history = RunHistory("run", log)
    refreshes, views = [], []
    for _ in range(10 * REPEATS):
        log.append(extra)
        refreshes.append(seconds(history.refresh))
        views.append(seconds(lambda: (history.front(), history.front_numbers, history.summary())))
    log.close()
    return {
        "evaluations": count,
        "first_appends_ms": 1e3 * float(np.median(appends[:some])),
        "last_appends_ms": 1e3 * float(np.median(appends[-some:])),
        "read_s": float(np.median(reads)),
        "open_history_s": float(np.median(opens)),
        "refresh_ms": 1e3 * float(np.median(refreshes)),
        "front_and_summary_ms": 1e3 * float(np.median(views)),
    }


def main(logged: int = 20_000) -> None:
    """Measure fronts of two to four objectives, then a log of `logged` evaluations."""
    fronts = []
    for objectives, count in APPENDED.items():
        for name, make in (("random", random_points), ("all on the front", front_points)):
            row = {"objectives": objectives, "kind": name, **tracking(make(count, objectives))}
            fronts.append(row)
            print(
                f"{objectives} objectives, {count:,} points, {name}: "
                f"{row['ms_per_append']:.4f} ms an append, front of {row['front']:,}, "
                f"drift {row['drift']:.0e}",
                flush=True,
            )
    with tempfile.TemporaryDirectory() as folder:
        log = logging(Path(folder) / "log", logged)
    print(
        f"log of {logged:,}: append {log['first_appends_ms']:.1f} ms at its start, "
        f"{log['last_appends_ms']:.1f} ms at its end; read {log['read_s']:.2f} s; "
        f"open the run {log['open_history_s']:.2f} s; then, an evaluation, refresh "
        f"{log['refresh_ms']:.2f} ms, front and summary {log['front_and_summary_ms']:.3f} ms"
    )
    RESULTS.mkdir(exist_ok=True)
    result = {"repeats": REPEATS, "fronts": fronts, "log": log}
    (RESULTS / "front_tracking.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, evaluations=20_000))
