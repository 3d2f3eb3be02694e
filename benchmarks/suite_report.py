"""What the runs of the suite show: tables, differences between methods, and figures."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np

from benchmarks.suite_methods import LABELS
from benchmarks.suite_runs import Run
from engine.pareto.front import Points

SHOWN_AT = (50, 100, 150, 200, 250)
_OURS, _LEVEL_OF = "dynas", "one_shot"

Runs = Mapping[str, Mapping[int, Run]]
"""The runs of each method by seed, on one landscape."""


def shown_at(budget: int) -> list[int]:
    """The numbers of evaluations of the columns, ascending: none is beyond the budget."""
    return sorted({min(at, budget) for at in SHOWN_AT})


def curves(runs: Mapping[int, Run], budget: int) -> Points:
    """`(seeds, budget)` shares; a search that ended early keeps its last one."""
    rows = [[*run.shares, *[run.shares[-1]] * (budget - len(run.shares))] for run in runs.values()]
    return np.array(rows)


def median_and_error(values: Points) -> tuple[list[float], list[float | None]]:
    """Median and standard error over the seeds of `(seeds, n)`; one seed has no error."""
    median = np.median(values, axis=0).tolist()
    if len(values) == 1:
        return median, [None] * len(median)
    return median, (values.std(axis=0, ddof=1) / np.sqrt(len(values))).tolist()


def needed(shares: Points, level: float) -> int | None:
    """Evaluations until the median over `(seeds, n)` reaches `level`; None if it does not."""
    reached = np.flatnonzero(np.median(shares, axis=0) >= level)
    return int(reached[0]) + 1 if len(reached) else None


def paired(first: Mapping[int, Run], second: Mapping[int, Run], budget: int) -> Points:
    """`(seeds, budget)` shares of one method minus another's, for the seeds that both have."""
    seeds = sorted(first.keys() & second.keys())
    if not seeds:
        return np.empty((0, budget))
    one, other = (curves({seed: runs[seed] for seed in seeds}, budget) for runs in (first, second))
    return one - other


def summary(runs: Runs, budget: int) -> dict[str, Any]:
    """The numbers of one landscape, shares in %."""
    at = [shown - 1 for shown in shown_at(budget)]
    result = dict[str, Any]()
    for method, by_seed in runs.items():
        shares = 100 * curves(by_seed, budget)
        median, error = median_and_error(shares[:, at])
        result[method] = {
            "seeds": sorted(by_seed),
            "share_median": median,
            "share_standard_error": error,
            "share_of_each_seed": shares[:, at].tolist(),
            "processor_seconds": float(np.median([run.seconds for run in by_seed.values()])),
        }
        if method != _OURS and _OURS in runs:
            differences = 100 * paired(runs[_OURS], by_seed, budget)[:, at]
            if len(differences):
                median, error = median_and_error(differences)
                result[method]["dynas_minus_this"] = {
                    "seeds": len(differences),
                    "median": median,
                    "standard_error": error,
                }
    if {_OURS, _LEVEL_OF} <= runs.keys():
        level = float(np.median(curves(runs[_LEVEL_OF], budget)[:, -1]))
        result[_OURS]["evaluations_for_one_shot_at_the_end"] = needed(
            curves(runs[_OURS], budget), level
        )
    return result


def table(title: str, result: Mapping[str, Any], budget: int) -> str:
    """The numbers of one landscape as lines of text."""
    lines = [f"{title}: share of the near-true hypervolume, %, median and standard error"]
    lines.append(
        f"{'':26}{'seeds':>6}" + "".join(f"{at:>14}" for at in shown_at(budget)) + f"{'seconds':>9}"
    )
    for method, row in result.items():
        cells = _cells(row["share_median"], row["share_standard_error"], "")
        seconds = row["processor_seconds"]
        lines.append(f"{LABELS.get(method, method):26}{len(row['seeds']):>6}{cells}{seconds:9.1f}")
    for method, row in result.items():
        if difference := row.get("dynas_minus_this"):
            cells = _cells(difference["median"], difference["standard_error"], "+")
            name = f"dynas - {LABELS.get(method, method)}"[:26]
            lines.append(f"{name:26}{difference['seeds']:>6}{cells}")
    ours = result.get(_OURS, {})
    if "evaluations_for_one_shot_at_the_end" in ours:
        count = ours["evaluations_for_one_shot_at_the_end"]
        reached = f"after {count} evaluations" if count else "not within the budget"
        lines.append(f"dynas is at the level of one_shot at {budget} {reached}")
    return "\n".join(lines)


def changes(runs: Runs, before: Runs, budget: int) -> str:
    """Lines with the paired difference of each method to its runs before, where there are any."""
    lines, at = [], [shown - 1 for shown in shown_at(budget)]
    for method, by_seed in runs.items():
        differences = 100 * paired(by_seed, before.get(method, {}), budget)[:, at]
        if len(differences):
            cells = _cells(*median_and_error(differences), "+")
            lines.append(f"{f'{method} - before':26}{len(differences):>6}{cells}")
    return "\n".join(lines) or "there are no runs of those sources with these seeds"


def _cells(medians: Sequence[float], errors: Sequence[float | None], sign: str) -> str:
    pairs = zip(medians, errors, strict=True)
    texts = (f"{m:{sign}.1f}" + (f" ± {e:.1f}" if e is not None else "      ") for m, e in pairs)
    return "".join(f"{text:>14}" for text in texts)


def average_lead(results: Mapping[str, Mapping[str, Any]]) -> dict[str, list[float]]:
    """The mean over landscapes of the median differences to each method, where there are any."""
    leads = dict[str, list[list[float]]]()
    for result in results.values():
        for method, row in result.items():
            if "dynas_minus_this" in row:
                leads.setdefault(method, []).append(row["dynas_minus_this"]["median"])
    return {method: np.mean(rows, axis=0).tolist() for method, rows in leads.items()}


def figure(title: str, runs: Runs, budget: int, path: Path) -> None:
    """Median and quartiles over evaluations, one line a method."""
    chart, axes = plt.subplots(figsize=(7, 4.2))
    at = np.arange(1, budget + 1)
    lowest = 100.0
    for method, by_seed in runs.items():
        low, middle, high = 100 * np.percentile(curves(by_seed, budget), [25, 50, 75], axis=0)
        (line,) = axes.plot(at, middle, label=LABELS.get(method, method))
        axes.fill_between(at, low, high, alpha=0.2, color=line.get_color(), linewidth=0)
        lowest = min(lowest, middle[min(24, budget - 1)])
    axes.set(xlabel="Evaluations", ylabel="Share of the near-true hypervolume (%)", title=title)
    axes.set_ylim(lowest, 100.5)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, -0.14), ncols=3, frameon=False)
    chart.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    chart.savefig(path, dpi=120)
    plt.close(chart)
