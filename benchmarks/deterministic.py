"""What `deterministic: true` costs: the share of the time that workers wait, on a simulated clock.

The search plans for real, and the processor seconds that a plan takes count. The seconds that an
evaluation takes are made up: in proportion to the MACs of the sub-network, times a spread of 15 %.

    python -m benchmarks.deterministic [SEEDS]

Writes benchmarks/results/deterministic.json.
"""

import heapq
import json
import time

import numpy as np

from benchmarks.command_line import given_numbers
from benchmarks.sample_efficiency import RESULTS
from engine.config import NASConfig
from engine.evaluation.record import Evaluation
from engine.search import approaches
from engine.search.problem import Problem
from engine.search.strategy import Proposal
from engine.supernets import registry

BUDGET = 250
SPREAD = 0.15


def idle_share(workers: int, usual: float, deterministic: bool, seed: int) -> float:
    """Share of the workers' time in a search of 250 evaluations in which they had nothing to do.

    `usual` are the seconds that a sub-network in the middle takes.
    """
    supernet = registry.load(registry.DEFAULT)
    search = {"seed": seed, "deterministic": deterministic}
    config = NASConfig(search=search, dynas={"num_evals": BUDGET, "workers": workers})
    problem = approaches.problem_for(config, supernet)
    strategy = approaches.strategy_for(config, problem, BUDGET)
    rng = np.random.default_rng(seed)
    ends = problem.exact(np.stack([supernet.space.smallest, supernet.space.largest]))["macs"]
    now, busy, number = 0.0, 0.0, 0
    under_way: list[tuple[float, int, Proposal]] = []
    landed: dict[int, Proposal] = {}
    submitted = recorded = 0
    while True:
        while len(under_way) < workers:
            begun = time.process_time()
            asked = strategy.ask(1)
            now += time.process_time() - begun
            if not asked:
                break
            macs = problem.exact(asked[0].genotype[None])["macs"][0]
            seconds = usual * 2 * macs / ends.sum() * rng.lognormal(0, SPREAD)
            busy += seconds
            heapq.heappush(under_way, (now + seconds, submitted, asked[0]))
            submitted += 1
        if not under_way:
            return 1 - busy / (workers * now)
        ended, place, proposal = heapq.heappop(under_way)
        now = max(now, ended)
        landed[place if deterministic else recorded] = proposal
        while recorded in landed:
            number += 1
            strategy.tell([_measured(number, landed.pop(recorded), problem)])
            recorded += 1


def _measured(number: int, proposal: Proposal, problem: Problem) -> Evaluation:
    exact = {name: float(v[0]) for name, v in problem.exact(proposal.genotype[None]).items()}
    accuracy = 86 + 5 * exact["macs"] ** 0.5 / 3473
    return Evaluation(
        number, tuple(map(int, proposal.genotype)), {}, proposal.cycle, "ok",
        {**exact, "acc": accuracy}, {}, 1.0, 0.0,
    )  # fmt: skip


def main(seeds: int = 3) -> None:
    """Print the median idle shares of so many searches each."""
    shares = {}
    for usual in (1.0, 30.0):
        for workers in (2, 8):
            for deterministic in (False, True):
                each = [idle_share(workers, usual, deterministic, seed) for seed in range(seeds)]
                name = "deterministic" if deterministic else "as they come"
                shares[f"{usual:g} s, {workers} workers, {name}"] = float(np.median(each))
                print(f"{usual:4g} s an evaluation, {workers} workers, {name}: "
                      f"idle {100 * np.median(each):.1f} %", flush=True)  # fmt: skip
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "deterministic.json").write_text(json.dumps(shares, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, seeds=3))
