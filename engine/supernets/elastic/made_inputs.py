"""Inputs of a network without any data, from what the network says of itself."""

from typing import TYPE_CHECKING, Any

from engine.errors import DataError
from engine.supernets.elastic.model_source import ModelSource
from engine.tasks.base import Inputs

if TYPE_CHECKING:
    from torch import Tensor, nn

_COUNT = 2
_TOKENS = 16  # of a text, unless the network takes fewer
_POINTS = 128  # of a signal


def made_inputs(source: ModelSource, network: "nn.Module", size: int | None) -> Inputs:
    """Two inputs: those of `make_inputs`, images, tokens, or rows for a first linear layer.

    Raises DataError if nothing tells what the network takes.
    """
    import torch
    from torch import nn

    if (own := source.example_inputs()) is not None:
        return own
    generator = torch.Generator().manual_seed(0)
    config = getattr(network, "config", None)
    if getattr(network, "main_input_name", "") == "input_ids" and config is not None:
        return {"input_ids": _tokens(config, generator)}
    if (image_input := source.image_input(network)) is not None:
        side = size or image_input.size
        if side is None:
            raise DataError(
                "Nothing tells the size of the images that the network takes. Give --size, --data, "
                "or define SIZE in its file."
            )
        return torch.randn(_COUNT, image_input.channels, side, side, generator=generator)
    for layer in network.modules():
        if isinstance(layer, nn.Conv1d):
            return torch.randn(_COUNT, layer.in_channels, size or _POINTS, generator=generator)
        if isinstance(layer, nn.Linear):
            return torch.randn(_COUNT, layer.in_features, generator=generator)
        if isinstance(layer, nn.Embedding):
            shape = (_COUNT, size or _TOKENS)
            return torch.randint(0, layer.num_embeddings, shape, generator=generator)
    raise DataError(
        "Nothing tells what inputs the network takes. Define make_inputs() in its file, which "
        "returns a batch of two."
    )


def _tokens(config: Any, generator: Any) -> "Tensor":
    import torch

    longest = getattr(config, "max_position_embeddings", None) or _TOKENS
    shape = (_COUNT, min(_TOKENS, longest))
    return torch.randint(0, config.vocab_size, shape, generator=generator)
