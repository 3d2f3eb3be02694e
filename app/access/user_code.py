"""Rules for Python code of visitors: a network of one's own is code that the server runs."""

from dataclasses import dataclass
from pathlib import Path

from engine.errors import NotAllowedError
from engine.supernets.elastic.model_source import ModelSource

_CODE = ("file", "module")


@dataclass(frozen=True)
class CodeRules:
    """`is_allowed`: visitors may have the server run Python files and functions that they name."""

    is_allowed: bool = True

    @classmethod
    def for_server(cls, allow_code: bool, local: bool) -> "CodeRules":
        """The rules of a server that is `local` to this machine or not."""
        return cls(local or allow_code)

    def check_model(self, source: ModelSource) -> None:
        """Raise NotAllowedError for a network whose code this server may not run."""
        if source.kind in _CODE and not self.is_allowed:
            raise NotAllowedError(
                "This server runs no Python code of its visitors. Choose a network of a library, "
                "or start the server with --allow-code."
            )


def named_path(source: ModelSource) -> str:
    """The path of a network's file, or of a folder in place of a name; empty if it has neither."""
    if source.kind == "file" or (source.library and _is_folder(source.place)):
        return source.place
    return ""


def _is_folder(text: str) -> bool:
    try:
        return Path(text).expanduser().is_dir()
    except (OSError, RuntimeError, ValueError):
        return False
