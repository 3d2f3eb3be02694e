"""The panel of the Run page on workers: how busy they are, what each does, what was lost."""

import time
from collections.abc import Sequence

import streamlit as st

from app.charts.component import chart
from app.formatting import escape_markdown
from app.live.empty_state import empty_state_text
from app.live.worker_sheet import MAX_ROWS, planning_sentence, worker_sheet
from app.run_header import Fact, facts_html
from app.session import LIVE_STATES, service
from app.tables.html_table import table_html
from engine.analysis.charts.workers import WorkersInfo, workers_info
from engine.analysis.figures.workers import workers_figure
from engine.analysis.planning_time import planning_time
from engine.analysis.worker_table import WorkerRow, worker_rows
from engine.cluster.worker_notes import unused_sentences
from engine.runs.history import RunHistory
from engine.runs.workers_now import WorkersNow

_HEIGHT = 190
_PENDING = "The use of the workers appears with the first measurement."
_CAPTION = "Workers of this run, and the measurements that each of them made."
_VIEWS = ("By host", "Each worker")


def utilisation_panel(run: str, history: RunHistory) -> None:
    """Draw the panel, collapsed at first; a run that measures nothing has none."""
    measures_nothing = history.imported or history.computed_count is not None
    if measures_nothing and not len(history.work_times.arrays()):
        return
    panel = st.expander("Utilisation of the workers", key="live_utilisation", on_change="rerun")
    if panel.open:
        with panel:
            _workers(run, history)


def _workers(run: str, history: RunHistory) -> None:
    now = service().workers_now(run)
    rows = worker_rows(history.work_times.arrays(), now)
    began = [m.began for row in rows for m in row.now if m.began is not None]
    info = workers_info(run, history, began)
    _head(now, info, rows)
    _remarks(history, now, rows)
    chart(
        workers_figure(info),
        name="workers",
        title="Workers",
        description=info.description,
        height=_HEIGHT,
        key=f"workers_{run}",
        empty="" if info.measured else empty_state_text(history.summary(), _PENDING),
    )
    if planning := planning_sentence(planning_time(history)):
        st.caption(planning)
    if rows:
        _table(history, rows)


def _head(now: WorkersNow | None, info: WorkersInfo, rows: Sequence[WorkerRow]) -> None:
    """Draw the numbers of the whole run, and the link to the dashboard of the cluster."""
    busy, count = sum(len(row.now) for row in rows), now.count if now else 0
    lost, failed = sum(row.lost for row in rows), sum(row.failed for row in rows)
    facts = (
        Fact("measuring", f"{busy:,} of {count:,}" if count else "", "workers-busy"),
        Fact("utilisation", info.share_text, "workers-utilisation"),
        Fact("failed", f"{failed:,}" if failed else "", "workers-failed"),
        Fact("lost with a worker", f"{lost:,}" if lost else "", "workers-lost"),
    )
    with st.container(horizontal=True, vertical_alignment="center", key="live_utilisation_head"):
        st.html(facts_html(facts))
        link = now.cluster.dashboard if now and now.cluster else ""
        if link and link.startswith(("http://", "https://")):
            st.link_button("Dashboard of the cluster", link, icon=":material/open_in_new:")


def _remarks(history: RunHistory, now: WorkersNow | None, rows: Sequence[WorkerRow]) -> None:
    """Draw why the cluster measures nothing, which workers are not used, and what is not known."""
    if now and now.cluster and now.cluster.waiting_reason:
        st.warning(escape_markdown(now.cluster.waiting_reason), icon=":material/cloud_off:")
    for sentence in unused_sentences((row.host or row.name, row.problem) for row in rows):
        st.caption(f":material/block: {escape_markdown(sentence)}")
    if now is None and history.summary().state in LIVE_STATES:
        st.caption(
            ":material/info: Another process drives this run. What its workers measure at this "
            "moment is shown there; here are the measurements that have ended."
        )


def _table(history: RunHistory, rows: Sequence[WorkerRow]) -> None:
    """Draw the table of workers; of many, by host or in pages."""
    by_host, page = False, 1
    if len(rows) > MAX_ROWS:
        view = st.segmented_control(
            "Rows", _VIEWS, default=_VIEWS[0], required=True, key="live_utilisation_rows",
            label_visibility="collapsed",
        )  # fmt: skip
        by_host = view == _VIEWS[0]
        pages = worker_sheet(rows, history.supernet_name, time.time(), by_host).pages
        if pages > 1:
            page = st.number_input(
                f"Page (of {pages})", 1, pages, key=f"live_utilisation_page_{by_host}", width=160
            )
    sheet = worker_sheet(rows, history.supernet_name, time.time(), by_host, page)
    if sheet.rows:
        st.html(table_html(sheet.titles, sheet.rows, _CAPTION, "workers-table"))
