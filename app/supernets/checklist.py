"""What a supernet needs, what of it is there, and what is to be done next."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from app.formatting import age
from app.session import remembered
from engine.errors import DataError, NotAllowedError
from engine.requirements import QualitySource, Requirement
from engine.supernets.base import Supernet

Mark = Literal["missing", "broken", "unchecked", "checked"]
StepKind = Literal["download", "path", "check", "test", "search"]

SOURCES: tuple[QualitySource, ...] = ("measured", "published predictor")


@dataclass(frozen=True)
class Row:
    """One requirement: `text` says what was found, what is wrong or where it comes from.

    `place` is where it is, `given` the path that the user gave for it; each may be empty.
    """

    requirement: Requirement
    mark: Mark
    text: str
    place: str = ""
    given: str = ""
    checked: str = ""

    @property
    def there(self) -> bool:
        """Whether a search can count on it, as far as is known."""
        return self.mark in ("unchecked", "checked")

    @property
    def fetchable(self) -> bool:
        """Whether it can be downloaded now."""
        return self.mark == "missing" and bool(self.requirement.download)


@dataclass(frozen=True)
class Step:
    """The next thing to do; `row` is what it is about, if about one."""

    kind: StepKind
    label: str
    row: Row | None = None


@st.cache_data(ttl=15, show_spinner=False)
def _located(key: str, given: str, _requirement: Requirement, _supernet: Supernet) -> list[str]:
    """The place, or nothing and the reason; as of some seconds ago."""
    try:
        settings = remembered().settings(_supernet, _requirement.serves)
        return [_requirement.locate(settings), ""]
    except (DataError, NotAllowedError) as error:
        return ["", str(error)]


def look_again() -> None:
    """Forget where things were: something has changed."""
    _located.clear()


def rows(supernet: Supernet, now: float) -> list[Row]:
    """The checklist of a supernet at the POSIX time `now`; raises DataError."""
    return [_row(supernet, requirement, now) for requirement in supernet.requirements()]


def _row(supernet: Supernet, requirement: Requirement, now: float) -> Row:
    memory = remembered()
    given = memory.path(requirement)
    place, problem = _located(requirement.key, given, requirement, supernet)
    if problem:
        missing = not given
        text = requirement.origin if missing else problem
        return Row(requirement, "missing" if missing else "broken", text, given=given)
    check = memory.last_check(requirement, place)
    if check is None:
        ships = not given and not requirement.download
        text = f"{requirement.origin} Not checked yet" if ships else "There, not checked yet"
        return Row(requirement, "unchecked", text, place, given)
    when = age(now - check.when)
    return Row(requirement, "checked" if check.ok else "broken", check.text, place, given, when)


def ready_sources(checklist: Sequence[Row]) -> list[QualitySource]:
    """The sources of quality for which everything is there."""
    return [
        source
        for source in SOURCES
        if (needed := [row for row in checklist if row.requirement.serves == source])
        and all(row.there for row in needed)
    ]


def lacking(checklist: Sequence[Row], source: QualitySource = "measured") -> str:
    """What of a source is not there, such as `weights and data`; empty if nothing."""
    titles = [
        row.requirement.title.lower()
        for row in checklist
        if row.requirement.serves == source and not row.there
    ]
    return " and ".join(titles)


def needs(checklist: Sequence[Row]) -> str:
    """What is to be supplied, such as `needs weights and data or the published predictor`."""
    return "needs " + " or the ".join(filter(None, (lacking(checklist, s) for s in SOURCES)))


def next_step(checklist: Sequence[Row], tested: bool) -> Step:
    """What brings the supernet nearer to a search with measured quality."""
    measured = [row for row in checklist if row.requirement.serves == "measured"]
    for row in measured:
        title = row.requirement.title.lower()
        if row.fetchable:
            return Step("download", f"Download the {title}", row)
        if not row.there and row.requirement.option:
            return Step("path", f"Give the path of the {title}", row)
        if not row.there:
            return Step("check", f"Check the {title} again", row)
    unchecked = [row.requirement.title.lower() for row in measured if row.mark == "unchecked"]
    if unchecked:
        return Step("check", f"Check {' and '.join(unchecked)}")
    if not tested:
        return Step("test", "Test one random sub-network")
    return Step("search", "New search")
