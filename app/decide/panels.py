"""The chart, the suggestions and the shortlist of the Decide page."""

from collections.abc import Mapping, Sequence

import streamlit as st

from app import baselines, navigation
from app.axis_choice import plane_choice
from app.charts.component import chart
from app.decide import shortlist
from app.formatting import escape_markdown
from engine.analysis.charts.decision import decision_info
from engine.analysis.comparison.sub_networks import qualities_text
from engine.analysis.confirmation_text import confirmed_text
from engine.analysis.figures.baselines import with_baselines
from engine.analysis.figures.decision import decision_figure
from engine.analysis.number_text import front_name, value_of
from engine.analysis.suggestions import Suggestions
from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import uncertain_metrics
from engine.runs.held_out import main_quality
from engine.runs.history import RunHistory

_HEIGHT = 410
_VISIBLE_ENTRIES = 4  # entries of the shortlist without scrolling
_LIST_HEIGHT = 440


def axes(history: RunHistory, names: Sequence[str], objectives: Sequence[str]) -> tuple[str, str]:
    """Draw the choice of the axes; returns the horizontal and the vertical metric."""
    names_in_order = list(dict.fromkeys([*objectives, *names]))
    labels = {name: history.metric(name).label for name in names}
    return plane_choice(
        "decide", labels, (names_in_order[min(1, len(names_in_order) - 1)], names_in_order[0])
    )


def errors_switch(front: Sequence[Evaluation]) -> bool:
    """Draw the switch of error bars, if a standard error is known; whether they are shown."""
    if not uncertain_metrics(front):
        return False
    return st.toggle(
        "Error bars",
        key="errors",
        bind="query-params",
        help="One standard error to either side: accuracy measured on other images, as many, would "
        "differ by about as much.",
    )


def front_chart(
    run: str,
    history: RunHistory,
    front: Sequence[Evaluation],
    shortlisted: Sequence[Evaluation],
    remaining: Sequence[Evaluation],
    limits: Mapping[str, float],
    marks: Mapping[int, str],
    plane: tuple[str, str],
    shows_baselines: bool,
    shows_errors: bool,
) -> None:
    """Draw the front; a click on a point adds it to the shortlist or removes it."""
    on_front = {evaluation.number for evaluation in front}
    info = decision_info(
        run,
        front,
        [e for e in shortlisted if e.number not in on_front],
        {e.number for e in remaining},
        plane,
        {objective.name for objective in history.objectives},
        limits,
        marks,
        [e.number for e in shortlisted],
        history.budget,
    )
    overlay = baselines.overlay(history, info.x, info.y) if shows_baselines else None
    chart(
        with_baselines(decision_figure(info, shows_errors), overlay),
        name="choice",
        title=f"The {front_name(history.provenance)}",
        description=info.description,
        height=_HEIGHT,
        key=f"decide_front_{run}",
        on_pick=lambda number: shortlist.toggle(run, number),
        note="A click on a point puts it on the shortlist, another one takes it off.",
    )
    if shows_baselines:
        baselines.baselines_panel(run, history, overlay)


def suggestions(
    run: str, history: RunHistory, suggested: Suggestions, shortlisted_numbers: Sequence[int]
) -> None:
    """Draw each suggested sub-network once, with its reasons and a button for the shortlist."""
    with st.container(key="decide_suggestions", gap="small"):
        st.markdown(f"**Suggestions** within the limits on the {front_name(history.provenance)}")
        for index, (number, reasons) in enumerate(suggested.by_number.items()):
            text, button = st.columns([0.76, 0.24], vertical_alignment="center", gap="small")
            sentences = "\n".join(
                f"- **{escape_markdown(reason.title)}.** {escape_markdown(reason.reason)}"
                for reason in reasons
            )
            text.markdown(f"**#{number}**\n{sentences}")
            with button:
                is_listed = number in shortlisted_numbers
                shortlist.add_button(run, number, is_listed, f"decide_suggested_{index}")
        for note in suggested.notes:
            st.caption(f":material/info: {escape_markdown(note)}")


