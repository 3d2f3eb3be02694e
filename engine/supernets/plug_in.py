"""Loading supernets of installed packages; whatever they raise becomes one of the engine's errors.

A supernet is checked when it loads. A guard converts the exceptions of its methods.
"""

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
from engine.metrics import definition_problem as wrong_metric
from engine.quoting import error_text
from engine.space import Genotypes, SearchSpace
from engine.supernets.base import Requirement, Supernet
from engine.supernets.exact_values import GENOTYPE_METHODS, value_problem, with_checked_rows
from engine.tasks.base import Task

_POPULATION = 50  # genotypes, such as a population
_SUBNETWORK_METHODS = ("extract", "subnetwork", "predicted_quality", "quality", "calibration")


def load(point: EntryPoint) -> Supernet:
    """The supernet of an entry point.

    Raises DataError, one sentence, if it does not load or is no supernet. Exceptions of its methods
    become DataError too, or EvaluationError if they concern a sub-network.
    """
    try:
        factory = point.load()
        supernet: Any = None
        problem = _undefined_methods(factory)
        if not problem:
            supernet = factory()
            problem = _problem(point.name, supernet)
    except (Exception, SystemExit) as error:  # a package may fail in any way
        raise DataError(
            f"The supernet '{point.name}' of {plug_ins.describe_origin(point)} does not load: "
            f"{_error_sentence(error)} Repair or uninstall that package."
        ) from error
    if problem:
        raise DataError(
            f"The supernet '{point.name}' of {plug_ins.describe_origin(point)} cannot be used: "
            f"{problem}. Repair or uninstall that package."
        )
    return cast(Supernet, _Guard(supernet, f"The supernet '{point.name}'"))


def _error_sentence(error: BaseException) -> str:
    """The error in a sentence: engine errors are sentences; of others the type and the text."""
    return str(error) if isinstance(error, DynasError) else f"{error_text(error)}."


def _undefined_methods(factory: object) -> str:
    """A sentence part that names the abstract methods a class leaves undefined; may be empty."""
    methods = getattr(factory, "__abstractmethods__", ())
    return f"it does not define {', '.join(sorted(methods))}" if methods else ""


def _problem(name: str, supernet: object) -> str:
    """What keeps `supernet` from being the supernet called `name`; empty if nothing does."""
    if not isinstance(supernet, Supernet):
        return "it is not derived from engine.supernets.base.Supernet"
    if hasattr(supernet, "measure"):
        return (
            "it defines measure, which supernets no longer do. Give it a task, which measures "
            "quality, and define extract; docs/own-supernet.md says how"
        )
    missing = [part for part in ("name", "space", "task") if not hasattr(supernet, part)]
    if missing:
        return f"it lacks {', '.join(missing)}"
    if supernet.name != name:
        return f"it calls itself '{supernet.name}'"
    for part, kind in (("space", SearchSpace), ("task", Task)):
        if not isinstance(value := getattr(supernet, part), kind):
            base = f"{kind.__module__}.{kind.__name__}"
            return f"its {part} is of type {type(value).__name__}, not derived from {base}"
    if not supernet.title:
        supernet.title = name
    return _metric_problem(supernet) or _cost_problem(supernet)


def _metric_problem(supernet: Supernet) -> str:
    """Why the metrics of the task cannot be used; empty if they can."""
    if not supernet.task.metrics:
        return "its task has no metrics"
    genes = {gene.name for gene in named_genes(supernet.space)}
    for quality in supernet.task.metrics:
        name = getattr(quality, "name", "?")
        if name in METRICS:
            if quality != METRICS[name]:
                return f"its task has another metric by the name of {name}, which is taken"
        elif problem := wrong_metric(name, quality):
            return f"the metric {name} of its task: {problem}"
        elif name in genes:
            return f"the metric {name} of its task has the name of a gene of its space"
        start, ideal = supernet.task.bounds(quality)
        if not all(bound is None or np.isfinite(bound) for bound in (start, ideal)):
            return f"bounds of {name} are {start} and {ideal}"
    return ""


def _cost_problem(supernet: Supernet) -> str:
    """Why the exact metrics are wrong, called in every way in which a search calls them.

    Metrics counted on the sub-networks are not checked, since that takes seconds.
    """
    if type(supernet).macs_params is Supernet.macs_params:
        return ""
    ends = np.stack([supernet.space.smallest, supernet.space.largest])
    costs = np.asarray(supernet.macs_params(ends))
    if costs.shape != (2, 2) or not (costs > 0).all():
        return "macs_params of two genotypes is not two rows of MACs and parameters above 0"
    for name in supernet.exact_metric_names:
        start, _ = supernet.bounds(name)
        if start is not None and not np.isfinite(start):
            return f"bounds of {name} start at {start}"
    population = supernet.space.sample(_POPULATION, np.random.default_rng(0))
    for rows in (ends, ends[:1], population):
        if problem := value_problem(supernet.exact_metrics(rows), len(rows)):
            return f"exact_metrics of {len(rows)} genotypes: {problem}"
    return _batch_difference(supernet, ends)


def _batch_difference(supernet: Supernet, ends: Genotypes) -> str:
    """A sentence part on a genotype whose values differ between a batch and alone; may be empty."""
    batch = supernet.exact_metrics(ends)
    for i in range(len(ends)):
        for name, values in supernet.exact_metrics(ends[i : i + 1]).items():
            if name not in batch or not np.isclose(values[0], batch[name][i]):
                return f"exact_metrics gives another {name} for a genotype alone than in a batch"
    return ""


class _Guard:
    """A proxy of a supernet or its task that turns exceptions of its methods into one sentence."""

    def __init__(self, wrapped: Supernet | Task, owner: str) -> None:
        self._wrapped, self._owner = wrapped, owner

    @property
    def wrapped(self) -> Supernet | Task:
        """The object behind the proxy."""
        return self._wrapped

    def __repr__(self) -> str:
        return repr(self._wrapped)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._wrapped, name)
        if name == "with_options":
            return self._with_options
        if isinstance(value, Task):
            return _Guard(value, f"The task of {self._owner[0].lower()}{self._owner[1:]}")
        if not callable(value) or isinstance(value, type):
            return value
        call = value
        if name in GENOTYPE_METHODS:
            call = with_checked_rows(value, name, self._owner)
        elif name == "requirements":
            call = _with_guarded_functions(value, self._owner)
        failure = EvaluationError if name in _SUBNETWORK_METHODS else DataError
        return _with_sentences(call, f"{self._owner} fails in {name}", failure)

    def _with_options(self, settings: EvaluationSettings) -> Any:
        supernet = cast(Supernet, self._wrapped)
        method = _with_sentences(
            supernet.with_options, f"{self._owner} fails in with_options", DataError
        )
        other = method(settings)
        return self if other is supernet else _Guard(other, self._owner)


def _with_sentences(
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


def _with_guarded_functions(method: Callable[..., Any], owner: str) -> Callable[..., Any]:
    """`requirements` whose functions raise DataError with one sentence, too."""

    @functools.wraps(method)
    def requirements() -> list[Requirement]:
        locate_failure, check_failure = (
            f"{owner} fails to locate its data",
            f"{owner} fails in its check",
        )
        return [
            replace(
                requirement,
                locate=_with_sentences(requirement.locate, locate_failure, DataError),
                check=_with_sentences(requirement.check, check_failure, DataError),
            )
            for requirement in method()
        ]

    return requirements
