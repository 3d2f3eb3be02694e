"""Check: what was found of a user's network before anything is trained, as plain data."""

from dataclasses import dataclass

from engine.supernets.elastic.report import ElasticReport
from engine.training.elastic.advice import WayCost, way_costs


@dataclass(frozen=True)
class SkippableBlocks:
    """The blocks of a stage that can be skipped, and how many of them always stay."""

    stage: str
    blocks: tuple[str, ...]
    least: int


@dataclass(frozen=True)
class TrainingCosts:
    """What training costs, from steps that were timed; `sentence` and `remarks` say how.

    `original_seconds` are those of the network's own training; `supernet_factor` is the time that
    steps of a supernet take more than their MACs tell.
    """

    sentence: str
    remarks: tuple[str, ...]
    original_seconds: float
    supernet_factor: float

    def ways(self, sizes: int | None, objectives: int) -> list[WayCost]:
        """The cost of each way for so many sizes (None: unknown) and objectives."""
        return way_costs(sizes, objectives, self.original_seconds, self.supernet_factor)


@dataclass(frozen=True)
class Check:
    """What was found of a network.

    `keys` name the genes of the report, in its order, in `ElasticSettings.choices` and `.rigid`;
    that of a resolution is empty. `costs` is None without data to train with.
    """

    report: ElasticReport
    keys: tuple[str, ...]
    stages: tuple[SkippableBlocks, ...]
    costs: TrainingCosts | None
