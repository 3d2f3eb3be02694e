"""The base class of meters, which measure a family of metrics of a sub-network."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, Literal

from engine.evaluation_settings import EvaluationSettings
from engine.meters.computation import Computation
from engine.meters.measured_network import MeasuredNetwork
from engine.metrics import Metric, Source
from engine.options import Options, non_default_values, read_options
from engine.supernets.base import Supernet

Factor = Literal["weights", "data", "precision", "device", "machine", "runtime", "batch", "threads"]
"""What a measured value may depend on besides the supernet and the sub-network.

`weights` and `data` are those of the supernet and its task, including the quality protocol.
`device` is the kind of device, `machine` the kind of computer that measures, `runtime` a library
that is installed there. `batch` and `threads` are the options of the meter with these names.
"""


class Meter(ABC):
    """Measures the `metrics` of a sub-network; packages register meters by an entry point.

    An entry in the group `dynas_studio.meters` is a callable without arguments that returns a meter
    with the `name` of the entry. `depends_on` determines when a cached value can be reused. Values
    that depend on the machine are measured while nothing else on it is, and searches with them have
    one worker there.

    Raise `protocol` when the way of measuring changes: values are then measured again.

    >>> layers = Metric("layers", "Layers", "", "min", "measured", "Modules that have weights.")
    >>> class LayerMeter(Meter):
    ...     name, label, metrics, depends_on = "layers", "Layers", (layers,), frozenset()
    ...
    ...     def measure(self, subject, metrics):
    ...         return {"layers": sum(hasattr(part, "weight") for part in subject.module.modules())}
    >>> subject = MeasuredNetwork(supernet, {"width": [8]}, EvaluationSettings())
    >>> LayerMeter().measure(subject, ["layers"])
    {'layers': 2}
    """

    name: ClassVar[str]
    label: ClassVar[str]
    metrics: ClassVar[tuple[Metric, ...]]
    depends_on: ClassVar[frozenset[Factor]]
    Options: ClassVar[type[Options]] = Options
    uses_options_of: ClassVar[tuple[str, ...]] = ()
    """Other meters whose options it goes by as well."""
    protocol: ClassVar[int] = 1

    def options(self, settings: EvaluationSettings) -> Any:
        """The meter's own options, of the type `Options`; raises ConfigError for wrong ones."""
        return read_options(self.Options, settings.meter(self.name), f"meter_options.{self.name}")

    def option_meters(self, metric: str) -> tuple[str, ...]:
        """The meters whose options determine how a metric is measured: itself, and others."""
        return self.name, *self.uses_options_of

    def disagreements(self, settings: EvaluationSettings) -> Mapping[str, str]:
        """Options of its own that do not go together with `settings`, each with what to do.

        As `{"threads": "needs device to be cpu: leave it out"}`; a configuration with them is
        refused when it is read.
        """
        return {}

    def refusal(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """A sentence on why the meter cannot measure here; empty if it can."""
        return ""

    def describe(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """A sentence on how it measures under `settings`, for a form; may be empty."""
        return ""

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """The sources of its available metrics under `settings`.

        By default all metrics are measured, unless there is a `refusal`.
        """
        if self.refusal(supernet, settings):
            return {}
        return {metric.name: "measured" for metric in self.metrics}

    def computation(self, supernet: Supernet, settings: EvaluationSettings) -> Computation | None:
        """Which of its metrics follow from genotypes alone under `settings`; by default none.

        A search never predicts these, and no worker measures them.
        """
        return None

    def no_computation_reason(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """Sentences on why `computation` lacks metrics that `settings` would have computed.

        As latency from a table that lacks an entry. Empty, as by default, where they are measured.
        """
        return ""

    def factors(self, metric: str, settings: EvaluationSettings) -> frozenset[Factor]:
        """The factors that a metric depends on under `settings`; by default `depends_on`."""
        return self.depends_on

    def determinants(self, metric: str, settings: EvaluationSettings) -> Mapping[str, Any]:
        """Plain data that also determines the value of a metric: by default the options."""
        options = non_default_values(self.options(settings))
        return {"options": options} if options else {}

    def check(self, settings: EvaluationSettings) -> None:
        """Raise ConfigError or DataError for options that are not possible on this machine."""
        self.options(settings)

    def prepare(
        self, subject: MeasuredNetwork, metrics: Sequence[str]
    ) -> Callable[[], Mapping[str, float]]:
        """What has to be done before the machine is had alone; returns the measurement itself.

        By default it extracts the sub-network and returns `measure`. Only metrics that depend on
        the machine are prepared.
        """
        _ = subject.module
        return partial(self.measure, subject, metrics)

    @abstractmethod
    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """The values of the requested metrics; raises EvaluationError if that is impossible."""
