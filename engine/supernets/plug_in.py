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
from engine.metrics import metric
from engine.quoting import error_text
from engine.space import Genotypes, SearchSpace
from engine.supernets.base import EvaluationSettings, Requirement, Supernet
from engine.supernets.exact_values import ROWS_ASKED, by_rows, wrong_values

_METHODS = ("macs_params", "bounds", "fingerprint", "check_data", "subnetwork", "measure")
"""What `Supernet` declares and leaves to those who derive from it."""

_SEVERAL = 50  # genotypes, such as a population


def load(point: EntryPoint) -> Supernet:
    """The supernet of an entry point.

    Raises DataError, one sentence, if it does not load or is no supernet. Whatever its methods
    raise later becomes such a sentence as well; EvaluationError if a sub-network is concerned.
    """
    try:
        made = point.load()()
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


def _problem(name: str, made: Any) -> str:
    """What keeps `made` from being the supernet called `name`; empty if nothing does."""
    inherited = [n for n, v in vars(Supernet).items() if callable(v) and not n.startswith("_")]
    lacking = [n for n in (*Supernet.__annotations__, *inherited) if not hasattr(made, n)]
    lacking += [n for n in _METHODS if getattr(type(made), n, 0) is getattr(Supernet, n)]
    if lacking:
        return (
            f"it lacks {', '.join(dict.fromkeys(lacking))}. Derive it from "
            "engine.supernets.base.Supernet and define what that leaves open"
        )
    if made.name != name:
        return f"it calls itself '{made.name}'"
    if not isinstance(made.space, SearchSpace):
        return f"its space is of type {type(made.space).__name__}, not engine.space.SearchSpace"
    return _wrong_numbers(made)


def _wrong_numbers(made: Supernet) -> str:
    """What is wrong with the numbers, asked for in every way in which a search asks for them."""
    ends = np.stack([made.space.smallest, made.space.largest])
    costs = np.asarray(made.macs_params(ends))
    if costs.shape != (2, 2) or not (costs > 0).all():
        return "macs_params of two genotypes is not two rows of MACs and parameters above 0"
    sources = made.sources(EvaluationSettings())
    for name in sources:
        metric(name)
        start, _ = made.bounds(name)
        if start is not None and not np.isfinite(start):
            return f"bounds of {name} start at {start}"
    several = made.space.sample(_SEVERAL, np.random.default_rng(0))
    for rows in (ends, ends[:1], several):
        exact = made.exact(rows)
        for name in exact:
            if sources.get(name) != "exact":
                return f"exact gives {name}, which sources do not call exact"
        if problem := wrong_values(exact, len(rows)):
            return f"exact of {len(rows)} genotypes: {problem}"
    return _differing(made, ends)


def _differing(made: Supernet, ends: Genotypes) -> str:
    """Whether a genotype has other numbers beside others than alone."""
    together = made.exact(ends)
    for i in range(len(ends)):
        for name, values in made.exact(ends[i : i + 1]).items():
            if name not in together or not np.isclose(values[0], together[name][i]):
                return f"exact gives another {name} for a genotype alone than beside another one"
    return ""


class _Guarded:
    """Stands in for a supernet: what its methods raise becomes one sentence."""

    def __init__(self, supernet: Supernet, whose: str) -> None:
        self._supernet, self._whose = supernet, whose

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._supernet, name)
        if not callable(value):
            return value
        call = value
        if name in ROWS_ASKED:
            call = by_rows(value, name, self._whose)
        elif name == "requirements":
            call = _required(value, self._whose)
        failure = EvaluationError if name in ("measure", "subnetwork") else DataError
        return _in_a_sentence(call, f"{self._whose} fails in {name}", failure)


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
