"""The card of a supernet: its checklist, the next step, the numbers of a random sub-network."""

import time
from html import escape
from typing import Literal

import streamlit as st

from app import navigation, subnetwork_panel
from app.diagrams.component import drawing
from app.diagrams.stages import stages_svg
from app.formatting import duration, plain, power_of_ten
from app.forms import paths
from app.forms import search_form as form
from app.names import as_code, named
from app.progress import POLL as POLL
from app.progress import problem, progress_panel
from app.session import remembered, told_to_user
from app.supernets import work
from app.supernets.checklist import (
    Row,
    Step,
    look_again,
    needs,
    next_step,
    ready_sources,
    rows,
)
from engine.evaluation.record import Evaluation
from engine.requirements import QualitySource
from engine.supernets.base import Supernet

_ICONS = {
    "missing": (":material/radio_button_unchecked:", "not there"),
    "broken": (":red[:material/error:]", "something is wrong"),
    "unchecked": (":blue[:material/check:]", "there, not checked"),
    "checked": (":green[:material/check_circle:]", "checked"),
}
_SEARCH = {"measured": "New search", "published predictor": "New search by the predictor"}


def working(supernet: Supernet, now: float) -> bool:
    """Whether something that the card shows is under way."""
    return bool(work.under_way(_keys(supernet, rows(supernet, now))))


def draw(supernet: Supernet, was_working: bool) -> None:
    """Draw the card; a fragment that goes on drawing while something is under way."""
    with told_to_user():
        checklist = rows(supernet, time.time())
        busy = work.under_way(_keys(supernet, checklist))
        if was_working and not busy:
            look_again()
            form.missing.clear()
            st.rerun()
        _head(supernet, checklist)
        for row in checklist:
            _row(supernet, row, bool(busy))
        for number, key in enumerate(busy):
            progress_panel(key, f"supernet_work_{supernet.name}_{number}")
        _footer(supernet, checklist, bool(busy))


def _keys(supernet: Supernet, checklist: list[Row]) -> list[work.Key]:
    """The jobs that the card can start."""
    files = [key(row) for row in checklist for key in (work.download_key, work.check_key)]
    return [*files, *(work.trial_key(supernet, source) for source in ready_sources(checklist))]


def _head(supernet: Supernet, checklist: list[Row]) -> None:
    text, picture = st.columns([0.76, 0.24], vertical_alignment="center")
    with text:
        st.markdown(
            f"**{named(supernet.title)}** {_badge(checklist)}  \n{as_code(supernet.name)} · "
            f"{power_of_ten(supernet.space.size)} sub-networks"
        )
        st.caption(plain(supernet.description))
    with picture:
        if supernet.stages:
            drawing(stages_svg(supernet.stages), f"supernet_stages_{supernet.name}")


def _badge(checklist: list[Row]) -> str:
    ready = ready_sources(checklist)
    if "measured" in ready:
        return ":green-badge[:material/check: ready]"
    if ready:
        return ":green-badge[:material/check: ready with the published predictor]"
    return f":orange-badge[:material/warning: {plain(needs(checklist))}]"


def _row(supernet: Supernet, row: Row, busy: bool) -> None:
    needed, name = row.requirement, f"{supernet.name}_{row.requirement.title}".replace(" ", "_")
    icon, meaning = _ICONS[row.mark]
    words, buttons = st.columns([0.72, 0.28], vertical_alignment="center", gap="small")
    with words, st.container(gap="xxsmall"):
        checked = f" · checked {row.checked}" if row.checked else ""
        text = row.text.removesuffix(".") if checked else row.text
        st.markdown(
            f"{icon} **{named(needed.title)}** · {plain(text)}{checked}",
            help=f"{meaning}. {plain(needed.origin)}",
        )
        if row.place and (row.given or needed.download):  # what ships says so itself
            st.html(f'<div class="dynas-small dynas-place">{escape(row.place)}</div>')
        key = work.download_key(row) if row.fetchable else work.check_key(row)
        if trouble := problem(key):
            st.error(plain(trouble), icon=":material/error:")
    with buttons, st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        if row.fetchable and st.button(
            "Download",
            key=f"download_{name}",
            type="tertiary",
            disabled=busy,
            help=plain(needed.download),
        ):
            work.start_download(supernet, row)
            st.rerun()
        if row.place and st.button(
            "Check", key=f"check_{name}", type="tertiary", disabled=busy,
            help="Read all of it and say what was found",
        ):  # fmt: skip
            work.start_check(supernet, row)
            st.rerun()
        if needed.option:
            _path(row, "Path", f"path_{name}", "tertiary")


