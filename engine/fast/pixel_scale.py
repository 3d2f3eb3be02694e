"""PixelScale: how the bytes of images become the inputs of a network."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PixelScale:
    """`(x / 255 - mean) / std` of bytes `x`, with a mean and a deviation per channel."""

    mean: tuple[float, ...]
    std: tuple[float, ...]
