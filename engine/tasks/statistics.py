"""Recalibration of normalisation statistics, and fast networks to measure quality with."""

from collections.abc import Callable, Iterable
from itertools import chain

import torch
from torch import Tensor, nn

from engine import devices
from engine.devices import Precision
from engine.fast.folding import fold_batch_norm
from engine.fast.network import FusedNetwork
from engine.fast.openvino_network import OpenVinoNetwork
from engine.fast.pixel_scale import PixelScale
from engine.fast.prefix_cache import PrefixCache
from engine.tasks.base import Inputs, Network
from engine.tasks.image_layout import layout_for
from engine.tasks.inputs import call_network, device_of, move_inputs, split_inputs, tensors_in
from engine.tasks.quality_protocol import Backend

_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.SyncBatchNorm)


def recalibrate(
    module: nn.Module,
    batches: Iterable[Inputs],
    precision: Precision = "fp32",
    prefix_cache: PrefixCache | None = None,
) -> None:
    """Recompute batch-norm statistics as the average over `batches`, as Once-for-All does.

    Sub-networks share weights, but not activations: the statistics stored in the supernet fit none
    of them. The module is left in eval mode; without batches or batch-norm its statistics do not
    change. For a network that cannot be fused, torch's batch-norm computes the variances, which
    are larger by n / (n - 1) for n numbers. A `prefix_cache` holds the outputs of leading layers
    of other sub-networks for the same inputs.
    """
    module.eval()
    fused = FusedNetwork.from_module(module, devices.dtype(precision), prefix_cache)
    if fused:
        fused.calibrate(map(_only_tensor, batches))
    else:
        _recalibrate_module(module, batches, precision)


def calibrated_network(
    module: nn.Module,
    batches: Iterable[Inputs],
    precision: Precision = "fp32",
    prefix_cache: PrefixCache | None = None,
    backend: Backend = "torch",
    pixel_scale: PixelScale | None = None,
) -> Network:
    """`recalibrate` and then `fast_network`, with a single trace of the network.

    With the `backend` OpenVINO it is a `ByteClassifier` if a `pixel_scale` is given. A network that
    OpenVINO cannot run is run by torch.
    """
    dtype = devices.dtype(precision)
    fused = FusedNetwork.from_module(module.eval(), dtype, prefix_cache)
    if fused:
        fused.calibrate(map(_only_tensor, batches))
        if backend == "openvino":
            network = OpenVinoNetwork.from_program(fused.program, dtype, pixel_scale)
            if network:
                return (_OpenVinoClassifier if pixel_scale else _OpenVinoCallable)(network)
        return _fused_network(fused)
    _recalibrate_module(module, batches, precision)
    return _module_network(module, precision)


def fast_network(module: nn.Module, precision: Precision = "fp32") -> Network:
    """A fast version of a module, on its device and in `precision`."""
    fused = FusedNetwork.from_module(module.eval(), devices.dtype(precision))
    return _fused_network(fused) if fused else _module_network(module, precision)


def _fused_network(fused: Callable[[Tensor], Tensor]) -> Network:
    return lambda inputs: fused(_only_tensor(inputs))


class _OpenVinoCallable:
    """A network that OpenVINO runs."""

    def __init__(self, network: OpenVinoNetwork) -> None:
        self._network = network

    def __call__(self, inputs: Inputs) -> Tensor:
        return self._network(_only_tensor(inputs))


class _OpenVinoClassifier(_OpenVinoCallable):
    """A `ByteClassifier` that takes normalised inputs as well."""

    def __init__(self, network: OpenVinoNetwork) -> None:
        super().__init__(network)
        self.classify_bytes = network.classify_bytes


def backend_of(network: Network) -> Backend:
    """What runs a network of `calibrated_network`, which may be torch where OpenVINO cannot."""
    return "openvino" if isinstance(network, _OpenVinoCallable) else "torch"


def _only_tensor(inputs: Inputs) -> Tensor:
    """The single input tensor of a network that can be fused."""
    (tensor,) = tensors_in(inputs)
    return tensor


@torch.inference_mode()
def _recalibrate_module(module: nn.Module, batches: Iterable[Inputs], precision: Precision) -> None:
    norms = [m for m in module.modules() if isinstance(m, _NORMS) and m.running_mean is not None]
    if not norms:
        return
    remaining = iter(batches)
    first = next(remaining, None)
    if first is None:
        return
    device = device_of(module)
    layout = _layout_for(module.eval(), first)
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # cumulative average
        norm.train()
    with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
        for batch in chain([first], remaining):
            call_network(module, move_inputs(batch, device, layout=layout))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()


def _layout_for(module: nn.Module, inputs: Inputs) -> torch.memory_format:
    """The layout of images that a module takes, tried on one input."""
    return layout_for(module, move_inputs(next(iter(split_inputs(inputs, 1))), device_of(module)))


def _module_network(module: nn.Module, precision: Precision) -> Network:
    folded = fold_batch_norm(module).to(memory_format=torch.channels_last)
    _keep_linear_layers_exact(folded)
    device = device_of(module)
    layout: torch.memory_format | None = None

    def run(inputs: Inputs) -> object:
        nonlocal layout
        if layout is None:
            layout = _layout_for(folded, inputs)
            folded.to(memory_format=layout)
        with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
            outputs = call_network(folded, move_inputs(inputs, device, layout=layout))
        return outputs.float() if isinstance(outputs, Tensor) else outputs

    return run


class _ExactLinear(nn.Linear):
    """A linear layer that ignores autocast, since rounded logits would tie."""

    def forward(self, input: Tensor) -> Tensor:
        with torch.autocast(input.device.type, enabled=False):
            return super().forward(input.to(self.weight.dtype))


def _keep_linear_layers_exact(module: nn.Module) -> None:
    for layer in module.modules():
        if type(layer) is nn.Linear:
            layer.__class__ = _ExactLinear
