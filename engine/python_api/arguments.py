"""Checks of the arguments of the Python API: each wrong one is an error in one sentence."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from engine import data_dir as data_folder
from engine.config import NASConfig
from engine.data_dir import DataFolder
from engine.errors import ConfigError, DataError, LogError
from engine.path_text import path_problem
from engine.quoting import quoted
from engine.runs.share import ALL, MOST_PRIORITY, MOST_WORKERS, Workers

_LONGEST = 10**9  # seconds; no wait is longer
_QUOTED_LENGTH = 60  # characters of a wrong value that a message repeats

FunctionOrNone = TypeVar("FunctionOrNone", bound=Callable[..., Any] | None)


def wrong_argument(name: str, expected: str, value: object) -> ConfigError:
    """The error for an argument called `name` that is not what was `expected`."""
    return ConfigError(f"{name}: give {expected}, not {quoted(value, _QUOTED_LENGTH)}.")


def checked_text(name: str, value: object) -> str:
    """A text; raises ConfigError for anything else, or for one without a visible character."""
    if not isinstance(value, str) or not value.strip():
        raise wrong_argument(name, "a text", value)
    return value


def checked_flag(name: str, value: object) -> bool:
    """True or False; raises ConfigError for anything else."""
    if not isinstance(value, bool | np.bool_):
        raise wrong_argument(name, "True or False", value)
    return bool(value)


def checked_count(name: str, value: Any, least: int, most: int) -> int:
    """A whole number from `least` to `most`; raises ConfigError for anything else."""
    is_number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_number or not least <= int(value) <= most:
        raise wrong_argument(name, f"a whole number from {least:,} to {most:,}", value)
    return int(value)


def checked_workers(value: Any) -> Workers | None:
    """A number of workers, `all`, or None; raises ConfigError for anything else."""
    if value is None:
        return None
    if isinstance(value, str) and value == ALL:
        return ALL
    is_number = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not is_number or not 1 <= int(value) <= MOST_WORKERS:
        raise wrong_argument(
            "workers", f"a whole number from 1 to {MOST_WORKERS:,}, '{ALL}', or None", value
        )
    return int(value)


def checked_priority(value: Any) -> int | None:
    """The priority of a run, or None; raises ConfigError for anything else."""
    if value is None:
        return None
    return checked_count("priority", value, -MOST_PRIORITY, MOST_PRIORITY)


def checked_seconds(name: str, value: Any) -> float | None:
    """Seconds, 0 or more, or None; raises ConfigError for anything else."""
    if value is None:
        return None
    is_number = isinstance(value, int | float | np.integer | np.floating)
    if not is_number or isinstance(value, bool) or not 0 <= value < math.inf:
        raise wrong_argument(name, "a number of seconds, or None", value)
    return float(min(value, _LONGEST))


def checked_function(name: str, value: FunctionOrNone) -> FunctionOrNone:
    """A function or None; raises ConfigError for anything else."""
    if value is not None and not callable(value):
        raise wrong_argument(name, "a function, or None", value)
    return value


def checked_config(value: object) -> NASConfig:
    """A configuration, which is read if a path of a YAML file is given; raises ConfigError."""
    if isinstance(value, NASConfig):
        return value
    if not isinstance(value, str | Path):
        raise wrong_argument("config", "a NASConfig or the path of a YAML file", value)
    if problem := path_problem(str(value)):
        raise ConfigError(f"config: {problem}. Give the path of a YAML file.")
    return NASConfig.from_file(value)


def checked_path(name: str, value: object) -> Path:
    """An absolute path; raises DataError for what cannot be one."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise DataError(f"{name}: give a path, not {quoted(value, _QUOTED_LENGTH)}.")
    if problem := path_problem(str(value)):
        raise DataError(f"{name}: {problem}. Give another.")
    return Path(value).expanduser().absolute()


def checked_data_folder(data_dir: object) -> DataFolder:
    """The data folder at a path, for None the usual one; raises LogError for what is no path."""
    if data_dir is None:
        return data_folder.current()
    if not isinstance(data_dir, str | Path) or not str(data_dir).strip():
        raise LogError(
            f"The data folder is named by a path, not {quoted(data_dir, _QUOTED_LENGTH)}."
        )
    return DataFolder.at(data_dir)
