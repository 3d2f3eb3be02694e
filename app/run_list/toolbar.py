"""The toolbar above the table of runs: search, filters and actions on the selection."""

from collections.abc import Callable, Sequence

import streamlit as st

from app import navigation
from app.display_names import distinct_labels, name_markdown
from app.formatting import escape_markdown
from app.run_list import actions
from app.run_list.rows import NEWEST_FIRST, Query, RunRow, filter_choices, valid_order
from engine.count_text import count_text
from engine.supernets import registry

_VIEWS = ("Active", "Archived", "Trash")
_ORDER = "order"  # a query parameter, as are the keys of the widgets below

BULK: dict[str, Callable[[Sequence[str]], None]] = {
    "archive": actions.archive,
    "unarchive": actions.unarchive,
    "delete": actions.delete,
}
"""Actions on all selected runs."""


def remember_order(order: str) -> None:
    """Write the order into the URL, unless it is the default."""
    if order == NEWEST_FIRST:
        st.query_params.pop(_ORDER, None)
    else:
        st.query_params[_ORDER] = order


def filters(rows: Sequence[RunRow]) -> tuple[Query, bool]:
    """Draw search and filters; returns the query, and whether the trash is shown."""
    states, supernets, tags = filter_choices(rows)
    with st.container(horizontal=True, vertical_alignment="center", key="runs_filters"):
        words = st.text_input(
            "Search",
            key="find",
            type="search",
            bind="query-params",
            live=True,
            placeholder="Name, tag, note, supernet",
            label_visibility="collapsed",
            icon=":material/search:",
            width=230,
        )
        selected_states = _filter("state", "All states", states)
        selected_supernets = _filter("supernet", "All supernets", supernets, registry.title)
        selected_tags = _filter("tag", "All tags", tags)
        view = st.segmented_control(
            "Show",
            _VIEWS,
            default="Active",
            required=True,
            key="show",
            bind="query-params",
            label_visibility="collapsed",
        )
    query = Query(
        words=words or "",
        states=selected_states,
        supernets=selected_supernets,
        tags=selected_tags,
        archived=view == "Archived",
        order=valid_order(st.query_params.get(_ORDER, NEWEST_FIRST)),
    )
    return query, view == "Trash"


def _filter(
    name: str, label: str, options: Sequence[str], title_of: Callable[[str], str] = str
) -> tuple[str, ...]:
    labels = distinct_labels({choice: title_of(choice) for choice in options})
    selected = st.multiselect(
        label,
        options,
        format_func=lambda choice: labels.get(choice, choice),
        key=name,
        bind="query-params",
        placeholder=label,
        label_visibility="collapsed",
        width=152,
    )
    return tuple(selected)


def bulk_actions(matching: Sequence[RunRow], total: int) -> None:
    """Draw the number of runs, and the actions on the selected ones."""
    rows_by_id = {row.id: row for row in matching}
    selected = [run for run in actions.selected_runs() if run in rows_by_id]
    with st.container(horizontal=True, vertical_alignment="center", key="runs_bulk"):
        total_text = count_text(total, "run")
        count = total_text if len(matching) == total else f"{len(matching)} of {total_text}"
        st.caption(
            f"**{len(selected)} selected** · {count}" if selected else count, width="content"
        )
        if st.button(
            "Compare",
            key="runs_compare",
            icon=":material/stacked_line_chart:",
            disabled=not selected,
        ):
            navigation.open_compare(selected)
        with st.popover("Tag", icon=":material/label:", key="runs_tag", disabled=not selected):
            tags = st.multiselect(
                "Tags to add",
                filter_choices(matching)[2],
                key="runs_tag_new",
                accept_new_options=True,
                placeholder="Type a tag and press Enter",
            )
            if st.button("Add", key="runs_tag_apply", type="primary", disabled=not tags):
                actions.tag(selected, tags)
                st.rerun(scope="fragment")
        archived = bool(matching) and matching[0].labels.archived
        _button("unarchive" if archived else "archive", selected)
        _button("delete", [run for run in selected if "delete" in rows_by_id[run].actions])


_MAX_NOTICE_LENGTH = 300  # characters
_LABELS = {
    "archive": ("Archive", ":material/archive:"),
    "unarchive": ("Unarchive", ":material/unarchive:"),
    "delete": ("Delete", ":material/delete:"),
}


def _button(action: str, runs: Sequence[str]) -> None:
    label, icon = _LABELS[action]
    st.button(
        label,
        key=f"runs_{action}",
        icon=icon,
        disabled=not runs,
        on_click=BULK[action],
        args=(runs,),
        help="Only runs that have ended can be deleted" if action == "delete" else None,
    )


def notice() -> None:
    """Draw the notice of the last action, with an Undo button."""
    last = actions.notice()
    if last is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="runs_notice"):
        if last.text:
            st.markdown(f":material/check: {name_markdown(last.text, _MAX_NOTICE_LENGTH)}")
        if last.undo:
            st.button("Undo", key="runs_undo", on_click=actions.UNDO[last.undo], args=(last.runs,))
        st.button("Dismiss", key="runs_dismiss", type="tertiary", on_click=actions.dismiss)
    for problem in last.problems:
        st.error(escape_markdown(problem), icon=":material/error:")


def empty_table_note(rows: Sequence[RunRow], query: Query) -> None:
    """Draw the reason why the table is empty, and what to do."""
    with st.container(border=True, key="runs_nothing"):
        if query.archived and not any(row.labels.archived for row in rows):
            st.markdown("**Nothing is archived.** *Archive* keeps a run out of sight.")
        elif any(row.labels.archived == query.archived for row in rows):
            st.markdown("**No run fits.** Change the words or the filters.")
            st.button("Clear them", key="runs_clear", on_click=_clear)
        else:
            st.markdown(
                "**All runs are archived or deleted.** They are under *Archived* and *Trash*."
            )


def _clear() -> None:
    st.session_state["find"] = ""
    for name in ("state", "supernet", "tag"):
        st.session_state[name] = []
