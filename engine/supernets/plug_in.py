"""Supernets of installed packages: checked when they load, kept from harming what uses them."""

import functools
import logging
from collections.abc import Callable
from dataclasses import replace
from importlib.metadata import EntryPoint
from typing import Any, cast

import numpy as np

from engine import plug_ins
from engine.errors import DataError, DynasError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.gene_names import named_genes
from engine.metrics import METRICS
from engine.metrics import problem as wrong_metric
from engine.quoting import error_text
from engine.space import Genotypes, SearchSpace
from engine.supernets.base import Requirement, Supernet
from engine.supernets.exact_values import ROWS_ASKED, by_rows, wrong_values
from engine.tasks.base import Task

_SEVERAL = 50  # genotypes, such as a population
_OF_A_SUBNETWORK = ("extract", "subnetwork", "predicted_quality", "quality", "calibration")


def load(point: EntryPoint) -> Supernet:
    """The supernet of an entry point.

    Raises DataError, one sentence, if it does not load or is no supernet. Whatever its methods
    raise later becomes such a sentence as well; EvaluationError if a sub-network is concerned.
    """
    try:
        make = point.load()
        made: Any = None
        problem = _left_open(make)
        if not problem:
            made = make()
            problem = _problem(point.name, made)
    except (Exception, SystemExit) as error:  # a package may fail in any way; it is named
        raise DataError(
            f"The supernet '{point.name}' of {plug_ins.origin(point)} does not load: "
            f"{_reason(error)} Repair or uninstall that package."
        ) from error
    if problem:
        raise DataError(
            f"The supernet '{point.name}' of {plug_ins.origin(point)} cannot be used: {problem}. "
            "Repair or uninstall that package."
        )
    return cast(Supernet, _Guarded(made, f"The supernet '{point.name}'"))


def _reason(error: BaseException) -> str:
    """A sentence: our own errors are sentences, others are told by their kind."""
    return str(error) if isinstance(error, DynasError) else f"{error_text(error)}."


def _left_open(make: object) -> str:
    """What keeps a class from being made; empty if nothing does."""
    methods = getattr(make, "__abstractmethods__", ())
    return f"it does not define {', '.join(sorted(methods))}" if methods else ""


def _problem(name: str, made: object) -> str:
    """What keeps `made` from being the supernet called `name`; empty if nothing does."""
    if not isinstance(made, Supernet):
        return "it is not derived from engine.supernets.base.Supernet"
    if hasattr(made, "measure"):
        return (
            "it defines measure, which supernets no longer do. Give it a task, which measures "
            "quality, and define extract; docs/own-supernet.md says how"
        )
    lacking = [part for part in ("name", "space", "task") if not hasattr(made, part)]
    if lacking:
        return f"it lacks {', '.join(lacking)}"
    if made.name != name:
        return f"it calls itself '{made.name}'"
    for part, kind in (("space", SearchSpace), ("task", Task)):
        if not isinstance(found := getattr(made, part), kind):
            wanted = f"{kind.__module__}.{kind.__name__}"
            return f"its {part} is of type {type(found).__name__}, not derived from {wanted}"
    if not made.title:
        made.title = name
    return _wrong_qualities(made) or _wrong_numbers(made)


def _wrong_qualities(made: Supernet) -> str:
    """What is wrong with the metrics of the task."""
    if not made.task.metrics:
        return "its task has no metrics"
    genes = {gene.name for gene in named_genes(made.space)}
    for quality in made.task.metrics:
        name = getattr(quality, "name", "?")
        if name in METRICS:
            if quality != METRICS[name]:
                return f"its task has another metric by the name of {name}, which is taken"
        elif problem := wrong_metric(name, quality):
            return f"the metric {name} of its task: {problem}"
        elif name in genes:
            return f"the metric {name} of its task has the name of a gene of its space"
        start, ideal = made.task.bounds(quality)
        if not all(bound is None or np.isfinite(bound) for bound in (start, ideal)):
            return f"bounds of {name} are {start} and {ideal}"
    return ""


def _wrong_numbers(made: Supernet) -> str:
    """What is wrong with the numbers, asked for in every way in which a search asks for them.

    Those that are counted on the sub-networks are not asked for, since that takes seconds.
    """
    if type(made).macs_params is Supernet.macs_params:
        return ""
    ends = np.stack([made.space.smallest, made.space.largest])
    costs = np.asarray(made.macs_params(ends))
    if costs.shape != (2, 2) or not (costs > 0).all():
        return "macs_params of two genotypes is not two rows of MACs and parameters above 0"
    for name in made.exact_metric_names:
        start, _ = made.bounds(name)
        if start is not None and not np.isfinite(start):
            return f"bounds of {name} start at {start}"
    several = made.space.sample(_SEVERAL, np.random.default_rng(0))
    for rows in (ends, ends[:1], several):
        if problem := wrong_values(made.exact_metrics(rows), len(rows)):
            return f"exact_metrics of {len(rows)} genotypes: {problem}"
    return _differing(made, ends)


def _differing(made: Supernet, ends: Genotypes) -> str:
    """Whether a genotype has other numbers beside others than alone."""
    together = made.exact_metrics(ends)
    for i in range(len(ends)):
        for name, values in made.exact_metrics(ends[i : i + 1]).items():
            if name not in together or not np.isclose(values[0], together[name][i]):
                return f"exact_metrics gives another {name} for a genotype alone than in a batch"
    return ""


class _Guarded:
    """Stands in for a supernet or its task: what methods raise becomes one sentence."""

    def __init__(self, guarded: Supernet | Task, whose: str) -> None:
        self._guarded, self._whose = guarded, whose

    @property
    def guarded(self) -> Supernet | Task:
        """What this stands in for."""
        return self._guarded

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._guarded, name)
        if name == "with_options":
            return self._with_options
        if isinstance(value, Task):
            return _Guarded(value, f"The task of {self._whose[0].lower()}{self._whose[1:]}")
        if not callable(value) or isinstance(value, type):
            return value
        call = value
        if name in ROWS_ASKED:
            call = by_rows(value, name, self._whose)
        elif name == "requirements":
            call = _required(value, self._whose)
        failure = EvaluationError if name in _OF_A_SUBNETWORK else DataError
        return _in_a_sentence(call, f"{self._whose} fails in {name}", failure)

    def _with_options(self, settings: EvaluationSettings) -> Any:
        supernet = cast(Supernet, self._guarded)
        change = _in_a_sentence(
            supernet.with_options, f"{self._whose} fails in with_options", DataError
        )
        other = change(settings)
        return self if other is supernet else _Guarded(other, self._whose)


def _in_a_sentence(
    method: Callable[..., Any], what: str, failure: type[DynasError]
) -> Callable[..., Any]:
    @functools.wraps(method)
    def call(*args: Any, **options: Any) -> Any:
        try:
            return method(*args, **options)
        except DynasError:
            raise
        except (Exception, SystemExit) as error:  # it ends nothing but this call
            logging.getLogger(__name__).exception(what)
            raise failure(f"{what}: {error_text(error)}. Repair its package.") from error

    return call


def _required(method: Callable[..., Any], whose: str) -> Callable[..., Any]:
    """`requirements` whose own functions fail in a sentence, too."""

    @functools.wraps(method)
    def requirements() -> list[Requirement]:
        looks, checks = f"{whose} fails where it looks for its data", f"{whose} fails in its check"
        return [
            replace(
                one,
                locate=_in_a_sentence(one.locate, looks, DataError),
                check=_in_a_sentence(one.check, checks, DataError),
            )
            for one in method()
        ]

    return requirements
