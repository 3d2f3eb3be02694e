"""What is left of a run, and what a search to come has to do, from histories and configurations."""

import platform

from engine.config import NASConfig
from engine.data_dir import DataFolder, using
from engine.errors import DynasError
from engine.meters.computed_metrics import measured_metrics
from engine.runs.history import RunHistory
from engine.runs.times.forecast import Planned
from engine.runs.times.remaining import Rest
from engine.runs.whole_space import planned_evaluations
from engine.supernets import registry


def measures(config: NASConfig, folder: DataFolder) -> bool:
    """Whether a search measures anything, or all of it is computed, as from a published predictor.

    What cannot be told, since the supernet is not installed, counts as measuring.
    """
    try:
        with using(folder):
            supernet = registry.load(config.dynas.supernet)
            return bool(measured_metrics(config.all_metrics, supernet, config.settings))
    except DynasError:
        return True


def planned_search(config: NASConfig, workers: int, folder: DataFolder) -> Planned:
    """A search to come, with so many workers."""
    evaluations = config.dynas.num_evals
    try:
        with using(folder):
            evaluations = planned_evaluations(config, registry.load(config.dynas.supernet))
    except DynasError:
        pass  # its budget, where the size of its space is not known
    return Planned(
        config, max(evaluations, 1), max(workers, 1), platform.node(), measures(config, folder)
    )


def rest_of(history: RunHistory, measures_anything: bool) -> Rest:
    """What is left of a run as of the last refresh of its history."""
    config, repeats = history.config, 0
    if measures_anything and config.dynas.confirm:
        repeats = config.dynas.confirm * len(history.front_numbers) - len(history.confirmations)
    limit = config.stop.seconds
    return Rest(
        max(history.planned - history.spent, 0),
        max(repeats, 0),
        measures_anything,
        None if limit is None else max(limit - history.elapsed, 0.0),
        history.state in ("running", "pausing", "stopping"),
        not config.dynas.cluster,
    )
