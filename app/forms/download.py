"""The way to what a search needs and has not: a download in place, and the page for the rest."""

import time

import streamlit as st

from app import navigation
from app.formatting import plain
from app.forms import search_form as form
from app.progress import POLL, problem, progress_panel
from app.session import jobs
from app.supernets import checklist, work
from app.supernets.checklist import Row
from engine.errors import DynasError
from engine.supernets.base import Supernet


def what_is_missing() -> None:
    """Offer the official file that the form's search needs and has not, and the link to the page.

    Draws nothing where it is not files that are missing.
    """
    try:
        settings = form.settings_now()
        supernet = form.chosen_supernet()
        needed = [
            row
            for row in checklist.rows(supernet, time.time())
            if row.requirement.serves == supernet.quality_source(settings)
        ]
        if not form.missing(supernet.name, settings):
            return
    except DynasError:
        return
    for row in needed:
        if row.fetchable and supernet.downloadable_file(settings):
            job = jobs().get(work.download_key(row))
            waiting = job is not None and not job.done()
            st.fragment(_panel, run_every=POLL if waiting else None)(supernet, row, waiting)
    st.page_link(
        navigation.page("supernets"),
        label="Supply it on the page Supernets & data",
        icon=":material/database:",
    )


def _panel(supernet: Supernet, row: Row, waiting: bool) -> None:
    work_key = work.download_key(row)
    job = jobs().get(work_key)
    if job is not None and not job.done():
        progress_panel(work_key, "new_download")
        return
    if waiting:
        checklist.look_again()
        form.missing.clear()
        st.rerun()
    if trouble := problem(work_key):
        st.error(plain(trouble), icon=":material/error:")
    title = row.requirement.title.lower()
    if st.button(
        f"Download the {plain(title)}",
        key="new_download",
        icon=":material/download:",
        help=plain(row.requirement.download),
    ):
        work.start_download(supernet, row)
        st.rerun()
