"""The entry points by which installed packages extend the engine."""

import functools
import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

CLUSTERS = "dynas_studio.clusters"
METERS = "dynas_studio.meters"
METRICS = "dynas_studio.metrics"
SUPERNETS = "dynas_studio.supernets"


@functools.cache
def find_entry_points(group: str) -> Mapping[str, EntryPoint]:
    """The entry points of a group by name, sorted; duplicates of a name are ignored.

    Cached, because the lookup opens a file of each installed package.
    """
    points: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        points.setdefault(point.name, point)
    return MappingProxyType(points)


def add_import_paths(folders: Sequence[str]) -> None:
    """Let this process import, and find the entry points of, the packages in these folders."""
    sys.path[:0] = [folder for folder in folders if folder not in sys.path]
    importlib.invalidate_caches()
    find_entry_points.cache_clear()


def describe_origin(point: EntryPoint) -> str:
    """The package of an entry point, for messages."""
    return (
        f"the package {point.dist.name}" if point.dist else f"an installed package ({point.value})"
    )
