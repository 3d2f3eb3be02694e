"""Preprocessing inside a network: pixels from 0 to 255 in, scaled and normalised images on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from engine.errors import EvaluationError

_LARGEST_PIXEL = 255
_MAX_ROUNDING = 1e-3  # of a pixel that was scaled and normalised, and back
_NEEDED = ("scale", "mean", "std")


@dataclass(frozen=True)
class Preprocessing:
    """Images are pixels times `scale`, less `mean`, divided by `std`; the latter per channel."""

    scale: float
    mean: tuple[float, ...]
    std: tuple[float, ...]

    @classmethod
    def of(cls, words: Mapping[str, Any]) -> "Preprocessing":
        """That of `Task.preprocessing`; raises EvaluationError if it does not say enough."""
        missing = [name for name in _NEEDED if name not in words]
        if missing or words.get("layout", "NCHW") != "NCHW":
            reason = f"it says no {', '.join(missing)}" if missing else "its layout is not NCHW"
            raise EvaluationError(
                "The preprocessing cannot be part of model.onnx, because the task does not "
                f"describe it for images: {reason}. Leave --with-preprocessing out."
            )
        return cls(float(words["scale"]), tuple(words["mean"]), tuple(words["std"]))

    def pixels(self, images: Tensor) -> Tensor:
        """The pixels `(n, c, h, w)`, uint8, of normalised images; raises EvaluationError."""
        mean, std = self._per_channel(images)
        exact = (images.float() * std + mean) / self.scale
        pixels = exact.round()
        in_range = bool((pixels >= 0).all() and (pixels <= _LARGEST_PIXEL).all())
        if not in_range or float((exact - pixels).abs().max()) > _MAX_ROUNDING * _LARGEST_PIXEL:
            raise EvaluationError(
                "The preprocessing cannot be part of model.onnx: the validation inputs are not "
                "pixels from 0 to 255 after the scale, mean and std that the task describes. Leave "
                "--with-preprocessing out."
            )
        return pixels.to(torch.uint8)

    def _per_channel(self, images: Tensor) -> tuple[Tensor, Tensor]:
        if images.ndim != 4 or images.shape[1] != len(self.mean) or len(self.mean) != len(self.std):
            raise EvaluationError(
                "The preprocessing cannot be part of model.onnx: mean and std of the task are not "
                "those of its images. Leave --with-preprocessing out."
            )
        mean, std = torch.tensor(self.mean), torch.tensor(self.std)
        return mean.view(1, -1, 1, 1), std.view(1, -1, 1, 1)


class PixelNetwork(nn.Module):
    """A network that takes pixels from 0 to 255 `(n, c, h, w)` instead of normalised images."""

    mean: Tensor
    std: Tensor

    def __init__(self, network: nn.Module, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.network, self.scale = network, preprocessing.scale
        for name in ("mean", "std"):
            value = torch.tensor(getattr(preprocessing, name)).view(1, -1, 1, 1)
            self.register_buffer(name, value)

    def forward(self, pixels: Tensor) -> Any:
        """The outputs of the network."""
        return self.network((pixels.float() * self.scale - self.mean) / self.std)
