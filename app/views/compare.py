"""Compare: runs side by side, how they differ, and the same search once more."""

from collections.abc import Sequence

import streamlit as st

from app import navigation, url_parameters
from app.compare import compared_runs, panels
from app.display_names import name_markdown
from app.run_picker import MAX_NAME_LENGTH
from app.session import MOVING_STATES, service
from engine.analysis.comparison.series import Series, series_of
from engine.analysis.palette import LINE_STYLES
from engine.errors import LogError
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary

_WHILE_MOVING = 1.5  # seconds
_WHILE_CALM = 10.0  # seconds: another server may go on with a run
_LONGEST_SUGGESTED = 160  # characters of the names of some runs
_PICKS, _ADD, _LAST = "compare_picks", "compare_add", "compare_last"


def render() -> None:
    """Draw the page."""
    st.title("Compare", anchor=False)
    runs = service().list()
    if not runs:
        with st.container(border=True, key="compare_no_runs"):
            st.markdown("**No run yet.** Start a search or two, and compare them here.")
            if st.button(
                "New search", key="compare_new", type="primary", icon=":material/add_circle:"
            ):
                navigation.open_new_search()
        return
    there = compared_runs.choices(runs)
    _follow_address(there, runs)
    together, apart = st.columns([0.8, 0.2], vertical_alignment="bottom")
    with together:
        tokens = st.multiselect(
            "Runs and configurations",
            list(there),
            format_func=lambda token: there[token].label,
            key=_PICKS,
            placeholder="Pick runs, or a configuration with all its seeds",
            help="Runs whose configuration is the same but for the seed are drawn as one: the "
            "median, and a band from the lower to the upper quartile.",
        )
    with apart:
        alone = st.toggle(
            "Each seed alone",
            key="seeds_apart",
            bind="query-params",
            help="Draw every run for itself",
        )
    url_parameters.set_own_value("runs", ",".join(tokens))
    st.session_state[_LAST] = ",".join(tokens)
    if not tokens:
        _suggest(runs)
        return
    chosen = compared_runs.selected_runs(tokens, there)
    moving = _moving(chosen)
    st.fragment(_content, run_every=_WHILE_MOVING if moving else _WHILE_CALM)(chosen, alone, moving)


def _follow_address(there: dict[str, compared_runs.Choice], runs: Sequence[RunSummary]) -> None:
    """What the address names is picked, if it is not the page itself that wrote it there."""
    text = url_parameters.external_value("runs")
    if text is None and _PICKS not in st.session_state:
        text = st.query_params.get("runs", "")  # back from another page
    if text is not None:
        text = text or st.session_state.get(_LAST, "")
        st.session_state[_PICKS] = compared_runs.valid_tokens(text, there)
        for run in compared_runs.missing_runs(text, runs):
            text = (
                _unreadable(run)
                if service().exists(run)
                else f"The address names the run '{name_markdown(run, MAX_NAME_LENGTH)}', which is "
                "not here. It may have been deleted (see the trash of *Runs*) or belong to another "
                "data folder."
            )
            st.warning(text, icon=":material/warning:")
    known = compared_runs.valid_tokens(",".join(st.session_state.get(_PICKS, [])), there)
    added = compared_runs.valid_tokens(",".join(st.session_state.pop(_ADD, [])), there)
    merged = compared_runs.merged_tokens(known, added, there)
    if merged != st.session_state.get(_PICKS):  # also where a run has been deleted meanwhile
        st.session_state[_PICKS] = merged


def add(tokens: Sequence[str]) -> None:
    """Pick further runs when the page is drawn next."""
    st.session_state[_ADD] = list(tokens)


def _suggest(runs: Sequence[RunSummary]) -> None:
    with st.container(border=True, key="compare_empty"):
        found = compared_runs.suggestions(runs)
        if found:
            st.markdown("**Nothing is picked.** Choose above, or begin with runs that fit:")
            for number, (title, tokens) in enumerate(found):
                st.button(
                    name_markdown(title, _LONGEST_SUGGESTED),
                    key=f"compare_suggested_{number}",
                    icon=":material/stacked_line_chart:",
                    on_click=add,
                    args=(tokens,),
                )
        else:
            st.markdown(
                "**There is nothing to compare yet.** Pick a run above: from here the same search "
                "can be started with another approach."
            )


def _moving(runs: Sequence[str]) -> bool:
    return any(service().summary(run).state in MOVING_STATES for run in runs)


def _content(runs: Sequence[str], alone: bool, moving: bool) -> None:
    there = {summary.id for summary in service().list()}
    if _moving([run for run in runs if run in there]) != moving or not set(runs) <= there:
        st.rerun()
    histories = _readable(runs)
    if not histories:
        return
    series = series_of(histories, alone)
    _too_many(histories, alone, series)
    panels.charts(series)
    panels.launch(series, add)
    panels.configurations(series)


def _readable(runs: Sequence[str]) -> list[RunHistory]:
    """The runs that can be read; of the others it is said that they cannot."""
    histories = []
    for run in runs:
        try:
            histories.append(service().history(run))
        except LogError:
            st.warning(_unreadable(run), icon=":material/warning:")
    return histories


def _unreadable(run: str) -> str:
    shown = name_markdown(run, MAX_NAME_LENGTH)
    return f"The log of the run '{shown}' cannot be read. *Runs* says why, and what can be done."


def _too_many(histories: Sequence[RunHistory], alone: bool, series: Sequence[Series]) -> None:
    drawn = sum(len(one.histories) for one in series)
    if drawn < len(histories):
        advice = " Draw seeds together, or pick fewer." if alone else " Pick fewer."
        st.info(
            f"{len(LINE_STYLES)} can be told apart in one chart; "
            f"the first {len(LINE_STYLES)} are drawn." + advice,
            icon=":material/info:",
        )
