"""What the data folder remembers of supernets: where their files are, and what checks found."""

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
from engine.disk_errors import not_read, not_written
from engine.errors import DataError, DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.path_text import why_no_path
from engine.requirements import QualitySource, Requirement
from engine.supernets.base import Supernet

_LARGEST = 10 * regular_file.MB
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Check:
    """The outcome of reading a requirement at `place`: `ok`, and what was found or is wrong.

    `modified` is the time stamp that the place had, in nanoseconds; `when` a POSIX time.
    """

    place: str
    modified: int
    when: float
    ok: bool
    text: str


class RequirementRecords:
    """The file `settings.json` of a data folder. Processes may share it.

    `admit`, given a path and what it is of, raises DynasError if it may not be looked at: neither
    one that is to be remembered nor one that was is, then.
    """

    def __init__(
        self, data_dir: Path, admit: Callable[[str, str], None] = lambda path, what: None
    ) -> None:
        self._file, self._admit = DataFolder(data_dir).settings, admit

    def path(self, requirement: Requirement) -> str:
        """The path that the user gave for it; empty if none."""
        return str(self._read("paths").get(requirement.key, ""))

    def set_path(self, requirement: Requirement, path: str) -> None:
        """Remember the path for it; an empty one forgets it.

        Raises DataError if nothing is there, what `admit` raises, and remembers nothing then.
        """
        given = path.strip()
        if why := why_no_path(given):
            raise DataError(f"{why[0].upper()}{why[1:]}. Give the path of one that exists.")
        if given:
            self._admit(given, requirement.title)
        try:
            there = not given or Path(given).expanduser().exists()
        except OSError as error:
            raise DataError(
                f"{given} cannot be looked at ({error.strerror}). Change the permissions of its "
                "folder, or give another path."
            ) from error
        if not there:
            raise DataError(
                f"There is no file or folder {given}. Give the path of one that exists."
            )
        self._change("paths", lambda paths: {**paths, requirement.key: given})

    def paths(self, requirements: Iterable[Requirement]) -> dict[str, str]:
        """The path for each option that takes one; empty if none was given."""
        return {r.option: self.path(r) for r in requirements if r.option}

    def settings(
        self, supernet: Supernet, source: QualitySource = "measured", trial: bool = False
    ) -> EvaluationSettings:
        """How the supernet is measured with the paths that were given; for a `trial` quickly.

        Raises what `admit` does for a path of this source; one of another source is left out then.
        """
        options: dict[str, dict[str, Any]] = {
            "supernet": dict(supernet.options_for(source)),
            "task": dict(supernet.task.trial_options) if trial else {},
        }
        for requirement in supernet.requirements():
            if requirement.option and (path := self._admitted(requirement, source)):
                owner, _, name = requirement.option.partition(".")
                options[owner][name] = path
        return EvaluationSettings(supernet=options["supernet"], task=options["task"])

    def _admitted(self, requirement: Requirement, source: QualitySource) -> str | None:
        path = self.path(requirement)
        try:
            if path:
                self._admit(path, requirement.title)
        except DynasError:
            if requirement.serves == source:
                raise
            return None
        return path or None

    def last_check(self, requirement: Requirement, place: str) -> Check | None:
        """What the last check found, unless `place` is another or has changed since."""
        known = self._read("checks").get(requirement.key)
        try:
            check = Check(**known) if known else None
        except TypeError:
            return None
        same = check is not None and (check.place, check.modified) == (place, _modified(place))
        return check if same else None

    def note_check(self, requirement: Requirement, place: str, ok: bool, text: str) -> Check:
        """Remember what a check of `place` has found just now."""
        check = Check(place, _modified(place), time.time(), ok, text)
        self._change("checks", lambda checks: {**checks, requirement.key: asdict(check)})
        return check

    def _read(self, section: str) -> dict[str, Any]:
        try:
            content = json.loads(regular_file.read_text(self._file, _LARGEST))
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise DataError(not_read(error, "The settings", self._file)) from error
        except (ValueError, RecursionError) as error:
            self._set_aside(error)
            return {}
        found = content.get(section, {}) if isinstance(content, dict) else None
        if not isinstance(found, dict):
            self._set_aside("it is no mapping of paths and checks")
            return {}
        return found

    def _set_aside(self, why: object) -> None:
        """Begin anew where the file is damaged: paths can be given and checks made again."""
        aside = self._file.with_name(f"{self._file.name}.damaged-{time.time():.6f}")
        try:
            self._file.rename(aside)
        except OSError as error:
            raise DataError(
                f"The settings {self._file} are damaged ({why}). Repair or delete the file."
            ) from error
        _log.warning("The settings %s are damaged and were moved to %s: %s", self._file, aside, why)

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
            raise DataError(not_written(error, "the settings", self._file)) from error


def _modified(place: str) -> int:
    try:
        return Path(place).expanduser().stat().st_mtime_ns
    except OSError:
        return 0
