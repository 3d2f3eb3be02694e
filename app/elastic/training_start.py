"""The name of the supernet, its sizes, and the button that starts the training."""

import streamlit as st

from app import navigation
from app.access import policy as access
from app.elastic.way_choice import TITLES, usual_sizes
from app.session import show_errors
from engine.errors import ConfigError
from engine.supernets import registry
from engine.supernets.elastic.model_source import ModelSource
from engine.supernets.elastic.settings import number_list
from engine.training.elastic import trainings
from engine.training.elastic.request import TrainingRequest, Way


def start_fields(checked: TrainingRequest, way: Way, count: int | None, is_stale: bool) -> None:
    """Draw the fields and the button; `is_stale`: something has changed since the check."""
    left, right = st.columns(2)
    source = ModelSource.read(checked.model)
    name = left.text_input(
        "Name of the supernet", value=source.default_name, key="elastic_name",
        help="*New search* lists it by this name.",
    )  # fmt: skip
    sizes = ""
    if way == "train":
        seed = right.number_input("Seed", min_value=0, value=0, key="elastic_seed")
    else:
        seed = 0
        listed = ", ".join(f"{size:g}" for size in usual_sizes(way, count))
        sizes = right.text_input(
            "Sizes, in % of your network's MACs", value=listed, key=f"elastic_shares_{way}_{count}"
        )
    if is_stale:
        st.caption(":material/info: Something has changed since this check. Check again first.")
    if st.button(
        f"{TITLES[way]}", key="elastic_start", type="primary", icon=":material/play_arrow:",
        disabled=is_stale or not name,
        help="In a process of its own, which goes on when this page or the server is closed",
    ):  # fmt: skip
        with show_errors():
            changes = {
                "way": way,
                "name": (name or "").strip(),
                "seed": seed or 0,
                "shares": shares(sizes or "") if way != "train" else (),
            }
            started = _started(checked.model_copy(update=changes))
            navigation.open_elastic(started)


def shares(text: str) -> tuple[float, ...]:
    """Sizes in percent, separated by commas, as shares; raises ConfigError for anything else."""
    percents = number_list(text, "Sizes")
    if not percents or not all(0 < percent <= 100 for percent in percents):
        raise ConfigError("Sizes: give numbers above 0 and up to 100, such as 80, 40, 15.")
    return tuple(round(percent / 100, 6) for percent in sorted(set(percents), reverse=True))


def _started(request: TrainingRequest) -> str:
    """Start the training and return its name; raises NotAllowedError, ConfigError or RunError."""
    access.current().check_training(request)
    if request.name in registry.names():
        raise ConfigError(f"There is a supernet '{request.name}' already. Give another name.")
    with st.spinner("Starting the process"):
        trainings.start(request)
    return request.name
