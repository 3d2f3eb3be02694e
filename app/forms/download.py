"""Downloading what a supernet needs from its official address, with progress."""

from collections.abc import Hashable

import streamlit as st

from app.forms import search_form as form
from app.session import jobs
from engine.config import NASConfig
from engine.errors import DynasError
from engine.supernets.base import EvaluationSettings, Supernet

_POLL = 0.5  # seconds


@st.cache_resource(show_spinner=False)
def _progress() -> dict[Hashable, tuple[int, int | None]]:
    """Bytes that are there, and bytes in all where the server tells, by download."""
    return {}


def download_button() -> None:
    """Offer the official file that the form's search needs and has not, if there is one."""
    try:
        config = NASConfig.from_dict(form.config_data(form.values_now()))
        supernet = form.supernet_of(config.dynas.supernet)
        name = supernet.fetchable(config.settings)
    except DynasError:
        return
    key = ("download", config.dynas.supernet, name)
    job = jobs().get(key)
    waiting = job is not None and not job.done()
    if name:
        poll = _POLL if waiting else None
        st.fragment(_panel, run_every=poll)(supernet, config.settings, key, waiting)


def _panel(
    supernet: Supernet, settings: EvaluationSettings, key: tuple[str, str, str], waiting: bool
) -> None:
    job = jobs().get(key)
    if job is not None and not job.done():
        done, total = _progress().get(key, (0, None))
        share = min(1.0, done / total) if total else 0.0
        st.progress(share, text=f"Downloading {key[2]} · {done / 1e6:.1f} MB")
        return
    if waiting:
        form.missing.clear()
        st.rerun()
    if job is not None and (error := job.exception()) is not None:
        known = isinstance(error, DynasError)
        st.error(str(error) if known else "The download failed.", icon=":material/error:")
    if st.button("Download the file", key="new_download", icon=":material/download:", help=key[2]):
        progress = _progress()

        def note(name: str, done: int, total: int | None) -> None:
            progress[key] = done, total

        jobs().submit(key, lambda: supernet.fetch(settings, note))
        st.rerun()
