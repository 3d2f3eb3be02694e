"""The predictors by their name in the configuration."""

from engine.errors import ConfigError
from engine.predictors.predictor import Kinds, Predictor
from engine.search_methods import PREDICTORS, implementation

DEFAULT = next(iter(PREDICTORS))


def make(name: str, seed: int, kinds: Kinds | None = None) -> Predictor:
    """An unfitted predictor of features of these kinds; raises ConfigError for an unknown name.

    The libraries of a predictor are loaded when the first one is made.
    """
    if name not in PREDICTORS:
        raise ConfigError(f"predictor: there is no '{name}'. Choose from: {', '.join(PREDICTORS)}.")
    predictor: Predictor = implementation(PREDICTORS[name])(seed, kinds)
    return predictor


def max_rows(name: str) -> int:
    """The rows that a fit of a predictor uses; raises ConfigError for an unknown name."""
    return make(name, 0).max_rows


def label(name: str) -> str:
    """The label of a predictor; its name if it comes from a newer version."""
    entry = PREDICTORS.get(name)
    return entry.label if entry else name
