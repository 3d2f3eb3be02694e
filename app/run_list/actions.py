"""What can be done with one run or with several, what it did, and how it is taken back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from app.explore import columns
from app.session import service
from engine.analysis.name_text import on_one_line
from engine.errors import DynasError, LogError

_NOTICE = "runs_notice"
_SELECTED = "runs_selected"
_REVISION = "runs_revision"


@dataclass(frozen=True)
class Notice:
    """What was done with some runs. `undo` names the action that takes it back."""

    text: str
    undo: str = ""
    runs: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def selected() -> list[str]:
    """The runs that the visitor has picked."""
    return list(st.session_state.get(_SELECTED, []))


def select(runs: Sequence[str]) -> None:
    """Remember what was picked in the table."""
    st.session_state[_SELECTED] = list(runs)


def deselect() -> None:
    """Let go of the selection, in the browser too."""
    select([])
    st.session_state[_REVISION] = revision() + 1


def revision() -> int:
    """Changes whenever the selection was changed elsewhere than in the table."""
    return int(st.session_state.get(_REVISION, 0))


def notice() -> Notice | None:
    """What was done last, until it is dismissed."""
    return st.session_state.get(_NOTICE)


def dismiss() -> None:
    """Stop showing what was done last."""
    st.session_state.pop(_NOTICE, None)


def names(runs: Sequence[str]) -> str:
    """Such as `'first search'` for one run, `3 runs` for several."""
    if len(runs) != 1:
        return f"{len(runs)} runs"
    try:
        return f"'{on_one_line(service().history(runs[0]).name)}'"
    except LogError:  # a damaged run can still be deleted
        return f"'{on_one_line(runs[0])}'"


def _each(runs: Sequence[str], act: Callable[[str], object], done: str, undo: str = "") -> None:
    """Do it with every run that allows it, and leave a notice that also says what did not work."""
    what: list[str] = []
    called: list[str] = []
    problems: list[str] = []
    for run in runs:
        try:
            name = names([run])  # before it is deleted
            act(run)
        except DynasError as error:
            problems.append(str(error))
        else:
            what.append(run)
            called.append(name)
    text = f"{done} {called[0] if len(called) == 1 else f'{len(called)} runs'}." if what else ""
    st.session_state[_NOTICE] = Notice(text, undo if what else "", tuple(what), tuple(problems))
    deselect()


def archive(runs: Sequence[str]) -> None:
    """Put runs out of sight."""
    _each(runs, lambda run: service().label(run, archived=True), "Archived", "unarchive")


def unarchive(runs: Sequence[str]) -> None:
    """Put archived runs back among the others."""
    _each(runs, lambda run: service().label(run, archived=False), "Unarchived", "archive")


def delete(runs: Sequence[str]) -> None:
    """Move runs to the trash."""
    _each(runs, service().delete, "Deleted", "restore")


def restore(runs: Sequence[str]) -> None:
    """Bring deleted runs back."""
    problems = []
    for run in runs:
        try:
            service().restore(run)
        except DynasError as error:
            problems.append(str(error))
    restored = tuple(run for run in runs if (service().data_dir / "runs" / run).is_dir())
    text = f"Restored {names(restored)}." if restored else ""
    st.session_state[_NOTICE] = Notice(text, problems=tuple(problems))


def repair(run: str) -> None:
    """Make a damaged run anew of what can be read of it."""
    try:
        came = service().damaged.repair(run).sentence
    except DynasError as error:
        st.session_state[_NOTICE] = Notice("", problems=(str(error),))
    else:
        columns.clear_columns(run)
        kept = "The damaged original is in the trash."
        st.session_state[_NOTICE] = Notice(f"Repaired {names([run])}: {came} {kept}")
    deselect()


def tag(runs: Sequence[str], tags: Sequence[str]) -> None:
    """Give runs further tags."""

    def add(run: str) -> None:
        service().label(run, tags=[*service().labels(run).tags, *tags])

    _each(runs, add, f"Tagged with {', '.join(tags)}:")


UNDO: dict[str, Callable[[Sequence[str]], None]] = {
    "archive": archive,
    "unarchive": unarchive,
    "restore": restore,
}
"""The actions that take another one back."""
