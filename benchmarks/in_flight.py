"""What a search loses when 16 or 64 sub-networks are measured at a time, by evaluations.

Searches of 250 evaluations on landscapes of the suite, through the real planner, on a simulated
clock: durations are log-normal and planning takes no time, so that nothing counts but what a plan
cannot know yet. Prints the median share of the near-true hypervolume after 50 to 250 evaluations,
and what it is of the share with one worker. Searches are kept in benchmarks/results and made once,
until the sources of the search change.

    python -m benchmarks.in_flight [--landscapes mbv3,resnet50] [--seeds 6]
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.kept_searches import RESULTS, KeptSearches
from benchmarks.landscapes import Landscape
from benchmarks.simulated_cluster import SIGMA, SimulatedClock, SimulatedThread
from benchmarks.suite_landscapes import LANDSCAPES, landscape
from benchmarks.suite_report import shown_at
from benchmarks.suite_runs import EVALUATIONS, POPULATION
from engine.evaluation.record import Evaluation
from engine.runs.planner import Planner
from engine.search.dynas import Dynas
from engine.search.strategy import Proposal

WORKERS = (1, 16, 64)
_DEFAULT_LANDSCAPES = ["mbv3", "resnet50"]


class Search:
    """One search of a landscape by so many workers."""

    def __init__(self, where: Landscape, workers: int, seed: int, budget: int) -> None:
        self._where, self._workers, self._budget = where, workers, budget
        self._clock = SimulatedClock(work=0.0)
        self._planner = Planner(
            Dynas(where.problem, POPULATION, budget, seed),
            SimulatedThread(self._clock, work=0.0),
            lambda: 0.0,
        )
        self._durations = np.random.default_rng((seed, workers))
        self._noise = where.noise_generator(seed)
        self._running = self._waiting_for = self.most_running = 0
        self._done: list[Evaluation] = []

    def run(self) -> list[float]:
        """The share after each evaluation, in the order in which they ended."""
        while True:
            self._hand_out()
            self.most_running = max(self.most_running, self._running)
            if not self._running:
                return list(self._where.shares(self._done).tolist())
            self._waiting_for = len(self._done) + 1
            self._clock.advance(lambda: len(self._done) < self._waiting_for)

    def _hand_out(self) -> None:
        while self._running < self._workers:
            self._planner.plan_ahead(self._workers, 1.0, self._workers - self._running)
            self._clock.advance(lambda: False)
            proposal = self._planner.take()
            if proposal is None:
                return
            self._running += 1
            seconds = self._durations.lognormal(-(SIGMA**2) / 2, SIGMA)
            self._clock.at(self._clock.now + seconds, lambda asked=proposal: self._end(asked))

    def _end(self, proposal: Proposal) -> None:
        self._running -= 1
        self._done.append(self._where.evaluate(len(self._done) + 1, proposal, self._noise))
        self._planner.tell(self._done[-1:])


def _kept_search(
    kept: KeptSearches, where: Landscape, workers: int, seed: int, budget: int
) -> list[float]:
    shares: list[float] = kept.get(
        (where.name, where.digest, workers, seed, budget),
        lambda: Search(where, workers, seed, budget).run(),
    )
    return shares


def compare(
    where: Landscape, workers: Sequence[int], seeds: Sequence[int], budget: int, folder: Path
) -> dict[int, list[float]]:
    """Median shares at the shown numbers of evaluations, in %, by the number of workers."""
    kept, medians = KeptSearches("in_flight", folder), dict[int, list[float]]()
    for count in workers:
        shares = [_kept_search(kept, where, count, seed, budget) for seed in seeds]
        at = [shown - 1 for shown in shown_at(budget)]
        medians[count] = (100 * np.median(np.array(shares)[:, at], axis=0)).tolist()
    return medians


def table(title: str, medians: dict[int, list[float]], budget: int) -> str:
    """The medians as lines of text, the last column relative to one worker."""
    first = medians[min(medians)][-1]
    lines = [f"{title}: share of the near-true hypervolume, %"]
    lines.append(f"{'':12}" + "".join(f"{at:>8}" for at in shown_at(budget)) + f"{'of one':>9}")
    for count, row in medians.items():
        cells = "".join(f"{value:8.1f}" for value in row)
        lines.append(f"{count:>3} at a time{cells}{100 * row[-1] / first:8.1f}%")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the searches that are missing, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--landscapes", type=lambda text: text.split(","), help="comma-separated")
    parser.add_argument("--seeds", type=int, default=6, help="6 by default")
    parser.add_argument("--evaluations", type=int, default=EVALUATIONS, help="250 by default")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where searches are kept")
    given = parser.parse_args(arguments)
    if min(given.seeds, given.evaluations) < 1:
        parser.error("Give at least 1 seed and evaluation.")
    for name in given.landscapes or _DEFAULT_LANDSCAPES:
        if name not in LANDSCAPES:
            parser.error(f"There is no landscape '{name}'. Choose from {', '.join(LANDSCAPES)}.")
    for name in given.landscapes or _DEFAULT_LANDSCAPES:
        where = landscape(name)
        seeds = range(given.seeds)
        medians = compare(where, WORKERS, seeds, given.evaluations, given.results)
        print(table(where.title, medians, given.evaluations), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
