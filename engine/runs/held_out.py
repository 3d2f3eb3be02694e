"""The main quality of a run on data that no search sees: what it is called, what it is of."""

from dataclasses import dataclass, replace

from engine.config import NASConfig
from engine.errors import DynasError
from engine.metrics import Metric, metric
from engine.supernets import registry
from engine.tasks.base import DataNames, held_out_name

_SAID = "held-out"


@dataclass(frozen=True)
class HeldOutData:
    """The main `quality` of a task and the `words` for its data."""

    quality: Metric
    words: DataNames

    @property
    def is_available(self) -> bool:
        """Whether the task holds data out at all."""
        return bool(self.words.held_out)

    @property
    def held_out_quality(self) -> Metric:
        """The quality on the held-out data as a metric: its name, its label, what it tells."""
        return replace(
            self.quality,
            name=held_out_name(self.quality.name),
            label=f"{self.quality.label}, held out",
            description=f"{self.quality.label} on the {self.words.held_out}, which no search has "
            "seen.",
        )

    @property
    def source(self) -> str:
        """How an export says where the number comes from."""
        data = self.words.held_out
        return f"measured on the {data if _SAID in data else f'{_SAID} {data}'}"


def held_out_data(supernet: str) -> HeldOutData | None:
    """What the task of a supernet says of held-out data; None if its package is gone."""
    try:
        task = registry.load(supernet).task
    except DynasError:
        return None
    return HeldOutData(task.metrics[0], task.data_names)


def main_quality(config: NASConfig) -> Metric:
    """The main quality of a run; its first objective if the package of its task is gone."""
    data = held_out_data(config.dynas.supernet)
    return data.quality if data else metric(config.dynas.metrics[0])
