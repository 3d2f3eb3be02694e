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

TEST = "Test one random sub-network"
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
    """Something to do; `row` is what it concerns, `source` what a search takes quality from."""

    kind: StepKind
    label: str
    row: ChecklistRow | None = None
    source: QualitySource | None = None


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


SEARCHES: dict[QualitySource, str] = {
    "measured": "New search",
    "published predictor": "New search by the predictor",
}
"""What is on the button that searches with a source of quality."""


def next_steps(checklist: Sequence[ChecklistRow], is_tested: bool) -> list[Step]:
    """What can be done, first what brings a search soonest: at most two steps.

    A source that has all it needs can be searched. Otherwise a published predictor, which is a
    small file, is sooner there than weights and images. `is_tested` is whether a sub-network was
    measured here.
    """
    ready, supply = ready_sources(checklist), _measured_step(checklist, is_tested)
    steps = [Step("search", SEARCHES[source], source=source) for source in ready]
    if not ready and (step := _supply_step(checklist, "published predictor")):
        steps.append(step)
    if supply is not None:
        steps.append(supply)
    return steps[:2]


def _measured_step(checklist: Sequence[ChecklistRow], is_tested: bool) -> Step | None:
    """The next step towards measured quality that is known to work; None after the last."""
    if step := _supply_step(checklist, "measured"):
        return step
    titles = [
        row.requirement.title.lower()
        for row in checklist
        if (row.requirement.serves, row.mark) == ("measured", "unchecked")
    ]
    if titles:
        return Step("check", f"Check {' and '.join(titles)}")
    return None if is_tested else Step("test", TEST)


def _supply_step(checklist: Sequence[ChecklistRow], source: QualitySource) -> Step | None:
    """How the first requirement of a source that is not there can be supplied; None if all are."""
    for row in checklist:
        title = row.requirement.title.lower()
        if row.requirement.serves != source or row.is_available:
            continue
        if row.is_downloadable:
            return Step("download", f"Download the {title}", row)
        if row.requirement.option:
            return Step("path", f"Give the path of the {title}", row)
        return Step("check", f"Check the {title} again", row)
    return None
