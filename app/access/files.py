"""The files that a visitor may name: a browser asks the server to read and write for it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.errors import NotAllowedError
from engine.quoting import quoted

if TYPE_CHECKING:
    from engine.config import NASConfig  # takes a while, and only a search needs it

WRITTEN = ("results_csv_path",)
"""Settings of a search that name what is written."""

_OWN_FOLDERS = frozenset({"runs", "trash", "evaluation-cache", "supernets"})


@dataclass(frozen=True)
class FileRules:
    """`roots` holds the folders that may be read from, with links resolved; None is everything.

    The data folder may always be read. Unless `write_anywhere`, files are written below it alone.
    Links are followed before anything is decided. Who can change links or folders below a root
    while a search reads there is a user of this machine, not a visitor.
    """

    data_dir: Path
    roots: tuple[Path, ...] | None = None
    write_anywhere: bool = True

    @classmethod
    def of(cls, data_dir: Path, roots: Iterable[Path], local: bool) -> "FileRules":
        """What holds for a server that is `local` to this machine or not.

        Raises NotAllowedError for a root that is no folder.
        """
        resolved = []
        for root in roots:
            folder = _resolved(str(root))
            if folder is None or not folder.is_dir():
                raise NotAllowedError(
                    f"--data-root: there is no folder {quoted(str(root))[1:-1]}. Give one that "
                    "exists."
                )
            resolved.append(folder)
        confined = bool(resolved) or not local
        return cls(data_dir.resolve(), tuple(resolved) if confined else None, write_anywhere=local)

    def admit(self, config: "NASConfig") -> None:
        """Raise NotAllowedError for a setting of a search that names what may not be named."""
        for (*_, name), text in config.dynas.paths.items():
            if name in WRITTEN:
                self._admit_writing(text, name)
            elif name != "warm_start" or not self._is_run(text):
                self.admit_reading(text, name)

    def admit_reading(self, text: str, name: str = "the path") -> None:
        """Raise NotAllowedError if the path may not be read; whether it exists is not told."""
        if self.roots is None:
            return
        path = _resolved(text)
        allowed = (self.data_dir, *self.roots)
        if path is None or not any(path.is_relative_to(root) for root in allowed):
            folders = ", ".join(map(str, allowed))
            raise NotAllowedError(
                f"{name}: {quoted(text)} is outside the folders that this server reads for its "
                f"visitors: {folders}. Move it there, or start the server with --data-root FOLDER."
            )

    def _admit_writing(self, text: str, name: str) -> None:
        if self.write_anywhere:
            return
        path = _resolved(text)
        below = path.relative_to(self.data_dir).parts if path and self._holds(path) else ()
        if not below or below[0] in _OWN_FOLDERS or path is None or path.suffix.lower() != ".csv":
            raise NotAllowedError(
                f"{name}: {quoted(text)} cannot be written by a visitor of this server. Give a "
                f"CSV file below its data folder, such as {self.data_dir / 'results.csv'}, or "
                "leave it out."
            )

    def _holds(self, path: Path) -> bool:
        return path.is_relative_to(self.data_dir)

    def _is_run(self, text: str) -> bool:
        runs = self.data_dir / "runs"
        return Path(text).name == text and text not in ("", "..") and (runs / text / "log").is_dir()


def _resolved(text: str) -> Path | None:
    """The path with every link followed; None for what leads nowhere, such as a circle of links."""
    try:
        return Path(text).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):
        return None
