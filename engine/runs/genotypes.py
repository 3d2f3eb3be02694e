"""The genotypes of a log's evaluations as an array, checked against the space they belong to."""

from collections.abc import Sequence

import numpy as np

from engine.errors import DamagedLogError
from engine.evaluation.record import Evaluation
from engine.space import Genotypes, SearchSpace


def genotypes_of(evaluations: Sequence[Evaluation], space: SearchSpace) -> Genotypes:
    """`(n, genes)` indices of choices; raises DamagedLogError for one that is not in `space`."""
    choices = np.array([len(gene.choices) for gene in space.genes])
    for evaluation in evaluations:
        if len(evaluation.genotype) != len(choices):
            raise _foreign(evaluation)
    genotypes = np.array([e.genotype for e in evaluations], dtype=np.int64)
    genotypes = genotypes.reshape(len(evaluations), len(choices))
    outside = ((genotypes < 0) | (genotypes >= choices)).any(axis=1)
    if outside.any():
        raise _foreign(evaluations[int(outside.argmax())])
    return genotypes


def _foreign(evaluation: Evaluation) -> DamagedLogError:
    return DamagedLogError(
        f"Evaluation {evaluation.number} of the log is no sub-network of the run's supernet. The "
        "log is damaged, or the supernet was changed since. Bring the supernet back as it was, or "
        "repair the run."
    )
