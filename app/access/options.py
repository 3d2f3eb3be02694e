"""From the options of the command line to what holds for the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.access import streamlit_login
from app.access.files import FileRules
from app.access.hosts import AllowedHosts, Host, is_loopback
from app.access.listening import Listening
from app.access.login_door import Members
from app.access.policy import Policy
from app.access.streamlit_login import LoginError
from app.access.token import Token, TokenError
from engine.errors import NotAllowedError


class OptionError(Exception):
    """Options that do not fit together or cannot be used; the message is a sentence."""


@dataclass(frozen=True)
class Options:
    """What was asked for. `token` is empty if none was given; `allow_users` goes with `login`."""

    token: str | None = None
    insecure: bool = False
    login: bool = False
    allow_users: Sequence[str] = ()
    allowed_hosts: Sequence[str] = ()
    data_roots: Sequence[Path] = ()

    def needs_no_token(self, where: Listening) -> bool:
        """Whether a browser of this machine finds the dashboard without one."""
        return self.token is None and (
            self.insecure or self.login or (where.loopback and not self.allowed_hosts)
        )

    def policy(self, where: Listening, data_dir: Path) -> Policy:
        """What holds for a server that listens there; raises OptionError.

        A server that others can reach asks for a token unless it is told otherwise. One on loopback
        counts as such when it answers to a name of the network: a proxy is before it then.
        """
        doors = [("--login", self.login), ("--insecure", self.insecure)]
        doors.append(("--token (or DYNAS_TOKEN)", self.token is not None))
        given = [name for name, chosen in doors if chosen]
        if len(given) > 1:
            raise OptionError(f"{' and '.join(given)} exclude each other. Choose one of them.")
        if self.allow_users and not self.login:
            raise OptionError(
                "--allow-user is for those who sign in: add --login, or leave it out."
            )
        try:
            members = self._members()
            names = self._names()
            local = where.loopback and all(is_loopback(name) for name in names)
            bound = () if where.everywhere else {where.ip.partition("%")[0], *_name(where.given)}
            hosts = AllowedHosts.of({*names, *bound}, any_address=where.everywhere)
            files = FileRules.of(data_dir, self.data_roots, local)
            token = self._token(needed=not (local or self.login or self.insecure))
        except (LoginError, TokenError, ValueError, NotAllowedError) as error:
            raise OptionError(str(error)) from None
        open_door = self.insecure and not local
        return Policy(hosts, files, token, members, open_door)

    def _members(self) -> Members | None:
        if not self.login:
            return None
        members = Members.listed(self.allow_users)
        streamlit_login.check()
        return members

    def _names(self) -> frozenset[str]:
        """The hosts that were named, and the one where people sign in."""
        origin = streamlit_login.origin() if self.login else None
        sign_in = _name(origin.partition("://")[2]) if origin else []
        return AllowedHosts.of([*self.allowed_hosts, *sign_in]).named

    def _token(self, needed: bool) -> Token | None:
        if self.token is not None:
            return Token(self.token)
        return Token.new() if needed else None


def _name(text: str) -> list[str]:
    host = Host.parse(text)
    return [host.name] if host else []
