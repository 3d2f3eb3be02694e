"""Parsing of the header `Host`, and the host names that a server answers to."""

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

_PATTERN = re.compile(
    r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(?::(?P<port>\d{1,5}))?"
)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_MAX_LENGTH = 300  # characters: a name of the domain name system has 253 at most


def ip_of(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that `name` spells; None for a name that has to be resolved."""
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def is_loopback(name: str) -> bool:
    """Whether `name` always resolves to this machine."""
    address = ip_of(name)
    return name == "localhost" if address is None else address.is_loopback


@dataclass(frozen=True)
class Host:
    """A name or address in lower case without a trailing dot; `port` is None if none was given."""

    name: str
    port: int | None

    @classmethod
    def parse(cls, text: str) -> "Host | None":
        """The host of a header `Host`; None for invalid text, such as one with a user name."""
        match = _PATTERN.fullmatch(text) if len(text) <= _MAX_LENGTH else None
        if match is None:
            return None
        port = None if match["port"] is None else int(match["port"])
        name = (match["six"] or match["name"]).lower().removesuffix(".")
        address = ip_of(name)
        if not name or (port is not None and port > 65535) or (match["six"] and address is None):
            return None
        return cls(name if address is None else str(address), port)

    def port_under(self, scheme: str) -> int | None:
        """The port that a browser connects to with `http` or `https`."""
        return self.port if self.port is not None else _DEFAULT_PORTS.get(scheme)

    def is_origin(self, origin: str) -> bool:
        """Whether a page of `origin`, such as `https://studio.example`, came from this host.

        The scheme is not compared: a server behind a proxy that terminates TLS does not know it.
        """
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        other = Host.parse(parts.netloc)
        if other is None or origin.lower() != f"{parts.scheme}://{parts.netloc}".lower():
            return False
        ports = self.port_under(parts.scheme), other.port_under(parts.scheme)
        return parts.scheme in _DEFAULT_PORTS and other.name == self.name and ports[0] == ports[1]


@dataclass(frozen=True)
class AllowedHosts:
    """Loopback names, those that were `names`, and with `any_address` every address in figures.

    A foreign page can reach the server only under a name of its own that resolves to this machine
    (DNS rebinding). A numeric address is no such name.
    """

    names: frozenset[str] = frozenset()
    any_address: bool = False

    @classmethod
    def from_names(cls, host_names: Iterable[str], any_address: bool = False) -> "AllowedHosts":
        """Those names; raises ValueError for what is no bare host, with a sentence."""
        names = set()
        for name in host_names:
            host = Host.parse(f"[{name}]" if ":" in name and ip_of(name) else name)
            if host is None or host.port is not None:
                raise ValueError(
                    f"'{name[:200]}' is no host. Give a name or an address alone, such as "
                    "studio.example, without http:// and without a port."
                )
            names.add(host.name)
        return cls(frozenset(names), any_address)

    def allows(self, host: Host) -> bool:
        """Whether the server answers to that name, on any port."""
        is_named = host.name in self.names or is_loopback(host.name)
        return is_named or (self.any_address and ip_of(host.name) is not None)
