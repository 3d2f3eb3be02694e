"""What was decided at start about who may come in, for the whole server."""

from dataclasses import dataclass, field
from pathlib import Path

from starlette.middleware import Middleware

from app.access.files import FileRules
from app.access.headers import SecurityHeaders
from app.access.hosts import AllowedHosts
from app.access.login_door import LoginDoor, Members
from app.access.origin import SameOriginOnly
from app.access.token import Token
from app.access.token_door import TokenDoor


@dataclass(frozen=True)
class Policy:
    """At most one of `token` and `members` is given; `open_door` says that neither is on purpose.

    A server that only programs of this machine reach needs neither.
    """

    hosts: AllowedHosts = field(default_factory=AllowedHosts)
    files: FileRules = field(default_factory=lambda: FileRules(Path()))
    token: Token | None = None
    members: Members | None = None
    open_door: bool = False

    def middleware(self, base: str = "") -> list[Middleware]:
        """What stands before the application, the outermost first."""
        parts = [Middleware(SecurityHeaders), Middleware(SameOriginOnly, allowed=self.hosts)]
        if self.token is not None:
            parts.append(Middleware(TokenDoor, token=self.token, base=base))
        if self.members is not None:
            parts.append(Middleware(LoginDoor, members=self.members, base=base))
        return parts


_current = Policy()


def use(policy: Policy) -> None:
    """Let it hold for this process."""
    global _current
    _current = policy


def current() -> Policy:
    """What holds: without a server, as in a notebook or a test, that of a local one."""
    return _current
