"""The latency meter: the time of a forward pass here, by torch or a runtime, or from a table."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine import devices
from engine.devices import Precision
from engine.digest import sha256
from engine.errors import DataError
from engine.evaluation_settings import EvaluationSettings
from engine.meters import latency_table, subnetwork_latencies, timing
from engine.meters.additive_latency import additive_latency, no_latencies_reason
from engine.meters.base import Factor, Meter
from engine.meters.computation import Computation
from engine.meters.conditions import processor_name, thread_count
from engine.meters.latency_table import LatencyTable
from engine.meters.measured_network import MeasuredNetwork
from engine.meters.metrics import LAT, LAT_SPREAD
from engine.meters.subnetwork_latencies import SubnetworkLatencies
from engine.meters.timing import Latency
from engine.metrics import Source
from engine.notes import add_notes
from engine.options import Options, option
from engine.runtimes.base import Runtime
from engine.runtimes.onnx_runtime import OnnxRuntime
from engine.runtimes.packages import EXPORT_PACKAGES, require_packages
from engine.runtimes.registry import RUNTIMES
from engine.supernets.base import Supernet

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.tasks.base import Inputs

_TORCH = "torch"


class LatencyOptions(Options):
    """How latency is measured."""

    batch: int = option(
        1,
        "Latency batch",
        "Inputs in a forward pass that is timed. Memory is counted with as many, unless it has "
        "inputs of its own.",
        ge=1,
        le=10_000,
    )
    threads: int | None = option(
        None,
        "Latency threads",
        "Threads of the processor that a forward pass is timed with, such as those that it will "
        "have where it is deployed. Quality is measured with all cores.",
        hint="All cores",
        when=("table", None),
        ge=1,
        le=1024,
    )
    runtime: Literal["torch", "onnxruntime", "openvino"] = option(
        _TORCH,
        "Latency runtime",
        "What computes the pass that is timed. The sub-network is exported to ONNX for a runtime "
        "other than PyTorch, which takes some seconds for each; quality is measured with PyTorch.",
        choice_labels=("PyTorch", *(runtime.label for runtime in RUNTIMES.values())),
        when=("table", None),
    )
    table: str | None = option(
        None,
        "Latency table",
        "A YAML file with the milliseconds of each block, measured on another device, or a CSV of "
        "whole sub-networks that `measure` wrote there. Latency is then read from it instead of "
        "being measured.",
        path=True,
        hint="None: it is measured",
    )


class LatencyMeter(Meter):
    """`lat` and `lat_spread`: median and interquartile range of timed passes, in ms."""

    name = "latency"
    label = "Latency"
    metrics = (LAT, LAT_SPREAD)
    depends_on = frozenset({"device", "machine", "precision", "batch", "threads"})
    Options = LatencyOptions
    protocol = timing.PROTOCOL

    def disagreements(self, settings: EvaluationSettings) -> Mapping[str, str]:
        """Threads or a runtime, where no processor computes; a precision that the runtime lacks."""
        options, reasons = self.options(settings), {}
        if options.threads is not None and settings.device != "cpu":
            reasons["threads"] = (
                "are those of a processor: leave threads out, or set device to cpu instead of "
                f"{settings.device}"
            )
        runtime = _runtime(options)
        if runtime is not None and settings.device != "cpu":
            reasons["runtime"] = (
                f"{runtime.label} is timed on the processor: set device to cpu instead of "
                f"{settings.device}, or runtime to {_TORCH}"
            )
        elif runtime is not None and settings.precision not in runtime.precisions:
            reasons["runtime"] = (
                f"{runtime.label} does not compute these networks in {settings.precision} on a "
                f"processor: set precision to {runtime.precisions[0]}, or runtime to "
                f"{_others(settings.precision)}"
            )
        return reasons

    def describe(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """The device that latency is timed on, or the table it is read from."""
        options, device = self.options(settings), settings.device
        if options.table:
            return f"Latency is read from {Path(options.table).name}, not measured."
        words, cores, runtime = supernet.task.data_names, "", _runtime(options)
        if device == "cpu":
            threads = options.threads
            thread_text = f"{threads} thread{'s'[: threads > 1]}" if threads else "all cores"
            cores = f" ({processor_name()}) with {thread_text}"
        batch_text = f"{options.batch} {words.items}"
        return (
            f"Latency is timed on the {device.upper()} of this machine{cores}, "
            f"{f'one {words.item}' if options.batch == 1 else batch_text} at a time, by one worker "
            f"alone{f', in {runtime.label}' if runtime else ''}."
        )

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """Measured, or only `lat` from a table."""
        if self.options(settings).table:
            return {LAT.name: "lookup table"}
        return {LAT.name: "measured", LAT_SPREAD.name: "measured"}

    def computation(self, supernet: Supernet, settings: EvaluationSettings) -> Computation | None:
        """Latency from a table that has a time for each part of each sub-network."""
        if (path := self.options(settings).table) is None:
            return None
        try:
            table = _read_table(path)
        except DataError:
            return None  # as `check` says
        latencies = additive_latency(table, supernet) if isinstance(table, LatencyTable) else None
        if latencies is None:
            return None
        return Computation((LAT.name,), lambda rows: {LAT.name: latencies.milliseconds(rows)})

    def no_computation_reason(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """What a table lacks; empty without a table. Raises DataError if it cannot be read."""
        path = self.options(settings).table
        return no_latencies_reason(_read_table(path), supernet) if path else ""

    def factors(self, metric: str, settings: EvaluationSettings) -> frozenset[Factor]:
        """No factors with a table, which is a determinant."""
        return frozenset() if self.options(settings).table else self.depends_on

    def determinants(self, metric: str, settings: EvaluationSettings) -> Mapping[str, Any]:
        """The content of the table, or the threads, the batch and the runtime of a pass."""
        options = self.options(settings)
        if options.table:
            return {"table": sha256(Path(options.table).expanduser()).hex()}
        facts = {"batch": options.batch, "threads": thread_count(options.threads)}
        if (runtime := _runtime(options)) is None:
            return facts
        return {**facts, "runtime": runtime.name, "runtime_version": runtime.version}

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError for a table that cannot be read, a missing runtime, too many threads."""
        options = self.options(settings)
        devices.check(settings.device, settings.precision, options.threads)
        if options.table:
            _read_table(options.table)
        elif (runtime := _runtime(options)) is not None:
            runtime.require()
            require_packages(f"timing in {runtime.label}", EXPORT_PACKAGES, OnnxRuntime.extra)

    def prepare(
        self, subject: MeasuredNetwork, metrics: Sequence[str]
    ) -> Callable[[], Mapping[str, float]]:
        """Export and load the sub-network for a runtime; the measurement times its passes."""
        options = self.options(subject.settings)
        runtime = None if options.table else _runtime(options)
        if runtime is None:
            return super().prepare(subject, metrics)
        threads, model = thread_count(options.threads), subject.onnx_model
        run = runtime.load(model.content, threads, subject.settings.precision)
        run_pass = partial(run, model.arrays(subject.inputs(options.batch)))
        return lambda: _recorded(timing.time_network(run_pass, threads))

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """Time the sub-network, or read its time from the table."""
        options = self.options(subject.settings)
        if options.table:
            return {LAT.name: _milliseconds(options.table, subject)}
        if _runtime(options) is not None:
            return self.prepare(subject, metrics)()
        return _recorded(
            measure_latency(
                subject.module,
                subject.inputs(options.batch),
                subject.settings.precision,
                thread_count(options.threads),
            )
        )


