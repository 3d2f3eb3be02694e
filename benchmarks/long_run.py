"""What a run of a million evaluations takes: log, memory, and the time of a plan at its end.

Evaluations of random sub-networks of the built-in supernet, with accuracies that are made up, are
appended to a real log by a thousand, read back into the history of the run and told to DyNAS, which
then plans. One in a hundred has failed. Writes benchmarks/results/long_run.json.

    python -m benchmarks.long_run [EVALUATIONS]
"""

import json
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.command_line import given_numbers
from benchmarks.simulated_cluster import SimulatedClock, SimulatedCluster, simulated_run
from engine.evaluation.record import Evaluation
from engine.search import approaches
from engine.space import Genotypes
from engine.supernets import registry

RESULTS = Path(__file__).parent / "results"
_BLOCK = 1000  # evaluations of a transaction
_FAILURE_EVERY = 100
_SOURCES = {"acc": "measured", "macs": "exact", "params": "exact"}


def evaluations(count: int) -> Iterator[list[Evaluation]]:
    """Blocks of records as a search writes them."""
    supernet, rng = registry.load(registry.DEFAULT), np.random.default_rng(0)
    for first in range(0, count, _BLOCK):
        genotypes: Genotypes = supernet.space.sample(min(_BLOCK, count - first), rng)
        costs = supernet.macs_params(genotypes).tolist()
        yield [
            Evaluation(
                number=0,
                genotype=tuple(genotype.tolist()),
                config=supernet.space.to_config(genotype),
                cycle=(first + i) // 50,
                status="failed" if i % _FAILURE_EVERY == 1 else "ok",
                metrics={
                    "acc": 86 + 5 * macs**0.5 / 3473 + float(noise),
                    "macs": macs,
                    "params": params,
                },
                sources=_SOURCES,
                seconds=60.0,
                finished=1.7e9 + first + i,
                predicted={"acc": 88.123456789},
                reason="The worker ran out of memory." if i % _FAILURE_EVERY == 1 else "",
                worker="tcp://10.0.0.1:40000",
                ran=60.0 * (first + i),
            )
            for i, (genotype, (macs, params), noise) in enumerate(
                zip(genotypes, costs, rng.normal(0, 0.2, len(genotypes)), strict=True)
            )
        ]


def resident() -> float:
    """The memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def grow(folder: Path, count: int) -> dict[str, float]:
    """Record `count` evaluations in a run of a data folder, and plan after them."""
    cluster = SimulatedCluster(SimulatedClock(), 1, 60.0, lambda config: 0.0)
    run = simulated_run(folder, registry.DEFAULT, cluster, num_evals=count)
    config, supernet = run.history.config, registry.load(registry.DEFAULT)
    problem = approaches.problem_for(config, supernet)
    strategy = approaches.strategy_for(config, problem, count + 1_000)
    before, spent = resident(), 0.0
    for number, block in enumerate(evaluations(count), start=1):
        start = time.process_time()
        run.log.append_all(block)
        run.history.refresh()
        spent += time.process_time() - start
        if number % 100 == 0:
            print(f"{number * _BLOCK:,} evaluations, {resident():.0f} MiB", flush=True)
    start = time.process_time()
    strategy.restore(run.history.evaluations, [])
    restored = time.process_time() - start
    plans = []
    for _ in range(3):
        start = time.process_time()
        strategy.ask_cycle()
        plans.append(time.process_time() - start)
    run.log.close()
    files = sum(file.stat().st_size for file in (folder / "runs").rglob("*") if file.is_file())
    return {
        "evaluations": count,
        "log_bytes_per_evaluation": files / count,
        "milliseconds_to_record_one_of_many": 1e3 * spent / count,
        "mib_before": before,
        "mib": resident(),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "seconds_to_restore_the_strategy": restored,
        "seconds_of_a_plan": float(np.median(plans)),
    }


def main(count: int) -> None:
    """Grow a run in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        figures = grow(Path(folder), count)
    for name, value in figures.items():
        print(f"{name.replace('_', ' '):40}{value:14,.3f}")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "long_run.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, evaluations=1_000_000))
