"""How many workers one search keeps busy, and what the search itself costs.

Real Dask workers on this machine, 64 slots of 1 s evaluations (`benchmarks.dask_slots`); then a
simulated clock around the real loop, planner and log (`benchmarks.simulated_cluster`): 1,024 and
4,096 workers with evaluations of 60 s. Durations are log-normal, and one evaluation in a hundred
fails. Utilisation is the share of the workers' time, from the first to the last submission, in
which they measured. The processor time is split into the loop that records and submits, and
planning, which has a thread of its own; waiting for the disk is not part of it. The costliest
functions of the loop are named. Writes benchmarks/results/scale.json.

    python -m benchmarks.scale [EVALUATIONS_PER_WORKER]
"""

import cProfile
import json
import pstats
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.command_line import given_numbers
from benchmarks.dask_slots import PROCESSES, THREADS, utilisation
from benchmarks.simulated_cluster import SimulatedClock, SimulatedCluster, run_on, simulated_run
from engine.evaluation.record import Config
from engine.supernets import registry

RESULTS = Path(__file__).parent / "results"
SIMULATED_WORKERS = (1_024, 4_096)
SECONDS = 60.0
_SLOT_EVALUATIONS = 60  # for each real slot
_PROFILED_WORKERS, _PROFILED_EVALUATIONS = 256, 1_000
_SHOWN_FUNCTIONS = 5


def accuracy(config: Config) -> float:
    """A made-up top-1 that grows with MACs."""
    supernet = registry.load(registry.DEFAULT)
    macs = supernet.macs_params(supernet.space.encode(config))[0, 0]
    return 86 + 5 * float(macs) ** 0.5 / 3473


def simulated(
    workers: int, evaluations: int, profile: cProfile.Profile | None = None
) -> dict[str, float]:
    """Utilisation and processor time of a search on a simulated cluster."""
    cluster = SimulatedCluster(SimulatedClock(), workers, SECONDS, accuracy)
    with tempfile.TemporaryDirectory() as folder:
        run = simulated_run(Path(folder), registry.DEFAULT, cluster, evaluations)
        begun = time.thread_time()
        if profile is None:
            planning = run_on(cluster, run)
        else:
            planning = profile.runcall(run_on, cluster, run)
        seconds = time.thread_time() - begun
        run.log.close()
        log = sum(file.stat().st_size for file in Path(folder, "runs").rglob("cache.db"))
    if run.history.state != "finished":
        raise RuntimeError(run.history.message)
    return {
        "workers": workers,
        "evaluations": evaluations,
        "utilisation": cluster.utilisation,
        "loop_milliseconds": 1e3 * (seconds - planning) / evaluations,
        "planning_milliseconds": 1e3 * planning / evaluations,
        "log_bytes": log / evaluations,
    }


def slowest() -> list[str]:
    """The functions of the engine that take most processor time in a search, with all they call."""
    profile = cProfile.Profile(time.thread_time)
    simulated(_PROFILED_WORKERS, _PROFILED_EVALUATIONS, profile)
    rows: Any = pstats.Stats(profile).stats.items()  # type: ignore[attr-defined]
    own = sorted(
        ((entry[2], place) for place, entry in rows if "/engine/" in place[0]), reverse=True
    )
    total = sum(entry[2] for _, entry in rows)
    return [
        f"{Path(file).name}:{line} {name} {seconds / total:.0%}"
        for seconds, (file, line, name) in own[:_SHOWN_FUNCTIONS]
    ]


def main(per_worker: int = 5) -> None:
    """Measure and print everything."""
    slots = PROCESSES * THREADS
    with tempfile.TemporaryDirectory() as folder:
        real = utilisation(Path(folder), slots * _SLOT_EVALUATIONS)
    print(f"{slots} slots of real workers, 1 s: {_line(real)}", flush=True)
    rows = []
    for workers in SIMULATED_WORKERS:
        rows.append(simulated(workers, workers * per_worker))
        print(f"{workers:,} simulated workers, {SECONDS:g} s: {_line(rows[-1])}", flush=True)
    functions = slowest()
    print("Most time by themselves:", *functions, sep="\n  ")
    result = {"real": real, "simulated": rows, "slowest": functions}
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "scale.json").write_text(json.dumps(result, indent=2) + "\n")


def _line(figures: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:,.4g}" for name, value in figures.items())


if __name__ == "__main__":
    main(*given_numbers(__doc__, evaluations_per_worker=5))
