"""A small ResNet for grey images of 8 x 8 pixels: what its owner has, and nothing else."""

from pathlib import Path

import torch
from torch import Tensor, nn

SIZE = 8
MEAN, STD = 0.3, 0.37


class Block(nn.Module):
    """Two convolutions beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.first_norm = nn.BatchNorm2d(outputs)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(outputs)
        self.shortcut: nn.Module = nn.Identity()
        if stride > 1 or inputs != outputs:
            self.shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """`(n, inputs, h, w)` to `(n, outputs, h / stride, w / stride)`."""
        y = torch.relu(self.first_norm(self.first(x)))
        return torch.relu(self.second_norm(self.second(y)) + self.shortcut(x))


def make_model(weights: bool = True) -> nn.Module:
    """The network, with the weights of `train_original.py` if `weights`."""
    layers: list[nn.Module] = [nn.Conv2d(1, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)]
    layers.append(nn.ReLU())
    inputs = 16
    for outputs, stride in ((16, 1), (32, 2), (64, 2)):
        blocks = [Block(inputs, outputs, stride), *(Block(outputs, outputs, 1) for _ in range(2))]
        layers.append(nn.Sequential(*blocks))
        inputs = outputs
    network = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(64, 10))
    if weights:
        network.load_state_dict(torch.load(Path(__file__).with_suffix(".pt")))
    return network
