"""A panel for the missing files of a search: a download button, and a link to the page."""

import time

import streamlit as st

from app import navigation
from app.formatting import escape_markdown
from app.forms import search_form as form
from app.progress import POLL_SECONDS, failure_message, progress_panel
from app.session import jobs
from app.supernets import checklist, supernet_jobs
from app.supernets.checklist import ChecklistRow
from engine.errors import DynasError
from engine.supernets.base import Supernet


def missing_files_panel() -> None:
    """Offer to download the official files that the form's search lacks, and link to the page.

    Draws nothing if no file is missing.
    """
    try:
        settings = form.current_settings()
        supernet = form.selected_supernet()
        missing_rows = [
            row
            for row in checklist.rows(supernet, time.time())
            if row.requirement.serves == supernet.quality_source(settings)
        ]
        if not form.missing_requirements(supernet.name, settings):
            return
    except DynasError:
        return
    for row in missing_rows:
        if row.is_downloadable and supernet.downloadable_file(settings):
            job = jobs().get(supernet_jobs.download_key(row))
            is_running = job is not None and not job.done()
            st.fragment(_panel, run_every=POLL_SECONDS if is_running else None)(
                supernet, row, is_running
            )
    st.page_link(
        navigation.page("supernets"),
        label="Supply it on the page Supernets & data",
        icon=":material/database:",
    )


def _panel(supernet: Supernet, row: ChecklistRow, was_running: bool) -> None:
    job_key = supernet_jobs.download_key(row)
    job = jobs().get(job_key)
    if job is not None and not job.done():
        progress_panel(job_key, "new_download")
        return
    if was_running:
        checklist.clear_cache()
        form.missing_requirements.clear()
        st.rerun()
    if message := failure_message(job_key):
        st.error(escape_markdown(message), icon=":material/error:")
    title = row.requirement.title.lower()
    if st.button(
        f"Download the {escape_markdown(title)}",
        key="new_download",
        icon=":material/download:",
        help=escape_markdown(row.requirement.download),
    ):
        supernet_jobs.start_download(supernet, row)
        st.rerun()
