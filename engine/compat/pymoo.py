"""pymoo: operators that go on from its own, and whether an algorithm has come to its end."""

from collections.abc import Callable
from typing import Any

from pymoo.core.repair import Repair
from pymoo.operators.mutation.pm import PM


class FunctionRepair(Repair):
    """Offspring become what `repaired` makes of their problem and their variables."""

    def __init__(self, repaired: Callable[[Any, Any], Any]) -> None:
        super().__init__()
        self._repaired = repaired

    def _do(self, problem: Any, x: Any, **kwargs: Any) -> Any:
        return self._repaired(problem, x)


class PolynomialMutation(PM):
    """pymoo's, after which `changed` may change the variables again.

    It is called with the problem, the variables before and after, and a source of random numbers.
    """

    def __init__(self, changed: Callable[[Any, Any, Any, Any], Any], **settings: Any) -> None:
        super().__init__(**settings)
        self._changed = changed

    def _do(self, problem: Any, x: Any, *args: Any, random_state: Any = None, **kwargs: Any) -> Any:
        mutated = super()._do(problem, x, *args, random_state=random_state, **kwargs)
        return self._changed(problem, x, mutated, random_state)


def has_converged(algorithm: Any) -> bool:
    """Whether an algorithm found by itself that it has nothing more to propose."""
    return bool(algorithm.termination.force_termination)
