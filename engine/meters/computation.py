"""Metrics that follow from genotypes alone under the settings of a run, so that no network runs."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.space import Genotypes

Values = Mapping[str, npt.NDArray[np.float64]]
"""`(n,)` values by metric."""


@dataclass(frozen=True)
class Computation:
    """The metrics called `names`, which `values` computes for `(n, genes)` genotypes.

    Whether a metric can be computed is a fact of its source in a run: latency is measured, or read
    from a table that has a time for each part.

    >>> computation = Computation(("blocks",), lambda rows: {"blocks": rows.sum(axis=1) * 1.0})
    >>> computation(np.array([[1, 2], [0, 1]]))
    {'blocks': array([3., 1.])}
    """

    names: tuple[str, ...]
    values: Callable[[Genotypes], Values]

    def __call__(self, genotypes: Genotypes) -> Values:
        """`(n,)` values by metric of `(n, genes)` genotypes."""
        return self.values(genotypes)


class ComputedMetrics:
    """All metrics that one run can compute, by the computations of its meters.

    >>> costs = Computation(("macs",), lambda rows: {"macs": rows.sum(axis=1) * 1e6})
    >>> computed = ComputedMetrics([costs])
    >>> "macs" in computed.names, "acc" in computed.names
    (True, False)
    >>> computed(np.array([[1, 2]]))["macs"]
    array([3000000.])
    """

    def __init__(self, computations: Iterable[Computation]) -> None:
        self._computations = tuple(computations)
        self.names = frozenset(name for c in self._computations for name in c.names)

    def __call__(self, genotypes: Genotypes) -> Values:
        """`(n,)` values of each metric for `(n, genes)` genotypes."""
        return {name: v for c in self._computations for name, v in c(genotypes).items()}

    def only(self, names: Collection[str]) -> "ComputedMetrics":
        """Those with `names`; a computation of which none is wanted is not made."""
        return ComputedMetrics(
            Computation(kept, c.values)
            if len(kept := tuple(n for n in c.names if n in names)) == len(c.names)
            else Computation(kept, _selected(c, kept))
            for c in self._computations
            if not set(names).isdisjoint(c.names)
        )


def _selected(computation: Computation, names: Collection[str]) -> Callable[[Genotypes], Values]:
    return lambda genotypes: {n: v for n, v in computation(genotypes).items() if n in names}
