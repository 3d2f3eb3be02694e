"""The connections of this process to clusters."""

import threading
from collections.abc import Mapping
from typing import Any

from engine.cluster.base import Cluster, ClusterState
from engine.cluster_kinds import ClusterKind, kind_of
from engine.errors import ConfigError
from engine.options import Options, non_default_values, read_options

_connections: dict[tuple[str, str], Cluster] = {}
_lock = threading.Lock()


def cluster(address: str, options: Mapping[str, Any]) -> Cluster:
    """The connection to a cluster; one for an address and its options.

    Raises ConfigError for an address or options that cannot be right, and if a package is missing.
    """
    kind = kind_of(address)
    read = read_options(kind.options, options, "cluster_options")
    key = _key(address, read)
    with _lock:
        if key not in _connections:
            _connections[key] = _implementation(kind)(address, read)
        return _connections[key]


def look_at(address: str, options: Mapping[str, Any], timeout: float) -> ClusterState:
    """The state of a cluster once it answers, by a connection that is kept only if runs have it.

    Raises ConfigError as `cluster`, and with the reason if it does not answer within `timeout` s.
    """
    kind = kind_of(address)
    read = read_options(kind.options, options, "cluster_options")
    with _lock:
        kept = _connections.get(_key(address, read))
    if kept is not None:
        return kept.connect(timeout)
    connection = _implementation(kind)(address, read)
    try:
        return connection.connect(timeout)
    finally:
        connection.close()


def _key(address: str, options: Options) -> tuple[str, str]:
    return address, repr(sorted(non_default_values(options).items(), key=str))


def _implementation(kind: ClusterKind) -> type[Cluster]:
    try:
        implementation: type[Cluster] = kind.load()
    except ImportError as error:
        raise ConfigError(
            f"cluster: {error.name or error} is not installed here. Install it with "
            "pip install 'dynas-studio[cluster]'."
        ) from None
    return implementation


def close_all() -> None:
    """Disconnect from every cluster."""
    with _lock:
        connections = list(_connections.values())
        _connections.clear()
    for connection in connections:
        connection.close()
