"""Whether the search holds on what it was not developed on: spaces, objectives, noise.

Every landscape has the space and exact costs of a real supernet and SYNTHETIC accuracies and
latencies (benchmarks/synthetic_landscapes.py). Prints, as the median over seeds, the share of the
near-true front's hypervolume after 250 evaluations of each approach; the near-true front is that of
two evolutions with 20,000 evaluations each. Writes benchmarks/results/generality.json.
"""

import json
import time
from typing import Any

import numpy as np

from benchmarks.command_line import given_numbers
from benchmarks.sample_efficiency import COMPARED, EVALUATIONS, POPULATION, RESULTS
from benchmarks.synthetic_landscapes import SYNTHETIC, SyntheticLandscape
from engine.search.approaches import APPROACHES


def search(where: SyntheticLandscape, approach: str, seed: int) -> tuple[float, float]:
    """The share at the end, and the processor seconds spent on choosing."""
    strategy = APPROACHES[approach](where.problem, POPULATION, EVALUATIONS, seed)
    done, seconds, rng = [], 0.0, np.random.default_rng((seed, where.seed))
    while True:
        start = time.process_time()
        asked = strategy.ask(1)
        seconds += time.process_time() - start
        if not asked:
            return float(where.landscape.shares(done)[-1]), seconds
        done.append(where.landscape.evaluate(len(done) + 1, asked[0], rng))
        strategy.tell(done[-1:])


def main(seeds: int = 3) -> None:
    """Run every approach with every seed on every landscape."""
    result = dict[str, Any]()
    print(
        f"{'synthetic landscape':26}" + "".join(f"{name:>14}" for name in COMPARED) + "  overhead"
    )
    for where in SYNTHETIC.values():
        row = dict[str, Any]()
        for approach in COMPARED:
            runs = [search(where, approach, seed) for seed in range(seeds)]
            shares, seconds = zip(*runs, strict=True)
            row[approach] = {
                "share_median": float(np.median(shares)),
                "share_of_each_seed": list(shares),
                "overhead_processor_seconds": float(np.median(seconds)),
            }
        result[where.name] = {"accuracy": "synthetic", "seeds": seeds, "approaches": row}
        medians = "".join(f"{row[name]['share_median']:14.3f}" for name in COMPARED)
        overhead = row["dynas"]["overhead_processor_seconds"]
        print(f"{where.name:26}{medians}{overhead:8.1f} s", flush=True)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "generality.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, seeds=3))