def shortlist_panel(
    run: str,
    history: RunHistory,
    shortlisted: Sequence[Evaluation],
    remaining: Sequence[Evaluation],
    held_out_quality: Mapping[int, float],
) -> None:
    """Draw the shortlist in its order, each entry with its metrics and actions."""
    st.markdown(f"**Shortlist** · {len(shortlisted)}" if shortlisted else "**Shortlist**")
    if problem_text := shortlist.problem():
        st.error(escape_markdown(problem_text), icon=":material/error:")
    if not shortlisted:
        st.caption(
            "Nothing is on it yet. Add a line of the answer, or click a point of the chart. It is "
            "kept with the run, the same for everybody."
        )
    names = [objective.name for objective in history.objectives]
    front, remaining_numbers = (
        history.front_numbers,
        {evaluation.number for evaluation in remaining},
    )
    scrolls = len(shortlisted) > _VISIBLE_ENTRIES
    with st.container(height=_LIST_HEIGHT if scrolls else "content", border=False):
        for index, evaluation in enumerate(shortlisted):
            with st.container(border=True, gap=None, key=f"decide_listed_{evaluation.number}"):
                _head(run, evaluation.number, index, len(shortlisted))
                values = [_value(evaluation, name) for name in names]
                st.caption(escape_markdown(" · ".join(values)))
                _confirmation(history, evaluation, names)
                if evaluation.number in held_out_quality:
                    st.caption(
                        qualities_text(evaluation, held_out_quality, main_quality(history.config))
                    )
                if evaluation.number not in front:
                    st.caption(":material/info: not on the front")
                elif evaluation.number not in remaining_numbers:
                    st.caption(":material/info: beyond the limits")
    shortlisted_numbers = {evaluation.number for evaluation in shortlisted}
    _add_from_front(run, [e for e in remaining if e.number not in shortlisted_numbers], names)


def _confirmation(history: RunHistory, evaluation: Evaluation, names: Sequence[str]) -> None:
    """Draw what repeated measurements say, if there are any."""
    texts = [text for name in names if (text := confirmed_text(history, evaluation, name))]
    if texts:
        standing = history.standings().get(evaluation.number, "")
        place = "" if standing == "stays" else standing
        st.caption(escape_markdown(" · ".join(filter(None, [*texts, place]))))


def _add_from_front(run: str, candidates: Sequence[Evaluation], names: Sequence[str]) -> None:
    """Draw a select box that adds a sub-network, as a click in the chart does."""
    key = f"decide_add_{run}"
    labels = {
        e.number: " · ".join([f"#{e.number}", *(_value(e, n) for n in names[:2])])
        for e in candidates
    }
    st.session_state[key] = None
    st.selectbox(
        "Add from the front",
        list(labels),
        format_func=labels.__getitem__,
        key=key,
        placeholder="Add from the front",
        label_visibility="collapsed",
        disabled=not labels,
        on_change=lambda: shortlist.add(run, [st.session_state[key]]),
    )


def _head(run: str, number: int, index: int, count: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap=None):
        if st.button(
            f"**#{number}**", key=f"decide_open_{number}", type="tertiary", help="Open its page"
        ):
            navigation.open_subnetwork(run, number)
        st.space("stretch")
        for direction, icon, is_disabled, offset in (
            ("up", ":material/arrow_upward:", index == 0, -1),
            ("down", ":material/arrow_downward:", index == count - 1, 1),
        ):
            st.button(
                f"Move #{number} {direction}",
                key=f"decide_move_{direction}_{number}",
                icon=icon,
                type="tertiary",
                disabled=is_disabled,
                on_click=shortlist.move,
                args=(run, number, offset),
            )
        st.button(
            f"Take #{number} off the shortlist",
            key=f"decide_move_off_{number}",
            icon=":material/close:",
            type="tertiary",
            on_click=shortlist.toggle,
            args=(run, number),
        )


def _value(evaluation: Evaluation, name: str) -> str:
    return value_of(name, evaluation)
