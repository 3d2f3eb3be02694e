"""The int8 meter: quality, latency and size of a sub-network that is quantised to int8."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from engine.evaluation_settings import EvaluationSettings
from engine.meters import timing
from engine.meters.base import Factor, Meter
from engine.meters.conditions import thread_count
from engine.meters.latency import LatencyMeter
from engine.meters.measured_network import MeasuredNetwork
from engine.meters.metrics import INT8_QUALITIES, LAT_INT8, SIZE_INT8
from engine.metrics import Source
from engine.notes import add_notes, add_quality_notes
from engine.runtimes.onnx_runtime import OnnxRuntime
from engine.runtimes.packages import EXPORT_PACKAGES, missing_packages, require_packages
from engine.runtimes.registry import RUNTIMES
from engine.supernets.base import Supernet
from engine.tasks.int8_metrics import int8_name
from engine.tasks.quality_protocol import INT8_CALIBRATION_INPUTS

_MB = 1e6
_PACKAGES = (*EXPORT_PACKAGES, OnnxRuntime.package)
_RUNTIME = RUNTIMES[OnnxRuntime.name]
_COSTS = (LAT_INT8.name, SIZE_INT8.name)


class Int8Meter(Meter):
    """`acc_int8`, or the quality metrics of another task in int8; `lat_int8` and `size_int8`.

    The sub-network is recalibrated, exported and quantised once for all of them. Latency has the
    threads and the batch of the latency meter, and is timed in ONNX Runtime.
    """

    name = "int8"
    label = "int8"
    metrics = (*INT8_QUALITIES, LAT_INT8, SIZE_INT8)
    depends_on = frozenset({"weights", "data", "runtime"})
    uses_options_of = (LatencyMeter.name,)

    def option_meters(self, metric: str) -> tuple[str, ...]:
        """The options of the latency meter only for latency."""
        return super().option_meters(metric) if metric == LAT_INT8.name else (self.name,)

    def refusal(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """Packages that are missing, another device than a processor, quality of a predictor."""
        if sentence := missing_packages("int8", _PACKAGES, OnnxRuntime.extra):
            return sentence
        if settings.device != "cpu":
            return (
                "Networks in int8 are run on the processor: set device to cpu instead of "
                f"{settings.device}, or leave out the metrics in int8."
            )
        if (source := supernet.quality_source(settings)) != "measured":
            return (
                f"Networks in int8 have to be run, but the quality is from the {source}, which has "
                "no numbers in int8. Measure the quality, or leave out the metrics in int8."
            )
        return ""

    def describe(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """The number of inputs and the program that int8 needs."""
        return (
            f"int8 networks are quantised with up to {INT8_CALIBRATION_INPUTS} "
            f"{supernet.task.data_names.items} and run in {_RUNTIME.label}, which takes some "
            "seconds for each."
        )

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """All measured, the quality metrics of the task among them; none with a `refusal`."""
        if self.refusal(supernet, settings):
            return {}
        own = {quality.name for quality in supernet.task.metrics}
        names = [int8_name(quality) for quality in supernet.quality_metric_sources(settings)]
        qualities = [name for name in names if name not in own]
        return dict.fromkeys((*qualities, LAT_INT8.name, SIZE_INT8.name), "measured")

    def factors(self, metric: str, settings: EvaluationSettings) -> frozenset[Factor]:
        """Weights, data and the runtime; the machine for latency as well."""
        if metric != LAT_INT8.name:
            return self.depends_on
        return self.depends_on | {"machine", "device", "batch", "threads"}

    def determinants(self, metric: str, settings: EvaluationSettings) -> Mapping[str, Any]:
        """The version of the runtime; the batch and the threads of a latency."""
        runtime = self._runtime_fact()
        if metric != LAT_INT8.name:
            return runtime
        options = LatencyMeter().options(settings)
        facts = {"batch": options.batch, "threads": thread_count(options.threads)}
        return {**facts, **runtime, "timing": timing.PROTOCOL}

    def _runtime_fact(self) -> dict[str, str]:
        return {"int8_runtime": f"{_RUNTIME.name} {_RUNTIME.version}"}

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError if packages are missing."""
        super().check(settings)
        require_packages("int8", _PACKAGES, OnnxRuntime.extra)

    def prepare(
        self, subject: MeasuredNetwork, metrics: Sequence[str]
    ) -> Callable[[], Mapping[str, float]]:
        """Quantise the sub-network and measure all but its latency; the rest times it."""
        from engine.meters.quantized_network import QuantizedNetwork

        quantized = QuantizedNetwork(subject)
        model = quantized.model
        values: dict[str, float] = {SIZE_INT8.name: len(model.content) / _MB}
        if qualities := [name for name in metrics if name not in _COSTS]:
            values |= quantized.quality(qualities)
            add_quality_notes(**self._runtime_fact())
        if LAT_INT8.name not in metrics:
            return lambda: values
        options = LatencyMeter().options(subject.settings)
        threads = thread_count(options.threads)
        run = _RUNTIME.load(model.content, threads)
        run_pass = partial(run, model.arrays(subject.inputs(options.batch)))

        def time_alone() -> Mapping[str, float]:
            timed = timing.time_network(run_pass, threads)
            add_notes(disturbed=timed.disturbed, slowed=timed.slowed)
            return {**values, LAT_INT8.name: timed.median}

        return time_alone

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """Quantise the sub-network and measure it."""
        return self.prepare(subject, metrics)()
