"""The note on an evaluation: shown, written, removed, and put back."""

import streamlit as st

from app.formatting import escape_markdown
from app.session import service
from engine.errors import DynasError
from engine.runs.evaluation_notes import evaluation_notes
from engine.runs.history import RunHistory

_ROWS_HEIGHT = 120  # pixels of the text area


def note_panel(run: str, history: RunHistory, number: int, page: str) -> None:
    """Draw the note on an evaluation with a button that changes it, and one that undoes a change.

    `page` begins the keys of the widgets.
    """
    note = evaluation_notes(history).get(number, "")
    with st.container(key=f"{page}_note", gap="small"):
        if note:
            st.markdown(f":material/sticky_note_2: {_lines(note)}")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            with st.popover(
                "Edit note" if note else "Add note",
                icon=":material/edit_note:",
                key=_editor_key(page),
                on_change="rerun",
            ):
                _editor(run, number, note, page)
            previous = st.session_state.get(_undo_key(run, number))
            if previous is not None and previous != note:
                st.button(
                    "Undo",
                    key=f"{page}_note_undo",
                    icon=":material/undo:",
                    help="Put the earlier note back" if previous else "Remove the note again",
                    on_click=_undo,
                    args=(run, number),
                )
        if problem := st.session_state.pop(_problem_key(run, number), ""):
            st.error(escape_markdown(problem), icon=":material/error:")


def _editor(run: str, number: int, note: str, page: str) -> None:
    key = f"{page}_note_text_{run}_{number}_{note}"
    with st.form(f"{page}_note_form", border=False):
        st.text_area(
            f"Note on #{number}",
            note,
            key=key,
            height=_ROWS_HEIGHT,
            help="It is kept in the log of the run, and is in tables, charts and exports.",
        )
        st.form_submit_button(
            "Save note", type="primary", on_click=_save, args=(run, number, key, page)
        )
    if note:
        st.button(
            "Remove note",
            key=f"{page}_note_remove",
            icon=":material/delete:",
            on_click=_edit,
            args=(run, number, "", page),
        )


def _save(run: str, number: int, key: str, page: str) -> None:
    _edit(run, number, str(st.session_state[key]), page)


def _edit(run: str, number: int, text: str, page: str) -> None:
    """Change the note, and close its popover if that was done."""
    if _change(run, number, text):
        st.session_state[_editor_key(page)] = False


def _undo(run: str, number: int) -> None:
    _change(run, number, st.session_state.pop(_undo_key(run, number)), can_be_undone=False)


def _change(run: str, number: int, text: str, *, can_be_undone: bool = True) -> bool:
    before = evaluation_notes(service().history(run)).get(number, "")
    try:
        service().note_evaluation(run, number, text)
    except DynasError as error:
        st.session_state[_problem_key(run, number)] = str(error)
        return False
    if can_be_undone:
        st.session_state[_undo_key(run, number)] = before
    return True


def _lines(note: str) -> str:
    """A note as Markdown that shows it as it was written."""
    return "  \n".join(escape_markdown(line) for line in note.splitlines())


def _editor_key(page: str) -> str:
    return f"{page}_note_editor"


def _undo_key(run: str, number: int) -> str:
    return f"note_before_{run}_{number}"


def _problem_key(run: str, number: int) -> str:
    return f"note_problem_{run}_{number}"
