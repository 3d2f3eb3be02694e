"""The slider. It moves the charts in the browser, and tells the page where it came to rest."""

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
"""`(number, value)`: from which evaluation on a value holds; ascending."""


@dataclass(frozen=True)
class Moment:
    """What all charts of a page agree on.

    `n` evaluations are shown; `selected` lies `at` its values on the axes of the front, None where
    it has none; `matches` `(total,)` marks what passes the filter, None without one.
    """

    n: int
    selected: int | None
    at: tuple[float, ...] | None
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
    """Draw the slider of `total` evaluations; `on_move` is called with where it was left."""

    def moved() -> None:
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
            "at": list(moment.at) if moment.at is not None else None,
            "matches": bits,
            "hypervolume": [list(step) for step in hypervolume],
            "front": [list(step) for step in front],
            "cycles": [list(step) for step in cycles],
            "names": {str(cycle): cycle_name(cycle) for cycle in (-1, 0)},
            "link": link,
        },
        on_moved_change=moved,
    )
