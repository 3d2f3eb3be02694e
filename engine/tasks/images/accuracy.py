"""Top-k accuracy of image classifiers."""

from collections.abc import Callable, Iterable, Sequence

import torch
from torch import Tensor


@torch.inference_mode()
def top_k(
    network: Callable[[Tensor], Tensor],
    batches: Iterable[tuple[Tensor, Tensor]],
    ks: Sequence[int],
) -> tuple[float, ...]:
    """For each of `ks`: the share of images with their label among the k largest logits, in %.

    A batch is `(n, c, h, w)` images and `(n,)` labels. NaN if an output is not finite.
    """
    count, correct, finite = 0, torch.zeros(max(ks), dtype=torch.int64), torch.tensor(True)
    for images, labels in batches:
        logits = network(images)
        hits = logits.topk(max(ks), dim=1).indices == labels.to(logits.device)[:, None]
        # The GPU runs asynchronously: its counts are read once, at the end.
        correct = correct.to(logits.device) + hits.sum(0)
        finite = finite.to(logits.device) & torch.isfinite(logits).all()
        count += len(labels)
    if not finite:
        return tuple(float("nan") for _ in ks)
    ranks = correct.cumsum(0).tolist()
    return tuple(100.0 * ranks[k - 1] / count for k in ks)


def top1(network: Callable[[Tensor], Tensor], images: Tensor, labels: Tensor, batch: int) -> float:
    """Share of `images` `(n, c, h, w)` whose largest logit is at `labels` `(n,)`, in %.

    NaN if the network's output is not finite.
    """
    batches = zip(images.split(batch), labels.split(batch), strict=True)
    return top_k(network, batches, [1])[0]
