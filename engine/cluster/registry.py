"""Kinds of clusters by the scheme of an address, and the connections of this process."""

import functools
import threading
from collections.abc import Mapping
from typing import Any

from engine import plug_ins
from engine.cluster.base import Cluster
from engine.errors import ConfigError
from engine.options import non_default_values, read_options
from engine.quoting import error_text, quoted

_EXAMPLE = "Write it as tcp://scheduler:8786."

_connections: dict[tuple[str, tuple[tuple[str, Any], ...]], Cluster] = {}
_lock = threading.Lock()


@functools.cache
def kinds() -> Mapping[str, type[Cluster] | str]:
    """The class for each scheme, or a sentence on why the package that has it cannot be used."""
    from engine.cluster.dask_cluster import DaskCluster

    by_scheme: dict[str, type[Cluster] | str] = dict.fromkeys(DaskCluster.schemes, DaskCluster)
    for name, point in plug_ins.find_entry_points(plug_ins.CLUSTERS).items():
        try:
            kind = point.load()
            schemes = tuple(kind.schemes)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a package may fail in any way
            origin = plug_ins.describe_origin(point)
            by_scheme.setdefault(
                name, f"The clusters of {origin} do not load: {error_text(error)}."
            )
            continue
        for scheme in schemes:
            by_scheme.setdefault(scheme, kind)
    return by_scheme


def kind_of(address: str) -> type[Cluster]:
    """The class that connects to `address`; raises ConfigError if there is none."""
    scheme, separator, place = address.partition("://")
    if not separator or not place.strip():
        raise ConfigError(f"cluster: {quoted(address)} is no address of a cluster. {_EXAMPLE}")
    kind = kinds().get(scheme)
    if kind is None:
        listed = ", ".join(f"{known}://" for known in kinds())
        raise ConfigError(
            f"cluster: nothing here connects to {quoted(address)}. An address begins with {listed}."
        )
    if isinstance(kind, str):
        raise ConfigError(f"cluster: {kind}")
    return kind


def cluster(address: str, options: Mapping[str, Any]) -> Cluster:
    """The connection of this process to a cluster; made once for an address and its options."""
    kind = kind_of(address)
    read = read_options(kind.Options, options, "cluster_options")
    key = address, tuple(sorted((n, repr(v)) for n, v in non_default_values(read).items()))
    with _lock:
        if key not in _connections:
            _connections[key] = kind(address, read)
        return _connections[key]


def close_all() -> None:
    """Disconnect from every cluster."""
    with _lock:
        connections = list(_connections.values())
        _connections.clear()
    for connection in connections:
        connection.close()
