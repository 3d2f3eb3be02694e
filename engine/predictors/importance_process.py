"""Gene importance in a process of its own, so that the caller stays responsive.

It does not use `engine.evaluation.subprocess_call`, whose processes are copies of one with torch
loaded. Nothing here needs torch; loading scikit-learn takes most of the time in both.
"""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor

from threadpoolctl import threadpool_limits

from engine.predictors.importance import ImportanceReport, gene_importance
from engine.predictors.predictor import Values
from engine.space import Genotypes, SearchSpace


def importance_in_process(
    space: SearchSpace, genotypes: Genotypes, values: Values
) -> ImportanceReport:
    """As `gene_importance`, on one core and with low priority; raises the same errors."""
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks
    with ProcessPoolExecutor(1, mp_context=context, initializer=_lower_priority) as pool:
        return pool.submit(gene_importance, space, genotypes, values).result()


def _lower_priority() -> None:
    threadpool_limits(1)
    if hasattr(os, "nice"):
        os.nice(10)
