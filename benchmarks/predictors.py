"""DyNAS with each predictor, on the published landscape of Once-for-All's MobileNetV3.

Prints, for three seeds, the median share of the near-true front's hypervolume after so many
evaluations and the processor seconds that a search takes beyond its evaluations. Writes
benchmarks/results/predictors.json.
"""

import json
from typing import Any

import numpy as np

from benchmarks.command_line import given_numbers
from benchmarks.published_landscape import PublishedLandscape
from benchmarks.sample_efficiency import EVALUATIONS, POPULATION, RESULTS, landscape, spend
from engine.pareto.front import Points
from engine.predictors.registry import label
from engine.search.dynas import Dynas
from engine.search_methods import PREDICTORS

SHOWN_AT = (50, 100, 250)


def search(where: PublishedLandscape, predictor: str, seed: int) -> tuple[Points, float]:
    """What `spend` says of DyNAS with a predictor."""
    strategy = Dynas(where.problem, POPULATION, EVALUATIONS, seed)
    strategy.predictor = predictor
    return spend(where, strategy)


def main(seeds: int = 3) -> None:
    """Run every predictor with every seed."""
    where, result = landscape(), dict[str, Any]()
    print(f"{'predictor':28}" + "".join(f"{f'at {k}':>8}" for k in SHOWN_AT) + "  overhead")
    for name in PREDICTORS:
        runs = [search(where, name, seed) for seed in range(seeds)]
        middle = np.median([shares for shares, _ in runs], axis=0)
        overhead = float(np.median([seconds for _, seconds in runs]))
        result[name] = {
            "seeds": seeds,
            "share": {str(k): float(middle[k - 1]) for k in SHOWN_AT},
            "share_of_each_seed_at_end": [float(shares[-1]) for shares, _ in runs],
            "overhead_processor_seconds": overhead,
        }
        print(
            f"{label(name):28}"
            + "".join(f"{middle[k - 1]:8.3f}" for k in SHOWN_AT)
            + f"{overhead:8.1f} s",
            flush=True,
        )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "predictors.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, seeds=3))
