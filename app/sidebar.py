"""The sidebar below the navigation: help on the page, and live runs with small progress bars."""

from collections.abc import Sequence

import streamlit as st

from app import navigation, shortcuts
from app.display_names import name_markdown
from app.documentation.links import documentation_url
from app.elastic.sidebar_trainings import sidebar_trainings, unfinished_trainings
from app.formatting import escape_markdown
from app.live.run_endings import run_endings
from app.session import LIVE_STATES, service
from engine.runs.run_summary import RunSummary

_REFRESH_LIVE = 2.0
_REFRESH_IDLE = 10.0
_MAX_NAME_LENGTH = 34  # characters of a name: two lines


def render(address: str, summaries: Sequence[RunSummary]) -> None:
    """Draw the link to the documentation of the page at `address`; draw and refresh live runs.

    `summaries` are those of all runs of the data folder.
    """
    name = navigation.page_name(address)
    st.link_button(
        "Help",
        documentation_url(name),
        key="sidebar_help",
        icon=":material/help:",
        type="tertiary",
        help="What this page shows and how to use it, in another tab. The key ? shows shortcuts",
    )
    shortcuts.listen()
    live = any(summary.state in LIVE_STATES for summary in summaries)
    unfinished = unfinished_trainings({summary.id: summary.name for summary in summaries})
    live = live or any(training.state.is_active for training in unfinished)
    st.fragment(_live_runs, run_every=_REFRESH_LIVE if live else _REFRESH_IDLE)()


def _live_runs() -> None:
    summaries = service().list()
    live = [summary for summary in summaries if summary.state in LIVE_STATES]
    if live:
        st.caption("Live runs")
    for summary in live:
        with st.container(key=f"sidebar_run_{summary.id}", gap=None):
            name = name_markdown(summary.name, _MAX_NAME_LENGTH)
            label = f"{name}\N{NO-BREAK SPACE}· {summary.count_text('/')}"
            if st.button(
                label,
                key=f"sidebar_open_{summary.id}",
                type="tertiary",
                help=_help(summary),
            ):
                navigation.open_live(summary.id)
            st.progress(summary.progress)
    run_endings(live, navigation.page("live").url_path)
    sidebar_trainings({summary.id: summary.name for summary in summaries})


def _help(summary: RunSummary) -> str:
    name = name_markdown(summary.name)
    if summary.state == "queued" and summary.message:
        return f"{name} is queued. {escape_markdown(summary.message)} Open it on the Run page"
    return f"{name}, {summary.state}: open it on the Run page"
