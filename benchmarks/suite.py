"""The search beside other methods, on landscapes of several kinds, with the same seeds for all.

Prints, for each landscape, the share of the near-true hypervolume after 50 to 250 evaluations as
the median over seeds with its standard error; the paired difference of dynas to each method; how
many evaluations dynas needs for what one_shot reaches at the end; and the processor seconds that a
method takes for choosing. Runs are kept in benchmarks/results/suite and made once, until the
sources of the method change; --against compares with those of other sources. Writes suite.json
there, and with --docs one figure a landscape into docs/images.

The methods of other libraries need `pip install -r benchmarks/requirements-peers.txt`.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.landscapes import Landscape
from benchmarks.suite_landscapes import LANDSCAPES, landscape
from benchmarks.suite_methods import LABELS, METHODS, problem_with
from benchmarks.suite_report import average_lead, changes, figure, summary, table
from benchmarks.suite_runs import EVALUATIONS, RESULTS, kept, make_missing, tasks
from engine.errors import DataError

IMAGES = Path(__file__).parent.parent / "docs" / "images"


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the runs that are missing, and print what they show."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--landscapes", type=_names, default=list(LANDSCAPES), help=", ".join(LANDSCAPES))
    add("--methods", type=_names, help=f"{', '.join(METHODS)}, module:class")
    add("--seeds", type=int, default=12, help="12 by default")
    add("--first-seed", type=int, default=0, help="0 by default")
    add("--evaluations", type=int, default=EVALUATIONS, help=f"{EVALUATIONS} by default")
    add("--processes", type=int, default=1, help="1 by default")
    add("--results", type=Path, default=RESULTS, help="the folder of the results")
    add("--kept", action="store_true", help="make no run, show those that are kept")
    add("--against", metavar="DIGEST", help="compare each method with its runs of these sources")
    add("--docs", action="store_true", help="draw the figures of the documentation")
    given = parser.parse_args(arguments)
    for name in given.landscapes:
        if name not in LANDSCAPES:
            parser.error(f"There is no landscape '{name}'. Choose from {', '.join(LANDSCAPES)}.")
    given.methods = given.methods or [m for m in METHODS if given.kept or not problem_with(m)]
    for name in given.methods:
        if (problem := problem_with(name)) and not (given.kept and name in METHODS):
            parser.error(problem)
    if min(given.seeds, given.processes, given.evaluations) < 1 or given.first_seed < 0:
        parser.error("Give at least 1 seed, process and evaluation, and a first seed from 0.")
    _compare(given)


def _compare(given: argparse.Namespace) -> None:
    results = {}
    for name in given.landscapes:
        try:
            results |= _compare_on(landscape(name), given)
        except DataError as error:
            print(error, file=sys.stderr)
    for method, lead in average_lead(results).items() if len(results) > 1 else ():
        text = "".join(f"{value:+14.1f}" for value in lead)
        print(f"{f'dynas - {LABELS.get(method, method)}'[:32]:32}{text}  mean of {len(results)}")


def _compare_on(where: Landscape, given: argparse.Namespace) -> dict[str, Any]:
    """The numbers of one landscape by its name; nothing where there are no runs."""
    seeds = range(given.first_seed, given.first_seed + given.seeds)
    wanted = tasks(where, given.methods, seeds, given.evaluations)
    if not given.kept:
        make_missing(wanted, given.results, given.processes)
    runs = kept(wanted, given.results)
    if not runs:
        return {}
    result = summary(runs, given.evaluations)
    print(table(where.title, result, given.evaluations))
    digests = {task.method: task.method_digest for task in wanted}
    print("sources: " + ", ".join(f"{method} {digest}" for method, digest in digests.items()))
    if given.against:
        before = kept([replace(t, method_digest=given.against) for t in wanted], given.results)
        print(changes(runs, before, given.evaluations))
    print(flush=True)
    given.results.mkdir(parents=True, exist_ok=True)
    path = given.results / "suite.json"
    earlier = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**earlier, where.name: result}, indent=2) + "\n")
    if given.docs:
        figure(where.title, runs, given.evaluations, IMAGES / f"suite-{where.name}.png")
    return {where.name: result}


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",") if name.strip()]


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    main()
