"""The network: a ResNet of basic blocks, as ResNet-18 is (He et al., CVPR 2016), for 8 x 8 pixels.

Its stem is one convolution, and it has no pooling before the last.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from resnet_supernet.data import CLASSES

STRIDES = (1, 2, 2, 2)


class Block(nn.Module):
    """Two 3 x 3 convolutions with a shortcut, which is a projection at the start of stages 2-4."""

    def __init__(self, in_channels: int, width: int, stride: int, has_projection: bool) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, 3, stride, 1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.shortcut = nn.Sequential()
        if has_projection:
            conv = nn.Conv2d(in_channels, width, 1, stride, bias=False)
            self.shortcut = nn.Sequential(conv, nn.BatchNorm2d(width))

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm2(self.conv2(self.norm1(self.conv1(x)).relu()))
        return (y + self.shortcut(x)).relu()


class ResNet(nn.Module):
    """Images `(n, 1, 8, 8)` in, logits `(n, 10)` out; a width and a depth for each stage."""

    def __init__(self, widths: Sequence[int], depths: Sequence[int]) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, widths[0], 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(widths[0])
        self.stages = nn.Sequential()
        in_channels = widths[0]
        for width, depth, stride in zip(widths, depths, STRIDES, strict=True):
            first = Block(in_channels, width, stride, has_projection=stride > 1)
            others = (Block(width, width, 1, has_projection=False) for _ in range(1, depth))
            self.stages.append(nn.Sequential(first, *others))
            in_channels = width
        self.classifier = nn.Linear(in_channels, len(CLASSES))

    def forward(self, images: Tensor) -> Tensor:
        x = self.stages(self.norm(self.stem(images)).relu())
        logits: Tensor = self.classifier(x.mean((2, 3)))
        return logits
