"""Whether a first look on a part of the images pays: three kinds of search at equal cost.

- `all images`: every sub-network is measured on all validation images, as a search does.
- `race`: a sub-network is measured on a part first, and on the others only if it may join the
  front. It may if a value that is better by half a standard deviation would be dominated by
  nothing. Its value is expected between the look and the prediction, the nearer to one the smaller
  the errors of that have been in this search. One that is dropped costs its look, and is never on
  the front.
- `two searches`: one with `test_fraction` of the images spends two fifths of the budget, then one
  with all images begins with it (`warm_start`) and measures members of its front again.

The budget is that of so many evaluations on all images. Each evaluation calibrates on 2,000 images
besides, which count too; whoever stays is not calibrated again. The errors of looks are simulated.
Their variance is that of a share of independent images, of which a part, 0.22, differs between
sub-networks: on the built-in supernet, the standard error of a difference between two sub-networks
on 5,000 images is 0.26 points. The rest is the same for all sub-networks, which see the same
images. Prints medians over seeds of the share of the near-true hypervolume, and the mean paired
difference to the first with its standard error.

    python -m benchmarks.racing [--landscapes mbv3,resnet50,measured] [--seeds 6]
"""

import argparse
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.kept_searches import RESULTS, KeptSearches
from benchmarks.landscapes import Landscape
from benchmarks.suite_landscapes import landscape
from benchmarks.suite_report import shown_at
from benchmarks.suite_runs import EVALUATIONS, POPULATION
from engine.evaluation.record import Evaluation
from engine.pareto.front import minimised
from engine.search.dynas import Dynas
from engine.search.sibling import Sibling
from engine.search.strategy import Proposal

CALIBRATION = 2_000
PARTS = {"mbv3": (5_000, 50_000), "resnet50": (5_000, 50_000), "measured": (1_000, 5_000)}
"""Images of a look, and all validation images, by landscape."""
_OWN_SHARE = 0.22  # of the variance of a look, that differs between sub-networks
_FIRST_SEARCH = 0.4  # of the budget
_FEWEST = 8  # values that tell how large an error is
_RECENT = 40  # predictions that tell how good the next one is
_CREDIT = 0.5  # standard deviations


@dataclass(frozen=True)
class Looks:
    """What looks cost, as a share of an evaluation, and the deviations of their errors in points.

    `own` is that of each sub-network, `common` that of the part, which is the same for all.
    """

    cost: float
    own: float
    common: float

    @classmethod
    def on(cls, where: Landscape) -> "Looks":
        """Looks on a landscape, at the accuracy of its largest sub-network."""
        part, total = PARTS[where.name]
        top = where.problem.space.largest
        accuracy = where.evaluate(1, Proposal(top, 0), np.random.default_rng(0)).metrics["acc"]
        variance = accuracy * (100 - accuracy) * (1 / part - 1 / total)
        cost = (CALIBRATION + part) / (CALIBRATION + total)
        own, common = _OWN_SHARE * variance, (1 - _OWN_SHARE) * variance
        return cls(cost, own**0.5, common**0.5)


class Race:
    """Whether sub-networks may join the front, by their looks and by what was predicted."""

    def __init__(self, where: Landscape) -> None:
        self._problem = where.problem
        self._done: list[Evaluation] = []
        self._surprises: list[float] = []  # of predictions
        self._differences: list[float] = []  # of looks, to the values on all images

    def tell(self, look: float, evaluation: Evaluation) -> None:
        """Learn from a look at a sub-network that was measured on all images afterwards."""
        self._done.append(evaluation)
        self._differences.append(look - evaluation.metrics["acc"])
        if "acc" in evaluation.predicted:
            self._surprises.append(evaluation.metrics["acc"] - evaluation.predicted["acc"])

    def may_join(self, look: float, evaluation: Evaluation) -> bool:
        """Whether a sub-network with this look may be on the front.

        Of its `evaluation`, the prediction and what is computed count.
        """
        if min(len(self._surprises), len(self._differences)) < _FEWEST:
            return True
        differences = np.array(self._differences)
        surprises = np.array(self._surprises[-_RECENT:])
        weights = np.array([1 / differences.var(), 1 / np.square(surprises).mean()])
        values = np.array([look - differences.mean(), evaluation.predicted["acc"]])
        best = float(values @ weights / weights.sum() + _CREDIT * weights.sum() ** -0.5)
        possible = replace(evaluation, metrics={**evaluation.metrics, "acc": best})
        point = minimised([possible], self._problem.objectives)
        measured = minimised(self._done, self._problem.objectives)
        return not bool((measured <= point).all(axis=1).any())


@dataclass(frozen=True)
class Found:
    """Shares of the near-true hypervolume with the cost at which each was reached."""

    shares: Sequence[float]
    costs: Sequence[float]

    def at(self, budget: float) -> float:
        """The share that a budget reaches; 0 before the first measurement on all images."""
        reached = int(np.searchsorted(self.costs, budget + 1e-9, side="right"))
        return self.shares[reached - 1] if reached else 0.0


