"""The entry points by which installed packages extend the engine."""

import functools
from collections.abc import Mapping
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


def describe_origin(point: EntryPoint) -> str:
    """The package of an entry point, for messages."""
    return (
        f"the package {point.dist.name}" if point.dist else f"an installed package ({point.value})"
    )
