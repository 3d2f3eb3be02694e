"""The selected sub-network of a run in a panel beside the charts: its metrics, and where to go."""

from functools import partial

import streamlit as st

from app import navigation, subnetwork_panel
from app.decide.shortlist import shortlist_button
from app.evaluation_note import note_panel
from app.formatting import escape_markdown
from app.selection import select
from engine.analysis.confirmation_text import confirmed_text
from engine.runs.history import RunHistory


def pinned_panel(page: str, run: str, history: RunHistory, number: int | None) -> None:
    """Draw the metrics of the selected sub-network, and a link to its page.

    The keys of the panel and of its buttons begin with `page`.
    """
    with st.container(border=True, key=f"{page}_selected", gap="small"):
        if number is None:
            st.markdown("**Selected sub-network**")
            st.caption("Click a point in a chart or a row of the table.")
            return
        evaluation = history.evaluations[number - 1]
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**#{number}**", width="stretch")
            if st.button("Open", key=f"{page}_open_subnetwork", icon=":material/open_in_new:"):
                navigation.open_subnetwork(run, number)
            st.button(
                "",
                key=f"{page}_unselect",
                icon=":material/close:",
                help="Select nothing",
                on_click=select,
                args=(run, None),
            )
        if not evaluation.ok:
            st.caption(f":red[:material/close: Failed:] {escape_markdown(evaluation.reason)}")
        confirmed = partial(confirmed_text, history, evaluation)
        rows = subnetwork_panel.metric_rows(evaluation, history.config, confirmed)
        st.html(subnetwork_panel.metrics_html(rows) + subnetwork_panel.conditions_html(evaluation))
        shortlist_button(run, evaluation, f"{page}_shortlist")
        note_panel(run, history, number, page)
