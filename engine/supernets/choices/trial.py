"""Trials: calls of a script's functions for one config, and the numbers that they return."""

import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine.errors import EvaluationError
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
    numbers.
    """

    evaluate: Callable[[Config], Any] | None = None
    model_builder: Callable[[Config], Any] | None = None
    train_func: Callable[[Any], Any] | None = None
    eval_func: Callable[[Any], Any] | None = None

    @property
    def evaluator(self) -> str:
        """The name of the function that returns the numbers."""
        return "evaluate" if self.evaluate else "eval_func"


@dataclass(frozen=True)
class Trial:
    """What the functions returned for one config; `params` if a model of torch was built."""

    returned: Any
    params: int | None = None
    functions: TrialFunctions = field(default_factory=TrialFunctions)

    def values(self, names: Sequence[str]) -> dict[str, Any]:
        """The numbers by `names`; with no names, by those that were returned.

        One number without a name is called `score`, several `score_1` and so on. Raises
        EvaluationError for a number that is missing.
        """
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
        usual = [f"score_{i}" for i in range(1, len(parts) + 1)] if parts[1:] else ["score"]
        if len(parts) < len(wanted) or not parts:
            raise EvaluationError(
                f"{function} returned {quoted(self.returned, 80)} for the metrics "
                f"{', '.join(wanted) or 'of the search'}. Return a number for each of them."
            )
        return {**dict(zip(wanted or usual, parts, strict=False)), **counted}


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
