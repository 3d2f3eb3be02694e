"""Folding of batch-norm into the preceding convolutions, as in an inference engine."""

import copy
from itertools import pairwise

from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval


def fold_batch_norm(module: nn.Module) -> nn.Module:
    """A copy in eval mode with batch-norm folded into the preceding convolutions.

    It folds children called `conv` and `bn` in one container, as in `ofa`, and consecutive ones in
    an `nn.Sequential`. Other batch-norm layers do not change.
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
