"""A Chromium to test with: one on the PATH, else one that can be installed here."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking")
_NAMES = ("chromium", "chromium-browser", "google-chrome")
_INSTALL_TIMEOUT = 600  # seconds


class NoChromiumError(Exception):
    """There is none, and none could be installed; the message says what was tried."""


def find_or_install() -> Path:
    """The path of a Chromium that starts; raises NoChromiumError."""
    for find in (_on_path, _from_playwright, _from_debian):
        path = find()
        if path and _starts(path):
            return path
    raise NoChromiumError(
        f"none of {', '.join(_NAMES)} is on the PATH, and neither `playwright install chromium` "
        "nor, as root, `apt-get install chromium` gave one that starts"
    )


def _on_path() -> Path | None:
    paths = (shutil.which(name) for name in _NAMES)
    return next((Path(path) for path in paths if path), None)


def _from_playwright() -> Path | None:
    from playwright.sync_api import sync_playwright

    _run(sys.executable, "-m", "playwright", "install", "chromium")
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def _from_debian() -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    _run("apt-get", "update")
    _run("apt-get", "install", "--yes", "--no-install-recommends", "chromium")
    return _on_path()


def _starts(path: Path) -> bool:
    """Whether all libraries it needs are there."""
    return path.exists() and _run(str(path), "--version", "--no-sandbox")


def _run(*command: str) -> bool:
    try:
        process = subprocess.run(
            command, capture_output=True, timeout=_INSTALL_TIMEOUT, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return process.returncode == 0
