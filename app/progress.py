"""Progress and failure of background jobs, with a Cancel button."""

from collections.abc import Hashable
from html import escape

import streamlit as st

from app.background import Job
from app.formatting import duration
from app.run_header import bar_html
from app.session import jobs
from engine.errors import CancelledError, DynasError

POLL_SECONDS = 0.5  # between refreshes of the panel

_DEFAULT_TASKS = {
    "download": "Connecting",
    "trial": "Measuring one random sub-network",
    "estimate": "Timing two sub-networks",
    "bundle": "Waiting for the bundles that were asked for before",
    "test": "Measuring on data that no search sees",
}


def progress_text(kind: str, job: Job) -> str:
    """Such as `Downloading FILE · 3.1 of 30.5 MB · 4 s`."""
    progress, elapsed = job.progress, duration(job.seconds)
    if job.cancelled.is_set():
        return "Ending"
    if kind == "download" and progress.task and progress.total != 0 and progress.completed > 0:
        total = f" of {progress.total / 1e6:.1f}" if progress.total else ""
        return f"Downloading {progress.task} · {progress.completed / 1e6:.1f}{total} MB · {elapsed}"
    task = progress.task or _DEFAULT_TASKS.get(kind, "Starting")
    count = f" · {progress.completed:,} of {progress.total:,}" if progress.total else ""
    return f"{task}{count} · {elapsed}"


def progress_panel(key: tuple[Hashable, ...], key_prefix: str) -> None:
    """A progress bar with a Cancel button; `key_prefix` starts the keys of both."""
    job = jobs().get(key)
    if job is not None and not job.done():
        job_panel(str(key[0]), job, key_prefix)


def job_panel(kind: str, job: Job, key_prefix: str) -> None:
    """That of a job which has not ended; `kind` chooses the words, as in `progress_text`."""
    text = progress_text(kind, job)
    fraction = job.progress.completed / job.progress.total if job.progress.total else None
    with st.container(horizontal=True, vertical_alignment="center", key=f"{key_prefix}_progress"):
        st.html(f'<div class="dynas-small">{escape(text)}</div>{_bar(fraction, text)}')
        if st.button("Cancel", key=f"{key_prefix}_cancel", disabled=job.cancelled.is_set()):
            job.cancel()
            st.rerun(scope="fragment")


def _bar(fraction: float | None, text: str) -> str:
    if fraction is not None:
        return bar_html(min(1.0, fraction), text)
    return (
        f'<div class="dynas-bar dynas-bar-moving" role="progressbar" '
        f'aria-label="{escape(text, quote=True)}"><div></div></div>'
    )


def failure_message(key: Hashable) -> str:
    """Why a job failed, as a sentence; empty if it did not fail or was cancelled."""
    job = jobs().get(key)
    return "" if job is None else job_failure(job)


def job_failure(job: Job) -> str:
    """As `failure_message`, of a job."""
    if not job.done() or (error := job.exception()) is None:
        return ""
    if isinstance(error, CancelledError):
        return ""
    return str(error) if isinstance(error, DynasError) else f"This failed: {error}"
