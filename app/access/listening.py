"""Where a server listens, and who can reach it there."""

import errno
import socket
from dataclasses import dataclass

from app.access.hosts import ip_of, is_loopback


class AddressError(Exception):
    """Nothing can listen there; the message is a sentence that says what to do."""


@dataclass(frozen=True)
class Listening:
    """`given` was asked for, `ip` is what the socket is bound to.

    A name is looked up once, here: what is decided about it holds for what is bound.
    """

    given: str
    ip: str

    @property
    def loopback(self) -> bool:
        """Whether programs of this machine alone can connect."""
        return is_loopback(self.ip)

    @property
    def everywhere(self) -> bool:
        """Whether it listens on every address of this machine."""
        address = ip_of(self.ip)
        return address is not None and address.is_unspecified

    @property
    def shown(self) -> str:
        """The host as it stands in an address that works in a browser of this machine."""
        if self.everywhere:
            return "localhost"
        return f"[{self.given}]" if ":" in self.given else self.given


def listening(address: str, port: int) -> Listening:
    """Where a server on `address:port` would listen; raises AddressError if it cannot."""
    if not address.strip():
        raise AddressError(
            "--address is empty. Give 127.0.0.1 for this machine alone, or 0.0.0.0 for every "
            "network that it is in."
        )
    try:
        found = socket.getaddrinfo(address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # A name may stand for several: the server, which listens on one, prefers IPv4.
        family, kind, protocol, _, target = min(found, key=lambda one: one[0] != socket.AF_INET)
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except (OSError, UnicodeError, ValueError) as error:
        raise AddressError(_why_not(address, port, error)) from None
    return Listening(address, str(target[0]))


def _why_not(address: str, port: int, error: Exception) -> str:
    if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {address} is in use. Stop the program that uses it, or choose "
            "another port with --port."
        )
    reason = error.strerror if isinstance(error, OSError) else "it is no address"
    return (
        f"{address[:200]}:{port} cannot be listened on ({reason}). "
        "Choose another one with --address and --port."
    )
