"""Compare: runs side by side, their differences, and a start of the same search again."""

from collections.abc import Sequence

import streamlit as st

from app import navigation, url_parameters
from app.baselines import is_measuring
from app.compare import compared_runs, panels
from app.display_names import name_markdown
from app.run_picker import MAX_NAME_LENGTH
from app.session import MOVING_STATES, service
from engine.analysis.comparison.groups import comparable_groups
from engine.analysis.comparison.series import Series, series_of
from engine.analysis.palette import LINE_STYLES
from engine.errors import LogError
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary

_POLL_MOVING = 1.5  # seconds
_POLL_IDLE = 10.0  # seconds: another server may resume a run
_MAX_SUGGESTION_LENGTH = 160  # characters
_ONE_CHART, _MULTIPLES = "One chart", "Small multiples"
_PICKS, _ADD, _LAST = "compare_picks", "compare_add", "compare_last"
_USUAL, _MISSING = "compare_usual", "compare_missing"


def render() -> None:
    """Draw the page."""
    with st.container(horizontal=True):  # as on the other pages: without a margin of its own
        st.title("Compare", anchor=False)
    runs = service().list()
    if not runs:
        _warn_of_missing(compared_runs.missing_runs(url_parameters.text_parameter("runs"), runs))
        with st.container(border=True, key="compare_no_runs"):
            st.markdown("**No run yet.** Start a search or two, and compare them here.")
            if st.button(
                "New search", key="compare_new", type="primary", icon=":material/add_circle:"
            ):
                navigation.open_new_search()
        return
    choices = compared_runs.choices(runs)
    _follow_address(choices, runs)
    _warn_of_missing(st.session_state.get(_MISSING, []))
    selection, mode = st.columns([0.8, 0.2], vertical_alignment="bottom")
    with selection:
        tokens = st.multiselect(
            "Runs and configurations",
            list(choices),
            format_func=lambda token: choices[token].label,
            key=_PICKS,
            on_change=lambda: st.session_state.pop(_MISSING, None),
            placeholder="Pick runs, or a configuration with all its seeds",
            help="Runs whose configuration is the same but for the seed are drawn as one: the "
            "median, and a band from the lower to the upper quartile.",
        )
    with mode:
        separate_seeds = st.toggle(
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
    picked_runs = compared_runs.selected_runs(tokens, choices)
    is_moving = _has_moving(picked_runs)
    st.fragment(_content, run_every=_POLL_MOVING if is_moving else _POLL_IDLE)(
        picked_runs, separate_seeds, is_moving
    )


def _follow_address(choices: dict[str, compared_runs.Choice], runs: Sequence[RunSummary]) -> None:
    """Pick the runs in the address, unless the page itself has written them there."""
    text = url_parameters.external_value("runs")
    if text is None and _PICKS not in st.session_state:
        text = st.query_params.get("runs", "")  # the visitor comes back from another page
    if text is not None:
        text = text or st.session_state.get(_LAST, "")
        st.session_state[_PICKS] = compared_runs.valid_tokens(text, choices)
        st.session_state[_MISSING] = compared_runs.missing_runs(text, runs)
    current_tokens = compared_runs.valid_tokens(",".join(st.session_state.get(_PICKS, [])), choices)
    added_tokens = compared_runs.valid_tokens(",".join(st.session_state.pop(_ADD, [])), choices)
    tokens = compared_runs.merged_tokens(current_tokens, added_tokens, choices)
    if tokens != st.session_state.get(_PICKS):  # also if a run has been deleted meanwhile
        st.session_state[_PICKS] = tokens


def _warn_of_missing(runs: Sequence[str]) -> None:
    """Name the runs of the address that are not here, until others are picked."""
    for run in runs:
        text = (
            _unreadable_text(run)
            if service().exists(run)
            else f"The address names the run '{name_markdown(run, MAX_NAME_LENGTH)}', which is "
            "not here. It may have been deleted (see the trash of *Runs*) or belong to another "
            "data folder."
        )
        st.warning(text, icon=":material/warning:")


def pick_further(tokens: Sequence[str]) -> None:
    """Pick further runs the next time the page is drawn."""
    st.session_state[_ADD] = list(tokens)


def _suggest(runs: Sequence[RunSummary]) -> None:
    with st.container(border=True, key="compare_empty"):
        suggestions = compared_runs.suggestions(runs)
        if suggestions:
            st.markdown("**Nothing is picked.** Choose above, or begin with runs that fit:")
            for number, (title, tokens) in enumerate(suggestions):
                st.button(
                    name_markdown(title, _MAX_SUGGESTION_LENGTH),
                    key=f"compare_suggested_{number}",
                    icon=":material/stacked_line_chart:",
                    on_click=pick_further,
                    args=(tokens,),
                )
        else:
            st.markdown(
                "**There is nothing to compare yet.** Pick a run above: from here the same search "
                "can be started with another approach."
            )


def _has_moving(runs: Sequence[str]) -> bool:
    return any(service().summary(run).state in MOVING_STATES or is_measuring(run) for run in runs)


def _content(runs: Sequence[str], separate_seeds: bool, was_moving: bool) -> None:
    existing_runs = {summary.id for summary in service().list()}
    if (
        _has_moving([run for run in runs if run in existing_runs]) != was_moving
        or not set(runs) <= existing_runs
    ):
        st.rerun()
    histories = _load_histories(runs)
    if not histories:
        return
    groups = comparable_groups(series_of(histories, separate_seeds, None))
    every_series = [series for group in groups for series in group.series]
    if _arrangement(every_series) == _MULTIPLES:
        panels.multiples(groups)
    else:
        _limit_note(groups[0].series)
        panels.charts(groups)
    series = every_series[: len(LINE_STYLES)]
    panels.launch(series, pick_further)
    panels.configurations(series)


def _load_histories(runs: Sequence[str]) -> list[RunHistory]:
    """The histories of the readable runs; each of the others gets a warning."""
    histories = []
    for run in runs:
        try:
            histories.append(service().history(run))
        except LogError:
            st.warning(_unreadable_text(run), icon=":material/warning:")
    return histories


def _unreadable_text(run: str) -> str:
    name = name_markdown(run, MAX_NAME_LENGTH)
    return f"The log of the run '{name}' cannot be read. *Runs* says why, and what can be done."


def _arrangement(every_series: Sequence[Series]) -> str:
    """Draw the choice between one chart and small multiples, which any number of runs has."""
    is_many = len(every_series) > len(LINE_STYLES)
    usual = _MULTIPLES if is_many else _ONE_CHART
    has_turned = st.session_state.get(_USUAL, usual) != usual
    st.session_state[_USUAL] = usual
    if has_turned:  # the visitor has picked so many, or so few, that the other one is usual
        st.session_state["arrangement"] = usual
    if len(every_series) < 2:
        return _ONE_CHART
    return str(
        st.segmented_control(
            "Arrangement",
            [_ONE_CHART, _MULTIPLES],
            default=None if has_turned else usual,
            required=True,
            key="arrangement",
            bind="query-params",
            label_visibility="collapsed",
        )
    )


def _limit_note(every_series: Sequence[Series]) -> None:
    if len(every_series) > len(LINE_STYLES):
        st.info(
            f"{len(LINE_STYLES)} can be told apart in one chart; the first {len(LINE_STYLES)} are "
            f"drawn. *{_MULTIPLES}* draws the fronts of all.",
            icon=":material/info:",
        )
