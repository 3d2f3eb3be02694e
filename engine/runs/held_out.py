"""HeldOutData: the main quality metric of a task on data that no search uses."""

from dataclasses import dataclass, replace

from engine.config import NASConfig
from engine.errors import DynasError
from engine.metrics import Metric
from engine.supernets import registry
from engine.tasks.base import DataNames, held_out_name

_HELD_OUT = "held-out"


@dataclass(frozen=True)
class HeldOutData:
    """The main `quality` of a task and the `words` for its data."""

    quality: Metric
    words: DataNames

    @property
    def is_available(self) -> bool:
        """Whether the task has held-out data."""
        return bool(self.words.held_out)

    @property
    def held_out_quality(self) -> Metric:
        """The metric for the quality on the held-out data: name, label and description."""
        return replace(
            self.quality,
            name=held_out_name(self.quality.name),
            label=f"{self.quality.label}, held out",
            description=f"{self.quality.label} on the {self.words.held_out}, which no search has "
            "seen.",
        )

    @property
    def source(self) -> str:
        """The source of the value, as exports name it."""
        data = self.words.held_out
        return f"measured on the {data if _HELD_OUT in data else f'{_HELD_OUT} {data}'}"


def held_out_data(supernet: str) -> HeldOutData | None:
    """The held-out data of a supernet's task; None if its package is not installed."""
    try:
        task = registry.load(supernet).task
    except DynasError:
        return None
    return HeldOutData(task.metrics[0], task.data_names)


def main_quality(config: NASConfig) -> Metric:
    """The main quality metric of a run; its first objective if its package is not installed."""
    data = held_out_data(config.dynas.supernet)
    return data.quality if data else config.objectives[0]
