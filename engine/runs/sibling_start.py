"""The part of a log that has what a search learns from a run of a sibling supernet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from engine.log.event import Event
from engine.pareto.points import Points
from engine.space import Genotypes

KIND = "sibling"
"""The kind of the event."""

_NO_ROWS: Mapping[str, Any] = {"genotypes": [], "values": {}}


@dataclass(frozen=True)
class SiblingStart:
    """Sub-networks that the run `run`, called `name`, measured of another supernet.

    `genotypes` are choice indices, and `values` the values of these sub-networks there, by metric.
    `sentence` says what the search takes from them.
    """

    run: str
    name: str
    supernet: str
    genotypes: Sequence[Sequence[int]]
    values: Mapping[str, Sequence[float]]
    sentence: str

    def event_data(self) -> dict[str, Any]:
        """Plain data of the event."""
        return asdict(self)


def sibling_rows(events: Iterable[Event]) -> tuple[Genotypes, Mapping[str, Points]] | None:
    """`(n, genes)` genotypes and their `(n,)` values by metric; None without a sibling."""
    data = next((event.data for event in events if event.kind == KIND), None)
    if data is None:
        return None
    values = {name: np.array(column) for name, column in data["values"].items()}
    return np.array(data["genotypes"], dtype=np.int64), values


def sibling_sentence(events: Iterable[Event]) -> str:
    """What a search takes from a run of a sibling supernet; empty without one."""
    return next((str(event.data["sentence"]) for event in events if event.kind == KIND), "")


def without_rows(event: Event) -> Event:
    """The event without the sub-networks of a sibling, to save memory."""
    return replace(event, data={**event.data, **_NO_ROWS}) if event.kind == KIND else event
