"""The checklist of a supernet: its requirements, their state, and the next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from app.formatting import age
from app.session import requirement_records
from engine.errors import DataError, NotAllowedError
from engine.requirements import QualitySource, Requirement
from engine.supernets.base import Supernet

Mark = Literal["missing", "broken", "unchecked", "checked"]
StepKind = Literal["download", "path", "check", "test", "search"]

SOURCES: tuple[QualitySource, ...] = ("measured", "published predictor")


@dataclass(frozen=True)
class ChecklistRow:
    """One requirement; `text` is the result of its check, the error, or its origin.

    `location` is its path, `user_path` the path that the user entered; each may be empty.
    """

    requirement: Requirement
    mark: Mark
    text: str
    location: str = ""
    user_path: str = ""
    checked: str = ""

    @property
    def is_available(self) -> bool:
        """Whether the requirement is present and no error is known."""
        return self.mark in ("unchecked", "checked")

    @property
    def is_downloadable(self) -> bool:
        """Whether it can be downloaded now."""
        return self.mark == "missing" and bool(self.requirement.download)


@dataclass(frozen=True)
class Step:
    """The next step; `row` is the row that it concerns, if one."""

    kind: StepKind
    label: str
    row: ChecklistRow | None = None


@st.cache_data(ttl=15, show_spinner=False)
def _location(
    key: str, user_path: str, _requirement: Requirement, _supernet: Supernet
) -> list[str]:
    """The location and an empty reason, or the reverse; cached for some seconds."""
    try:
        settings = requirement_records().settings(_supernet, _requirement.serves)
        return [_requirement.locate(settings), ""]
    except (DataError, NotAllowedError) as error:
        return ["", str(error)]


def clear_cache() -> None:
    """Clear the cached locations, after a change."""
    _location.clear()


def rows(supernet: Supernet, now: float) -> list[ChecklistRow]:
    """The checklist of a supernet at the POSIX time `now`; raises DataError."""
    return [_row(supernet, requirement, now) for requirement in supernet.requirements()]


def _row(supernet: Supernet, requirement: Requirement, now: float) -> ChecklistRow:
    records = requirement_records()
    user_path = records.path(requirement)
    location, problem = _location(requirement.key, user_path, requirement, supernet)
    if problem:
        is_missing = not user_path
        text = requirement.origin if is_missing else problem
        return ChecklistRow(
            requirement, "missing" if is_missing else "broken", text, user_path=user_path
        )
    check = records.last_check(requirement, location)
    if check is None:
        is_shipped = not user_path and not requirement.download
        text = (
            f"{requirement.origin} Not checked yet" if is_shipped else "Available, not checked yet"
        )
        return ChecklistRow(requirement, "unchecked", text, location, user_path)
    age_text = age(now - check.when)
    return ChecklistRow(
        requirement, "checked" if check.ok else "broken", check.text, location, user_path, age_text
    )


def ready_sources(checklist: Sequence[ChecklistRow]) -> list[QualitySource]:
    """The sources of quality for which all requirements are available."""
    return [
        source
        for source in SOURCES
        if (source_rows := [row for row in checklist if row.requirement.serves == source])
        and all(row.is_available for row in source_rows)
    ]


def missing_text(checklist: Sequence[ChecklistRow], source: QualitySource = "measured") -> str:
    """The missing requirements of a source, such as `weights and data`; empty if none."""
    titles = [
        row.requirement.title.lower()
        for row in checklist
        if row.requirement.serves == source and not row.is_available
    ]
    return " and ".join(titles)


def needs_text(checklist: Sequence[ChecklistRow]) -> str:
    """The missing requirements, such as `needs weights and data or the published predictor`."""
    return "needs " + " or the ".join(filter(None, (missing_text(checklist, s) for s in SOURCES)))


def next_step(checklist: Sequence[ChecklistRow], is_tested: bool) -> Step:
    """The next step towards a search with measured quality."""
    measured_rows = [row for row in checklist if row.requirement.serves == "measured"]
    for row in measured_rows:
        title = row.requirement.title.lower()
        if row.is_downloadable:
            return Step("download", f"Download the {title}", row)
        if not row.is_available and row.requirement.option:
            return Step("path", f"Give the path of the {title}", row)
        if not row.is_available:
            return Step("check", f"Check the {title} again", row)
    unchecked_titles = [
        row.requirement.title.lower() for row in measured_rows if row.mark == "unchecked"
    ]
    if unchecked_titles:
        return Step("check", f"Check {' and '.join(unchecked_titles)}")
    if not is_tested:
        return Step("test", "Test one random sub-network")
    return Step("search", "New search")
