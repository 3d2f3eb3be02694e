"""The replay slider: it updates the charts in the browser and reports its final position."""

import base64
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from app.components import component
from engine.analysis.number_text import cycle_name

_mount = component(
    "dynas_replay", html='<div class="dynas-replay"></div>\n', module="replay/replay.js"
)

Steps = tuple[tuple[int, float], ...]
"""`(number, value)`, ascending: the evaluation from which on a value holds."""


@dataclass(frozen=True)
class Moment:
    """The state that all charts of a page share.

    The first `n` evaluations are shown. `selected_position` has the values of the `selected`
    sub-network on the axes of the front, None if one is missing. `matches`, of shape `(total,)`,
    marks the evaluations that pass the filter; None without a filter.
    """

    n: int
    selected: int | None
    selected_position: tuple[float, ...] | None
    matches: npt.NDArray[np.bool_] | None


def steps(values: npt.NDArray[np.generic]) -> Steps:
    """The steps of `(n,)` values that hold after each evaluation."""
    if not len(values):
        return ()
    changes = np.flatnonzero(np.r_[True, values[1:] != values[:-1]])
    return tuple((int(i) + 1, values[i].item()) for i in changes)


def replay(
    moment: Moment,
    total: int,
    *,
    hypervolume: Steps,
    front: Steps,
    cycles: tuple[tuple[int, int], ...],
    link: str,
    key: str,
    on_move: Callable[[int], None],
) -> None:
    """Draw the slider of `total` evaluations; `on_move` is called with its final position."""

    def handle_move() -> None:
        n = st.session_state[key].get("moved")
        if n is not None:
            on_move(int(n))

    bits = None
    if moment.matches is not None:
        bits = base64.b64encode(np.packbits(moment.matches, bitorder="little").tobytes()).decode()
    _mount(
        key=key,
        data={
            "n": moment.n,
            "total": total,
            "selected": moment.selected,
            "at": list(moment.selected_position) if moment.selected_position is not None else None,
            "matches": bits,
            "hypervolume": [list(step) for step in hypervolume],
            "front": [list(step) for step in front],
            "cycles": [list(step) for step in cycles],
            "names": {str(cycle): cycle_name(cycle) for cycle in (-1, 0)},
            "link": link,
        },
        on_moved_change=handle_move,
    )
