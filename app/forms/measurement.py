"""The measurement settings of the form: device, precision and the options of meters."""

import streamlit as st

from app.formatting import escape_markdown
from app.forms import option_state
from app.forms.cells import Cell, draw_cells
from app.forms.keys import key
from app.forms.option_fields import option_cells
from app.forms.option_owners import Owner
from app.forms.option_sections import meter_owners, meter_refusals
from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets import registry

_DEVICES = ("cpu", "cuda", "mps")
_PRECISIONS = {"fp32": "fp32", "bf16": "bf16, faster"}
_DEFAULTS = {"device": "cpu", "precision": "fp32"}
_WIDTH = 1.2
_MAX_NAMES = 3  # names of meters that fit into the title


def measurement_section() -> None:
    """Draw the expander; it is open if a setting differs from its default."""
    owners = meter_owners()
    is_changed = any(st.session_state[key(field)] != value for field, value in _DEFAULTS.items())
    with st.expander(_title(owners), expanded=is_changed or option_state.has_changes(owners)):
        first_cells = option_cells(owners[0]) if owners else []
        draw_cells([Cell(_WIDTH, _device), Cell(_WIDTH, _precision), *first_cells])
        for owner in owners[1:]:
            st.caption(f"**{escape_markdown(owner.label)}**")
            draw_cells(option_cells(owner))
        for label, reason in _refusals().items():
            st.caption(
                f":material/info: **{escape_markdown(label)}** cannot be measured. "
                f"{escape_markdown(reason)}"
            )


def _refusals() -> dict[str, str]:
    """Why meters cannot measure the selected supernet on the selected device, by label."""
    settings = EvaluationSettings(device=str(st.session_state[key("device")]))
    try:
        supernet = registry.load(st.session_state[key("supernet")])
        return meter_refusals(supernet, settings)
    except DynasError:
        return {}  # the form says what is wrong with the supernet


def _title(owners: list[Owner]) -> str:
    names = [escape_markdown(owner.label.lower()) for owner in owners]
    shown_names = names if len(names) <= _MAX_NAMES else [*names[:_MAX_NAMES], "and more"]
    return ", ".join(["Device", "precision", *shown_names])


def _device() -> None:
    device = st.session_state[key("device")]
    st.selectbox(
        "Device",
        list(dict.fromkeys([*_DEVICES, device])),
        key=key("device"),
        persist_state="session",
        accept_new_options=True,
        help="What the networks run on: *cpu*, *cuda* (a GPU of NVIDIA; *cuda:1* is the second "
        "one) or *mps* (of Apple).",
    )


def _precision() -> None:
    st.selectbox(
        "Precision",
        list(_PRECISIONS),
        format_func=_PRECISIONS.__getitem__,
        key=key("precision"),
        persist_state="session",
        help="bf16 is faster where the device computes in it. Quality then differs a little, "
        "accuracy by hundredths of a point. Numbers in different precisions are never mixed.",
    )
