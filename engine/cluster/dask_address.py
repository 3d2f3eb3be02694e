"""What an address of a Dask scheduler and the TLS options beside it must be like."""

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from distributed.security import Security

from engine.errors import ConfigError
from engine.quoting import quoted

_WITHOUT_PORT = "inproc"
_ENCRYPTED = ("tls", "wss")
_TLS_FILES = ("tls_ca_file", "tls_client_cert", "tls_client_key")


def check_port(address: str) -> None:
    """Raise ConfigError for an address without a port, or with one that cannot be."""
    parts = urlsplit(address)
    if parts.scheme == _WITHOUT_PORT:
        return
    try:
        port = parts.port
    except ValueError:
        raise ConfigError(f"cluster: {quoted(address)} has no port from 1 to 65535.") from None
    if not port:
        raise ConfigError(
            f"cluster: {quoted(address)} has no port. That of Dask is 8786: {address}:8786."
        )


def security(address: str, options: Any) -> Security | None:
    """How a connection is encrypted; raises ConfigError for files that are missing or of no use.

    Files that the options leave out are those of Dask's own configuration.
    """
    is_encrypted = urlsplit(address).scheme in _ENCRYPTED
    given = {name: path for name in _TLS_FILES if (path := getattr(options, name))}
    if given and not is_encrypted:
        raise ConfigError(
            f"cluster_options.{next(iter(given))} is for an address that begins with tls://, and "
            f"this one is {quoted(address)}."
        )
    for name, path in given.items():
        if not Path(path).is_file():
            raise ConfigError(f"cluster_options.{name}: there is no file {path}.")
    if not is_encrypted:
        return None
    made = Security(**given, require_encryption=True)
    missing = [name for name in _TLS_FILES if not getattr(made, name)]
    if missing:
        raise ConfigError(
            f"cluster: {quoted(address)} is encrypted, and there is no "
            f"cluster_options.{missing[0]}."
        )
    return made


def name_problem(address: str) -> str:
    """Why the host of an address is not found, as the end of a sentence; empty if it is."""
    host = urlsplit(address).hostname
    if not host:
        return ""
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        return f"no machine is known here as {quoted(host)}"
    return ""
