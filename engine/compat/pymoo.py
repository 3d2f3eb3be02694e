"""pymoo: operators that call a function, and whether an algorithm has converged."""

from collections.abc import Callable
from typing import Any

from pymoo.core.repair import Repair
from pymoo.operators.mutation.pm import PM


class FunctionRepair(Repair):
    """Replaces the variables of offspring by `repair(problem, variables)`."""

    def __init__(self, repair: Callable[[Any, Any], Any]) -> None:
        super().__init__()
        self._repair = repair

    def _do(self, problem: Any, x: Any, **kwargs: Any) -> Any:
        return self._repair(problem, x)


class PolynomialMutation(PM):
    """Polynomial mutation followed by `change`, which returns the final variables.

    `change` receives the problem, the variables before and after mutation, and a random state.
    """

    def __init__(self, change: Callable[[Any, Any, Any, Any], Any], **settings: Any) -> None:
        super().__init__(**settings)
        self._change = change

    def _do(self, problem: Any, x: Any, *args: Any, random_state: Any = None, **kwargs: Any) -> Any:
        mutated = super()._do(problem, x, *args, random_state=random_state, **kwargs)
        return self._change(problem, x, mutated, random_state)


def has_converged(algorithm: Any) -> bool:
    """Whether an algorithm ended by itself, with nothing more to propose."""
    return bool(algorithm.termination.force_termination)
