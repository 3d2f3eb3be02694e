"""Runs of the suite: one method on one landscape with one seed, kept in a folder."""

import json
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from benchmarks.landscapes import Landscape
from benchmarks.suite_landscapes import landscape
from benchmarks.suite_methods import optimizer, source_digest

RESULTS = Path(__file__).parent / "results" / "suite"
EVALUATIONS, POPULATION = 250, 50


@dataclass(frozen=True)
class Run:
    """The share after each evaluation, the genotypes, and the processor seconds for choosing."""

    shares: Sequence[float]
    genotypes: Sequence[Sequence[int]]
    seconds: float


@dataclass(frozen=True)
class Task:
    """One run to make: names of a landscape and of a method, a seed, and what tells it apart."""

    landscape: str
    method: str
    seed: int
    landscape_digest: str
    method_digest: str
    budget: int = EVALUATIONS
    population: int = POPULATION

    def path(self, folder: Path) -> Path:
        """Where the run is kept."""
        method = self.method.replace(":", ".").replace("/", ".")
        return folder / (
            f"runs/{self.landscape}-{self.landscape_digest}/"
            f"{method}-{self.method_digest}-{self.population}-{self.budget}/{self.seed}.json"
        )

    def kept(self, folder: Path) -> Run | None:
        """The run, if it was made before."""
        path = self.path(folder)
        return Run(**json.loads(path.read_text())) if path.exists() else None


def tasks(
    where: Landscape, methods: Iterable[str], seeds: Iterable[int],
    budget: int = EVALUATIONS, population: int = POPULATION,
) -> list[Task]:  # fmt: skip
    """All runs on a landscape, seed by seed."""
    digests = {method: source_digest(method) for method in methods}
    return [
        Task(where.name, method, seed, where.digest, digest, budget, population)
        for seed in seeds
        for method, digest in digests.items()
    ]


def kept(wanted: Iterable[Task], folder: Path) -> dict[str, dict[int, Run]]:
    """The runs of each method by seed that are in the folder."""
    runs = dict[str, dict[int, Run]]()
    for task in wanted:
        if run := task.kept(folder):
            runs.setdefault(task.method, {})[task.seed] = run
    return runs


def search(where: Landscape, task: Task) -> Run:
    """Search until the budget is used up, or nothing is proposed any more."""
    start = time.process_time()
    method = optimizer(task.method, where.problem, task.population, task.budget, task.seed)
    seconds = time.process_time() - start
    done, noise = [], where.noise_generator(task.seed)
    while len(done) < task.budget:
        start = time.process_time()
        proposal = method.ask()
        seconds += time.process_time() - start
        if proposal is None:
            break
        done.append(where.evaluate(len(done) + 1, proposal, noise))
        start = time.process_time()
        method.tell(done[-1])
        seconds += time.process_time() - start
    shares = where.shares(done).tolist()
    return Run(shares, [list(e.genotype) for e in done], seconds)


def make(task: Task, folder: Path) -> Run:
    """Make a run and keep it."""
    run = search(landscape(task.landscape), task)
    path = task.path(folder)
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(asdict(run)))
    part.replace(path)
    return run


def make_missing(wanted: Sequence[Task], folder: Path, processes: int) -> None:
    """Make the runs that are not kept yet, in up to `processes` processes of one thread."""
    missing = [task for task in wanted if task.kept(folder) is None]
    if processes < 2 or len(missing) < 2:
        for done, task in enumerate(missing, start=1):
            _report(done, len(missing), task, make(task, folder))
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        futures = {pool.submit(make, task, folder): task for task in missing}
        for done, future in enumerate(as_completed(futures), start=1):
            _report(done, len(missing), futures[future], future.result())


def _report(done: int, count: int, task: Task, run: Run) -> None:
    print(
        f"{done} of {count}: {task.landscape}, {task.method}, seed {task.seed}: "
        f"{100 * run.shares[-1]:.1f} %, {run.seconds:.1f} s",
        flush=True,
    )
