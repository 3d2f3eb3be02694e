"""Rules for the files that a visitor may make the server read and write."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.cluster_kinds import OPTIONS as CLUSTER
from engine.errors import NotAllowedError
from engine.quoting import quoted

if TYPE_CHECKING:
    from engine.config import NASConfig  # a slow import

OUTPUT_SETTINGS = ("results_csv_path",)
"""Settings of a search that name files to be written."""

_RESERVED_FOLDERS = frozenset(
    {"runs", "trash", "evaluation-cache", "supernets", "received", "downloads", "uploads"}
)


@dataclass(frozen=True)
class FileRules:
    """`roots` holds the folders that may be read from, with links resolved; None allows all.

    The data folder may always be read. Unless `write_anywhere`, files are written below it alone.
    Links are resolved before a path is checked. Only a user of this machine, not a visitor, can
    change links or folders below a root while a search reads there.
    """

    data_dir: Path
    roots: tuple[Path, ...] | None = None
    write_anywhere: bool = True

    @classmethod
    def for_server(cls, data_dir: Path, roots: Iterable[Path], local: bool) -> "FileRules":
        """The rules of a server that is `local` to this machine or not.

        Raises NotAllowedError for a root that is not a folder.
        """
        resolved_roots = []
        for root in roots:
            folder = _resolved(str(root))
            if folder is None or not folder.is_dir():
                raise NotAllowedError(
                    f"--data-root: there is no folder {quoted(str(root))[1:-1]}. Give one that "
                    "exists."
                )
            resolved_roots.append(folder)
        is_confined = bool(resolved_roots) or not local
        return cls(
            data_dir.resolve(), tuple(resolved_roots) if is_confined else None, write_anywhere=local
        )

    def check_config(self, config: "NASConfig") -> None:
        """Raise NotAllowedError for a setting of a search that names a forbidden file."""
        for path, text in config.dynas.paths.items():
            name = _setting_name(path)
            if name in OUTPUT_SETTINGS:
                self._check_write_path(text, name)
            elif name != "warm_start" or not self._is_run(text):
                self.check_read_path(text, name)

    def check_inputs(self, config: "NASConfig") -> None:
        """Raise NotAllowedError if weights or data of a run's network may not be read.

        A bundle contains the weights: an imported run must not name those of others.
        """
        for path, text in config.dynas.paths.items():
            if len(path) > 1 and path[0] != CLUSTER:  # of the supernet, the task or a meter
                self.check_read_path(text, _setting_name(path))

    def check_read_path(self, text: str, name: str = "the path") -> None:
        """Raise NotAllowedError if the path may not be read; does not reveal whether it exists."""
        if self.roots is None:
            return
        path = _resolved(text)
        allowed_folders = (self.data_dir, *self.roots)
        if path is None or not any(path.is_relative_to(root) for root in allowed_folders):
            folders = ", ".join(map(str, allowed_folders))
            raise NotAllowedError(
                f"{name}: {quoted(text)} is outside the folders that this server reads for its "
                f"visitors: {folders}. Move it there, or start the server with --data-root FOLDER."
            )

    def _check_write_path(self, text: str, name: str) -> None:
        if self.write_anywhere:
            return
        path = _resolved(text)
        relative_parts = (
            path.relative_to(self.data_dir).parts if path and self._is_in_data_dir(path) else ()
        )
        if (
            not relative_parts
            or relative_parts[0] in _RESERVED_FOLDERS
            or path is None
            or path.suffix.lower() != ".csv"
        ):
            raise NotAllowedError(
                f"{name}: {quoted(text)} cannot be written by a visitor of this server. Give a "
                f"CSV file below its data folder, such as {self.data_dir / 'results.csv'}, or "
                "leave it out."
            )

    def _is_in_data_dir(self, path: Path) -> bool:
        return path.is_relative_to(self.data_dir)

    def _is_run(self, text: str) -> bool:
        runs = self.data_dir / "runs"
        return Path(text).name == text and text not in ("", "..") and (runs / text / "log").is_dir()


def _resolved(text: str) -> Path | None:
    """The path with all links resolved; None if that fails, such as for a cycle of links."""
    try:
        return Path(text).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):
        return None


def _setting_name(path: tuple[str, ...]) -> str:
    """The last name in the path of a setting, which may end with the index of an item in a list."""
    return next(name for name in reversed(path) if not name.isdigit())
