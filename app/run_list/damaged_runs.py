"""Panels of runs whose logs are damaged: the reason, and buttons to repair, export and delete."""

import json
from collections.abc import Sequence

import streamlit as st

from app.formatting import escape_markdown
from app.run_header import state_html
from app.run_list import actions
from app.session import service
from engine import program
from engine.analysis.name_text import truncate
from engine.count_text import count_text
from engine.errors import DynasError
from engine.export.recovered_log import recovered_csv, recovered_json
from engine.runs.run_index import UnreadableRun

_MAX_PANELS = 3  # so that the table stays visible
_MAX_ID_LENGTH = 60  # characters of an id


def panels(runs: Sequence[UnreadableRun]) -> None:
    """Draw the panels of the runs that changed last."""
    for run in runs[:_MAX_PANELS]:
        with st.container(border=True, key=f"runs_damaged_{run.id}", gap="small"):
            damaged_panel(run, "runs")
    if len(runs) > _MAX_PANELS:
        st.caption(
            f"{count_text(len(runs) - _MAX_PANELS, 'further run')} cannot be read. "
            f"`{program.name()} log check` lists all of them."
        )


def damaged_panel(run: UnreadableRun, page: str) -> None:
    """Draw the reason of the damage, and buttons that repair, export and delete the run."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(state_html(run.state), width="content")
        st.markdown(f"**{escape_markdown(truncate(run.id, _MAX_ID_LENGTH))}**", width="content")
    st.markdown(escape_markdown(run.reason))
    notice = actions.notice()
    if page != "runs" and notice is not None:  # the page Runs shows it above
        for problem in notice.problems:
            st.error(escape_markdown(problem), icon=":material/error:")
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


def _download(run: str, page: str, format_name: str, mime: str) -> None:
    engine = service()

    def content() -> str:
        try:
            recovered = engine.damaged.recover(run)
        except DynasError as error:
            return json.dumps({"run_id": run, "error": str(error)}) if format_name == "json" else ""
        return recovered_json(run, recovered) if format_name == "json" else recovered_csv(recovered)

    st.download_button(
        f"Export what is readable ({format_name.upper()})",
        content,
        f"{run}.readable.{format_name}",
        mime,
        key=f"{page}_readable_{format_name}_{run}",
        icon=":material/download:",
        on_click="ignore",
    )
