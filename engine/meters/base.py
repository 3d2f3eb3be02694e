"""Meter: measures one family of metrics of a sub-network, and says what its numbers depend on."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal

from engine.evaluation_settings import EvaluationSettings
from engine.meters.measured_network import MeasuredNetwork
from engine.metrics import Metric, Source
from engine.options import Options, plain, read
from engine.supernets.base import Supernet

Factor = Literal["weights", "data", "precision", "device", "machine", "batch", "threads"]
"""What a number may depend on beside the supernet and the sub-network.

`weights` and `data` are those of the supernet and its task, and how quality is measured. `device`
is the kind of device, `machine` this computer with all that it consists of. `batch` and `threads`
are options of the meter that have these names.
"""


class Meter(ABC):
    """Measures the `metrics` of a sub-network; packages offer theirs by an entry point.

    Its entry in the group `dynas_studio.meters` is a callable without arguments that returns one
    whose `name` is that of the entry. What its numbers depend on, `depends_on`, decides when a
    number that was measured before can be used again. One that depends on the machine is measured
    while nothing else of a data folder is, and searches with it have one worker.

    Raise `protocol` when the way of measuring changes: numbers are then measured again.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    metrics: ClassVar[tuple[Metric, ...]]
    depends_on: ClassVar[frozenset[Factor]]
    Options: ClassVar[type[Options]] = Options
    borrows_options_of: ClassVar[tuple[str, ...]] = ()
    """Other meters whose options it goes by as well."""
    protocol: ClassVar[int] = 1

    def options(self, settings: EvaluationSettings) -> Any:
        """The meter's own options, of the type `Options`; raises ConfigError for wrong ones."""
        return read(self.Options, settings.meter(self.name), f"meter_options.{self.name}")

    def disagreements(self, settings: EvaluationSettings) -> Mapping[str, str]:
        """Options of its own that do not go together with `settings`, each with what to do.

        As `{"threads": "needs device to be cpu: leave it out"}`; a configuration with them is
        refused when it is read.
        """
        return {}

    def refusal(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """A sentence on why nothing can be measured here; empty if it can."""
        return ""

    def describe(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """A sentence on how its numbers come about under `settings`, for a form; may be empty."""
        return ""

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """Where the numbers of its metrics come from under `settings`, of those that it can give.

        By default all are measured, unless there is a `refusal`.
        """
        if self.refusal(supernet, settings):
            return {}
        return {metric.name: "measured" for metric in self.metrics}

    def factors(self, metric: str, settings: EvaluationSettings) -> frozenset[Factor]:
        """What the number of one of its metrics depends on under `settings`."""
        return self.depends_on

    def determinants(self, metric: str, settings: EvaluationSettings) -> Mapping[str, Any]:
        """Plain data on what else decides the number of a metric: by default its options."""
        options = plain(self.options(settings))
        return {"options": options} if options else {}

    def check(self, settings: EvaluationSettings) -> None:
        """Raise ConfigError or DataError for options that cannot be kept to on this machine."""
        self.options(settings)

    @abstractmethod
    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """Those of its metrics that are asked for; raises EvaluationError if that is impossible."""
