"""The subject of a measurement: a sub-network, extracted and recalibrated on demand."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.evaluation_settings import EvaluationSettings
from engine.meters.conditions import quality_conditions
from engine.space import Config, Genotypes
from engine.supernets.base import Supernet
from engine.tasks.base import Inputs, Network
from engine.tasks.calibration_samples import resampled
from engine.tasks.quality_protocol import backend_version, quality_backend

if TYPE_CHECKING:
    from torch import nn

    from engine.runtimes.onnx_model import OnnxModel


class MeasuredNetwork:
    """A sub-network of `supernet`, measured under `settings`.

    `config` is canonical and `genotype` `(genes,)`. The network is extracted, and its normalisation
    statistics are recomputed, at most once and only if a meter needs them.

    Meters receive it.

    >>> subject = MeasuredNetwork(supernet, {"width": [8]}, EvaluationSettings())
    >>> subject.module(subject.inputs(2)).shape
    torch.Size([2, 3])
    """

    def __init__(self, supernet: Supernet, config: Any, settings: EvaluationSettings) -> None:
        self.supernet, self.settings = supernet, settings
        self.genotype: Genotypes = supernet.space.encode(config)
        self.config: Config = supernet.space.to_config(self.genotype)
        self.resolution = supernet.resolution(self.config)

    @cached_property
    def module(self) -> "nn.Module":
        """The sub-network as a plain module in eval mode, on the device of the settings."""
        return self.supernet.extract(self.config, self.settings).eval()

    @cached_property
    def network(self) -> Network:
        """The recalibrated sub-network as a fast callable; or what the supernet has instead."""
        from engine.tasks.statistics import calibrated_network

        if (ready := self.supernet.ready_network(self.config)) is not None:
            return ready
        task, settings = self.supernet.task, self.settings
        batches, prefix_cache = task.calibration(settings, self.resolution), None
        if settings.repetition:
            batches = resampled(batches, settings.repetition)
        else:
            prefix_cache = self.supernet.prefix_cache
        return calibrated_network(
            self.module,
            batches,
            settings.precision,
            prefix_cache,
            quality_backend(task, settings),
            task.pixel_scale,
        )

    @property
    def quality_conditions(self) -> dict[str, str]:
        """The conditions under which `network` is run, which decide its quality.

        Empty for what the supernet has instead of a network.
        """
        from engine.tasks.statistics import backend_of

        if self.supernet.ready_network(self.config) is not None:
            return {}
        backend = backend_of(self.network)
        return quality_conditions(self.settings, backend, backend_version(backend))

    @cached_property
    def onnx_model(self) -> "OnnxModel":
        """The sub-network as an ONNX model, with the statistics that `module` has at the first use.

        Raises EvaluationError, with the name of the operator, if ONNX cannot express it.
        """
        from engine.runtimes.onnx_model import export_onnx

        task = self.supernet.task
        return export_onnx(self.module, self.inputs(2), task.input_name, task.output_name)

    def inputs(self, count: int) -> Inputs:
        """A batch of `count` example inputs of its task."""
        return self.supernet.task.example_inputs(count, self.resolution)
