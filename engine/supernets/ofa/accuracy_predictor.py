"""Once-for-All's published accuracy predictors: ImageNet top-1 from genotypes, without images.

They are networks with three hidden layers that MIT trained on measured sub-networks. The source
of their predictions is "published predictor", never "measured".
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from engine.errors import DataError
from engine.space import Genotypes, SearchSpace

Floats = npt.NDArray[np.float64]

_MOBILENET_RESOLUTIONS = (112, 128, 144, 160, 176, 192, 208, 224)
_RESNET_RESOLUTIONS = (128, 144, 160, 176, 192, 224, 240, 256)
_RESNET_WIDTHS = 3
_MOBILENET_INPUTS = 128
_RESNET_INPUTS = 82


def _one_hot(space: SearchSpace, genotypes: Genotypes, group: str) -> Floats:
    """`(n, genes of group * choices)` one-hot, all zeros where a gene is inactive."""
    genes = [i for i, gene in enumerate(space.genes) if gene.group == group]
    rows, active = genotypes[:, genes, None], space.active(genotypes)[:, genes, None]
    one_hot = (rows == np.arange(space.choices[genes].max())) & active
    inputs: Floats = one_hot.reshape(len(genotypes), -1).astype(np.float64)
    return inputs


def _values(space: SearchSpace, genotypes: Genotypes, group: str) -> Floats:
    """`(n, genes of group)` the values of the genes."""
    genes = [i for i, gene in enumerate(space.genes) if gene.group == group]
    columns = [np.array(space.genes[i].choices, dtype=np.float64)[genotypes[:, i]] for i in genes]
    return np.stack(columns, axis=1)


def _resolution(space: SearchSpace, genotypes: Genotypes, choices: tuple[int, ...]) -> Floats:
    """`(n, known)` one-hot of the input resolution, from its gene or fixed."""
    fixed = dict(space.trailing).get("r")
    resolutions = (
        np.full((len(genotypes), 1), fixed[0]) if fixed else _values(space, genotypes, "r")
    )
    inputs: Floats = (resolutions == np.array(choices)).astype(np.float64)
    return inputs


def mobilenet_inputs(space: SearchSpace, genotypes: Genotypes) -> Floats:
    """`(n, 128)`: 20 kernels, 20 expansions, resolution 112-224 in steps of 16."""
    parts = [_one_hot(space, genotypes, group) for group in ("ks", "e")]
    return np.hstack([*parts, _resolution(space, genotypes, _MOBILENET_RESOLUTIONS)])


def resnet_inputs(space: SearchSpace, genotypes: Genotypes) -> Floats:
    """`(n, 82)`: resolution, stem block (absent, present), 6 widths, 18 expansions."""
    stem_block = _values(space, genotypes, "d")[:, :1] > 0
    widths = _values(space, genotypes, "w")[..., None] == np.arange(_RESNET_WIDTHS)
    return np.hstack(
        [
            _resolution(space, genotypes, _RESNET_RESOLUTIONS),
            ~stem_block,
            stem_block,
            widths.reshape(len(genotypes), -1),
            _one_hot(space, genotypes, "e"),
        ]
    ).astype(np.float64)


@dataclass(frozen=True)
class AccuracyPredictor:
    """`layers` of weights `(outputs, inputs)` and biases `(outputs,)` with ReLU, plus `base`."""

    layers: tuple[tuple[Floats, Floats], ...]
    base: float

    @classmethod
    def read(cls, path: Path, url: str) -> "AccuracyPredictor":
        """The predictor in a published file; raises DataError for any other."""
        from engine.supernets.ofa.weights import read_state

        state = {name: value.double().numpy() for name, value in read_state(path, url).items()}
        base = float(state.pop("base_acc", np.zeros(1)).sum())
        weights = [value for name, value in state.items() if name.endswith(".weight")]
        biases = {name: value for name, value in state.items() if name.endswith(".bias")}
        layers = tuple(
            (value, biases.pop(name.removesuffix("weight") + "bias", np.zeros(len(value))))
            for name, value in state.items()
            if name.endswith(".weight")
        )
        sizes = [weight.shape[::-1] for weight in weights if weight.ndim == 2]
        is_chain = [inputs for inputs, _ in sizes[1:]] == [outputs for _, outputs in sizes[:-1]]
        has_known_shape = (
            sizes and sizes[0][0] in (_MOBILENET_INPUTS, _RESNET_INPUTS) and sizes[-1][1] == 1
        )
        if biases or len(sizes) < len(weights) or not (has_known_shape and is_chain):
            raise DataError(
                f"{path} is not a published accuracy predictor. Take the file that {url} offers."
            )
        return cls(layers, base)

    @property
    def inputs(self) -> int:
        """128 for the MobileNets, 82 for ResNet50."""
        return int(self.layers[0][0].shape[1])

    def top1(self, space: SearchSpace, genotypes: Genotypes) -> Floats:
        """`(n,)` predicted ImageNet top-1 in % of `(n, genes)` genotypes of a supernet's space.

        Raises DataError if the predictor belongs to another kind of network.
        """
        rows = np.atleast_2d(genotypes)
        is_mobilenet = any(gene.group == "ks" for gene in space.genes)
        if self.inputs != (_MOBILENET_INPUTS if is_mobilenet else _RESNET_INPUTS):
            raise DataError(
                "This accuracy predictor belongs to another supernet. Give the file of the "
                "predictor of this supernet."
            )
        values = mobilenet_inputs(space, rows) if is_mobilenet else resnet_inputs(space, rows)
        for number, (weight, bias) in enumerate(self.layers):
            values = values @ weight.T + bias
            if number < len(self.layers) - 1:
                values = np.maximum(values, 0)
        top1: Floats = 100.0 * (values[:, 0] + self.base)
        return top1
