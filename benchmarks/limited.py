"""The best accuracy under a limit on MACs, the commonest wish: how many evaluations it takes.

Single-objective searches of 250 evaluations on published accuracies, `macs <= 300M` of MobileNetV3
w1.0 and `macs <= 2.5G` of ResNet50. Prints, for each approach, how far below the best known
accuracy it is after 50 to 250 evaluations, as the median over seeds; how many seeds come within 0.1
points, after how many evaluations; and how many sub-networks outside the limit it measured. The
best known accuracy is that of an evolution with hill climbing on the true values, or of a search
that found a better one.

Optuna's TPE with its constraints is compared where Optuna is installed (`pip install -r
benchmarks/requirements-peers.txt`). It gets the MACs of a proposal outside the limit as a
constraint, at no cost.

    python -m benchmarks.limited [--seeds 6]
"""

import argparse
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.kept_searches import RESULTS, KeptSearches
from benchmarks.landscapes import Landscape
from benchmarks.near_true_front import near_true_front
from benchmarks.published_landscape import REFERENCE
from benchmarks.suite_landscapes import landscape
from benchmarks.suite_methods import EngineSearch, Optimizer, problem_with
from benchmarks.suite_report import shown_at
from benchmarks.suite_runs import EVALUATIONS, POPULATION
from engine.constraints import Constraint
from engine.metrics import METRICS
from engine.search.approaches import APPROACHES
from engine.search.problem import Problem

METHODS = ("dynas", "evolutionary", "one_shot", "random", "tpe")
LIMITS = {"mbv3": 300e6, "resnet50": 2.5e9}
"""The largest MACs by landscape."""
_FRONTS = {
    "mbv3": "peers/near_true_front.csv", "resnet50": "peers/near_true_front_resnet50.csv"
}  # fmt: skip
NEAR = 0.1
"""Points of accuracy that count as having found the best."""


@dataclass(frozen=True)
class Found:
    """The best accuracy in % after each evaluation, and how many were outside the limit."""

    best: Sequence[float]
    outside: int


def limited(where: Landscape, limit: float) -> Problem:
    """The problem of the best accuracy with at most so many MACs."""
    constraint = Constraint(METRICS["macs"], False, limit)
    return replace(where.problem, objectives=[METRICS["acc"]], constraints=[constraint])


def search(where: Landscape, limit: float, method: str, seed: int, budget: int) -> Found:
    """One search of a landscape whose objectives are accuracy and MACs."""
    optimizer, best, outside = _optimizer(limited(where, limit), method, seed, budget), [], 0
    noise = where.noise_generator(seed)
    while len(best) < budget and (proposal := optimizer.ask()) is not None:
        done = where.evaluate(len(best) + 1, proposal, noise)
        is_outside = done.metrics["macs"] > limit
        outside += is_outside
        earlier = best[-1] if best else -np.inf
        best.append(earlier if is_outside else max(earlier, done.metrics["acc"]))
        optimizer.tell(done)
    return Found(best, outside)


def _optimizer(problem: Problem, method: str, seed: int, budget: int) -> Optimizer:
    if method == "tpe":
        from benchmarks.optuna_peers import LimitedTpe  # Optuna is an optional install

        return LimitedTpe(problem, POPULATION, budget, seed)
    return EngineSearch(APPROACHES[method](problem, POPULATION, budget, seed))


def kept_search(kept: KeptSearches, where: Landscape, method: str, seed: int, budget: int) -> Found:
    """The search under the limit of a landscape, made where it is not kept."""
    limit = LIMITS[where.name]

    def make() -> tuple[Sequence[float], int]:
        found = search(where, limit, method, seed, budget)
        return found.best, found.outside

    return Found(*kept.get((where.name, where.digest, limit, method, seed, budget), make))


def best_known(where: Landscape, limit: float) -> float:
    """The best accuracy in % with at most so many MACs on the near-true front.

    That is the front of the reference files, where they have one, else it is computed.
    """
    if (path := REFERENCE / _FRONTS[where.name]).exists():
        table = pd.read_csv(path)
        return float(table.acc[table.macs <= limit].max())
    front = near_true_front(where.problem, where.truth)
    return float(-front[front[:, 1] <= limit, 0].min())


def report(name: str, limit: float, best: float, found: dict[str, list[Found]]) -> str:
    """Medians of each method as lines of text."""
    budget = max(len(f.best) for runs in found.values() for f in runs)
    best = max([best, *(max(f.best) for runs in found.values() for f in runs)])
    lines = [f"{name}, macs <= {limit / 1e6:,.0f}M: points below {best:.2f} %, the best known"]
    lines.append(
        f"{'':14}" + "".join(f"{at:>8}" for at in shown_at(budget)) + f"  within {NEAR}, outside"
    )
    for method, runs in found.items():
        gaps = np.array([[*f.best, *[f.best[-1]] * (budget - len(f.best))] for f in runs])
        gaps = best - gaps
        at = [shown - 1 for shown in shown_at(budget)]
        cells = "".join(f"{gap:8.2f}" for gap in np.median(gaps, axis=0)[at])
        near = [int(np.argmax(row <= NEAR)) + 1 for row in gaps if (row <= NEAR).any()]
        counts = f"{len(near)} of {len(runs)}" + (f", median {np.median(near):.0f}" if near else "")
        lines.append(f"{method:14}{cells}  {counts}; {sum(f.outside for f in runs)} outside")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the searches that are missing, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--landscapes", type=lambda text: text.split(","), default=list(LIMITS))
    parser.add_argument("--methods", type=lambda text: text.split(","))
    parser.add_argument("--seeds", type=int, default=6, help="6 by default")
    parser.add_argument("--evaluations", type=int, default=EVALUATIONS, help="250 by default")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where searches are kept")
    given = parser.parse_args(arguments)
    if min(given.seeds, given.evaluations) < 1:
        parser.error("Give at least 1 seed and evaluation.")
    for name in given.landscapes:
        if name not in LIMITS:
            parser.error(f"There is no limit for '{name}'. Choose from {', '.join(LIMITS)}.")
    methods = given.methods or [m for m in METHODS if not problem_with(m)]
    for method in methods:
        if method not in METHODS or problem_with(method):
            parser.error(problem_with(method) or f"Choose methods from {', '.join(METHODS)}.")
    kept = KeptSearches("limited", given.results)
    for name in given.landscapes:
        where, found = landscape(name), dict[str, list[Found]]()
        for method in methods:
            found[method] = [
                kept_search(kept, where, method, seed, given.evaluations)
                for seed in range(given.seeds)
            ]
        limit = LIMITS[name]
        print(report(where.title, limit, best_known(where, limit), found), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
