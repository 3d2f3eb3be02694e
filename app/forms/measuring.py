"""On which device and in which precision sub-networks are measured, and the options of meters."""

import streamlit as st

from app.formatting import plain
from app.forms import option_state
from app.forms.cells import Cell, draw_cells
from app.forms.keys import key
from app.forms.option_fields import option_cells
from app.forms.option_state import Owner
from app.forms.sections_of_options import meter_owners, meters_that_refuse
from engine.errors import DynasError
from engine.evaluation_settings import EvaluationSettings
from engine.supernets import registry

_DEVICES = ("cpu", "cuda", "mps")
_PRECISIONS = {"fp32": "fp32", "bf16": "bf16, faster"}
_DEFAULTS = {"device": "cpu", "precision": "fp32"}
_WIDTH = 1.2
_NAMED = 3  # meters whose names the title has room for


def measuring_section() -> None:
    """Closed unless something in it differs from its default."""
    owners = meter_owners()
    changed = any(st.session_state[key(field)] != value for field, value in _DEFAULTS.items())
    with st.expander(_title(owners), expanded=changed or option_state.unusual(owners)):
        beside = option_cells(owners[0]) if owners else []
        draw_cells([Cell(_WIDTH, _device), Cell(_WIDTH, _precision), *beside])
        for owner in owners[1:]:
            st.caption(f"**{plain(owner.label)}**")
            draw_cells(option_cells(owner))
        for label, reason in _refusals().items():
            st.caption(f":material/info: **{plain(label)}** cannot be measured. {plain(reason)}")


def _refusals() -> dict[str, str]:
    """What meters say of the chosen supernet on the chosen device, where they refuse."""
    settings = EvaluationSettings(device=str(st.session_state[key("device")]))
    try:
        supernet = registry.load(st.session_state[key("supernet")])
        return meters_that_refuse(supernet, settings)
    except DynasError:
        return {}  # the form says what is wrong with the supernet


def _title(owners: list[Owner]) -> str:
    names = [plain(owner.label.lower()) for owner in owners]
    told = names if len(names) <= _NAMED else [*names[:_NAMED], "and more"]
    return ", ".join(["Device", "precision", *told])


def _device() -> None:
    given = st.session_state[key("device")]
    st.selectbox(
        "Device",
        list(dict.fromkeys([*_DEVICES, given])),
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
