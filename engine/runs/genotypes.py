"""Genotypes of evaluations as an array, validated against the search space."""

from collections.abc import Sequence

import numpy as np

from engine.errors import DamagedLogError
from engine.evaluation.record import Evaluation
from engine.space import Genotypes, SearchSpace


def genotypes_of(evaluations: Sequence[Evaluation], space: SearchSpace) -> Genotypes:
    """`(n, genes)` indices of choices; raises DamagedLogError for one that is not in `space`."""
    if foreign_evaluations := not_in_space(evaluations, space):
        raise foreign_evaluation_error(foreign_evaluations[0])
    genotypes = np.array([e.genotype for e in evaluations], dtype=np.int64)
    return genotypes.reshape(len(evaluations), len(space.genes))


def not_in_space(evaluations: Sequence[Evaluation], space: SearchSpace) -> list[Evaluation]:
    """The evaluations whose genotypes are not in `space`."""
    genes = len(space.genes)
    of_right_length = [e for e in evaluations if len(e.genotype) == genes]
    genotypes = np.array([e.genotype for e in of_right_length], dtype=np.int64).reshape(-1, genes)
    within = np.all((genotypes >= 0) & (genotypes < space.choices), axis=1)
    if len(of_right_length) == len(evaluations) and within.all():
        return []
    inside_numbers = {of_right_length[row].number for row in np.flatnonzero(within)}
    return [e for e in evaluations if e.number not in inside_numbers]


def foreign_evaluation_error(evaluation: Evaluation) -> DamagedLogError:
    """The error for a log with an evaluation that is not in the search space."""
    return DamagedLogError(
        f"Evaluation {evaluation.number} of the log is no sub-network of the run's supernet. The "
        "log is damaged, or the supernet has changed since. Restore the former supernet, or repair "
        "the run."
    )
