"""The genotypes of a log's evaluations as an array, checked against the space they belong to."""

from collections.abc import Sequence

import numpy as np

from engine.errors import DamagedLogError
from engine.evaluation.record import Evaluation
from engine.space import Genotypes, SearchSpace


def genotypes_of(evaluations: Sequence[Evaluation], space: SearchSpace) -> Genotypes:
    """`(n, genes)` indices of choices; raises DamagedLogError for one that is not in `space`."""
    if strange := not_in_space(evaluations, space):
        raise no_sub_network(strange[0])
    genotypes = np.array([e.genotype for e in evaluations], dtype=np.int64)
    return genotypes.reshape(len(evaluations), len(space.genes))


def not_in_space(evaluations: Sequence[Evaluation], space: SearchSpace) -> list[Evaluation]:
    """Those whose genotypes are none of `space`."""
    genes = len(space.genes)
    fitting = [e for e in evaluations if len(e.genotype) == genes]
    genotypes = np.array([e.genotype for e in fitting], dtype=np.int64).reshape(-1, genes)
    within = np.all((genotypes >= 0) & (genotypes < space.choices), axis=1)
    if len(fitting) == len(evaluations) and within.all():
        return []
    inside = {fitting[row].number for row in np.flatnonzero(within)}
    return [e for e in evaluations if e.number not in inside]


def no_sub_network(evaluation: Evaluation) -> DamagedLogError:
    """The error of a log that holds an evaluation of another space."""
    return DamagedLogError(
        f"Evaluation {evaluation.number} of the log is no sub-network of the run's supernet. The "
        "log is damaged, or the supernet was changed since. Bring the supernet back as it was, or "
        "repair the run."
    )
