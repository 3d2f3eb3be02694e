"""The connections of this process to clusters."""

import threading
from collections.abc import Mapping
from typing import Any

from engine.cluster.base import Cluster
from engine.cluster_kinds import kind_of
from engine.errors import ConfigError
from engine.options import non_default_values, read_options

_connections: dict[tuple[str, str], Cluster] = {}
_lock = threading.Lock()


def cluster(address: str, options: Mapping[str, Any]) -> Cluster:
    """The connection to a cluster; one for an address and what its `connection_options` say.

    Raises ConfigError for an address or options that cannot be right, and if a package is missing.
    """
    kind = kind_of(address)
    read = read_options(kind.options, options, "cluster_options")
    try:
        implementation: type[Cluster] = kind.load()
    except ImportError as error:
        raise ConfigError(
            f"cluster: {error.name or error} is not installed here. Install it with "
            "pip install 'dynas-studio[cluster]'."
        ) from None
    key = address, repr(sorted(non_default_values(read).items(), key=str))
    with _lock:
        if key not in _connections:
            _connections[key] = implementation(address, read)
        return _connections[key]


def close_all() -> None:
    """Disconnect from every cluster."""
    with _lock:
        connections = list(_connections.values())
        _connections.clear()
    for connection in connections:
        connection.close()
