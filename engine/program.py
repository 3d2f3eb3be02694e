"""How the commands of this program are given here, for sentences that name one."""

import sys
from pathlib import Path

INSTALLED = "dynas-studio"
"""The command that `pip install` puts beside Python."""
FROM_CHECKOUT = "python -m engine"
"""The same commands where nothing is installed."""

_given: str | None = None


def use(name: str) -> None:
    """Say how this process was started, such as `dynas-studio`."""
    global _given
    _given = name


def name() -> str:
    """What stands before a command here: `dynas-studio` or `python -m engine`.

    A script or a notebook was started in neither way: it gets the installed command where that
    is beside its Python.
    """
    return _given or (INSTALLED if _installed() else FROM_CHECKOUT)


def _installed() -> bool:
    beside = Path(sys.executable).parent
    return any((beside / f"{INSTALLED}{ending}").is_file() for ending in ("", ".exe"))
