"""What a search loses when many sub-networks are measured at a time, on the published landscape.

For 1, 8, 64 and 256 workers: the evaluations, and the time in mean durations of an evaluation, to
85 % and 93 % of the near-true hypervolume. Durations are log-normal and planning takes no time, so
that nothing counts but what a plan cannot know yet. Beside it a search that hands out a
batch as large as the number of workers, and waits for all of it. Medians of the seeds. A search
ends at 93 %, or after 1,500 evaluations. Writes benchmarks/results/asynchrony.json.

Thirty seeds take some twenty minutes. Each search that has ended is kept in
benchmarks/results/asynchrony-searches.jsonl and not repeated: remove that file after a change of
the engine.

    python -m benchmarks.asynchrony [SEEDS]
"""

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.command_line import given_numbers
from benchmarks.published_landscape import PublishedLandscape, hypervolume
from benchmarks.sample_efficiency import NEAR_TRUE, POPULATION, RESULTS, landscape
from benchmarks.simulated_cluster import SIGMA, SimulatedClock, SimulatedThread
from engine.runs.planner import Planner
from engine.search.dynas import Dynas
from engine.search.strategy import Proposal

WORKERS = (1, 8, 64, 256)
LEVELS = (0.85, 0.93)
BUDGET = 1_500


@dataclass(frozen=True)
class Needed:
    """What it took to reach a level."""

    evaluations: float
    time: float


class Search:
    """One search of a landscape by so many workers, on a simulated clock.

    With `in_batches` no sub-network is handed out before all earlier ones are measured.
    """

    def __init__(
        self, where: PublishedLandscape, workers: int, seed: int, in_batches: bool
    ) -> None:
        self._where, self._workers, self._in_batches = where, workers, in_batches
        self._clock = SimulatedClock(work=0.0)
        self._planner = Planner(
            Dynas(where.problem, POPULATION, BUDGET, seed),
            SimulatedThread(self._clock, work=0.0),
            lambda: 0.0,
        )
        self._rng = np.random.default_rng((seed, workers))
        self._running = self._waiting_for = 0
        self._macs: list[float] = []
        self._accuracy: list[float] = []
        self._needed: list[Needed] = []

    def run(self) -> list[Needed]:
        """What each level took; infinite where the budget was not enough."""
        while len(self._needed) < len(LEVELS):
            if not (self._in_batches and self._running):
                self._hand_out()
            if not self._running:
                break
            self._waiting_for = len(self._macs) + 1
            self._clock.advance(lambda: len(self._macs) < self._waiting_for)
        missing = len(LEVELS) - len(self._needed)
        return [*self._needed, *[Needed(np.inf, np.inf)] * missing]

    def _hand_out(self) -> None:
        while self._running < self._workers:
            self._planner.plan_ahead(self._workers, 1.0, self._workers - self._running)
            self._clock.advance(lambda: False)
            proposal = self._planner.take()
            if proposal is None:
                return
            self._running += 1
            seconds = self._rng.lognormal(-(SIGMA**2) / 2, SIGMA)
            self._clock.at(self._clock.now + seconds, lambda asked=proposal: self._end(asked))

    def _end(self, proposal: Proposal) -> None:
        self._running -= 1
        evaluation = self._where.evaluate(len(self._macs) + 1, proposal)
        self._planner.tell([evaluation])
        self._macs.append(evaluation.metrics["macs"])
        self._accuracy.append(evaluation.metrics["acc"])
        share = hypervolume(np.array(self._macs), np.array(self._accuracy)) / NEAR_TRUE
        while len(self._needed) < len(LEVELS) and share >= LEVELS[len(self._needed)]:
            self._needed.append(Needed(len(self._macs), self._clock.now))


@dataclass(frozen=True)
class Case:
    """What a row of the table is about."""

    workers: int
    in_batches: bool

    def __str__(self) -> str:
        return f"{self.workers} workers, {'in batches' if self.in_batches else 'as they come'}"


CASES = [Case(workers, in_batches) for in_batches in (False, True) for workers in WORKERS]
ENDED = RESULTS / "asynchrony-searches.jsonl"

Searches = dict[tuple[Case, int], list[Needed]]


def ended_searches() -> Searches:
    """What the searches of this and earlier calls needed, by case and seed."""
    found: Searches = {}
    for line in ENDED.read_text().splitlines() if ENDED.exists() else ():
        row = json.loads(line)
        found[Case(**row["case"]), row["seed"]] = [Needed(**needed) for needed in row["needed"]]
    return found


def missing_searches(seeds: int) -> Iterator[tuple[Case, int]]:
    """The searches that have not ended, seed by seed, so that cases have about equally many."""
    ended = ended_searches()
    for seed in range(seeds):
        for case in CASES:
            # One worker in batches of one is one worker.
            if (case, seed) not in ended and case != Case(1, True):
                yield case, seed


def summary(searches: Searches, case: Case) -> dict[str, dict[str, float]]:
    """Medians of the searches of a case, by level."""
    runs = [needed for (of, _), needed in searches.items() if of == case]
    return {
        f"{level:.0%}": {
            "searches": len(runs),
            "evaluations": float(np.median([run[i].evaluations for run in runs])),
            "time": float(np.median([run[i].time for run in runs])),
        }
        for i, level in enumerate(LEVELS)
    }


def main(seeds: int = 30) -> None:
    """Run so many searches of each case, and print what their medians took."""
    where = landscape()
    RESULTS.mkdir(exist_ok=True)
    for case, seed in list(missing_searches(seeds)):
        begun = time.monotonic()
        needed = Search(where, case.workers, seed, case.in_batches).run()
        row = {"case": asdict(case), "seed": seed, "needed": [asdict(each) for each in needed]}
        with ENDED.open("a") as file:
            file.write(json.dumps(row) + "\n")
        print(f"{case}, seed {seed}: {needed}, {time.monotonic() - begun:.0f} s", flush=True)
    searches = ended_searches()
    result = {str(case): summary(searches, case) for case in CASES if case != Case(1, True)}
    for name, levels in result.items():
        took = ", ".join(
            f"{level}: {row['evaluations']:.0f} evaluations in {row['time']:.1f}"
            for level, row in levels.items()
        )
        print(f"{name:28} {levels['93%']['searches']} searches, {took}")
    (RESULTS / "asynchrony.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, seeds=30))
