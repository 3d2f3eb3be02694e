"""On which device and in which precision sub-networks are measured, and how their latency is."""

import streamlit as st

from app.forms.number_field import number_field
from app.forms.search_form import key

_DEVICES = ("cpu", "cuda", "mps")
_PRECISIONS = {"fp32": "fp32", "bf16": "bf16, faster"}
_DEFAULTS = {
    "device": "cpu", "precision": "fp32", "latency_batch": 1, "threads": None, "latency_table": "",
}  # fmt: skip


def measuring_section() -> None:
    """Closed unless something in it differs from its default."""
    changed = any(st.session_state[key(field)] != value for field, value in _DEFAULTS.items())
    with st.expander("Device, precision, latency", expanded=changed):
        device, precision, batch, threads = st.columns(4)
        with device:
            given = st.session_state[key("device")]
            st.selectbox(
                "Device",
                list(dict.fromkeys([*_DEVICES, given])),
                key=key("device"),
                persist_state="session",
                accept_new_options=True,
                help="What the networks run on: *cpu*, *cuda* (a GPU of NVIDIA; *cuda:1* is the "
                "second one) or *mps* (of Apple).",
            )
        with precision:
            st.selectbox(
                "Precision",
                list(_PRECISIONS),
                format_func=_PRECISIONS.__getitem__,
                key=key("precision"),
                persist_state="session",
                help="bf16 is faster where the device computes in it. Accuracy then differs by "
                "hundredths of a point. Numbers in different precisions are never mixed.",
            )
        with batch:
            number_field(
                "Latency batch",
                "latency_batch",
                least=1,
                most=10_000,
                help="Images in a forward pass whose time or memory is measured.",
            )
        with threads:
            number_field(
                "Latency threads",
                "threads",
                least=1,
                most=1024,
                empty="All cores",
                help="Threads of the processor that a forward pass is timed with, such as those "
                "that it will have where it is deployed. Accuracy is measured with all cores.",
            )
        st.text_input(
            "Latency table",
            key=key("latency_table"),
            persist_state="session",
            placeholder="None: it is measured",
            help="A YAML file with the milliseconds of each block, measured on another device. "
            "Latency is then read from it, and says so.",
        )
