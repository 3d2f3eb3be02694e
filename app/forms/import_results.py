"""Make a run of a results CSV that somebody else's search wrote."""

import streamlit as st

from app import navigation
from app.formatting import metric_title, plain
from app.names import on_one_line
from app.session import service, told_to_user
from engine.config import NASConfig
from engine.metrics import metric, names, ordered
from engine.supernets import registry

_LARGEST = 50  # MB


def import_button() -> None:
    """A button that opens the fields in place."""
    with st.popover("Import results", icon=":material/upload:", key="runs_import"):
        file = st.file_uploader(
            "Results CSV",
            type="csv",
            key="import_file",
            max_upload_size=_LARGEST,
            help="Of this dashboard, DyNAS-T or Neural Compressor.",
        )
        supernet = st.selectbox(
            "Supernet",
            registry.names(),
            format_func=lambda name: on_one_line(registry.title(name)),
            key="import_supernet",
            help="Whose sub-networks they are.",
        )
        objectives = st.pills(
            "Objectives",
            names(),
            default=["acc", "macs"],
            selection_mode="multi",
            format_func=lambda name: plain(metric_title(metric(name))),
            key="import_metrics",
            help="What the front is drawn of, and what an extended run optimises.",
        )
        ready = file is not None and bool(objectives)
        if st.button("Import", key="import_apply", type="primary", disabled=not ready):
            _import(file.name, file.getvalue(), str(supernet), list(objectives))


def _import(name: str, content: bytes, supernet: str, objectives: list[str]) -> None:
    run = None
    with told_to_user():
        alone = {"workers": 1} if {"lat", "lat_spread"} & set(objectives) else {}
        record = [metric for metric in ("macs", "params") if metric not in objectives]
        config = NASConfig(
            dynas={"supernet": supernet, "metrics": ordered(objectives), "record": record, **alone}
        )
        text = content.decode("utf-8-sig", errors="replace")
        run = service().import_results(text, name, config, name.removesuffix(".csv"))
    if run is not None:
        navigation.open_live(run)
