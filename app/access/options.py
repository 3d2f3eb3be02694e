"""Validation of the command-line options for access control, and the policy they result in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.access import streamlit_login
from app.access.clusters import ClusterRules
from app.access.files import FileRules
from app.access.hosts import AllowedHosts, Host, is_loopback
from app.access.listen_address import ListenAddress
from app.access.login_middleware import AllowedUsers
from app.access.policy import Policy
from app.access.streamlit_login import LoginError
from app.access.token import Token, TokenError
from app.access.user_code import CodeRules
from engine.errors import NotAllowedError


class OptionError(Exception):
    """The options are contradictory or unusable; the message is a sentence."""


@dataclass(frozen=True)
class AccessOptions:
    """Options as given. `token` is None if none was given; `allow_users` requires `login`."""

    token: str | None = None
    insecure: bool = False
    login: bool = False
    allow_users: Sequence[str] = ()
    allowed_hosts: Sequence[str] = ()
    data_roots: Sequence[Path] = ()
    clusters: Sequence[str] = ()
    allow_code: bool = False

    def needs_no_token(self, address: ListenAddress) -> bool:
        """Whether a browser of this machine can open the dashboard without a token."""
        return self.token is None and (
            self.insecure or self.login or (address.is_loopback and not self.allowed_hosts)
        )

    def policy(self, address: ListenAddress, data_dir: Path) -> Policy:
        """The policy of a server that listens on `address`; raises OptionError.

        A server that others can reach requires a token unless an option says otherwise. One on
        loopback that answers to a network name counts as reachable: a proxy forwards to it.
        """
        exclusive_options = [("--login", self.login), ("--insecure", self.insecure)]
        exclusive_options.append(("--token (or DYNAS_TOKEN)", self.token is not None))
        given_options = [name for name, is_given in exclusive_options if is_given]
        if len(given_options) > 1:
            raise OptionError(
                f"{' and '.join(given_options)} exclude each other. Choose one of them."
            )
        if self.allow_users and not self.login:
            raise OptionError(
                "--allow-user is for those who sign in: add --login, or leave it out."
            )
        try:
            allowed_users = self._allowed_users()
            names = self._names()
            local = address.is_loopback and all(is_loopback(name) for name in names)
            bound_hosts = (
                ()
                if address.is_unspecified
                else {address.ip.partition("%")[0], *_host_names(address.requested_host)}
            )
            hosts = AllowedHosts.from_names(
                {*names, *bound_hosts}, any_address=address.is_unspecified
            )
            files = FileRules.for_server(data_dir, self.data_roots, local)
            clusters = ClusterRules.for_server(self.clusters, local)
            code = CodeRules.for_server(self.allow_code, local)
            token = self._token(needed=not (local or self.login or self.insecure))
        except (LoginError, TokenError, ValueError, NotAllowedError) as error:
            raise OptionError(str(error)) from None
        is_unprotected = self.insecure and not local
        return Policy(hosts, files, clusters, token, allowed_users, is_unprotected, code)

    def _allowed_users(self) -> AllowedUsers | None:
        if not self.login:
            return None
        allowed_users = AllowedUsers.from_options(self.allow_users)
        streamlit_login.check()
        return allowed_users

    def _names(self) -> frozenset[str]:
        """The allowed host names, including the one of the sign-in address."""
        origin = streamlit_login.origin() if self.login else None
        sign_in = _host_names(origin.partition("://")[2]) if origin else []
        return AllowedHosts.from_names([*self.allowed_hosts, *sign_in]).names

    def _token(self, needed: bool) -> Token | None:
        if self.token is not None:
            return Token(self.token)
        return Token.new() if needed else None


def _host_names(text: str) -> list[str]:
    host = Host.parse(text)
    return [host.name] if host else []
