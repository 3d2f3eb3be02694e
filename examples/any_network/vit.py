"""A small vision transformer of timm for grey images of 8 x 8 pixels."""

from pathlib import Path

import timm
import torch
from torch import nn

SIZE = 8
MEAN, STD = 0.3, 0.37


def make_model(weights: bool = True) -> nn.Module:
    """The network, with the weights of `train_original.py` if `weights`."""
    network: nn.Module = timm.create_model(
        "vit_tiny_patch16_224", img_size=8, patch_size=2, in_chans=1, num_classes=10,
        embed_dim=64, depth=6, num_heads=4,
    )  # fmt: skip
    if weights:
        network.load_state_dict(torch.load(Path(__file__).with_suffix(".pt")))
    return network
