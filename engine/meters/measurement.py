"""Measuring a sub-network on this machine: recalibrate, fold, classify, time."""

import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from engine import devices, machine
from engine.devices import Precision
from engine.fast.kept import Kept
from engine.fast.network import FusedNetwork
from engine.meters import timing
from engine.meters.timing import Latency

_WARM_UP = 10


def recalibrate(
    module: nn.Module,
    batches: Iterable[Tensor],
    precision: Precision = "fp32",
    kept: Kept | None = None,
) -> None:
    """Recompute batch-norm statistics as the average over `batches`, as Once-for-All does.

    A sub-network shares weights, but not activations, with the others: the statistics stored in
    the supernet fit none of them. Leaves the module in eval mode. Where a network cannot be fused,
    torch's own batch-norm does it, whose variances are larger by n / (n - 1) for n numbers. What
    other sub-networks made of the same images is in `kept`, if it is given.
    """
    module.eval()
    fused = FusedNetwork.of(module, devices.dtype(precision), kept)
    if fused:
        fused.calibrate(batches)
    else:
        _recalibrate_module(module, batches, precision)


@torch.inference_mode()
def _recalibrate_module(module: nn.Module, batches: Iterable[Tensor], precision: Precision) -> None:
    norms = [m for m in module.modules() if isinstance(m, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # cumulative average
        norm.train()
    device = _device(module)
    with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
        for batch in batches:
            module(batch.to(device))
    for norm, momentum in zip(norms, momenta, strict=True):
        norm.momentum = momentum
        norm.eval()


def fold_batch_norm(module: nn.Module) -> nn.Module:
    """A copy in eval mode whose convolutions have absorbed the batch-norm that follows them.

    Expects `ofa`'s layers: children called `conv` and `bn` in one container, in that order.
    """
    folded = copy.deepcopy(module).eval()
    for container in folded.modules():
        conv, norm = getattr(container, "conv", None), getattr(container, "bn", None)
        if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
            container.conv = fuse_conv_bn_eval(conv, norm)
            container.bn = nn.Identity()
    return folded


def classifier(module: nn.Module, precision: Precision = "fp32") -> Callable[[Tensor], Tensor]:
    """What gives the logits of images as fast as can be, where the module is and in `precision`."""
    fused = FusedNetwork.of(module.eval(), devices.dtype(precision))
    return fused or _module_classifier(module, precision)


def calibrated(
    module: nn.Module,
    batches: Iterable[Tensor],
    precision: Precision = "fp32",
    kept: Kept | None = None,
) -> Callable[[Tensor], Tensor]:
    """`classifier` after `recalibrate`, which take the network apart but once."""
    fused = FusedNetwork.of(module.eval(), devices.dtype(precision), kept)
    if fused:
        fused.calibrate(batches)
        return fused
    _recalibrate_module(module, batches, precision)
    return _module_classifier(module, precision)


def _module_classifier(module: nn.Module, precision: Precision) -> Callable[[Tensor], Tensor]:
    folded = fold_batch_norm(module).to(memory_format=torch.channels_last)
    _keep_linear_layers_exact(folded)
    device = _device(module)

    def classify(images: Tensor) -> Tensor:
        with torch.autocast(device.type, torch.bfloat16, enabled=precision == "bf16"):
            return folded(images.to(device)).float()  # type: ignore[no-any-return]

    return classify


class _ExactLinear(nn.Linear):
    """Works in its own precision also under autocast: rounded logits would tie."""

    def forward(self, input: Tensor) -> Tensor:
        with torch.autocast(input.device.type, enabled=False):
            return super().forward(input.to(self.weight.dtype))


def _keep_linear_layers_exact(module: nn.Module) -> None:
    for layer in module.modules():
        if type(layer) is nn.Linear:
            layer.__class__ = _ExactLinear


@torch.inference_mode()
def top_k(
    network: Callable[[Tensor], Tensor],
    batches: Iterable[tuple[Tensor, Tensor]],
    ks: Sequence[int],
) -> tuple[float, ...]:
    """For each of `ks`: the share of images with their label among the k largest logits, in %.

    A batch is `(n, c, h, w)` images and `(n,)` labels. NaN if an output is not finite.
    """
    seen, correct, finite = 0, torch.zeros(max(ks), dtype=torch.int64), torch.tensor(True)
    for images, labels in batches:
        logits = network(images)
        hits = logits.topk(max(ks), dim=1).indices == labels.to(logits.device)[:, None]
        # A GPU is not waited for: its numbers are read once, at the end.
        correct = correct.to(logits.device) + hits.sum(0)
        finite = finite.to(logits.device) & torch.isfinite(logits).all()
        seen += len(labels)
    if not finite:
        return tuple(float("nan") for _ in ks)
    ranks = correct.cumsum(0).tolist()
    return tuple(100.0 * ranks[k - 1] / seen for k in ks)


def top1(network: Callable[[Tensor], Tensor], images: Tensor, labels: Tensor, batch: int) -> float:
    """Share of `images` `(n, c, h, w)` whose largest logit is at `labels` `(n,)`, in %.

    NaN if the network's output is not finite.
    """
    batches = zip(images.split(batch), labels.split(batch), strict=True)
    return top_k(network, batches, [1])[0]


@torch.inference_mode()
def latency(
    module: nn.Module, example: Tensor, precision: Precision = "fp32", threads: int | None = None
) -> Latency:
    """Time a forward pass of `example`, after a warm-up, with batch-norm folded.

    Nothing else that this data folder knows of is measured meanwhile. The device is that of
    `module`; weights and `example` are converted to `precision`. A processor computes with
    `threads`, without them with as many as torch has now.
    """
    device, dtype = _device(module), devices.dtype(precision)
    folded = fold_batch_norm(module).to(dtype).to(memory_format=torch.channels_last)
    images = example.to(device, dtype, memory_format=torch.channels_last)

    def work() -> None:
        folded(images)
        _finish(device)

    with machine.alone(), _threads(threads or torch.get_num_threads()) as used:
        for _ in range(_WARM_UP):
            work()
        if device.type != "cpu":
            return timing.undisturbed(work, lambda: 0.0)
        with timing.waiting(used) as waited:
            return timing.undisturbed(work, waited)


@contextmanager
def _threads(wanted: int) -> Iterator[int]:
    before = torch.get_num_threads()
    torch.set_num_threads(wanted)
    try:
        yield wanted
    finally:
        torch.set_num_threads(before)


def _finish(device: torch.device) -> None:
    """Wait until a device that works on its own is done."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    elif device.type == "mps":
        torch.mps.synchronize()


def _device(module: nn.Module) -> torch.device:
    return next((p.device for p in module.parameters()), torch.device("cpu"))
