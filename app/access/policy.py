"""The access policy of the server, fixed at start."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.middleware import Middleware

from app.access.clusters import ClusterRules
from app.access.files import FileRules
from app.access.headers import SecurityHeadersMiddleware
from app.access.hosts import AllowedHosts
from app.access.login_middleware import AllowedUsers, LoginMiddleware
from app.access.origin import SameOriginMiddleware
from app.access.token import Token
from app.access.token_middleware import TokenMiddleware
from app.access.user_code import CodeRules, named_path
from engine.supernets.elastic.model_source import ModelSource

if TYPE_CHECKING:
    from engine.config import NASConfig  # a slow import
    from engine.training.elastic.request import TrainingRequest


@dataclass(frozen=True)
class Policy:
    """At most one of `token` and `allowed_users` is set; `is_unprotected` means `--insecure`.

    A server that only programs of this machine can reach needs neither.
    """

    hosts: AllowedHosts = field(default_factory=AllowedHosts)
    files: FileRules = field(default_factory=lambda: FileRules(Path()))
    clusters: ClusterRules = field(default_factory=ClusterRules)
    token: Token | None = None
    allowed_users: AllowedUsers | None = None
    is_unprotected: bool = False
    code: CodeRules = field(default_factory=CodeRules)

    def check_config(self, config: "NASConfig") -> None:
        """Raise NotAllowedError for a search that names a forbidden file or cluster."""
        self.files.check_config(config)
        self.clusters.check_config(config)

    def check_cluster(self, address: str, paths: Mapping[str, str]) -> None:
        """Raise NotAllowedError for a forbidden cluster, or one of its `paths`, by option."""
        self.clusters.check_address(address)
        for name, path in paths.items():
            self.files.check_read_path(path, name)

    def check_training(self, request: "TrainingRequest") -> None:
        """Raise NotAllowedError for a training that runs forbidden code or reads forbidden files.

        Raises ConfigError for a text that names no network.
        """
        source = ModelSource.read(request.model)
        self.code.check_model(source)
        paths = {"weights": request.weights, "data": request.data, "model": named_path(source)}
        for name, path in paths.items():
            if path:
                self.files.check_read_path(path, name)

    def middleware(self, base: str = "") -> list[Middleware]:
        """The middleware of the server, the outermost first."""
        parts = [
            Middleware(SecurityHeadersMiddleware),
            Middleware(SameOriginMiddleware, allowed=self.hosts),
        ]
        if self.token is not None:
            parts.append(Middleware(TokenMiddleware, token=self.token, base=base))
        if self.allowed_users is not None:
            parts.append(Middleware(LoginMiddleware, allowed_users=self.allowed_users, base=base))
        return parts


_current = Policy()


def use(policy: Policy) -> None:
    """Set the policy of this process."""
    global _current
    _current = policy


def current() -> Policy:
    """The policy of this process; without a server, as in a test, that of a local one."""
    return _current
