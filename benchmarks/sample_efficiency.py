"""How few evaluations a search needs, on the published landscape of Once-for-All's MobileNetV3.

Prints, for thirty seeds, the hypervolume after so many evaluations as a share of the near-true
front's, beside that of DyNAS-T 1.6.0; the evaluations needed to reach each peer's level; and the
processor seconds that a search takes beyond its evaluations. Writes docs/sample_efficiency.json
and a figure.
"""

import json
import time
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from ofa.utils import download_url

from benchmarks.command_line import given_numbers
from benchmarks.published_landscape import (
    ADDRESS,
    PREDICTOR,
    REFERENCE,
    PublishedLandscape,
    hypervolume,
)
from engine.pareto.front import Points
from engine.search.approaches import APPROACHES
from engine.search.strategy import Strategy

DOCS = Path(__file__).parent.parent / "docs"
RESULTS = Path(__file__).parent / "results"
EVALUATIONS, POPULATION = 250, 50
SHOWN_AT = (25, 50, 75, 100, 150, 200, 250)
NEAR_TRUE = 3440.8  # hypervolume of the front of two NSGA-II runs of 180,000 evaluations each
LEVELS = {
    "DyNAS-T LINAS at 250": 0.806,
    "DyNAS-T NSGA-II at 1,000": 0.856,
    "one predictor on 950 random networks, at 1,000": 0.889,
}
LABELS = {
    "dynas": "DyNAS Studio",
    "dynast_linas": "DyNAS-T LINAS",
    "dynast_nsga2": "DyNAS-T NSGA-II",
    "one_shot": "one shot",
    "evolutionary": "evolutionary (NSGA-II)",
    "random": "random search",
}
COMPARED = ("dynas", "one_shot", "evolutionary", "random")


def landscape() -> PublishedLandscape:
    """The landscape; the predictor is fetched from its official address where it is not there."""
    path = REFERENCE / PREDICTOR
    return PublishedLandscape(path if path.exists() else Path(download_url(ADDRESS, str(RESULTS))))


def share(macs: Points, accuracy: Points) -> Points:
    """`(n,)` share of the near-true front's hypervolume after each of `n` evaluations."""
    grown = [hypervolume(macs[:k], accuracy[:k]) for k in range(1, len(macs) + 1)]
    return np.array(grown) / NEAR_TRUE


def search(where: PublishedLandscape, approach: str, seed: int) -> tuple[Points, float]:
    """What `spend` says of an approach."""
    return spend(where, APPROACHES[approach](where.problem, POPULATION, EVALUATIONS, seed))


def spend(where: PublishedLandscape, strategy: Strategy) -> tuple[Points, float]:
    """The share after each evaluation, and the processor seconds spent on choosing them."""
    macs, accuracy, seconds = [], [], 0.0
    while True:
        start = time.process_time()
        asked = strategy.ask(1)
        seconds += time.process_time() - start
        if not asked:
            return share(np.array(macs), np.array(accuracy)), seconds
        evaluation = where.evaluate(len(macs) + 1, asked[0])
        macs.append(evaluation.metrics["macs"])
        accuracy.append(evaluation.metrics["acc"])
        strategy.tell([evaluation])


def peers() -> dict[str, Points]:
    """`(seeds, EVALUATIONS)` shares of DyNAS-T's runs, where the reference data is there."""
    path = REFERENCE / "peers/evaluations.csv.gz"
    if not path.exists():
        return {}
    table = pd.read_csv(path)
    found: dict[str, Points] = {}
    for name, rows in table[table.evaluation <= EVALUATIONS].groupby("peer"):
        runs = [run.sort_values("evaluation") for _, run in rows.groupby("seed")]
        found[str(name)] = np.array([share(r.macs.to_numpy(), r.acc.to_numpy()) for r in runs])
    return found


def needed(shares: Points, level: float) -> int | None:
    """Evaluations until the median over seeds reaches `level`; None if it does not."""
    reached = np.flatnonzero(np.median(shares, axis=0) >= level)
    return int(reached[0]) + 1 if len(reached) else None


def summary(shares: Points) -> dict[str, Any]:
    """Median and quartiles at the points of the table, and what the levels needed."""
    low, middle, high = np.percentile(shares, [25, 50, 75], axis=0)
    table = {str(k): [float(q[k - 1]) for q in (low, middle, high)] for k in SHOWN_AT}
    return {
        "share_quartiles": table,
        "evaluations_needed": {name: needed(shares, level) for name, level in LEVELS.items()},
    }


def figure(curves: dict[str, Points]) -> None:
    """Median and interquartile range over evaluations."""
    chart, axes = plt.subplots(figsize=(7, 4.2))
    at = np.arange(1, EVALUATIONS + 1)
    for name, shares in curves.items():
        low, middle, high = 100 * np.percentile(shares, [25, 50, 75], axis=0)
        (line,) = axes.plot(at, middle, label=LABELS[name])
        axes.fill_between(at, low, high, alpha=0.2, color=line.get_color(), linewidth=0)
    axes.set(xlabel="Evaluations", ylabel="Share of the near-true hypervolume (%)", ylim=(60, 100))
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=3, frameon=False)
    chart.tight_layout()
    chart.savefig(DOCS / "images" / "sample-efficiency.png", dpi=120)


def main(seeds: int = 30) -> None:
    """Run every approach with every seed."""
    where, curves, result = landscape(), peers(), {}
    for name, shares in curves.items():
        result[name] = {"seeds": len(shares), **summary(shares)}
    for approach in COMPARED:
        runs = [search(where, approach, seed) for seed in range(seeds)]
        curves[approach] = np.array([shares for shares, _ in runs])
        overhead = float(np.median([seconds for _, seconds in runs]))
        result[approach] = {
            "seeds": seeds,
            "overhead_seconds": overhead,
            **summary(curves[approach]),
        }
    print(f"{'share of the near-true front at':34}" + "".join(f"{k:>7}" for k in SHOWN_AT))
    for name, row in result.items():
        middles = [row["share_quartiles"][str(k)][1] for k in SHOWN_AT]
        print(f"{name:34}" + "".join(f"{m:7.3f}" for m in middles))
        for level, count in row["evaluations_needed"].items():
            print(f"  {level} ({LEVELS[level]:.1%}): {count or f'not within {EVALUATIONS}'}")
        if "overhead_seconds" in row:
            print(f"  overhead {row['overhead_seconds']:.1f} s")
    (DOCS / "sample_efficiency.json").write_text(json.dumps(result, indent=2) + "\n")
    figure(curves)


if __name__ == "__main__":
    main(*given_numbers(__doc__, seeds=30))
