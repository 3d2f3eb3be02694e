"""The predictors by their name in the configuration."""

from engine import search_methods
from engine.errors import ConfigError
from engine.predictors.predictor import Kinds, Predictor
from engine.search_methods import implementation

DEFAULT = next(iter(search_methods.PREDICTORS))

PREDICTORS: dict[str, type[Predictor]] = {
    name: implementation(entry) for name, entry in search_methods.PREDICTORS.items()
}


def make(name: str, seed: int, kinds: Kinds | None = None) -> Predictor:
    """An unfitted predictor of features of these kinds; raises ConfigError for an unknown name."""
    if name not in PREDICTORS:
        raise ConfigError(f"predictor: there is no '{name}'. Choose from: {', '.join(PREDICTORS)}.")
    return PREDICTORS[name](seed, kinds)


def label(name: str) -> str:
    """The label of a predictor; its name if it comes from a newer version."""
    entry = search_methods.PREDICTORS.get(name)
    return entry.label if entry else name
