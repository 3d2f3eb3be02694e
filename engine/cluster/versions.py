"""Which versions of this program and of its libraries a worker has, and whether its numbers fit."""

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

PROGRAM = "dynas-studio"
_DECISIVE = (PROGRAM, "torch")
_REPORTED = ("python", "torchvision", "numpy", "onnxruntime", "openvino", "distributed")


def installed() -> dict[str, str]:
    """The versions of what measurements depend on, by the name of the package."""
    versions = {"python": platform.python_version()}
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


def _public(text: str) -> str:
    return text.partition("+")[0]
