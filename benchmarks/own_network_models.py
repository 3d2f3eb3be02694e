"""The networks that `benchmarks.own_network` brings: three small classifiers of Fashion-MNIST."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor, nn
from torchvision.models.mobilenetv3 import InvertedResidualConfig, MobileNetV3

CLASSES = 10


@dataclass(frozen=True)
class Original:
    """How a network is trained before anything is made of it.

    `rate` is the peak learning rate of AdamW. `steps` of 128 images take about 60 seconds of
    processor time on one core of a server of 2023: they are what the documentation calls T0.
    `divisor` is what widths are multiples of, for every way and for the peer.
    """

    name: str
    rate: float
    steps: int
    divisor: int

    @property
    def source(self) -> str:
        """The network as the command line names it."""
        return f"{__name__}:{self.name}"


ORIGINALS = {
    original.name: original
    for original in (
        Original("resnet", 3e-3, 1600, 4),
        Original("mobilenet", 3e-3, 600, 4),
        Original("vit", 1e-3, 800, 4),
    )
}


class Block(nn.Module):
    """Two 3 x 3 convolutions with a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Sequential(
                nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs)
            )

    def forward(self, x: Tensor) -> Tensor:
        """`(n, outputs, h / stride, w / stride)` activations."""
        y = self.norm2(self.conv2(torch.relu(self.norm1(self.conv1(x)))))
        return torch.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    """A stem and two stages of two blocks; 1.4 million multiply-adds at 28 x 28 pixels."""

    def __init__(self, widths: Sequence[int] = (16, 24, 48)) -> None:
        super().__init__()
        stem, middle, last = widths
        self.stem = nn.Sequential(
            nn.Conv2d(1, stem, 3, 2, 1, bias=False), nn.BatchNorm2d(stem), nn.ReLU()
        )
        self.blocks = nn.Sequential(
            Block(stem, middle, 2), Block(middle, middle, 1),
            Block(middle, last, 2), Block(last, last, 1),
        )  # fmt: skip
        self.head = nn.Linear(last, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        """`(n, 10)` logits of `(n, 1, 28, 28)` images."""
        logits: Tensor = self.head(self.blocks(self.stem(x)).mean((2, 3)))
        return logits


def resnet() -> nn.Module:
    """A small ResNet with random weights."""
    return ResNet()


def mobilenet() -> nn.Module:
    """The MobileNetV3 of torchvision with five blocks of small widths and random weights."""
    block = partial(InvertedResidualConfig, dilation=1, width_mult=1.0)
    blocks = [
        block(16, 3, 32, 16, False, "RE", 1),
        block(16, 5, 64, 24, True, "HS", 2),
        block(24, 5, 96, 24, True, "HS", 1),
        block(24, 5, 96, 40, True, "HS", 2),
        block(40, 5, 160, 40, True, "HS", 1),
    ]
    network: nn.Module = MobileNetV3(blocks, last_channel=128, num_classes=CLASSES)
    grey_stem = nn.Conv2d(1, 16, 3, stride=2, padding=1, bias=False)
    network.get_submodule("features.0").register_module("0", grey_stem)
    return network


def vit() -> nn.Module:
    """The VisionTransformer of timm: six blocks on 16 patches, with random weights."""
    from timm.models import VisionTransformer

    network: nn.Module = VisionTransformer(
        img_size=28, patch_size=7, in_chans=1, num_classes=CLASSES, embed_dim=64, depth=6,
        num_heads=4, mlp_ratio=2,
    )  # fmt: skip
    return network
