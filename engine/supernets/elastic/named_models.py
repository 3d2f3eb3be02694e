"""Models by name: those of torchvision, timm and transformers, with official or random weights."""

import difflib
import importlib
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from engine.errors import ConfigError, DataError
from engine.quoting import message_text
from engine.supernets.elastic.model_input import ImageInput
from engine.supernets.elastic.user_code import sentences

if TYPE_CHECKING:
    from torch import nn

_OTHERWISE = (
    "Connect to the internet, give a file of weights with --weights, or go on with "
    "--random-weights."
)
_IMAGENET_SIDE = 224


class TorchvisionModels:
    """`torchvision:resnet18`."""

    title, package = "torchvision", "torchvision"

    def load(self, name: str, weights: bool) -> "nn.Module":
        """The model; raises ConfigError for an unknown name, DataError for missing weights."""
        models = self._models(name)
        with _offline_sentence(f"The official weights of torchvision's {name}"):
            network: nn.Module = models.get_model(name, weights="DEFAULT" if weights else None)
        return network

    def image_input(self, name: str, network: "nn.Module") -> ImageInput | None:
        """The images that the official weights were trained for."""
        models = self._models(name)
        try:
            preset = models.get_model_weights(name).DEFAULT.transforms()
            size, resized = preset.crop_size[0], preset.resize_size[0]
        except (AttributeError, LookupError, ValueError):
            return ImageInput(channels=3, size=_IMAGENET_SIDE)
        return ImageInput(3, size, tuple(preset.mean), tuple(preset.std), min(1.0, size / resized))

    def _models(self, name: str) -> Any:
        models = _package("torchvision.models", self.package)
        _check_name(name, models.list_models(), "torchvision")
        return models


class TimmModels:
    """`timm:mobilenetv4_conv_small`, of the package timm."""

    title, package = "timm", "timm"

    def load(self, name: str, weights: bool) -> "nn.Module":
        """The model; raises ConfigError for an unknown name, DataError for missing weights."""
        timm = _package("timm", self.package)
        _check_name(name.partition(".")[0], timm.list_models(), "timm")
        with _offline_sentence(f"The official weights of timm's {name}"):
            network: nn.Module = timm.create_model(name, pretrained=weights)
        return network

    def image_input(self, name: str, network: "nn.Module") -> ImageInput | None:
        """What timm says of the model."""
        return ImageInput.of_timm(network)


class TransformersModels:
    """`hf:NAME`: a model of the Hugging Face hub, a folder with one, or a kind such as `bert`.

    A kind has the sizes that transformers gives it by default, and random weights.
    """

    title, package = "Hugging Face", "transformers"

    def load(self, name: str, weights: bool) -> "nn.Module":
        """The model of the class that its configuration names; raises DataError."""
        transformers = _package("transformers", self.package)
        if not weights and name in transformers.CONFIG_MAPPING:
            return _evaluated(transformers.AutoModel.from_config(self._kind(transformers, name)))
        place = str(Path(name).expanduser()) if Path(name).expanduser().is_dir() else name
        with _offline_sentence(f"The configuration of the Hugging Face model {name}"):
            config = transformers.AutoConfig.from_pretrained(place)
        architecture = (config.architectures or [""])[0]
        model_class = getattr(transformers, architecture, None)
        if not weights:
            made = (
                model_class(config) if model_class else transformers.AutoModel.from_config(config)
            )
            return _evaluated(made)
        with _offline_sentence(f"The official weights of the Hugging Face model {name}"):
            return _evaluated((model_class or transformers.AutoModel).from_pretrained(place))

    def image_input(self, name: str, network: "nn.Module") -> ImageInput | None:
        """The images that its configuration describes; None for a model of other inputs."""
        return ImageInput.of_transformers(network)

    def _kind(self, transformers: ModuleType, name: str) -> Any:
        return transformers.AutoConfig.for_model(name)


NamedModels = TorchvisionModels | TimmModels | TransformersModels
LIBRARIES: Mapping[str, NamedModels] = {
    "torchvision": TorchvisionModels(),
    "timm": TimmModels(),
    "hf": TransformersModels(),
}
"""What loads models of a library, by the prefix of their names."""


def evaluated(network: "nn.Module") -> "nn.Module":
    """The network itself in eval mode, of one that is compiled or parallel, and without a cache."""
    from engine.supernets.elastic.module_copy import unwrapped

    return without_cache(unwrapped(network).eval())


def without_cache(network: "nn.Module") -> "nn.Module":
    """The network, which no longer returns keys and values for the next token by default.

    They are what models of transformers for text return beside the logits. Blocks write into them,
    so that a block that is tried for itself would read those of the run before. `generate` has a
    setting of its own, and is not changed.
    """
    for module in network.modules():
        config: Any = getattr(module, "config", None)
        if getattr(config, "use_cache", None) is True:
            config.use_cache = False
    return network


def _evaluated(network: Any) -> "nn.Module":
    evaluated: nn.Module = network.eval()
    return evaluated


def _package(module: str, package: str) -> Any:
    """A module of an optional package; raises DataError with the command that installs it."""
    if find_spec(package) is None:
        raise DataError(
            f"The package '{package}' is not installed. Install it: pip install {package}."
        )
    with sentences(f"The package '{package}' cannot be used"):
        return importlib.import_module(module)


def _check_name(name: str, known: Sequence[str], library: str) -> None:
    if name in known:
        return
    similar = difflib.get_close_matches(name, known, 3)
    hint = f" Similar ones are {', '.join(similar)}." if similar else ""
    raise ConfigError(f"{library} has no model '{name}'.{hint}")


class _offline_sentence:  # noqa: N801 - a context manager
    """Turns what a library raises for an unreachable file into a sentence about `what`."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception):
            reason = message_text(error, 200).rstrip(".")
            raise DataError(f"{self._what} cannot be loaded ({reason}). {_OTHERWISE}") from error
