"""The importance of genes, computed in the background while the page stays usable."""

import numpy as np
import streamlit as st

from app.background import Job
from app.charts.component import chart
from app.formatting import choice_width, escape_markdown
from app.session import jobs
from engine.analysis.charts.importance import (
    By,
    EffectsInfo,
    ImportanceBars,
    effects_info,
    importance_info,
)
from engine.analysis.figures.importance import importance_figure
from engine.analysis.measured_effects import measured_effects
from engine.errors import DataError, DynasError
from engine.predictors.importance import MAX_ROWS, MIN_ROWS, ImportanceReport
from engine.predictors.importance_process import importance_in_process
from engine.runs.columns import RunColumns

_POLL = 0.7  # seconds
_BAR = 24  # pixels


def importance_view(run: str, columns: RunColumns, names: list[str]) -> None:
    """Draw the choice of a metric, and the importance of genes in the evaluations of `columns`.

    What was measured is there at once; a predictor refines it in the background.
    """
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
    shown: By = "gene" if by == "gene" else "stage"
    values = columns.metrics[name]
    rows = np.flatnonzero(columns.ok & np.isfinite(values))
    try:
        effects = measured_effects(columns.space, columns.genotypes[rows], values[rows])
    except DataError as error:
        st.caption(escape_markdown(str(error)))
        return
    measured = effects_info(run, columns.metric(name), effects, shown)
    if len(rows) < MIN_ROWS:
        _draw(
            measured,
            f"From {MIN_ROWS} sub-networks on, a predictor is fitted as well, which separates the "
            "genes better.",
        )
        return
    rows = rows[-MAX_ROWS:]
    key = ("importance", run, name, int(rows[-1]))
    genotypes, space = columns.genotypes[rows], columns.space
    job = jobs().submit(key, lambda: importance_in_process(space, genotypes, values[rows]))
    poll = None if job.done() else _POLL
    st.fragment(_bars, run_every=poll)(measured, shown, job, poll is not None)


def _bars(measured: EffectsInfo, by: By, job: Job, was_running: bool) -> None:
    """Draw what was measured, and the importances of the predictor once it is fitted."""
    if not job.done():
        _draw(
            measured,
            ":material/hourglass_top: A predictor is being fitted, which separates the genes "
            "better; its bars replace these in some seconds.",
        )
        return
    if was_running:
        st.rerun()
    error = job.exception()
    if error is not None:
        text = "The predictor could not be fitted. Open this view again to retry."
        if isinstance(error, DynasError):
            text = escape_markdown(str(error))
        st.error(text, icon=":material/error:")
        _draw(measured, "")
        return
    report: ImportanceReport = job.result()
    info = importance_info(measured.run, measured.metric, report, by)
    if info.warning:
        st.warning(escape_markdown(info.warning), icon=":material/warning:")
    _draw(info, "")


def _draw(info: ImportanceBars, status: str) -> None:
    """Draw bars and their method; `status`, in Markdown, stands above them."""
    if status:
        st.caption(status)
    chart(
        importance_figure(info),
        name="importance",
        title=info.title,
        about="importance",
        description=info.description,
        height=60 + _BAR * len(info.bars),
        key=f"explore_importance_{info.run}",
        note=info.note,
    )
    st.caption(escape_markdown(info.method_text))
