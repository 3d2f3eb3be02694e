"""Trials: calls of a script's functions for one config, and the numbers that they return."""

import math
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import EvaluationError
from engine.metrics import UNBOUNDED, Metric
from engine.quoting import error_text, quoted
from engine.space import Config

PARAMS = "params"
"""The name under which the parameters of a built model are counted."""


@dataclass(frozen=True)
class TrialFunctions:
    """How a config is evaluated: by `evaluate`, or by the three others one after the other.

    `evaluate` gets a config, a mapping of names to choices. `model_builder` makes a model of it,
    `train_func` trains that, and `eval_func` evaluates it; without `train_func` it is not trained.
    `evaluate` and `eval_func` return a number, several in a list or tuple, or a mapping of names to
    numbers. An array or tensor with one element is a number.
    """

    evaluate: Callable[[Config], Any] | None = None
    model_builder: Callable[[Config], Any] | None = None
    train_func: Callable[[Any], Any] | None = None
    eval_func: Callable[[Any], Any] | None = None

    @property
    def evaluator(self) -> str:
        """The name of the function that returns the numbers."""
        return "evaluate" if self.evaluate else "eval_func"

    @property
    def of_models(self) -> list[str]:
        """The names of those that are given of the three functions of a model."""
        names = ("model_builder", "train_func", "eval_func")
        return [name for name in names if getattr(self, name) is not None]


@dataclass(frozen=True)
class Trial:
    """What the functions returned for one config; `params` if a model of torch was built."""

    returned: Any
    params: int | None = None
    functions: TrialFunctions = field(default_factory=TrialFunctions)

    def values(self, names: Sequence[str], directions: Sequence[bool] = ()) -> dict[str, Any]:
        """The numbers by `names`, and counted parameters; with no names, all that were returned.

        Numbers without names are called as in `usual_names`, where `directions` are used. Raises
        EvaluationError for a number that is missing, and for a value that is none.
        """
        wanted = names and {*names, *([] if self.params is None else [PARAMS])}
        named = self._named(names, directions).items()
        return {
            name: self.number(name, value) for name, value in named if not wanted or name in wanted
        }

    def number(self, name: str, value: Any, metric: Metric = UNBOUNDED) -> int | float:
        """The returned `value` as a number of Python.

        Raises EvaluationError if it is none, or none of `metric`, which is called `name`.
        """
        shape = getattr(value, "shape", None)
        count = math.prod(shape) if isinstance(shape, tuple) and hasattr(value, "item") else None
        function = self.functions.evaluator
        if count not in (None, 1):
            raise EvaluationError(
                f"{function} returned {count} elements for '{name}', in an object of type "
                f"{type(value).__name__}, where one number is needed. Return several numbers in a "
                "list, or in a mapping of names to numbers."
            )
        number = value if count is None else value.item()
        if problem := metric.refusal(number):
            raise EvaluationError(f"{function} returned a value for '{name}' that {problem}.")
        return number  # type: ignore[no-any-return]  # the metric accepts numbers only

    def _named(self, names: Sequence[str], directions: Sequence[bool]) -> dict[str, Any]:
        """Everything that was returned by its name, whatever it is."""
        function = self.functions.evaluator
        wanted = [name for name in names if name != PARAMS or self.params is None]
        counted = {} if self.params is None else {PARAMS: self.params}
        if isinstance(self.returned, Mapping):
            returned = {str(name): value for name, value in self.returned.items()}
            if missing := [name for name in wanted if name not in returned]:
                raise EvaluationError(
                    f"{function} returned no {' and no '.join(map(repr, missing))}, but "
                    f"{quoted(sorted(returned), 200)}. Return each metric that is named, or name "
                    "those that are returned."
                )
            return {**returned, **counted}
        parts = self.returned if isinstance(self.returned, list | tuple) else [self.returned]
        usual = usual_names(len(parts), directions)
        if len(parts) < len(wanted) or not parts:
            raise EvaluationError(
                f"{function} returned {quoted(self.returned, 80)} for the metrics "
                f"{', '.join(wanted) or 'of the search'}. Return a number for each of them."
            )
        return {**dict(zip(wanted or usual, parts, strict=False)), **counted}


def usual_names(count: int, directions: Sequence[bool] = ()) -> list[str]:
    """The names of `count` numbers that are returned without names.

    One is called `score`, several `score_1` and so on. Where less is better, as a False in
    `directions` says for the number at its place, it is `cost`: each name has one direction.

    >>> usual_names(3, [True, False])
    ['score_1', 'cost_2', 'score_3']
    """
    maximized = [*directions, *[True] * count][:count]
    stems = ["score" if more_is_better else "cost" for more_is_better in maximized]
    return [f"{stem}_{i}" for i, stem in enumerate(stems, 1)] if count > 1 else stems


def run_trial(functions: TrialFunctions, config: Config) -> Trial:
    """Call the functions for one config; raises EvaluationError that names the one that fails."""
    if functions.evaluate:
        return Trial(_call("evaluate", functions.evaluate, dict(config)), None, functions)
    model = _call("model_builder", functions.model_builder, dict(config))
    if functions.train_func:
        _call("train_func", functions.train_func, model)
    returned = _call("eval_func", functions.eval_func, model)
    return Trial(returned, _count_parameters(model), functions)


def _call(name: str, function: Callable[[Any], Any] | None, argument: Any) -> Any:
    assert function is not None, name
    try:
        return function(argument)
    except (Exception, SystemExit) as error:  # a script may fail in any way
        traceback.print_exc()
        raise EvaluationError(f"{name} fails: {error_text(error)}.") from error


def _count_parameters(model: Any) -> int | None:
    from torch import nn

    return sum(p.numel() for p in model.parameters()) if isinstance(model, nn.Module) else None
