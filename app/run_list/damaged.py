"""Runs whose logs cannot be read: why, and what can be done with each."""

import json
from collections.abc import Sequence

import streamlit as st

from app.formatting import counted, plain
from app.run_header import state_html
from app.run_list import actions
from app.session import service
from engine import program
from engine.analysis.name_text import truncate
from engine.errors import DynasError
from engine.export.recovered_log import recovered_csv, recovered_json
from engine.runs.run_index import UnreadableRun

_MOST = 3  # that are drawn, so that the table stays in sight
_LONGEST = 60  # characters of an id


def panels(runs: Sequence[UnreadableRun]) -> None:
    """Draw those that changed last; nothing if there are none."""
    for run in runs[:_MOST]:
        with st.container(border=True, key=f"runs_damaged_{run.id}", gap="small"):
            damaged_panel(run, "runs")
    if len(runs) > _MOST:
        st.caption(
            f"{counted(len(runs) - _MOST, 'further run')} cannot be read. "
            f"`{program.name()} log check` lists all of them."
        )


def damaged_panel(run: UnreadableRun, page: str) -> None:
    """What is wrong with a run, and the buttons that repair, export and delete it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(state_html(run.state), width="content")
        st.markdown(f"**{plain(truncate(run.id, _LONGEST))}**", width="content")
    st.markdown(plain(run.reason))
    notice = actions.notice()
    if page != "runs" and notice is not None:  # the page Runs shows it above
        for problem in notice.problems:
            st.error(plain(problem), icon=":material/error:")
    with st.container(horizontal=True, key=f"{page}_damaged_actions_{run.id}"):
        if run.repairable:
            st.button(
                "Repair",
                key=f"{page}_repair_{run.id}",
                type="primary",
                icon=":material/build:",
                on_click=actions.repair,
                args=(run.id,),
                help="Make the run anew of every record that can be read. The damaged original is "
                "kept in the trash.",
            )
            _download(run.id, page, "json", "application/json")
            _download(run.id, page, "csv", "text/csv")
        st.button(
            "Move to trash",
            key=f"{page}_trash_{run.id}",
            icon=":material/delete:",
            on_click=actions.delete,
            args=([run.id],),
        )


def _download(run: str, page: str, form: str, mime: str) -> None:
    engine = service()

    def content() -> str:
        try:
            found = engine.damaged.recover(run)
        except DynasError as error:
            return json.dumps({"run_id": run, "error": str(error)}) if form == "json" else ""
        return recovered_json(run, found) if form == "json" else recovered_csv(found)

    st.download_button(
        f"Export what is readable ({form.upper()})",
        content,
        f"{run}.readable.{form}",
        mime,
        key=f"{page}_readable_{form}_{run}",
        icon=":material/download:",
        on_click="ignore",
    )
