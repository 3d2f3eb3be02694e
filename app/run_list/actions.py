"""Actions on one or several runs, the notice of the last one, and its undo."""

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
    """The result of an action on runs. `undo` names the action that reverts it."""

    text: str
    undo: str = ""
    runs: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


def selected_runs() -> list[str]:
    """The runs selected in the table."""
    return list(st.session_state.get(_SELECTED, []))


def store_selection(runs: Sequence[str]) -> None:
    """Store the selection of the table."""
    st.session_state[_SELECTED] = list(runs)


def clear_selection() -> None:
    """Clear the selection, in the browser too."""
    store_selection([])
    st.session_state[_REVISION] = revision() + 1


def revision() -> int:
    """A counter that grows when the selection changes elsewhere than in the table."""
    return int(st.session_state.get(_REVISION, 0))


def notice() -> Notice | None:
    """The notice of the last action; None if there is none or it was dismissed."""
    return st.session_state.get(_NOTICE)


def dismiss() -> None:
    """Remove the notice of the last action."""
    st.session_state.pop(_NOTICE, None)


def run_names_text(runs: Sequence[str]) -> str:
    """Such as `'first search'` for one run, `3 runs` for several."""
    if len(runs) != 1:
        return f"{len(runs)} runs"
    try:
        return f"'{on_one_line(service().history(runs[0]).name)}'"
    except LogError:  # a damaged run can still be deleted
        return f"'{on_one_line(runs[0])}'"


def _apply_to_each(
    runs: Sequence[str], action: Callable[[str], object], verb: str, undo: str = ""
) -> None:
    """Apply an action to every run, and store a notice with the results and errors."""
    changed_runs: list[str] = []
    names: list[str] = []
    problems: list[str] = []
    for run in runs:
        try:
            name = run_names_text([run])  # before it is deleted
            action(run)
        except DynasError as error:
            problems.append(str(error))
        else:
            changed_runs.append(run)
            names.append(name)
    text = (
        f"{verb} {names[0] if len(names) == 1 else f'{len(names)} runs'}." if changed_runs else ""
    )
    st.session_state[_NOTICE] = Notice(
        text, undo if changed_runs else "", tuple(changed_runs), tuple(problems)
    )
    clear_selection()


def archive(runs: Sequence[str]) -> None:
    """Archive runs."""
    _apply_to_each(runs, lambda run: service().label(run, archived=True), "Archived", "unarchive")


def unarchive(runs: Sequence[str]) -> None:
    """Move archived runs back to the active ones."""
    _apply_to_each(runs, lambda run: service().label(run, archived=False), "Unarchived", "archive")


def delete(runs: Sequence[str]) -> None:
    """Move runs to the trash."""
    _apply_to_each(runs, service().delete, "Deleted", "restore")


def restore(runs: Sequence[str]) -> None:
    """Restore deleted runs."""
    problems = []
    for run in runs:
        try:
            service().restore(run)
        except DynasError as error:
            problems.append(str(error))
    restored = tuple(run for run in runs if (service().data_dir / "runs" / run).is_dir())
    text = f"Restored {run_names_text(restored)}." if restored else ""
    st.session_state[_NOTICE] = Notice(text, problems=tuple(problems))


def go_first(run: str) -> None:
    """Let a queued run come before all others that wait for its workers."""
    _apply_to_each([run], service().go_first, "Next in the queue is")


def run_beside(run: str) -> None:
    """Let a queued run begin at once, beside those that have the workers."""
    _apply_to_each([run], service().run_beside, "Beside the others now runs")


def repair(run: str) -> None:
    """Rebuild a damaged run from its readable records."""
    try:
        repair_text = service().damaged.repair(run).sentence
    except DynasError as error:
        st.session_state[_NOTICE] = Notice("", problems=(str(error),))
    else:
        columns.clear_columns(run)
        trash_note = "The damaged original is in the trash."
        st.session_state[_NOTICE] = Notice(
            f"Repaired {run_names_text([run])}: {repair_text} {trash_note}"
        )
    clear_selection()


def tag(runs: Sequence[str], tags: Sequence[str]) -> None:
    """Add tags to runs."""

    def add(run: str) -> None:
        service().label(run, tags=[*service().labels(run).tags, *tags])

    _apply_to_each(runs, add, f"Tagged with {', '.join(tags)}:")


UNDO: dict[str, Callable[[Sequence[str]], None]] = {
    "archive": archive,
    "unarchive": unarchive,
    "restore": restore,
}
"""The actions that revert another one."""
