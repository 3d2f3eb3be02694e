"""Rules for the clusters that a visitor may make the server connect to.

A cluster runs code of this server, and can send code to it: connecting is trusting.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cluster_kinds import address_problem
from engine.errors import NotAllowedError
from engine.quoting import quoted

if TYPE_CHECKING:
    from engine.config import NASConfig  # a slow import


@dataclass(frozen=True)
class ClusterRules:
    """`addresses` are those that the server was started with; `any_address` allows all others."""

    addresses: tuple[str, ...] = ()
    any_address: bool = True

    @classmethod
    def for_server(cls, addresses: Iterable[str], local: bool) -> "ClusterRules":
        """The rules of a server that is `local` to this machine or not.

        Raises NotAllowedError for an address that nothing connects to.
        """
        named = tuple(dict.fromkeys(address.strip() for address in addresses))
        for address in named:
            if problem := address_problem(address):
                raise NotAllowedError(f"--cluster: {problem}.")
        return cls(named, any_address=local)

    def check_config(self, config: "NASConfig") -> None:
        """Raise NotAllowedError for a search on a cluster that this server may not connect to."""
        if config.dynas.cluster:
            self.check_address(config.dynas.cluster)

    def check_address(self, address: str) -> None:
        """Raise NotAllowedError for the address of a cluster that its operator has not named."""
        if not self.allows(address):
            named = ", ".join(self.addresses) or "none"
            raise NotAllowedError(
                f"cluster: this server may not connect to {quoted(address)}. Its operator allows "
                f"{named}. Choose one of them, or start the server with --cluster ADDRESS."
            )

    def allows(self, address: str) -> bool:
        """Whether this server may connect to a cluster."""
        return self.any_address or address in self.addresses
