"""Safe and complete loading of published checkpoints with different parameter names."""

import re
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine import regular_file
from engine.errors import DataError

_MAX_BYTES = 10 * regular_file.GB
_REPEATED = re.compile(r"\b(conv|bn|linear)(\.\1)+\b")


def read_state(path: Path, url: str) -> dict[str, Tensor]:
    """The tensors by name in a checkpoint, plain or in `state_dict`; runs no code of the file.

    Raises DataError for a file that is damaged, hostile or no checkpoint.
    """
    try:
        with regular_file.open_file(path, _MAX_BYTES) as file:
            content = torch.load(file, map_location="cpu", weights_only=True)
    except OSError as error:
        why = error.strerror or error
        raise DataError(
            f"{path} cannot be read: {why}. Give the path of the file that {url} offers."
        ) from error
    except Exception as error:  # torch raises many kinds for a damaged or hostile file
        raise DataError(
            f"{path} cannot be loaded: it is damaged, cut off, no checkpoint of PyTorch, "
            "or holds more than weights, which could run code and is never loaded. "
            f"Delete it and download {url} again, or give the path of a good copy."
        ) from error
    state = content.get("state_dict", content) if isinstance(content, dict) else None
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise DataError(f"{path} holds no weights by name. Take the file that {url} offers.")
    return state


def common_name(name: str) -> str:
    """A parameter's name without the differences between versions of `ofa`.

    Older checkpoints call a block's convolutions `mobile_inverted_conv`; elastic layers repeat the
    names of their parts, as in `bn.bn.weight`.
    """
    return _REPEATED.sub(r"\1", name.replace(".mobile_inverted_conv.", ".conv."))


def load(net: nn.Module, path: Path, url: str) -> None:
    """Load a checkpoint into an elastic network; it must contain all tensors of the network.

    Raises DataError naming the first tensor that is missing, unknown or of another shape.
    """
    tensors = {common_name(name): value for name, value in read_state(path, url).items()}
    # A module's counters of training batches have no effect; the oldest checkpoints lack them.
    own_state = dict(net.state_dict())
    names = {common_name(name): name for name in own_state}
    state: dict[str, Any] = {}
    for common, name in names.items():
        value = tensors.pop(common, None)
        if value is None and name.endswith("num_batches_tracked"):
            value = own_state[name]
        if value is None or value.shape != own_state[name].shape:
            problem = "is missing" if value is None else f"has shape {tuple(value.shape)}"
            raise _mismatch_error(path, url, f"{name} {problem}")
        state[name] = value.to(own_state[name].dtype)
    if tensors:
        raise _mismatch_error(path, url, f"{next(iter(tensors))} is not a part of this network")
    # ofa's own load_state_dict silently leaves missing tensors at random values.
    nn.Module.load_state_dict(net, state)


def _mismatch_error(path: Path, url: str, why: str) -> DataError:
    return DataError(
        f"{path} holds the weights of another network: {why}. Take the file that {url} offers, or "
        "choose the supernet that these weights belong to."
    )
