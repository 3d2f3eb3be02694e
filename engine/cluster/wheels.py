"""Wheels that a run names: their package, and how a machine that lacks it installs them."""

import re
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from engine.cluster.received_files import ReceivedFiles
from engine.errors import ConfigError, DataError
from engine.evaluation.job_files import JobFile, job_file
from engine.evaluation.job_packages import JobPackage
from engine.quoting import quoted

_TIMEOUT = 600.0  # seconds of an installation
_OPTIONS = ("--no-deps", "--no-index", "--no-input", "--quiet", "--disable-pip-version-check")
_NAME = re.compile(r"([\w.]+)-([\w.+!]+)(-[\w.]+){3,4}\.whl")


def read(text: str, packages: tuple[JobPackage, ...], largest: int) -> JobFile:
    """The wheel at the path `text`; raises ConfigError if it is none, or of another version."""
    path = Path(text).expanduser()
    match = _NAME.fullmatch(path.name)
    if match is None or not path.is_file():
        raise ConfigError(f"cluster_options.wheels: {quoted(text)} is no file of a wheel, *.whl.")
    name, version = _common_name(match[1]), match[2]
    for package in packages:
        if _common_name(package.name) == name and package.version != version:
            raise ConfigError(
                f"cluster_options.wheels: {path.name} has version {version} of {package.name}, and "
                f"this machine {package.version}. Install one of them here and name its wheel."
            )
    wheel = job_file(path, largest)
    if not wheel.digest:
        raise ConfigError(
            f"cluster_options.wheels: {path.name} is larger than cluster_options.send_limit. "
            "Raise that."
        )
    return wheel


def contains(wheel: JobFile, package: JobPackage) -> bool:
    """Whether a wheel, as of `read`, is that of a package."""
    match = _NAME.fullmatch(wheel.name)
    return match is not None and _common_name(match[1]) == _common_name(package.name)


def installed(wheel: JobFile, received: ReceivedFiles) -> Path | None:
    """The folder with the package of a wheel, if it is installed on this machine."""
    path = _folder(wheel, received)
    return path if path.exists() else None


def install(wheel: JobFile, received: ReceivedFiles) -> None:
    """Install a wheel that has arrived; raises DataError with the end of what pip says."""
    target = _folder(wheel, received)
    with FileLock(f"{target}.lock", mode=0o600):
        path = received.find(wheel)
        if path is None or target.exists():
            return
        with received.new_folder() as folder:
            content = folder / "content"
            command = [sys.executable, "-m", "pip", "install", *_OPTIONS]
            try:
                process = subprocess.run(
                    [*command, "--target", str(content), str(path)],
                    capture_output=True, text=True, timeout=_TIMEOUT,
                )  # fmt: skip
            except (OSError, subprocess.SubprocessError) as error:
                raise DataError(f"{wheel.name} cannot be installed: {error}.") from None
            if process.returncode:
                reason = (process.stderr.strip().splitlines() or ["pip fails"])[-1]
                raise DataError(f"{wheel.name} cannot be installed: {reason.rstrip('.')}.")
            content.rename(target)


def _folder(wheel: JobFile, received: ReceivedFiles) -> Path:
    return received.folder / f"{wheel.digest}.installed"


def _common_name(name: str) -> str:
    """The name of a package as the index spells it: lower case, with hyphens."""
    return re.sub(r"[-_.]+", "-", name).lower()