def all_images(where: Landscape, seed: int, budget: int, begin: Sibling | None = None) -> Found:
    """A search that measures every sub-network on all images."""
    search, noise = Dynas(where.problem, POPULATION, budget, seed), where.noise_generator(seed)
    search.sibling = begin
    done: list[Evaluation] = []
    while proposals := search.ask(1):
        done.append(where.evaluate(len(done) + 1, proposals[0], noise))
        search.tell(done[-1:])
    return Found(where.shares(done).tolist(), list(range(1, len(done) + 1)))


def race(where: Landscape, seed: int, budget: int) -> Found:
    """A search that drops sub-networks after a look."""
    looks, noise = Looks.on(where), where.noise_generator(seed)
    rng = np.random.default_rng((seed, *where.digest.encode()))
    common = looks.common * rng.standard_normal()
    search, racing = Dynas(where.problem, POPULATION, budget, seed), Race(where)
    done: list[Evaluation] = []
    costs: list[float] = []
    spent, dropped = 0.0, 0
    while spent + 1 <= budget + 1e-9:
        search.budget = dropped + len(done) + int(budget - spent)
        proposals = search.ask(1)
        if not proposals:
            break
        evaluation = where.evaluate(len(done) + 1, proposals[0], noise)
        look = evaluation.metrics["acc"] + common + looks.own * rng.standard_normal()
        if not racing.may_join(look, evaluation):
            spent, dropped = spent + looks.cost, dropped + 1
            search.tell([replace(evaluation, status="failed", metrics={})])  # nothing to learn from
            continue
        spent += 1
        racing.tell(look, evaluation)
        done.append(evaluation)
        costs.append(spent)
        search.tell(done[-1:])
    return Found(where.shares(done).tolist(), costs)


def two_searches(where: Landscape, seed: int, budget: int) -> Found:
    """A search on a part of the images, then one on all of them that begins with it."""
    looks = Looks.on(where)
    rng = np.random.default_rng((seed, *where.digest.encode()))
    count = int(_FIRST_SEARCH * budget / looks.cost)
    search, done = Dynas(where.problem, POPULATION, count, seed), list[Evaluation]()
    while proposals := search.ask(1):
        evaluation = where.evaluate(len(done) + 1, proposals[0], rng)
        value = evaluation.metrics["acc"] + looks.own * rng.standard_normal()
        done.append(replace(evaluation, metrics={**evaluation.metrics, "acc": value}))
        search.tell(done[-1:])
    genotypes = np.array([e.genotype for e in done])
    begin = Sibling(where.problem, genotypes, {"acc": np.array([e.metrics["acc"] for e in done])})
    spent = len(done) * looks.cost
    second = all_images(where, seed, int(budget - spent), begin)
    return Found(second.shares, [spent + cost for cost in second.costs])


KINDS: dict[str, Callable[[Landscape, int, int], Found]] = {
    "all images": all_images,
    "race": race,
    "two searches": two_searches,
}


def report(title: str, found: dict[str, list[Found]], budget: int) -> str:
    """Medians and paired differences as lines of text."""
    at = shown_at(budget)
    lines = [
        f"{title}, {len(found['all images'])} seeds",
        f"{'':16}" + "".join(f"{n:>14}" for n in at),
    ]
    first = np.array([[100 * f.at(n) for n in at] for f in found["all images"]])
    for kind, runs in found.items():
        shares = np.array([[100 * f.at(n) for n in at] for f in runs])
        counts = f"  {np.median([len(f.costs) for f in runs]):.0f} on all images"
        lines.append(
            f"{kind:16}" + "".join(f"{v:14.1f}" for v in np.median(shares, axis=0)) + counts
        )
        if kind != "all images":
            change = shares - first
            error = (
                change.std(axis=0, ddof=1) / len(runs) ** 0.5 if len(runs) > 1 else 0 * change[0]
            )
            cells = (f"{m:+.1f} ± {e:.1f}" for m, e in zip(change.mean(axis=0), error, strict=True))
            lines.append(f"{'  difference':16}" + "".join(f"{cell:>14}" for cell in cells))
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the searches that are missing, and print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--landscapes", type=lambda text: text.split(","), default=list(PARTS))
    parser.add_argument("--seeds", type=int, default=6, help="6 by default")
    parser.add_argument("--evaluations", type=int, default=EVALUATIONS, help="250 by default")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where searches are kept")
    given = parser.parse_args(arguments)
    if given.seeds < 1 or given.evaluations < POPULATION:
        parser.error(f"Give at least 1 seed and {POPULATION} evaluations.")
    for name in given.landscapes:
        if name not in PARTS:
            parser.error(f"There are no looks at '{name}'. Choose from {', '.join(PARTS)}.")
    kept = KeptSearches("racing", given.results)
    for name in given.landscapes:
        where, found = landscape(name), dict[str, list[Found]]()
        for kind, search in KINDS.items():
            found[kind] = [
                _kept(kept, where, kind, search, seed, given.evaluations)
                for seed in range(given.seeds)
            ]
        print(report(where.title, found, given.evaluations), flush=True)


def _kept(
    kept: KeptSearches, where: Landscape, kind: str,
    search: Callable[[Landscape, int, int], Found], seed: int, budget: int,
) -> Found:  # fmt: skip
    def make() -> tuple[Sequence[float], Sequence[float]]:
        found = search(where, seed, budget)
        return found.shares, found.costs

    return Found(*kept.get((where.name, where.digest, kind, PARTS[where.name], seed, budget), make))


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
