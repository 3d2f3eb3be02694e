"""Share: how many workers a run may have, and how urgent it is."""

from dataclasses import dataclass
from typing import Literal

from engine.config import NASConfig
from engine.errors import RunError
from engine.meters import registry as meters
from engine.metrics import find_metric, metric

ALL: Literal["all"] = "all"
"""Stands for all workers that there are, in place of a number."""

Workers = int | Literal["all"]

MOST_WORKERS = 100_000
MOST_PRIORITY = 1000

_WORKERS_RANGE = f"A run has from 1 to {MOST_WORKERS:,} workers, or all."
_PRIORITY_RANGE = f"The priority of a run is from {-MOST_PRIORITY:,} to {MOST_PRIORITY:,}."


@dataclass(frozen=True)
class Share:
    """At most `workers` measurements at a time, None for as many as there are workers.

    Of the runs that share workers, those of a larger `priority` come first.
    """

    workers: int | None
    priority: int = 0

    @property
    def workers_text(self) -> str:
        """Such as `2 workers`, or `all workers`."""
        if self.workers is None:
            return "all workers"
        return "1 worker" if self.workers == 1 else f"{self.workers} workers"

    @property
    def event_data(self) -> dict[str, int | None]:
        """The data of the event that logs it."""
        return {"workers": self.workers, "priority": self.priority}


def configured_share(config: NASConfig) -> Share:
    """The share with which a run begins."""
    dynas = config.dynas
    if not dynas.cluster:
        return Share(dynas.workers)
    priority = dynas.cluster_options.get("priority")
    return Share(dynas.worker_limit, priority if isinstance(priority, int) else 0)


def changed_share(
    share: Share, config: NASConfig, workers: Workers | None, priority: int | None
) -> Share:
    """The share with what is given; raises RunError for what a run cannot have."""
    limit = share.workers
    if workers is not None:
        limit = None if workers == ALL else _whole(workers, 1, MOST_WORKERS, _WORKERS_RANGE)
    if priority is None:
        priority = share.priority
    priority = _whole(priority, -MOST_PRIORITY, MOST_PRIORITY, _PRIORITY_RANGE)
    alone = measured_alone(config)
    if alone and limit != 1 and not config.dynas.cluster:
        raise RunError(
            f"{metric(alone[0]).label} is measured alone on this machine: the run keeps 1 worker."
        )
    return Share(limit, priority)


def measured_alone(config: NASConfig) -> list[str]:
    """The metrics of which a machine measures one at a time, such as latency."""
    dynas = config.dynas
    names = [] if dynas.metrics_are_of_script else dynas.all_metrics
    return list(meters.machine_metrics(filter(find_metric, names), config.settings))


def _whole(value: object, smallest: int, largest: int, sentence: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not smallest <= value <= largest:
        raise RunError(sentence)
    return value
