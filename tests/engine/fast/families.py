"""Sub-networks of each family of `ofa` with random weights, and images for them."""

import torch
from torch import nn

from engine.supernets.ofa.catalogue import MODELS

FAMILIES = ["ofa_mbv3_d234_e346_k357_w1.0", "ofa_proxyless_d234_e346_k357_w1.3", "ofa_resnet50"]


def images(n: int, side: int = 64) -> torch.Tensor:
    """`(n, 3, side, side)` of noise, the same each time."""
    x = torch.randn(n, 3, side, side, generator=torch.Generator().manual_seed(0))
    return x.contiguous(memory_format=torch.channels_last)


def random_subnetwork(family: str) -> nn.Module:
    """A sub-network in eval mode, its batch-norm as it comes."""
    torch.manual_seed(0)
    net = MODELS[family].build()
    net.sample_active_subnet()
    return net.get_active_subnet().eval()  # type: ignore[no-any-return]


def norms(module: nn.Module) -> list[nn.BatchNorm2d]:
    """Its batch-norms, in order."""
    return [m for m in module.modules() if isinstance(m, nn.BatchNorm2d)]
