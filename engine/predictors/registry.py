"""Every predictor by its name in the configuration."""

from engine.errors import ConfigError
from engine.predictors.automatic import AutomaticPredictor
from engine.predictors.ensembles import (
    GradientBoostingPredictor,
    MLPPredictor,
    RandomForestPredictor,
)
from engine.predictors.gaussian_process import GaussianProcessPredictor
from engine.predictors.predictor import Kinds, Predictor
from engine.predictors.ridge import RidgePredictor
from engine.predictors.support_vectors import SupportVectorPredictor

DEFAULT = GaussianProcessPredictor.name

PREDICTORS: dict[str, type[Predictor]] = {
    kind.name: kind
    for kind in (
        GaussianProcessPredictor,
        RidgePredictor,
        SupportVectorPredictor,
        RandomForestPredictor,
        GradientBoostingPredictor,
        MLPPredictor,
        AutomaticPredictor,
    )
}


def make(name: str, seed: int, kinds: Kinds | None = None) -> Predictor:
    """An unfitted predictor of features of these kinds; raises ConfigError if there is none."""
    if name not in PREDICTORS:
        raise ConfigError(f"predictor: there is no '{name}'. Choose from: {', '.join(PREDICTORS)}.")
    return PREDICTORS[name](seed, kinds)


def label(name: str) -> str:
    """What people call the predictor; of one that a newer version knows, its name."""
    return PREDICTORS[name].label if name in PREDICTORS else name
