"""The name of a run that was given none: the supernet, what is optimised, and the limits."""

from collections.abc import Iterable

from engine.config import NASConfig
from engine.constraints import Constraint
from engine.metrics import Metric
from engine.search_methods import APPROACHES
from engine.supernets.base import Supernet

_USUAL_APPROACH = next(iter(APPROACHES))
_USUAL_SEED = 0
_LONGEST = 80  # characters
_USUAL_ACCURACY = "Top-1 "


def run_name(config: NASConfig, supernet: Supernet) -> str:
    """What a search does, in at most 80 characters, as the name of its run.

    An approach and a seed other than the usual ones are part of it, so that the runs of a
    comparison have different names.

    >>> from engine.supernets import registry
    >>> config = NASConfig(dynas={"constraints": ["macs <= 5M", "params <= 2M"]})
    >>> run_name(config, registry.load(config.dynas.supernet))
    'Fashion-MNIST · accuracy × MACs ≤ 5 M, parameters ≤ 2 M'
    >>> config = NASConfig("random", seed=3)
    >>> run_name(config, registry.load(config.dynas.supernet))
    'Fashion-MNIST · accuracy × MACs, random, seed 3'
    """
    objectives, constraints = config.objectives, config.constraints
    of_objectives = [_with_limits(metric, constraints) for metric in objectives]
    names = {metric.name for metric in objectives}
    others = [_lower(limit.label) for limit in constraints if limit.metric.name not in names]
    if config.approach != _USUAL_APPROACH:
        others.append(_lower(APPROACHES[config.approach].short_label))
    if config.search.seed != _USUAL_SEED:
        others.append(f"seed {config.search.seed}")
    what = ", ".join([" × ".join(of_objectives), *others])
    name = f"{supernet.short_title or supernet.title} · {what}"
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip(' ,')}…"


def _with_limits(metric: Metric, constraints: Iterable[Constraint]) -> str:
    """The label of an objective with its limits: `MACs ≤ 300 M`."""
    limits = [
        limit.label.removeprefix(metric.label).strip()
        for limit in constraints
        if limit.metric.name == metric.name
    ]
    return _lower(f"{metric.label} {' and '.join(limits)}".rstrip())


def _lower(label: str) -> str:
    """A label within a sentence: `accuracy`, but `MACs`."""
    label = label.removeprefix(_USUAL_ACCURACY)
    is_abbreviation = any(letter.isupper() for letter in label.partition(" ")[0][1:])
    return label if is_abbreviation else label[:1].lower() + label[1:]
