"""Python files of users: run with their folder to import from, leaving no other module behind.

The code runs with the rights of the user who names it. Whatever it raises becomes one sentence
with the file and the line.
"""

import hashlib
import importlib
import inspect
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from engine import regular_file
from engine.errors import DataError, DynasError
from engine.quoting import error_text, message_text

_MAX_BYTES = 10 * regular_file.MB
_PREFIX = "dynas_user_code_"  # of the names of modules that are made of files
_IMPORTING = threading.RLock()
_OWN_PACKAGES = ("engine", "dynas_studio", "app", "pages")
_PACKAGES = {"PIL": "pillow", "cv2": "opencv-python", "sklearn": "scikit-learn", "yaml": "pyyaml"}
"""Packages whose name on PyPI is not that of their module."""


@dataclass(frozen=True)
class UserFile:
    """A Python file, `path`. As far as it can tell, it lies in `home`, where it was written.

    The two differ for a copy that is kept with a supernet: what the code reads beside itself is
    found as long as `home` is there.
    """

    path: Path
    home: Path

    @property
    def shown_path(self) -> Path:
        """The path that messages name."""
        written = self.home / self.path.name
        return written if written.exists() else self.path

    @property
    def folders(self) -> list[Path]:
        """The folders that it imports from, the first one first."""
        return list(dict.fromkeys([self.path.parent, self.home]))

    def run(self) -> "RunFile":
        """The module that the file defines; raises DataError, one sentence, if it fails."""
        try:
            source = regular_file.read_bytes(self.path, _MAX_BYTES)
        except OSError as error:
            raise DataError(
                f"There is no file {self.path} that can be read ({error.strerror or error}). Give "
                "the path of a Python file, such as my_model.py."
            ) from error
        with _IMPORTING:
            known = _RUNS.get(self)
            if known is None or known.stamps != _stamps(known.code):
                known = _RUNS[self] = _run(self, source)
        return known


@dataclass(frozen=True, eq=False)
class RunFile:
    """A file that was run: its `module`, and all its `code`, by their names in its folder."""

    file: UserFile
    module: ModuleType
    code: dict[str, Path]
    stamps: tuple[tuple[int, int], ...]

    @property
    def digest(self) -> str:
        """A digest of the code of the file and of the modules beside it that it imports."""
        digest = hashlib.sha256()
        for name, path in sorted(self.code.items()):
            digest.update(f"{name}\0".encode() + regular_file.read_bytes(path, _MAX_BYTES))
        return digest.hexdigest()

    def call(self, function: Callable[..., Any], **arguments: Any) -> Any:
        """What a function of the file returns; raises DataError, one sentence, if it fails."""
        with importable(self.file.folders):
            return called(function, str(self.file.shown_path), self.file.folders, **arguments)


_RUNS: dict[UserFile, RunFile] = {}
"""The files that this process has run, until they or the modules beside them change."""


def _stamps(code: Mapping[str, Path]) -> tuple[tuple[int, int], ...]:
    """Date and size of each file; (0, 0) for one that is gone."""
    states = [path.stat() if path.exists() else None for path in code.values()]
    return tuple((s.st_mtime_ns, s.st_size) if s else (0, 0) for s in states)


def _run(file: UserFile, source: bytes) -> RunFile:
    digest = hashlib.sha256(f"{file.path} {file.home} ".encode() + source).hexdigest()
    module = ModuleType(f"{_PREFIX}{digest[:16]}")
    module.__file__ = str(file.shown_path)
    with importable(file.folders) as imported:
        sys.modules[module.__name__] = module  # dataclasses and pickle look their module up
        try:
            with sentences(f"{file.shown_path} cannot be run", file.folders):
                exec(compile(source, str(file.shown_path), "exec"), module.__dict__)
        except DynasError:
            del sys.modules[module.__name__]
            raise
    code = {file.path.name: file.path}
    for other in imported:
        folder = next(f for f in file.folders if other.is_relative_to(f))
        code[other.relative_to(folder).as_posix()] = other
    return RunFile(file, module, code, _stamps(code))


@contextmanager
def importable(folders: Sequence[Path]) -> Iterator[list[Path]]:
    """Inside the block, modules in `folders` can be imported; afterwards they are forgotten.

    Another network may have a module of the same name. The list that is returned receives the
    files of these modules at the end.
    """
    paths = [str(folder) for folder in folders]
    files: list[Path] = []
    with _IMPORTING:
        known = set(sys.modules)
        sys.path[:0] = paths
        importlib.invalidate_caches()
        try:
            yield files
        finally:
            for path in paths:
                sys.path.remove(path)
            for name in set(sys.modules) - known:
                origin = getattr(sys.modules[name], "__file__", None)
                if origin is None or name.partition(".")[0] in _OWN_PACKAGES:
                    continue
                if not name.startswith(_PREFIX) and _is_beside(Path(origin), folders):
                    files.append(Path(origin))
                    del sys.modules[name]


def _is_beside(path: Path, folders: Sequence[Path]) -> bool:
    return "site-packages" not in path.parts and any(path.is_relative_to(f) for f in folders)


@contextmanager
def sentences(what: str, folders: Sequence[Path] = ()) -> Iterator[None]:
    """Turn whatever code of a user raises in the block into a DataError that begins with `what`.

    It names the last line of a file in `folders`, or else the last line of all.
    """
    try:
        yield
    except (DynasError, KeyboardInterrupt):
        raise
    except ModuleNotFoundError as error:
        raise DataError(_missing_package(what, error, folders)) from error
    except SyntaxError as error:
        place = f"{error.filename}, line {error.lineno}"
        raise DataError(f"{what}: {place}: {error.msg}. Mend it, then try again.") from error
    except (Exception, SystemExit) as error:
        place = _place(error, folders)
        raise DataError(
            f"{what}: {place}{_ended(error_text(error))} Mend it, then try again."
        ) from error


def called(
    function: Callable[..., Any], where: str, folders: Sequence[Path] = (), **arguments: Any
) -> Any:
    """What a function of a user returns, called with those of `arguments` that it takes.

    Raises DataError, one sentence, if it needs others or fails.
    """
    name = getattr(function, "__name__", type(function).__name__)
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        parameters = {}  # type: ignore[assignment]  # a class of C tells nothing: it is tried
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    missing = [
        p.name
        for p in parameters.values()
        if p.default is p.empty and p.kind not in kinds and p.name not in arguments
    ]
    if missing:
        raise DataError(
            f"{name} in {where} needs the argument{'s' if len(missing) > 1 else ''} "
            f"{', '.join(missing)}. Give each a default: it is called without arguments."
        )
    taken = {key: value for key, value in arguments.items() if key in parameters}
    with sentences(f"{name} in {where} failed", folders):
        return function(**taken)


def _missing_package(what: str, error: ModuleNotFoundError, folders: Sequence[Path]) -> str:
    name = error.name or ""
    root = name.partition(".")[0]
    if not root or any((folder / root).exists() for folder in folders):
        return f"{what}: {_place(error, folders)}{_ended(message_text(error))} Mend the import."
    return (
        f"{what}: it needs the package '{root}', which is not installed. Install it: pip install "
        f"{_PACKAGES.get(root, root)}."
    )


def _place(error: BaseException, folders: Sequence[Path]) -> str:
    """The file and the line of an error, as the beginning of a sentence."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if _is_beside(Path(f.filename), folders)] or frames[-1:]
    return f"{own[-1].filename}, line {own[-1].lineno}: " if own else ""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
