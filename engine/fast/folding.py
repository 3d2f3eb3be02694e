"""Batch-norm folded into the convolutions before it, as an inference engine does."""

import copy
from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batch_norm(module: nn.Module) -> nn.Module:
    """A copy in eval mode whose convolutions have absorbed the batch-norm that follows them.

    That is found where children are called `conv` and `bn` in one container, as those of `ofa`
    are, or follow each other in an `nn.Sequential`. Other batch-norm stays as it is.
    """
    folded = copy.deepcopy(module).eval()
    for container in folded.modules():
        for conv_name, norm_name in _pairs(container):
            conv, norm = getattr(container, conv_name, None), getattr(container, norm_name, None)
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                setattr(container, conv_name, fuse_conv_bn_eval(conv, norm))
                setattr(container, norm_name, nn.Identity())
    return folded


def _pairs(container: nn.Module) -> list[tuple[str, str]]:
    if isinstance(container, nn.Sequential):
        return list(pairwise(name for name, _ in container.named_children()))
    return [("conv", "bn")]
