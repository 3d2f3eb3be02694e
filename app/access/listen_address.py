"""The address that a server listens on."""

import errno
import socket
from dataclasses import dataclass

from app.access.hosts import ip_of, is_loopback


class AddressError(Exception):
    """The address cannot be listened on; the message says what to do."""


@dataclass(frozen=True)
class ListenAddress:
    """`requested_host` was asked for, `ip` is what the socket is bound to.

    A name is resolved once, here: what is decided about it holds for the bound socket.
    """

    requested_host: str
    ip: str

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this machine can connect."""
        return is_loopback(self.ip)

    @property
    def is_unspecified(self) -> bool:
        """Whether it listens on every address of this machine."""
        address = ip_of(self.ip)
        return address is not None and address.is_unspecified

    @property
    def url_host(self) -> str:
        """The host of a URL that works in a browser of this machine."""
        if self.is_unspecified:
            return "localhost"
        return f"[{self.requested_host}]" if ":" in self.requested_host else self.requested_host


def resolve_listen_address(address: str, port: int) -> ListenAddress:
    """Resolve `address` and test that it can be listened on; raises AddressError if not."""
    if not address.strip():
        raise AddressError(
            "--address is empty. Give 127.0.0.1 for this machine alone, or 0.0.0.0 for every "
            "network that it is in."
        )
    try:
        candidates = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        # A name may have several addresses: the server, which listens on one, prefers IPv4.
        family, kind, protocol, _, socket_address = min(
            candidates, key=lambda candidate: candidate[0] != socket.AF_INET
        )
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(socket_address)
    except (OSError, UnicodeError, ValueError) as error:
        raise AddressError(_failure_text(address, port, error)) from None
    return ListenAddress(address, str(socket_address[0]))


def _failure_text(address: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {address} is in use. Stop the program that uses it, or choose "
            "another port with --port."
        )
    reason = error.strerror if isinstance(error, OSError) else "not a valid address"
    return (
        f"{address[:200]}:{port} cannot be listened on ({reason}). "
        "Choose another one with --address and --port."
    )
