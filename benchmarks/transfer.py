"""What a search saves that begins with a finished run: of a sibling, or for other objectives.

For each pair, searches of 250 evaluations on the first landscape, then searches of 100 on the
second that begin with them, beside searches of the second from nothing. Prints the median share of
the near-true hypervolume, and after how many evaluations each search that begins with another has
what its own seed has after 250 from nothing.

- `sibling`: MobileNetV3 w1.0 to w1.2, accuracy and MACs. There is one published predictor of
  accuracy for both: the siblings are as alike as can be.
- `log`: the first 250 sub-networks of DyNAS-T's published log of MobileNetV3 w1.0, whose accuracy
  was measured on ImageNet, to w1.2.
- `latency`, `macs`: MobileNetV3 w1.2 from MACs to the latency of a phone, and from latency to MACs.
  The numbers of the first run are those of the second search.

    python -m benchmarks.transfer [--pairs sibling,latency] [--seeds 6]
"""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.kept_searches import RESULTS, KeptSearches
from benchmarks.landscapes import Landscape
from benchmarks.published_accuracies import published
from benchmarks.suite_landscapes import landscape, wide
from benchmarks.suite_runs import EVALUATIONS, POPULATION
from engine.evaluation.record import WARM_START_CYCLE, Evaluation
from engine.search.dynas import Dynas
from engine.search.sibling import Sibling
from engine.search.strategy import Proposal
from engine.space import Genotypes

WARM_EVALUATIONS = 100
SHOWN_AT = (0, 12, 25, 50, 75, 100)
_OTHER_SEEDS = 100  # from the seeds of a search to those of the run that it begins with
PAIRS = {
    "sibling": ("mbv3", "wide", True),
    "log": (None, "wide", True),
    "latency": ("wide", "note10", False),
    "macs": ("note10", "wide", False),
}
"""The landscape of the first run, that of the search, and whether they are of two supernets."""


def search(
    where: Landscape, seed: int, budget: int, prepare: Callable[[Dynas], object] = lambda s: None
) -> list[Evaluation]:
    """The evaluations of one search, by one worker."""
    strategy, noise = Dynas(where.problem, POPULATION, budget, seed), where.noise_generator(seed)
    prepare(strategy)
    done: list[Evaluation] = []
    while proposals := strategy.ask(1):
        done.append(where.evaluate(len(done) + 1, proposals[0], noise))
        strategy.tell(done[-1:])
    return done


@cache
def _landscape(name: str) -> Landscape:
    """One of the suite, or `wide`, made once."""
    return wide() if name == "wide" else landscape(name)


class Pair:
    """Searches of one pair of landscapes with kept results."""

    def __init__(self, name: str, kept: KeptSearches, budget: int, warm_budget: int) -> None:
        first, second, self._is_sibling = PAIRS[name]
        self._name, self._kept = name, kept
        self._first = None if first is None else _landscape(first)
        self._where = _landscape(second)
        self._budget, self._warm_budget = budget, warm_budget

    def cold(self, seed: int) -> list[float]:
        """The shares of a search from nothing."""
        return list(self._shares(self._searched(self._where, seed)))

    def warm(self, seed: int) -> list[float]:
        """The shares of a search that begins with another, with that of the start first."""
        key = ("warm", self._name, self._where.digest, seed, self._budget, self._warm_budget)
        shares: list[float] = self._kept.get(key, lambda: self._warm(seed))
        return shares

    def _warm(self, seed: int) -> list[float]:
        genotypes, values = self._start(seed)
        if self._is_sibling:
            begin = Sibling(self._where.problem, genotypes, {"acc": values})
            done = search(
                self._where, seed, self._warm_budget, lambda s: setattr(s, "sibling", begin)
            )
            return [0.0, *self._shares([e.genotype for e in done])]
        noise = self._where.noise_generator(seed)
        known = [
            replace(self._where.evaluate(0, Proposal(g, WARM_START_CYCLE), noise), number=i)
            for i, g in enumerate(genotypes)
        ]
        done = search(self._where, seed, self._warm_budget, lambda s: s.restore(known, []))
        shares = self._shares([e.genotype for e in [*known, *done]])
        return shares[len(known) - 1 :]

    def _start(self, seed: int) -> tuple[Genotypes, Any]:
        """`(n, genes)` what the first run measured, and `(n,)` its accuracies."""
        if self._first is None:
            genotypes, accuracies = published(self._where.problem.space)
            return genotypes[: self._budget], accuracies[: self._budget]
        rows = np.array(self._searched(self._first, seed + _OTHER_SEEDS), dtype=np.int64)
        return rows, -self._first.truth(rows)[:, 0]

    def _searched(self, where: Landscape, seed: int) -> list[list[int]]:
        """The genotypes of a search from nothing."""
        genotypes: list[list[int]] = self._kept.get(
            ("cold", where.name, where.digest, seed, self._budget),
            lambda: [list(e.genotype) for e in search(where, seed, self._budget)],
        )
        return genotypes

    def _shares(self, genotypes: Sequence[Sequence[int]]) -> list[float]:
        values = self._where.truth(np.array(genotypes, dtype=np.int64))
        return [self._where.box.share(values[: count + 1]) for count in range(len(values))]


def needed(warm: Sequence[float], level: float) -> int | None:
    """After how many evaluations the search has a share; None if it does not reach it."""
    return next((count for count, share in enumerate(warm) if share >= level), None)


def report(name: str, cold: Sequence[Sequence[float]], warm: Sequence[Sequence[float]]) -> str:
    """Medians over the seeds as lines of text."""
    ends = [row[-1] for row in cold]
    level, curve = float(np.median(ends)), np.median(np.array(warm), axis=0)
    counts = [needed(row, end) for row, end in zip(warm, ends, strict=True)]
    within = sorted(count for count in counts if count is not None)
    at = [count for count in SHOWN_AT if count < len(curve)]
    median = needed(curve.tolist(), level)
    return "\n".join(
        [
            f"{name}: {len(ends)} seeds, share of the near-true hypervolume, %",
            "from nothing      "
            + ", ".join(
                f"{100 * float(np.median([row[n - 1] for row in cold])):.1f} after {n}"
                for n in (*(n for n in (50, 100) if n < len(cold[0])), len(cold[0]))
            ),
            "with the start    " + ", ".join(f"{100 * curve[n]:.1f} after {n}" for n in at),
            f"the median has the level {'after ' + str(median) if median is not None else 'not'}; "
            f"{len(within)} of {len(ends)} seeds reach their own: {within}",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the searches that are missing, and print what they show."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=lambda text: text.split(","), default=list(PAIRS))
    parser.add_argument("--seeds", type=int, default=6, help="6 by default")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where searches are kept")
    given = parser.parse_args(arguments)
    if given.seeds < 1:
        parser.error("Give at least 1 seed.")
    for name in given.pairs:
        if name not in PAIRS:
            parser.error(f"There is no pair '{name}'. Choose from {', '.join(PAIRS)}.")
    kept = KeptSearches("transfer", given.results)
    for name in given.pairs:
        pair = Pair(name, kept, EVALUATIONS, WARM_EVALUATIONS)
        seeds = range(given.seeds)
        cold, warm = [pair.cold(s) for s in seeds], [pair.warm(s) for s in seeds]
        print(report(name, cold, warm), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
