"""Checkpoints of a training: written whole or not at all, and read back."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from engine import program, regular_file
from engine.disk_errors import write_failure
from engine.errors import DataError

_MAX_BYTES = 200 * regular_file.GB


def write(path: Path, state: dict[str, Any]) -> None:
    """Write tensors and plain data to `path`; a kill leaves the former file. Raises DataError."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise DataError(write_failure(error, path.name, path.parent)) from error


def restore(module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Write all parameters and buffers, by name, into a module on any device."""
    own = {**dict(module.named_parameters()), **dict(module.named_buffers())}
    with torch.no_grad():
        for name, tensor in own.items():
            tensor.copy_(tensors[name])


def read(path: Path) -> dict[str, Any]:
    """What `write` wrote, with tensors on the CPU; raises DataError for a damaged file."""
    try:
        with regular_file.open_file(path, _MAX_BYTES) as file:
            state: dict[str, Any] = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # torch raises many kinds for a damaged or hostile file
        reason = getattr(error, "strerror", None) or "it is damaged or no checkpoint"
        raise DataError(
            f"{path} cannot be read: {reason}. Delete it, and train again with {program.name()}."
        ) from error
    return state
