"""The images that a model takes: channels, size and normalisation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from engine.errors import DataError
from engine.tasks.images.pixel_files import MEAN, STD

if TYPE_CHECKING:
    from torch import nn

_SCALE_OF_TRANSFORMERS = 0.5  # mean and deviation of pixels, of most of its vision models
_NAMES = ("MEAN", "STD", "SIZE")


@dataclass(frozen=True)
class ImageInput:
    """Images `(channels, size, size)`, normalised by `mean` and `std` of pixels from 0 to 1.

    Empty `mean` and `std` are those of ImageNet, or of the images themselves if they are grey.
    `crop` is the share of the shorter side that is kept. `size` is None where nothing tells it.
    """

    channels: int
    size: int | None = None
    mean: tuple[float, ...] = ()
    std: tuple[float, ...] = ()
    crop: float = 1.0

    @classmethod
    def of_timm(cls, network: "nn.Module") -> "ImageInput | None":
        """What a model of timm says of itself in `pretrained_cfg`; None for another model."""
        settings = getattr(network, "pretrained_cfg", None)
        if not isinstance(settings, Mapping) or "input_size" not in settings:
            return None
        channels, size = settings["input_size"][0], settings["input_size"][-1]
        mean, std = settings.get("mean") or (), settings.get("std") or ()
        fits = len(mean) == len(std) == channels
        crop = float(settings.get("crop_pct") or 1.0)
        return cls(channels, size, *((tuple(mean), tuple(std)) if fits else ((), ())), crop)

    @classmethod
    def of_transformers(cls, network: "nn.Module") -> "ImageInput | None":
        """What the configuration of a model of transformers says; None for other inputs."""
        config = getattr(network, "config", None)
        if getattr(network, "main_input_name", "") != "pixel_values" or config is None:
            return None
        size, channels = getattr(config, "image_size", None), getattr(config, "num_channels", 3)
        size = size[0] if isinstance(size, Sequence) else size
        scale = (_SCALE_OF_TRANSFORMERS,) * channels
        return cls(channels, size or 224, scale, scale)

    @classmethod
    def of_network(cls, network: "nn.Module") -> "ImageInput | None":
        """From what the network says of itself, else from its first convolution; None without."""
        from torch import nn

        if told := cls.of_timm(network) or cls.of_transformers(network):
            return _with_channels(told, network)
        first = next((m for m in network.modules() if isinstance(m, nn.Conv2d)), None)
        return None if first is None else cls(first.in_channels)

    def with_variables(self, variables: Mapping[str, Any], where: str) -> "ImageInput":
        """As `MEAN`, `STD` and `SIZE` say if a file of a user defines them; raises DataError.

        Images are scaled to `SIZE`, and nothing is cut off.
        """
        image_input = self
        for name in _NAMES:
            if (value := variables.get(name)) is not None:
                value = _checked_variable(name, value, self.channels, where)
                image_input = replace(image_input, **{name.lower(): value})
        if variables.get("SIZE") is not None:
            image_input = replace(image_input, crop=1.0)
        return image_input

    @property
    def normalisation(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Mean and deviation by channel, ImageNet's if none are known."""
        if self.mean and self.std:
            return self.mean, self.std
        if self.channels == len(MEAN):
            return MEAN, STD
        return (sum(MEAN) / 3,) * self.channels, (sum(STD) / 3,) * self.channels


def _with_channels(told: ImageInput, network: "nn.Module") -> ImageInput:
    """The input with the channels of the first convolution, which a user may have replaced."""
    from torch import nn

    first = next((m for m in network.modules() if isinstance(m, nn.Conv2d)), None)
    if first is None or first.in_channels == told.channels:
        return told
    return replace(told, channels=first.in_channels, mean=(), std=())


def _checked_variable(name: str, value: Any, channels: int, where: str) -> Any:
    if name == "SIZE":
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise DataError(f"SIZE in {where} is {value!r}. Give a number of pixels.")
        return value
    values = (value,) * channels if isinstance(value, int | float) else value
    if not isinstance(values, Sequence) or len(values) != channels:
        raise DataError(
            f"{name} in {where} is {value!r}. Give a number for each of {channels} channels."
        )
    if not all(isinstance(v, int | float) for v in values) or (name == "STD" and min(values) <= 0):
        raise DataError(f"{name} in {where} is {value!r}. Give numbers, deviations above 0.")
    return tuple(float(v) for v in values)
