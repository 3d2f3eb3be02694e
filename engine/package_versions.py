"""The versions of Python and of the packages that results depend on."""

import platform
from importlib.metadata import PackageNotFoundError, version

_PACKAGES = ("dynas-studio", "torch", "onnx", "onnxruntime", "safetensors", "numpy")


def package_versions() -> dict[str, str]:
    """The version of each by its name; packages that are not installed are left out.

    >>> sorted(package_versions())[0]
    'dynas-studio'
    """
    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            continue
    return versions
