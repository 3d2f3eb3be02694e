"""Networks of the zoo that no library has: written as users write them."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def _twice(inputs: int, outputs: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class UNet(nn.Module):
    """Three sizes down and up again; each decoder sees the encoder of its size."""

    def __init__(self) -> None:
        super().__init__()
        sizes = (32, 64, 128, 256)
        ins = (3, *sizes[:-1])
        self.down = nn.ModuleList(_twice(a, b) for a, b in zip(ins, sizes, strict=True))
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, 2) for a, b in pairwise(sizes))
        self.merge = nn.ModuleList(_twice(2 * size, size) for size in sizes[:-1])
        self.out = nn.Conv2d(sizes[0], 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        """`(n, 3, h, w)` to `(n, 2, h, w)`, with sides that are multiples of 8."""
        kept = []
        for level, layers in enumerate(self.down):
            x = layers(F.max_pool2d(x, 2) if level else x)
            kept.append(x)
        for level in reversed(range(len(self.up))):
            x = self.merge[level](torch.cat([kept[level], self.up[level](x)], 1))
        return self.out(x)


def perceptron() -> nn.Module:
    """An MLP with batch-norm and dropout."""
    return nn.Sequential(
        nn.Linear(20, 128), nn.BatchNorm1d(128), nn.ReLU(), nn.Dropout(0.2),
        nn.Linear(128, 64), nn.BatchNorm1d(64), nn.ReLU(), nn.Linear(64, 5),
    )  # fmt: skip


def signal_network() -> nn.Module:
    """Convolutions along time, as for sensors."""
    return nn.Sequential(
        nn.Conv1d(6, 64, 7, padding=3), nn.BatchNorm1d(64), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(64, 64, 7, padding=3, groups=64), nn.Conv1d(64, 128, 1), nn.GELU(),
        nn.MaxPool1d(2), nn.Conv1d(128, 128, 3, padding=1), nn.BatchNorm1d(128), nn.ReLU(),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(128, 6),
    )  # fmt: skip


class Crepe(nn.Module):
    """The pitch of 1024 samples of sound: the layers of the tiny network of `torchcrepe`.

    Source: Kim et al., CREPE: A Convolutional Representation for Pitch Estimation, 2018.
    """

    def __init__(self) -> None:
        super().__init__()
        outputs = (128, 16, 16, 16, 32, 64)
        inputs = (1, *outputs[:-1])
        kernels = (512, *[64] * 5)
        strides = (4, *[1] * 5)
        self.layers = nn.ModuleList(
            nn.Conv2d(i, o, (kernel, 1), (stride, 1))
            for i, o, kernel, stride in zip(inputs, outputs, kernels, strides, strict=True)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(size, eps=0.001) for size in outputs)
        self.in_features = 256
        self.classifier = nn.Linear(self.in_features, 360)

    def forward(self, x: Tensor) -> Tensor:
        """`(n, 1024)` samples to the probabilities of `(n, 360)` pitches."""
        x = x[:, None, :, None]
        for number, (layer, norm) in enumerate(zip(self.layers, self.norms, strict=True)):
            before, after = (31, 32) if number else (254, 254)
            x = F.max_pool2d(norm(F.relu(layer(F.pad(x, (0, 0, before, after))))), (2, 1), (2, 1))
        x = x.permute(0, 2, 1, 3).reshape(-1, self.in_features)
        return torch.sigmoid(self.classifier(x))


class VoiceDetector(nn.Module):
    """Whether somebody speaks: the layers of the network of silero-vad 6.2 for 16 kHz."""

    def __init__(self) -> None:
        super().__init__()
        self.bands = 129
        self.spectrum = nn.Conv1d(1, 2 * self.bands, 256, 128, bias=False)
        sizes = (self.bands, 128, 64, 64, 128)
        self.layers = nn.ModuleList(
            nn.Conv1d(i, o, 3, stride, 1)
            for (i, o), stride in zip(pairwise(sizes), (1, 2, 2, 1), strict=True)
        )
        self.recurrent, self.last = nn.LSTMCell(128, 128), nn.Conv1d(128, 1, 1)

    def forward(
        self, x: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, Tensor]:
        """`(n, 576)` samples to a probability each, and the state for the next samples."""
        x = self.spectrum(F.pad(x, (0, 64), "reflect").unsqueeze(1))
        x = (x[:, : self.bands].square() + x[:, self.bands :].square()).sqrt()
        for layer in self.layers:
            x = F.relu(layer(x))
        hidden, cell = self.recurrent(x.squeeze(-1), state)
        return self.last(F.relu(hidden).unsqueeze(-1)).sigmoid().mean(2), torch.stack(
            [hidden, cell]
        )


SMALL_NETWORKS: dict[str, tuple[Callable[[], nn.Module], Callable[[], Any]]] = {
    "U-Net": (UNet, lambda: torch.randn(2, 3, 32, 32)),
    "MLP": (perceptron, lambda: torch.randn(2, 20)),
    "1-d CNN": (signal_network, lambda: torch.randn(2, 6, 64)),
    "CREPE (tiny)": (Crepe, lambda: torch.randn(2, 1024)),
    "Silero VAD": (VoiceDetector, lambda: torch.randn(2, 576)),
}
"""A network and a function of two inputs, by name."""