def _runtime(options: LatencyOptions) -> Runtime | None:
    """The runtime that is timed; None for torch, and for a table."""
    is_timed = options.runtime != _TORCH and not options.table
    return RUNTIMES[options.runtime] if is_timed else None


def _read_table(path: str) -> LatencyTable | SubnetworkLatencies:
    """The table in a file; raises DataError."""
    if Path(path).suffix.casefold() == subnetwork_latencies.SUFFIX:
        return subnetwork_latencies.read(path)
    return latency_table.read(path)


def _milliseconds(path: str, subject: MeasuredNetwork) -> float:
    """The time of a sub-network from the table in a file; raises DataError if it has none."""
    table, supernet = _read_table(path), subject.supernet
    if isinstance(table, SubnetworkLatencies):
        return table.milliseconds(supernet, subject.genotype)
    return table.milliseconds(supernet.space, subject.config, subject.module)


def _others(precision: Precision) -> str:
    """The choices of the option `runtime` that compute in `precision`."""
    names = [name for name, runtime in RUNTIMES.items() if precision in runtime.precisions]
    return " or ".join([_TORCH, *names])


def _recorded(timed: Latency) -> Mapping[str, float]:
    """The metrics of a latency, whose disturbance is noted."""
    add_notes(disturbed=timed.disturbed, slowed=timed.slowed)
    return {LAT.name: timed.median, LAT_SPREAD.name: timed.spread}


def measure_latency(
    module: "nn.Module",
    inputs: "Inputs",
    precision: Precision = "fp32",
    threads: int | None = None,
) -> Latency:
    """Time a forward pass of example `inputs`, after a warm-up, with batch-norm folded.

    The device is that of `module`; weights and inputs are converted to `precision`. A CPU computes
    with `threads`, by default as many as torch currently has.
    """
    import torch

    from engine.fast.folding import fold_batch_norm
    from engine.tasks.image_layout import layout_for
    from engine.tasks.inputs import call_network, device_of, move_inputs

    device, dtype = device_of(module), devices.dtype(precision)
    folded = fold_batch_norm(module).to(dtype).to(memory_format=torch.channels_last)
    prepared_inputs = move_inputs(inputs, device, dtype)

    def run_pass() -> None:
        call_network(folded, prepared_inputs)
        _synchronize(device)

    with torch.inference_mode(), _torch_threads(threads or torch.get_num_threads()) as thread_count:
        layout = layout_for(folded, prepared_inputs)
        folded.to(memory_format=layout)
        prepared_inputs = move_inputs(inputs, device, dtype, layout)
        if device.type == "cpu":
            return timing.time_network(run_pass, thread_count)
        timing.warm_up(run_pass)
        return timing.time_passes(run_pass, lambda: 0.0)


@contextmanager
def _torch_threads(count: int) -> Iterator[int]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield count
    finally:
        torch.set_num_threads(before)


def _synchronize(device: "torch.device") -> None:
    """Wait for an asynchronous device."""
    import torch

    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()
