"""The run arguments of the functions that draw, and the data that they read from a run."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from engine import published_names
from engine.analysis.charts.axes import Axis
from engine.analysis.charts.baselines import BaselinesInfo, baselines_info
from engine.analysis.filtering import filter_rows
from engine.errors import FigureError, FilterError
from engine.evaluation.record import Evaluation
from engine.quoting import quoted
from engine.runs.baselines.finding import baselines_refusal, find_baselines
from engine.runs.columns import RunColumns, run_columns
from engine.runs.history import RunHistory
from engine.runs.loading import load_run

NOTHING_MEASURED = "No sub-network of this run has been measured yet: there is nothing to draw."


@runtime_checkable
class HasHistory(Protocol):
    """A `Run`, or the result of a search such as a `Front`, which has the history of its run."""

    @property
    def history(self) -> RunHistory:
        """The run."""


Run = RunHistory | HasHistory | str
"""A Run, what `NAS.search` or `load_run` returned, or the id of a run in the usual data folder."""


def history_of(run: Run) -> RunHistory:
    """The history of a run argument; raises RunError or LogError as `load_run` does."""
    if isinstance(run, RunHistory):
        return run
    if isinstance(run, str):
        return load_run(run)
    if isinstance(run, HasHistory):
        return run.history
    raise FigureError(
        "Give a Run, what NAS.search() or load_run() returns, or the id of a run, not "
        f"{quoted(run)}."
    )


def measured_columns(history: RunHistory) -> RunColumns:
    """The evaluations of a run as arrays; raises FigureError if none was measured."""
    columns = run_columns(history)
    if not columns.ok.any():
        raise FigureError(NOTHING_MEASURED)
    return columns


def choose_metric(name: str | None, names: Sequence[str], default_index: int = 0) -> str:
    """The metric `name`, or its published name, if it is one of `names`; by default one of them.

    Raises FigureError for an unknown name.
    """
    if name is None:
        return names[min(default_index, len(names) - 1)]
    if name not in names:
        if (present := published_names.METRICS.get(name)) in names:
            return str(present)
        raise FigureError(
            f"There is no metric {quoted(name)} to draw here. There is: {', '.join(names)}."
        )
    return name


def choose_columns(columns: RunColumns, names: Sequence[str]) -> tuple[str, ...]:
    """Metrics, genes and flags by their names in filters; raises FigureError for an unknown one."""
    known = list(columns.by_name(len(columns)))
    return tuple(choose_metric(name, known) for name in names)


def choose_gene(columns: RunColumns, name: str | None, default: str) -> str:
    """The gene `name`, such as `d1`, `default` for None; raises FigureError for an unknown one."""
    names = [gene.name for gene in columns.genes]
    if name is None or name in names:
        return name or default
    raise FigureError(
        f"There is no gene {quoted(name)} to draw here. There is: {', '.join(names)}."
    )


def evaluations_of(history: RunHistory, numbers: Sequence[int]) -> list[Evaluation]:
    """The evaluations with these numbers; raises FigureError for an unknown number."""
    last = len(history.evaluations)
    for number in numbers:
        if not 1 <= number <= last:
            raise FigureError(
                f"The run has evaluations 1 to {last}, and no number {quoted(number)}."
            )
    return [history.evaluations[number - 1] for number in numbers]


def check_evaluation_number(history: RunHistory, at: int | None) -> None:
    """Raise FigureError if `at` is not the number of one of the run's evaluations."""
    last = len(history.evaluations)
    if at is not None and not 1 <= at <= last:
        raise FigureError(f"at: the run has evaluations 1 to {last}, and no number {quoted(at)}.")


def filter_mask(
    columns: RunColumns, where: str, n: int | None = None
) -> npt.NDArray[np.bool_] | None:
    """`(len(columns),)` mask of a filter such as `macs < 5M`; None for an empty one.

    `front` in it means the front after `n` evaluations. Raises FilterError for a wrong filter.
    """
    if not where.strip():
        return None
    result = filter_rows(columns, where, {}, len(columns) if n is None else n)
    if result.error:
        raise FilterError(result.error)
    return result.mask


def measured_overlay(history: RunHistory, x: Axis, y: Axis) -> BaselinesInfo:
    """The baselines of a run on these axes; raises FigureError if they are not measured."""
    baselines = find_baselines(history)
    if baselines is None:
        raise FigureError(
            baselines_refusal(history)
            or "The baselines of this run are not measured. Call the run's baselines() first."
        )
    return baselines_info(history, baselines, x, y)
