"""The perceptron."""

from collections.abc import Sequence

from torch import Tensor, nn

from tabular_supernet.data import CLASSES, COLUMNS

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh}


class Perceptron(nn.Sequential):
    """Rows `(n, 30)` in, logits `(n, 2)` out; a layer with batch-norm for each of `widths`."""

    def __init__(self, activation: str, widths: Sequence[int]) -> None:
        layers: list[nn.Module] = []
        for before, width in zip((COLUMNS, *widths), widths, strict=False):
            layers += [nn.Linear(before, width), nn.BatchNorm1d(width), ACTIVATIONS[activation]()]
        super().__init__(*layers, nn.Linear(widths[-1], len(CLASSES)))

    def forward(self, rows: Tensor) -> Tensor:
        logits: Tensor = super().forward(rows)
        return logits
