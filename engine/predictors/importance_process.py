"""Importance in a process of its own, so that whoever asks stays responsive meanwhile.

It is not one that `engine.evaluation.subprocess_call` makes, because those are copies of a
process with torch loaded. Nothing here needs torch, and most of the time goes into loading
scikit-learn, which would be the same.
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
    """As `gene_importance`, on one core and behind whatever else wants it; raises the same."""
    context = multiprocessing.get_context("spawn")  # a fork would copy the threads' locks
    with ProcessPoolExecutor(1, mp_context=context, initializer=_step_back) as pool:
        return pool.submit(gene_importance, space, genotypes, values).result()


def _step_back() -> None:
    threadpool_limits(1)
    if hasattr(os, "nice"):
        os.nice(10)