def _path(row: Row, label: str, key: str, kind: Literal["primary", "tertiary"]) -> None:
    """A field for the path of what a row needs, opened in place."""
    with st.popover(label, key=key, type=kind, icon=":material/folder_open:"):
        path = st.text_input(
            f"{named(row.requirement.title)}: path on this machine",
            value=row.given,
            key=f"{key}_text",
            placeholder="The official one" if row.requirement.download else "/data/my-data",
            help=plain(row.requirement.origin),
        )
        if st.button("Use this path", key=f"{key}_apply", type="primary"):
            remember(row, path or "")


def remember(row: Row, path: str) -> None:
    """Keep a path that the user gave, and draw the page with what is found there."""
    kept = False
    with told_to_user():
        remembered().set_path(row.requirement, path)
        kept = True
    if kept:
        look_again()
        form.missing.clear()
        st.rerun()


def _footer(supernet: Supernet, checklist: list[Row], busy: bool) -> None:
    ready = ready_sources(checklist)
    source: QualitySource | None = ready[0] if ready else None
    key = work.trial_key(supernet, source) if source else ()
    result = work.trial_result(key) if source else None
    step = next_step(checklist, result is not None)
    with st.container(horizontal=True, key=f"supernet_next_{supernet.name}"):
        _step_button(supernet, checklist, step, source, busy)
        if source and step.kind != "test":
            again = "Test another sub-network" if result else "Test one random sub-network"
            if st.button(again, key=f"test_{supernet.name}", disabled=busy):
                work.start_trial(supernet, source)
                st.rerun()
        if (
            source
            and step.kind != "search"
            and st.button(_SEARCH[source], key=f"search_{supernet.name}")
        ):
            _search(supernet, source)
    if trouble := problem(key):
        st.error(plain(trouble), icon=":material/error:")
    if result is not None and source:
        _numbers(supernet, result, source)


def _step_button(
    supernet: Supernet,
    checklist: list[Row],
    step: Step,
    source: QualitySource | None,
    busy: bool,
) -> None:
    key = f"next_{supernet.name}"
    if step.kind == "path" and step.row is not None:
        _path(step.row, plain(step.label), key, "primary")
        return
    if not st.button(plain(step.label), key=key, type="primary", disabled=busy):
        return
    if step.kind == "search" and source:
        _search(supernet, source)
    if step.kind == "download" and step.row is not None:
        work.start_download(supernet, step.row)
    elif step.kind == "check":
        unchecked = [
            r for r in checklist if (r.mark, r.requirement.serves) == ("unchecked", "measured")
        ]
        for row in [step.row] if step.row else unchecked:
            work.start_check(supernet, row)
    elif step.kind == "test" and source:
        work.start_trial(supernet, source)
    st.rerun()


def _search(supernet: Supernet, source: QualitySource) -> None:
    paths.choose(supernet.name, source)
    navigation.open_new_search()


def _numbers(supernet: Supernet, result: Evaluation, source: QualitySource) -> None:
    done = "measured" if source == "measured" else "its quality predicted,"
    share = plain(work.trial_remark(supernet)) if source == "measured" else ""
    st.caption(
        f"One random sub-network, {done} in {duration(result.seconds)}: it shows that "
        f"everything works, and is no result to quote.{share}"
    )
    rows = subnetwork_panel.metric_rows(result)
    st.html(subnetwork_panel.metrics_html(rows) + subnetwork_panel.timed_on_html(result))
