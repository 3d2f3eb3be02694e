"""Which versions of this program and of its libraries a worker has, and whether its numbers fit."""

import functools
import hashlib
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PROGRAM = "dynas-studio"
_FILES = "files"
_DECISIVE = (PROGRAM, "torch")
_REPORTED = ("python", "torchvision", "numpy", "onnxruntime", "openvino", "distributed")


def installed() -> dict[str, str]:
    """The versions of what measurements depend on, by the name of the package.

    `files` is a digest of the source files of the engine: a checkout that is changed keeps its
    version.
    """
    versions = {"python": platform.python_version(), _FILES: _engine_digest()}
    for name in (*_DECISIVE, *_REPORTED[1:]):
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions


def problem(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Why numbers of a worker would be other ones, as a sentence; empty if they would not.

    The part of a version after `+`, such as `cpu`, says how a package was built and is no reason.
    """
    for name in _DECISIVE:
        mine, other = here.get(name, ""), there.get(name, "")
        if _public(mine) != _public(other):
            has = f"has {name} {_public(other)}" if other else f"has no {name}"
            return f"It {has}, and this machine {_public(mine)}. Install {name}=={_public(mine)}."
    if here[_FILES] != there.get(_FILES):
        return (
            f"Its source files of {PROGRAM} {here.get(PROGRAM, '')} are not those of this machine. "
            "Install the same release, or the same state of a checkout, on both."
        )
    return ""


def remark(here: Mapping[str, str], there: Mapping[str, str]) -> str:
    """Which other versions a worker has, as a sentence; empty if they are the same."""
    names = [*_REPORTED, *_DECISIVE]
    others = [
        f"{name} {there[name]} (here {here[name]})"
        for name in names
        if name in here and name in there and here[name] != there[name]
    ]
    return f"It has {', '.join(others)}." if others else ""


def files_digest(folder: Path) -> str:
    """A digest of the source files in a folder, the same for a wheel and for its checkout."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py"), key=lambda path: path.relative_to(folder).parts):
        lines = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update("/".join(path.relative_to(folder).parts).encode() + b"\0" + lines)
    return digest.hexdigest()[:16]


@functools.cache
def _engine_digest() -> str:
    return files_digest(Path(__file__).parents[1])


def _public(text: str) -> str:
    return text.partition("+")[0]
