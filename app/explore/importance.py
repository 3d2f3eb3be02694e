"""The importance of genes, computed in the background while the page stays usable."""

import numpy as np
import streamlit as st

from app.background import Job
from app.charts.component import chart
from app.formatting import choice_width, escape_markdown
from app.session import jobs
from engine.analysis.charts.importance import importance_info
from engine.analysis.figures.importance import importance_figure
from engine.errors import DynasError
from engine.metrics import Metric
from engine.predictors.importance import MAX_ROWS, MIN_ROWS, ImportanceReport
from engine.predictors.importance_process import importance_in_process
from engine.runs.columns import RunColumns

_POLL = 0.7  # seconds
_BAR = 24  # pixels


def importance_view(run: str, columns: RunColumns, names: list[str]) -> None:
    """Draw the choice of a metric, and the importance of genes in the evaluations of `columns`."""
    labels = {name: columns.metric(name).label for name in names}
    with st.container(horizontal=True, vertical_alignment="center", key="explore_importance"):
        name = st.selectbox(
            "Metric",
            names,
            format_func=labels.__getitem__,
            key="importance",
            bind="query-params",
            label_visibility="collapsed",
            width=choice_width(labels.values(), 190),
        )
        by = st.segmented_control(
            "Bars",
            ["stage", "gene"],
            default="stage",
            required=True,
            format_func=lambda by: f"by {by}",
            key="bars",
            bind="query-params",
            label_visibility="collapsed",
        )
    name = name or names[0]
    values = columns.metrics[name]
    rows = np.flatnonzero(columns.ok & np.isfinite(values))
    if len(rows) < MIN_ROWS:
        st.caption(
            f"Importance needs {MIN_ROWS} measured sub-networks; there are {len(rows)} so far."
        )
        return
    rows = rows[-MAX_ROWS:]
    key = ("importance", run, name, int(rows[-1]))
    genotypes, space = columns.genotypes[rows], columns.space
    job = jobs().submit(key, lambda: importance_in_process(space, genotypes, values[rows]))
    poll = None if job.done() else _POLL
    st.fragment(_bars, run_every=poll)(
        run, columns.metric(name), by or "stage", job, poll is not None
    )


def _bars(run: str, metric: Metric, by: str, job: Job, was_running: bool) -> None:
    if not job.done():
        with st.container(key="explore_importance_wait", height=260, border=False):
            st.caption(
                ":material/hourglass_top: Fitting predictors and permuting genes; this takes "
                "some seconds. The page can be used meanwhile."
            )
        return
    if was_running:
        st.rerun()
    error = job.exception()
    if error is not None:
        text = "The computation failed. Open this view again to retry."
        if isinstance(error, DynasError):
            text = escape_markdown(str(error))
        st.error(text, icon=":material/error:")
        return
    report: ImportanceReport = job.result()
    info = importance_info(run, metric, report, "gene" if by == "gene" else "stage")
    if info.warning:
        st.warning(escape_markdown(info.warning), icon=":material/warning:")
    chart(
        importance_figure(info),
        name="importance",
        title=info.title,
        about="importance",
        description=info.description,
        height=60 + _BAR * len(info.bars),
        key=f"explore_importance_{run}",
        note=info.note,
    )
    st.caption(escape_markdown(info.method_text))
