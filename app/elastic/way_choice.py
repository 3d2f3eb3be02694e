"""The choice between pruning, nested pruning and a supernet, with the cost of each."""

from collections.abc import Sequence

import streamlit as st

from app.formatting import duration, escape_markdown
from engine.training.elastic.advice import WayCost, advised_way
from engine.training.elastic.check_result import TrainingCosts
from engine.training.elastic.request import Way

TITLES: dict[Way, str] = {
    "prune": "Prune",
    "chain": "Prune in a chain",
    "train": "Train a supernet",
}
_LARGEST, _SMALLEST, _MIDDLE = 85.0, 15.0, 40.0  # percent of the MACs
_MAX_SIZES = 10_000
_COUNTS = {"MACs or parameters": 2, "Latency as well": 3}


def choose_way(costs: TrainingCosts) -> tuple[Way, int | None]:
    """Draw the question of how many sizes are wanted, and the ways; returns the chosen one."""
    left, right = st.columns([0.4, 0.6], vertical_alignment="bottom")
    sizes = left.number_input(
        "Sizes that you need", min_value=1, max_value=_MAX_SIZES, value=None, key="elastic_sizes",
        placeholder="Not known yet",
        help="How many networks you want in the end, such as one for each device.",
    )  # fmt: skip
    with right:
        counted = st.segmented_control(
            "What counts beside accuracy", list(_COUNTS), default="MACs or parameters",
            required=True, key="elastic_objectives",
        )  # fmt: skip
    objectives = _COUNTS[str(counted or "MACs or parameters")]
    advised = advised_way(sizes, objectives)
    ways = costs.ways(sizes, objectives)
    for column, cost in zip(st.columns(len(ways)), ways, strict=True):
        with column, st.container(border=True, height="stretch", key=f"elastic_way_{cost.way}"):
            st.markdown(way_markdown(cost))
            st.caption(escape_markdown(cost.sentence))
    chosen = st.radio(
        "How", list(TITLES), index=list(TITLES).index(advised), format_func=TITLES.__getitem__,
        key=f"elastic_chosen_{advised}", horizontal=True, label_visibility="collapsed",
    )  # fmt: skip
    return chosen, sizes


def way_markdown(cost: WayCost) -> str:
    """The title of a way, whether it is advised, and what it costs."""
    advised = " :green-badge[:material/check: advised]" if cost.is_advised else ""
    return (
        f"**{TITLES[cost.way]}**{advised}  \nabout {duration(cost.seconds)} {cost.basis}".rstrip()
    )


def usual_sizes(way: Way, count: int | None) -> Sequence[float]:
    """`count` sizes in percent of the network's MACs, the largest first; some if it is None."""
    number = count or (3 if way == "prune" else 7)
    if number == 1:
        return (_MIDDLE,)
    step = (_LARGEST - _SMALLEST) / (number - 1)
    return tuple(round(_LARGEST - step * index, 1) for index in range(number))
