"""Multi-objective neural architecture search on weight-sharing super-networks.

>>> from engine import NAS, NASConfig
>>> pareto = NAS(NASConfig()).search()
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

# The metrics of the engine's own tasks and meters are known wherever anything of it is imported.
from engine.tasks.images import metrics as _of_images  # noqa: F401

from engine.meters import metrics as _of_meters  # noqa: F401  # isort: skip

if TYPE_CHECKING:
    from engine.config import NASConfig
    from engine.nas import NAS, ParetoSet
    from engine.supernets.registry import load as load_supernet

__all__ = ["NAS", "NASConfig", "ParetoSet", "load_supernet"]

_HOMES = {
    "NAS": ("engine.nas", "NAS"),
    "NASConfig": ("engine.config", "NASConfig"),
    "ParetoSet": ("engine.nas", "ParetoSet"),
    "load_supernet": ("engine.supernets.registry", "load"),
}


def __getattr__(name: str) -> Any:
    """Import what is asked for: a worker process needs none of it, and would wait for all of it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'engine' has no attribute '{name}'")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
