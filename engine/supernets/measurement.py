"""Measuring a sub-network on this machine: recalibrate, fold, classify, time."""

import copy
import statistics
import time
from collections.abc import Iterable, Sequence

import torch
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

_WARM_UP = 10
_TIMED = 50


@torch.inference_mode()
def recalibrate(module: nn.Module, batches: Iterable[Tensor]) -> None:
    """Recompute batch-norm statistics as the average over `batches`, as Once-for-All does.

    A sub-network shares weights, but not activations, with the others: the statistics stored in
    the supernet fit none of them. Leaves the module in eval mode.
    """
    norms = [m for m in module.modules() if isinstance(m, nn.BatchNorm2d)]
    momenta = [norm.momentum for norm in norms]
    module.eval()
    for norm in norms:
        norm.reset_running_stats()
        norm.momentum = None  # cumulative average
        norm.train()
    for batch in batches:
        module(batch)
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


@torch.inference_mode()
def top_k(
    module: nn.Module, batches: Iterable[tuple[Tensor, Tensor]], ks: Sequence[int]
) -> tuple[float, ...]:
    """For each of `ks`: the share of images with their label among the k largest logits, in %.

    A batch is `(n, c, h, w)` images and `(n,)` labels. NaN if an output is not finite.
    """
    seen, correct = 0, [0] * len(ks)
    for images, labels in batches:
        logits = module(images)
        if not torch.isfinite(logits).all():
            return tuple(float("nan") for _ in ks)
        hits = logits.topk(max(ks), dim=1).indices == labels[:, None]
        for i, k in enumerate(ks):
            correct[i] += int(hits[:, :k].sum())
        seen += len(labels)
    return tuple(100.0 * count / seen for count in correct)


def top1(module: nn.Module, images: Tensor, labels: Tensor, batch: int) -> float:
    """Share of `images` `(n, c, h, w)` whose largest logit is at `labels` `(n,)`, in %.

    NaN if the network's output is not finite.
    """
    batches = zip(images.split(batch), labels.split(batch), strict=True)
    return top_k(module, batches, [1])[0]


@torch.inference_mode()
def latency(module: nn.Module, example: Tensor) -> float:
    """Median milliseconds of one forward pass of `example`, after a warm-up; CPU."""
    for _ in range(_WARM_UP):
        module(example)
    times = []
    for _ in range(_TIMED):
        start = time.perf_counter()
        module(example)
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)
