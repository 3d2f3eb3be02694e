"""How far work in the background is, with a way out of it, and how it failed."""

from collections.abc import Hashable
from html import escape

import streamlit as st

from app.background import Job
from app.formatting import duration
from app.run_header import bar_html
from app.session import jobs
from engine.errors import CancelledError, DynasError

POLL = 0.5  # seconds between two looks at it

_DOING = {
    "download": "Connecting",
    "trial": "Measuring one random sub-network",
    "estimate": "Timing one evaluation",
    "test": "Measuring on data that no search sees",
}


def progress_text(kind: str, job: Job) -> str:
    """Such as `Downloading FILE · 3.1 of 30.5 MB · 4 s`."""
    state, took = job.progress, duration(job.seconds)
    if job.cancelled.is_set():
        return "Ending"
    if kind == "download" and state.what and state.total != 0 and state.done > 0:
        total = f" of {state.total / 1e6:.1f}" if state.total else ""
        return f"Downloading {state.what} · {state.done / 1e6:.1f}{total} MB · {took}"
    what = state.what or _DOING.get(kind, "Starting")
    count = f" · {state.done:,} of {state.total:,}" if state.total else ""
    return f"{what}{count} · {took}"


def progress_panel(key: tuple[Hashable, ...], where: str) -> None:
    """A bar with what is done, and a button that cancels it; `where` keys the button."""
    job = jobs().get(key)
    if job is None or job.done():
        return
    text = progress_text(str(key[0]), job)
    share = job.progress.done / job.progress.total if job.progress.total else None
    with st.container(horizontal=True, vertical_alignment="center", key=f"{where}_progress"):
        st.html(f'<div class="dynas-small">{escape(text)}</div>{_bar(share, text)}')
        if st.button("Cancel", key=f"{where}_cancel", disabled=job.cancelled.is_set()):
            job.cancel()
            st.rerun(scope="fragment")


def _bar(share: float | None, text: str) -> str:
    if share is not None:
        return bar_html(min(1.0, share), text)
    return (
        f'<div class="dynas-bar dynas-bar-moving" role="progressbar" '
        f'aria-label="{escape(text, quote=True)}"><div></div></div>'
    )


def problem(key: Hashable) -> str:
    """A sentence on how a job failed; empty if it did not, or was cancelled."""
    job = jobs().get(key)
    if job is None or not job.done() or (error := job.exception()) is None:
        return ""
    if isinstance(error, CancelledError):
        return ""
    return str(error) if isinstance(error, DynasError) else f"This failed: {error}"
