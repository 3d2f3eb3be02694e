"""Reads what a search can learn from a run of a sibling supernet, or says why it cannot."""

from collections.abc import Sequence

import numpy as np

from engine.config import NASConfig
from engine.errors import ConfigError, DynasError
from engine.evaluation.record import Evaluation
from engine.meters import registry as meters
from engine.meters.computed_metrics import computed_metrics
from engine.metrics import order_metrics
from engine.quoting import quoted
from engine.runs.genotypes import genotypes_of
from engine.runs.history import RunHistory
from engine.runs.latency_overlay import without_imported_latencies
from engine.runs.sibling_start import SiblingStart
from engine.search_methods import APPROACHES
from engine.space.likeness import difference
from engine.supernets.base import Supernet

_MOST = 2_000  # sub-networks; no predictor learns from more


def sibling_start(
    config: NASConfig, history: RunHistory, supernet: Supernet, required: Sequence[str]
) -> SiblingStart:
    """What a search of `supernet` learns from a run whose numbers are not those of its own.

    The run searched another supernet of the same space, or measured with other weights or data.
    `required` are the metrics of the search. Raises ConfigError if the spaces differ, if the
    approach does not learn, or if the run lacks a metric that is not computed.
    """
    whose = (
        "with other weights or other data"
        if history.supernet_name == supernet.name
        else f"{history.supernet_name}, this search {supernet.name}"
    )
    verb = "measured" if history.supernet_name == supernet.name else "searched"
    subject = f"warm_start: the run {quoted(history.name)} {verb} {whose}"
    _check_space(history, supernet, subject)
    if not APPROACHES[config.approach].uses_population:
        raise ConfigError(
            f"{subject}: its numbers are not taken over, and the approach {config.approach} does "
            "not learn from another run. Choose the approach dynas, or leave warm_start out."
        )
    computed = computed_metrics(supernet, config.settings).names
    learnt = [n for n in required if meters.is_quality(n) or n not in computed]
    usable = [
        e
        for e in map(without_imported_latencies, history.evaluations)
        if e.ok and all(name in e.metrics for name in learnt)
    ]
    if not usable:
        there = order_metrics({name for e in history.evaluations for name in e.metrics})
        raise ConfigError(
            f"{subject}, and has no sub-network with {' and '.join(learnt)}, which this search "
            f"needs. It has {', '.join(there) or 'no metrics'}. Choose another run, or leave "
            "warm_start out."
        )
    chosen = _informative(usable, history.front_numbers)
    genotypes = supernet.space.canonical(genotypes_of(chosen, supernet.space))
    return SiblingStart(
        history.id, history.name, history.supernet_name, genotypes.tolist(),
        {name: [e.metrics[name] for e in chosen] for name in learnt},
        _sentence(history, supernet, len(chosen)),
    )  # fmt: skip


def _check_space(history: RunHistory, supernet: Supernet, subject: str) -> None:
    """Raise ConfigError if the run's supernet has another space, or cannot be known here."""
    try:
        space = history.supernet.space
    except DynasError as error:
        raise ConfigError(
            f"{subject}. Whether both have the same search space is not known here: {error}"
        ) from None
    if how := difference(space, supernet.space):
        raise ConfigError(
            f"{subject}, and their search spaces differ: {history.supernet_name} {how}. Choose a "
            "run of the same supernet, or of one with the same genes and choices."
        )


def _informative(evaluations: Sequence[Evaluation], front: frozenset[int]) -> list[Evaluation]:
    """At most `_MOST` of the evaluations: the front, and others evenly over the run."""
    members = [e for e in evaluations if e.number in front][:_MOST]
    others = [e for e in evaluations if e.number not in front]
    count = min(_MOST - len(members), len(others))
    rows = np.linspace(0, len(others) - 1, count).astype(np.int64)
    return sorted([*members, *(others[row] for row in rows)], key=lambda e: e.number)


def _sentence(history: RunHistory, supernet: Supernet, count: int) -> str:
    """What is taken from the run, and that no number is."""
    of = (
        f"{supernet.name} with other weights or data"
        if history.supernet_name == supernet.name
        else f"{history.supernet_name}, whose search space is the same"
    )
    return (
        f"The predictions and the first sub-networks follow {count:,} evaluations of {of}, from "
        f"the run {quoted(history.name)}: members of its front are measured again first, and none "
        "of its numbers is taken over."
    )
