"""Every approach by its name in the configuration."""

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.search.baselines import Grid, RandomSearch
from engine.search.dynas import Dynas
from engine.search.evolutionary import Evolutionary
from engine.search.one_shot import OneShot
from engine.search.strategy import Problem, Strategy
from engine.space import SearchSpace

LARGEST_GRID = 1_000_000

APPROACHES: dict[str, type[Strategy]] = {
    "dynas": Dynas,
    "evolutionary": Evolutionary,
    "one_shot": OneShot,
    "random": RandomSearch,
    "grid": Grid,
}


def check(config: NASConfig, space: SearchSpace) -> None:
    """Raise ConfigError if the configuration does not fit itself or `space`."""
    config.check()
    if config.approach == "grid" and space.size > LARGEST_GRID:
        raise ConfigError(
            f"approach: a grid measures every sub-network, and {config.dynas.supernet} has "
            f"{space.size:.1e} of them. Choose another approach, or a supernet with at most "
            f"{LARGEST_GRID:,}."
        )


def strategy_for(config: NASConfig, problem: Problem, budget: int) -> Strategy:
    """The strategy of a configuration at its beginning."""
    return APPROACHES[config.approach](
        problem, config.dynas.population, budget, config.search.seed, config.search_algorithm
    )
