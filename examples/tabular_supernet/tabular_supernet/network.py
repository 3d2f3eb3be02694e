"""The perceptron."""

from collections.abc import Sequence

from torch import Tensor, nn

from tabular_supernet.data import CLASSES, COLUMNS

ACTIVATIONS = {"relu": nn.ReLU, "gelu": nn.GELU, "tanh": nn.Tanh}


class Perceptron(nn.Sequential):
    """Logits `(n, 2)` of rows `(n, 30)`; a layer with batch-norm for each of `widths`."""

    def __init__(self, activation: str, widths: Sequence[int]) -> None:
        layers: list[nn.Module] = []
        for in_features, width in zip((COLUMNS, *widths), widths, strict=False):
            layers += [
                nn.Linear(in_features, width),
                nn.BatchNorm1d(width),
                ACTIVATIONS[activation](),
            ]
        super().__init__(*layers, nn.Linear(widths[-1], len(CLASSES)))

    def forward(self, rows: Tensor) -> Tensor:
        logits: Tensor = super().forward(rows)
        return logits
