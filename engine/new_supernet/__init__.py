"""Creation of a package with an example supernet, for a user to modify."""

import importlib.util
import keyword
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from string import Template

from engine.errors import ConfigError, DataError
from engine.quoting import quoted
from engine.supernets import registry

_MAX_NAME_LENGTH = 40  # characters of a name
_ENGINE_FOLDER = Path(__file__).resolve().parents[2]  # where the engine is found
_FILES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "$name/__init__.py": "init.py",
    "$name/supernet.py": "supernet.py",
    "$name/data.py": "data.py",
    "$name/train.py": "train.py",
    "tests/test_$name.py": "test.py",
}


def write_package(name: str, folder: Path | None = None) -> Path:
    """Write a package with a supernet called `name`, and train its weights; returns its folder.

    Raises ConfigError for a name that cannot be used, DataError for a folder that exists or cannot
    be written.
    """
    _check_name(name)
    folder = Path(folder or name).expanduser().absolute()
    substitutions = {
        "name": name,
        "project": name.replace("_", "-"),
        "title": name.replace("_", " ").capitalize(),
        "supernet": "".join(part.capitalize() for part in name.split("_")) + "Supernet",
    }
    if folder.exists():
        raise DataError(f"{folder} exists already. Give another folder with --out.")
    unfinished = folder.with_name(f".{folder.name}.unfinished")  # kept if the process is killed
    try:
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        for target, template in _FILES.items():
            text = (Path(__file__).parent / "package" / f"{template}.template").read_text()
            path = unfinished / Template(target).substitute(substitutions)
            path.parent.mkdir(exist_ok=True)
            path.write_text(Template(text).substitute(substitutions))
        _train(name, unfinished)
        unfinished.rename(folder)
    except OSError as error:
        raise DataError(
            f"The package cannot be written to {folder} ({error.strerror}). Give another folder."
        ) from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return folder


def _check_name(name: str) -> None:
    if (
        not re.fullmatch("[a-z][a-z0-9_]*", name)
        or len(name) > _MAX_NAME_LENGTH
        or keyword.iskeyword(name)
    ):
        raise ConfigError(
            f"A supernet cannot be called {quoted(name)}: its package is imported by that name. "
            f"Use up to {_MAX_NAME_LENGTH} small letters, digits and underscores, a letter first."
        )
    if name in registry.names():
        raise ConfigError(f"There is a supernet '{name}' already. Choose another name.")
    if importlib.util.find_spec(name) is not None:
        raise ConfigError(f"There is a Python module '{name}' already. Choose another name.")


def _train(name: str, folder: Path) -> None:
    process = subprocess.run(
        [sys.executable, "-m", f"{name}.train"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(_ENGINE_FOLDER)])},
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        reason = (process.stderr.strip().splitlines() or ["no reason is given"])[-1]
        raise DataError(f"The example cannot be trained, so that nothing is written: {reason}")
