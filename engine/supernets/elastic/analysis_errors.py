"""What keeps a network, or a part of it, from bending, in words."""

from collections.abc import Collection, Iterable
from difflib import get_close_matches

import torch
from torch import nn
from torch.nn.parameter import is_lazy

from engine.errors import ElasticError
from engine.quoting import quoted
from engine.supernets.elastic.module_copy import copy_module
from engine.supernets.elastic.settings import ElasticSettings
from engine.supernets.elastic.widths import UnitGroup


def copied(model: nn.Module) -> nn.Module:
    """A copy of the network with weights in float32; raises ElasticError."""
    scripts = [n for n, m in model.named_modules() if isinstance(m, torch.jit.ScriptModule)]
    if scripts:
        raise ElasticError(
            f"{quoted(scripts[0], 60) if scripts[0] else 'The network'} is TorchScript, whose "
            "layers cannot be followed. Give the network as its Python class."
        )
    lazy = [name for name, p in model.named_parameters() if is_lazy(p)]
    if lazy:
        raise ElasticError(
            f"The size of {quoted(lazy[0], 60)} is not known before the network has run. Let "
            "make_model run it once on an input, or give the layer its size."
        )
    try:
        return copy_module(model).float()
    except Exception as error:
        raise ElasticError(
            f"The network cannot be copied ({first_line(error)}). Every sub-network is a copy of "
            "some of its weights: keep only parameters, buffers and plain values in its modules."
        ) from error


def cannot_run(error: Exception) -> ElasticError:
    """The error for a network that does not run on its inputs."""
    return ElasticError(
        f"The network does not run on the given inputs: {first_line(error)}. Check the size and "
        "the number of channels of the inputs, and how they are given."
    )


def check_names(given: Iterable[str], names: Collection[str]) -> None:
    """Raise ElasticError for the first name that is not among those of parts that may bend."""
    for name in given:
        if name not in names:
            raise _unknown_part(name, names)


def _unknown_part(name: str, names: Collection[str]) -> ElasticError:
    close = get_close_matches(name, names, n=1, cutoff=0.0)
    hint = f" Do you mean {quoted(close[0])}?" if close else ""
    return ElasticError(
        f"Nothing that can bend is called {quoted(name, 60)}.{hint} The tables of a check have all "
        "names."
    )


def first_line(error: Exception) -> str:
    """The kind and the first line of an error of a user's code."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:200]}" if lines else type(error).__name__


def too_small(group: UnitGroup, settings: ElasticSettings) -> str:
    """Why a width has one choice only."""
    if group.name in settings.rigid:
        return "it is chosen to stay as it is"
    what = "heads" if group.role == "heads" else "channels"
    return f"it has {len(group.roots) * (1 if what == 'heads' else group.entries)} {what} only"
