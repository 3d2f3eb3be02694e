"""Validates the configuration of a search before a run is created."""

from collections.abc import Callable

from engine.config import NASConfig
from engine.errors import ConfigError
from engine.meters import registry as meters
from engine.runs.published_csv import check_path
from engine.supernets import registry
from engine.supernets.base import Supernet


def checked_supernet(
    config: NASConfig, admit: Callable[[NASConfig], None] = lambda config: None
) -> Supernet:
    """The supernet of a valid config. `admit` is called before any file that it names is read.

    Raises the errors of `admit`, ConfigError for inconsistent settings, and DataError for a latency
    table that cannot be read.
    """
    from engine.search import approaches  # takes seconds, and only a search needs it

    admit(config)
    if config.search.search_space is not None:
        raise ConfigError(
            f"{config.location('search', 'search_space')}search.search_space: it is searched by a "
            "script, whose functions evaluate it: NAS(config, evaluate=...).search()."
        )
    supernet = registry.load(config.dynas.supernet)
    approaches.check(config, supernet)
    if config.dynas.results_csv_path:
        check_path(config.dynas.results_csv_path)
    meters.check(config.all_metrics, config.settings)
    return supernet
