"""What installed packages add to the engine: the entry points of its groups."""

import functools
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

METERS = "dynas_studio.meters"
METRICS = "dynas_studio.metrics"
SUPERNETS = "dynas_studio.supernets"


@functools.cache
def find_entry_points(group: str) -> Mapping[str, EntryPoint]:
    """The entry points of a group by name, sorted; of two with one name the first counts.

    Looked up once a process: it opens a file of each installed package.
    """
    found: dict[str, EntryPoint] = {}
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        found.setdefault(point.name, point)
    return MappingProxyType(found)


def describe_origin(point: EntryPoint) -> str:
    """Whose entry point it is, in words for a message."""
    return (
        f"the package {point.dist.name}" if point.dist else f"an installed package ({point.value})"
    )
