"""The order in memory of images: channels last is faster, but not all code can read it."""

import torch
from torch import Tensor, nn

from engine.tasks.base import Inputs
from engine.tasks.inputs import IMAGE_DIMENSIONS, call_network, tensors_in

_REFUSAL = "view size is not compatible"


def is_image_batch(tensor: Tensor) -> bool:
    """Whether a tensor is a batch of images or of their activations."""
    return tensor.ndim == IMAGE_DIMENSIONS and tensor.is_floating_point()


@torch.inference_mode()
def layout_for(module: nn.Module, inputs: Inputs) -> torch.memory_format:
    """The layout of images that a network in eval mode takes; `inputs` are on its device.

    It is channels last, unless the code of the network takes a `view` of activations, for which
    the channels must come first. It is tried. Without images it makes no difference.
    """
    if not any(is_image_batch(tensor) for tensor in tensors_in(inputs)):
        return torch.channels_last
    try:
        call_network(module, inputs)
    except RuntimeError as error:
        if _REFUSAL not in str(error):
            raise
        return torch.contiguous_format
    return torch.channels_last
