"""Records in the data folder on requirements of supernets: their paths and their last checks."""

import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock

from engine import regular_file
from engine.data_dir import DataFolder
from engine.disk_errors import read_failure, write_failure
from engine.errors import DataError, DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.path_text import path_problem
from engine.requirements import QualitySource, Requirement
from engine.supernets.base import Supernet

_MAX_BYTES = 10 * regular_file.MB
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """The result of checking a requirement at the path `place`: `ok`, and a description or error.

    `modified` is the time stamp of the path in nanoseconds, `when` a POSIX time.
    """

    place: str
    modified: int
    when: float
    ok: bool
    text: str


class RequirementRecords:
    """The file `settings.json` of a data folder. Processes may share it.

    `check_access`, given a path and the title of its requirement, raises DynasError if the path may
    not be read: it is then neither stored nor used.
    """

    def __init__(
        self, data_dir: Path, check_access: Callable[[str, str], None] = lambda path, what: None
    ) -> None:
        self._file, self._check_access = DataFolder(data_dir).settings, check_access

    def path(self, requirement: Requirement) -> str:
        """The user's path for a requirement; empty if none."""
        return str(self._read("paths").get(requirement.key, ""))

    def set_path(self, requirement: Requirement, path: str) -> None:
        """Store the path for a requirement; an empty path removes it.

        Raises DataError if the path does not exist, and what `check_access` raises, and stores
        nothing then.
        """
        new_path = path.strip()
        if why := path_problem(new_path):
            raise DataError(f"{why[0].upper()}{why[1:]}. Give the path of one that exists.")
        if new_path:
            self._check_access(new_path, requirement.title)
        try:
            is_usable = not new_path or Path(new_path).expanduser().exists()
        except OSError as error:
            raise DataError(
                f"{new_path} cannot be looked at ({error.strerror}). Change the permissions of its "
                "folder, or give another path."
            ) from error
        if not is_usable:
            raise DataError(
                f"There is no file or folder {new_path}. Give the path of one that exists."
            )
        self._change("paths", lambda paths: {**paths, requirement.key: new_path})

    def paths(self, requirements: Iterable[Requirement]) -> dict[str, str]:
        """The path by option, of requirements with an option; empty if the user gave none."""
        return {r.option: self.path(r) for r in requirements if r.option}

    def settings(
        self, supernet: Supernet, source: QualitySource = "measured", trial: bool = False
    ) -> EvaluationSettings:
        """The settings of a measurement with the stored paths; a `trial` measures quickly.

        Raises what `check_access` raises for paths of this source; omits paths of other sources.
        """
        options: dict[str, dict[str, Any]] = {
            "supernet": dict(supernet.options_for(source)),
            "task": dict(supernet.task.trial_options) if trial else {},
        }
        for requirement in supernet.requirements():
            if requirement.option and (path := self._accessible_path(requirement, source)):
                owner, _, name = requirement.option.partition(".")
                options[owner][name] = path
        return EvaluationSettings(supernet=options["supernet"], task=options["task"])

    def _accessible_path(self, requirement: Requirement, source: QualitySource) -> str | None:
        path = self.path(requirement)
        try:
            if path:
                self._check_access(path, requirement.title)
        except DynasError:
            if requirement.serves == source:
                raise
            return None
        return path or None

    def last_check(self, requirement: Requirement, place: str) -> Check | None:
        """The last check, unless it was of another path or the file has changed since."""
        record = self._read("checks").get(requirement.key)
        try:
            check = Check(**record) if record else None
        except TypeError:
            return None
        is_current = check is not None and (check.place, check.modified) == (
            place,
            _modification_time(place),
        )
        return check if is_current else None

    def record_check(self, requirement: Requirement, place: str, ok: bool, text: str) -> Check:
        """Store the result of a check of the path `place`."""
        check = Check(place, _modification_time(place), time.time(), ok, text)
        self._change("checks", lambda checks: {**checks, requirement.key: asdict(check)})
        return check

    def _read(self, section: str) -> dict[str, Any]:
        try:
            content = json.loads(regular_file.read_text(self._file, _MAX_BYTES))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise DataError(read_failure(error, "The settings", self._file)) from error
        except (ValueError, RecursionError) as error:
            self._move_damaged_file(error)
            return {}
        values = content.get(section, {}) if isinstance(content, dict) else None
        if not isinstance(values, dict):
            self._move_damaged_file("it is no mapping of paths and checks")
            return {}
        return values

    def _move_damaged_file(self, reason: object) -> None:
        """Rename a damaged file; the user can give paths and run checks again."""
        damaged_file = self._file.with_name(f"{self._file.name}.damaged-{time.time():.6f}")
        try:
            self._file.rename(damaged_file)
        except OSError as error:
            raise DataError(
                f"The settings {self._file} are damaged ({reason}). Repair or delete the file."
            ) from error
        _log.warning(
            "The settings %s are damaged and were moved to %s: %s", self._file, damaged_file, reason
        )

    def _change(self, section: str, change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with FileLock(f"{self._file}.lock", mode=0o600):
                content = {name: self._read(name) for name in ("paths", "checks")}
                content[section] = change(content[section])
                part = self._file.with_suffix(".part")
                part.write_text(json.dumps(content, indent=2))
                part.replace(self._file)
        except OSError as error:
            raise DataError(write_failure(error, "the settings", self._file)) from error


def _modification_time(place: str) -> int:
    try:
        return Path(place).expanduser().stat().st_mtime_ns
    except OSError:
        return 0
