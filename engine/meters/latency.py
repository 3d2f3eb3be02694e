"""The latency meter: the time of a forward pass on this machine, or from a table."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine import devices
from engine.devices import Precision
from engine.digest import sha256
from engine.evaluation_settings import EvaluationSettings
from engine.meters import latency_table, timing
from engine.meters.base import Factor, Meter
from engine.meters.conditions import add_notes, processor_name, thread_count
from engine.meters.measured_network import MeasuredNetwork
from engine.meters.metrics import LAT, LAT_SPREAD
from engine.meters.timing import Latency
from engine.metrics import Source
from engine.options import Options, option
from engine.supernets.base import Supernet

if TYPE_CHECKING:
    import torch
    from torch import nn

    from engine.tasks.base import Inputs

_WARM_UP_PASSES = 10


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
    table: str | None = option(
        None,
        "Latency table",
        "A YAML file with the milliseconds of each block, measured on another device. Latency is "
        "then read from it instead of being measured.",
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
        """Threads, where no processor computes."""
        if self.options(settings).threads is None or settings.device == "cpu":
            return {}
        return {
            "threads": "are those of a processor: leave threads out, or set device to cpu instead "
            f"of {settings.device}"
        }

    def describe(self, supernet: Supernet, settings: EvaluationSettings) -> str:
        """The device that latency is timed on, or the table it is read from."""
        options, device = self.options(settings), settings.device
        if options.table:
            return f"Latency is read from {Path(options.table).name}, not measured."
        words, cores = supernet.task.data_names, ""
        if device == "cpu":
            threads = options.threads
            thread_text = f"{threads} thread{'s'[: threads > 1]}" if threads else "all cores"
            cores = f" ({processor_name()}) with {thread_text}"
        batch_text = f"{options.batch} {words.items}"
        return (
            f"Latency is timed on the {device.upper()} of this machine{cores}, "
            f"{f'one {words.item}' if options.batch == 1 else batch_text} at a time, by one worker "
            "alone."
        )

    def sources(self, supernet: Supernet, settings: EvaluationSettings) -> Mapping[str, Source]:
        """Measured, or only `lat` from a table."""
        if self.options(settings).table:
            return {LAT.name: "lookup table"}
        return {LAT.name: "measured", LAT_SPREAD.name: "measured"}

    def factors(self, metric: str, settings: EvaluationSettings) -> frozenset[Factor]:
        """No factors with a table, which is a determinant."""
        return frozenset() if self.options(settings).table else self.depends_on

    def determinants(self, metric: str, settings: EvaluationSettings) -> Mapping[str, Any]:
        """The content of the table, or the threads and the batch of a pass."""
        options = self.options(settings)
        if options.table:
            return {"table": sha256(Path(options.table).expanduser()).hex()}
        return {"batch": options.batch, "threads": thread_count(options.threads)}

    def check(self, settings: EvaluationSettings) -> None:
        """Raise DataError for a table that cannot be read, or more threads than there are cores."""
        options = self.options(settings)
        devices.check(settings.device, settings.precision, options.threads)
        if options.table:
            latency_table.read(options.table)

    def measure(self, subject: MeasuredNetwork, metrics: Sequence[str]) -> Mapping[str, float]:
        """Time the sub-network, or sum its parts in the table."""
        options = self.options(subject.settings)
        if options.table:
            table = latency_table.read(options.table)
            space = subject.supernet.space
            return {LAT.name: table.milliseconds(space, subject.config, subject.module)}
        timed = measure_latency(
            subject.module,
            subject.inputs(options.batch),
            subject.settings.precision,
            thread_count(options.threads),
        )
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
    from engine.tasks.inputs import call_network, device_of, move_inputs

    device, dtype = device_of(module), devices.dtype(precision)
    folded = fold_batch_norm(module).to(dtype).to(memory_format=torch.channels_last)
    prepared_inputs = move_inputs(inputs, device, dtype)

    def run_pass() -> None:
        call_network(folded, prepared_inputs)
        _synchronize(device)

    with torch.inference_mode(), _torch_threads(threads or torch.get_num_threads()) as thread_count:
        for _ in range(_WARM_UP_PASSES):
            run_pass()
        if device.type != "cpu":
            return timing.time_passes(run_pass, lambda: 0.0)
        with timing.waiting_clock(thread_count) as waiting_time:
            return timing.time_passes(run_pass, waiting_time)


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
