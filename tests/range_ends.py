"""The two ends of what pyproject.toml allows of each library: `python -m tests.range_ends lowest`.

Prints what `make test-lowest` and `make test-highest` install: of the highest versions the ranges
themselves, from which an installer takes the newest.
"""

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent


def ranges() -> list[Requirement]:
    """What is required of each library, in the order of pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project.get("optional-dependencies", {}).values()
    listed = [*project["dependencies"], *(line for extra in extras for line in extra)]
    return [Requirement(line) for line in listed]


def lowest(required: Requirement) -> Version:
    """The lowest version that a range allows."""
    (bound,) = (one.version for one in required.specifier if one.operator == ">=")
    return Version(bound)


def pinned(end: str) -> list[str]:
    """The lines of a requirements file for the `lowest` or the `highest` versions."""
    if end == "lowest":
        return [f"{required.name}=={lowest(required)}" for required in ranges()]
    return [str(required) for required in ranges()]


if __name__ == "__main__":
    sys.stdout.writelines(f"{line}\n" for line in pinned(sys.argv[1]))
