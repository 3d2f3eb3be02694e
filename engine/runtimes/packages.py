"""Optional packages: whether they are installed, and how to install them."""

import functools
from collections.abc import Sequence
from importlib.util import find_spec

from engine.errors import DataError

EXPORT_PACKAGES = ("onnx", "onnxscript")
"""The packages that write ONNX files."""


@functools.cache
def is_installed(package: str) -> bool:
    """Whether a package can be imported."""
    return find_spec(package) is not None


def missing_packages(purpose: str, packages: Sequence[str], extra: str) -> str:
    """A sentence on the packages that `purpose` lacks and how to install them; may be empty.

    `extra` is the optional part of this program that brings them.
    """
    missing = [package for package in packages if not is_installed(package)]
    if not missing:
        return ""
    return (
        f"{purpose[0].upper()}{purpose[1:]} needs {' and '.join(missing)}, which "
        f"{'are' if len(missing) > 1 else 'is'} not installed. Install "
        f"{'them' if len(missing) > 1 else 'it'}: pip install 'dynas-studio[{extra}]'."
    )


def require_packages(purpose: str, packages: Sequence[str], extra: str) -> None:
    """Raise DataError with the sentence of `missing_packages`, if there is one."""
    if sentence := missing_packages(purpose, packages, extra):
        raise DataError(sentence)
