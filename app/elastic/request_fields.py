"""The fields of a network and its data, and how far the network bends."""

from pathlib import Path
from typing import Any

import streamlit as st

from app.access import policy as access
from app.elastic.uploaded_file import keep_upload
from app.formatting import escape_markdown
from engine.supernets.elastic.model_source import BUILTIN, DEFAULT_FUNCTION
from engine.supernets.elastic.settings import number_list

FILE, UPLOAD, LIBRARY, OWN = "File", "Upload", "Library", "Built-in"
FOLDER, TASK = "Folder of images", "make_task()"
_MAX_UPLOAD = 1  # MB
_CODE_NOTE = (
    ":material/shield: The file is Python code. It is run on this machine with the rights of the "
    "server: now, while the network is trained, and in searches."
)
_UPLOAD_NOTE = (
    "One file is uploaded: modules and weights beside it stay where they are. Weights can be named "
    "below, as *File of weights*."
)
_NO_CODE_NOTE = (
    ":material/info: This server runs no Python files of visitors; its operator can allow them "
    "with `--allow-code`."
)


def model_text() -> str:
    """Draw the choice of the network; returns the text that names it, empty if none is named."""
    may_run_code = access.current().code.is_allowed
    kinds = [FILE, UPLOAD, LIBRARY, OWN] if may_run_code else [LIBRARY, OWN]
    kind = st.segmented_control(
        "Network", kinds, default=kinds[0], required=True, key="from", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    if not may_run_code:
        st.caption(_NO_CODE_NOTE)
    if kind == OWN:
        st.caption("The MobileNetV3 for Fashion-MNIST that is part of this program.")
        return BUILTIN
    if kind == LIBRARY:
        text = st.text_input(
            "Name",
            key="library",
            bind="query-params",
            placeholder="torchvision:resnet18",
            help="`torchvision:NAME`, `timm:NAME` or `hf:NAME`. The packages are installed apart.",
        )
        return (text or "").strip()
    return _file_text(str(kind))


def _file_text(kind: str) -> str:
    place = ""
    path_column, function_column = st.columns([0.7, 0.3])
    with path_column:
        if kind == UPLOAD:
            upload = st.file_uploader(
                "Python file", type=["py"], key="elastic_upload", max_upload_size=_MAX_UPLOAD
            )
            if upload is not None:
                place = str(keep_upload(upload.name, upload.getvalue()))
        else:
            place = (
                st.text_input(
                    "Python file on this machine",
                    key="model",
                    bind="query-params",
                    placeholder="/home/me/my_model.py",
                    help="A file with a function that returns your trained `torch.nn.Module`.",
                )
                or ""
            ).strip()
    with function_column:
        function = st.text_input(
            "Function", value=DEFAULT_FUNCTION, key="function", bind="query-params",
            help="What returns the network.",
        )  # fmt: skip
    if kind == UPLOAD:
        st.caption(_UPLOAD_NOTE)
    st.caption(_CODE_NOTE)
    return f"{place}:{(function or DEFAULT_FUNCTION).strip()}" if place else ""


def data_fields(model: str) -> dict[str, Any]:
    """Draw the choice of the data; returns fields of a `TrainingRequest`."""
    has_code = ".py:" in model or not model
    kind = FOLDER
    if has_code:
        kind = st.segmented_control(
            "Data", [FOLDER, TASK], default=FOLDER, required=True, key="data_from",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
    if kind == TASK:
        st.caption("The file's own `make_task()` gives batches, loss and metric.")
        return {}
    folder = st.text_input(
        "Folder on this machine",
        key="data",
        bind="query-params",
        placeholder="/data/flowers",
        help="`CLASS/IMAGE`, `train/CLASS/IMAGE` and `val/CLASS/IMAGE`, or the four files of "
        "Fashion-MNIST. The classes in the order of their names are the outputs of your network.",
    )
    return {"data": _absolute(folder)}


def more_fields() -> dict[str, Any]:
    """Draw the options that have good values; returns fields of a `TrainingRequest`."""
    with st.expander("More about network and data", key="elastic_more"):
        left, middle, right = st.columns(3)
        epochs = left.number_input(
            "Epochs it was trained for", min_value=1.0, value=None, step=1.0, format="%g",
            key="elastic_epochs", placeholder="Assumed",
            help="The training here costs a share of it. Left out, it follows from the size of "
            "the data.",
        )  # fmt: skip
        rate = middle.number_input(
            "Its peak learning rate", min_value=0.0, value=None, format="%g",
            key="elastic_rate", placeholder="Usual", help="With AdamW; half of it is used here.",
        )  # fmt: skip
        size = right.number_input(
            "Side of the images", min_value=1, max_value=4096, value=None, key="elastic_size",
            placeholder="What the network says", help="In pixels.",
        )  # fmt: skip
        batch = left.number_input("Images at a time", min_value=2, value=128, key="elastic_batch")
        device = middle.selectbox("Device", ["auto", "cpu", "cuda"], key="elastic_device")
        precision = right.selectbox("Numbers", ["fp32", "bf16"], key="elastic_precision")
        weights = st.text_input(
            "File of weights", key="elastic_weights", placeholder="Those of the function",
            help="A `state_dict` (.pt, .safetensors), if the function does not load the weights.",
        )  # fmt: skip
        flip = st.checkbox(
            "Mirrored images mean the same", value=True, key="elastic_flip",
            help="Not so for digits and letters.",
        )  # fmt: skip
        random_weights = st.checkbox(
            "Go on without official weights", key="elastic_random",
            help="A network of a library is made with random ones.",
        )  # fmt: skip
    return {
        "epochs": epochs, "original_rate": rate or None, "size": size, "batch": batch or 128,
        "device": device, "precision": precision, "weights": _absolute(weights),
        "flip": flip, "random_weights": random_weights,
    }  # fmt: skip


def _absolute(path: str | None) -> str | None:
    """A path that also holds for processes in another folder; None for an empty one."""
    text = (path or "").strip()
    return str(Path(text).expanduser().absolute()) if text else None


def bending_settings() -> dict[str, Any]:
    """Draw how far the network bends; returns settings, without those that are usual.

    Raises ConfigError for text that is no list of numbers.
    """
    with st.expander("How far it bends", key="elastic_bending"):
        left, middle, right = st.columns(3)
        ratios = left.text_input(
            "Widths", value="0.5, 0.75, 1", key="elastic_ratios",
            help="Shares of the full width that each layer can have. Below 0.5 the small end "
            "loses accuracy.",
        )  # fmt: skip
        divisor = middle.number_input(
            "Channels in multiples of", min_value=1, max_value=1024, value=8, key="elastic_divisor"
        )
        depth = right.number_input(
            "Blocks of a stage that stay, %", min_value=1, max_value=100, value=50,
            key="elastic_depth",
        )  # fmt: skip
        resolutions = left.text_input(
            "Input sides, in pixels", key="elastic_resolutions", placeholder="That of the data",
            help="Several make the resolution a choice, such as 160, 192, 224.",
        )  # fmt: skip
        kernels = middle.checkbox("Smaller depthwise kernels", value=True, key="elastic_kernels")
        skips = right.checkbox("Skip blocks", value=True, key="elastic_skips")
    given: dict[str, Any] = {
        "ratios": number_list(ratios or "", "Widths"),
        "divisor": divisor,
        "least_depth": (depth or 50) / 100,
        "resolutions": number_list(resolutions or "", "Input sides"),
        "kernels": kernels,
        "depth": skips,
    }
    usual = {
        "ratios": [0.5, 0.75, 1.0], "divisor": 8, "least_depth": 0.5, "resolutions": [],
        "kernels": True, "depth": True,
    }  # fmt: skip
    return {name: value for name, value in given.items() if value not in (usual[name], None, [])}


def given_back(settings: dict[str, Any]) -> dict[str, Any]:
    """Draw what was chosen to stay as it is, from which each can be taken; returns the settings."""
    rigid = list(settings.get("rigid", ()))
    if not rigid:
        return settings
    kept = st.multiselect(
        "Chosen to stay as they are", rigid, default=rigid, format_func=escape_markdown,
        key=f"elastic_rigid_{'_'.join(rigid)}",
    )  # fmt: skip
    return {**settings, "rigid": kept}
