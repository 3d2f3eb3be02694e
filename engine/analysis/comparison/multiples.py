"""The fronts of any number of runs in small multiples: a panel each, on the same axes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.analysis.comparison.fronts import FrontsInfo, Position, fronts_info
from engine.analysis.comparison.series import Series
from engine.pareto.front import non_dominated


@dataclass(frozen=True)
class MultiplesInfo:
    """Plain data of the chart: a panel for each of `info.fronts`.

    `together` is the front of all of them, from left to right, which every panel shows behind its
    own. `shares` says of each series which share of these points is its own, in [0, 1].
    """

    info: FrontsInfo
    together: tuple[Position, ...]
    shares: tuple[float, ...]

    def page(self, page: int, size: int) -> "MultiplesInfo":
        """The panels of a page, from 0, of `size` each; what all reach stays that of all."""
        return self.part(page * size, (page + 1) * size)

    def part(self, start: int, stop: int) -> "MultiplesInfo":
        """The panels from `start` to before `stop`; what all reach stays that of all."""
        part = slice(start, stop)
        info = replace(self.info, fronts=self.info.fronts[part])
        return MultiplesInfo(info, self.together, self.shares[part])

    @property
    def description(self) -> str:
        """A text alternative of the chart."""
        return f"A panel for each of {len(self.info.fronts)} series. {self.info.description}"


def multiples_info(series: Sequence[Series], x: str, y: str) -> MultiplesInfo:
    """The fronts of metric `y` over metric `x`, as of `fronts_info`, and what all reach together.

    A point that several series have counts for each of them.
    """
    info = fronts_info(series, x, y)
    points = sorted({point for front in info.fronts for point in front.points})
    signs = np.array([info.x.metric.sign, info.y.metric.sign])
    is_best = non_dominated(np.array(points).reshape(-1, 2) * signs)
    together = tuple(point for point, best in zip(points, is_best, strict=True) if best)
    own = [set(front.points) for front in info.fronts]
    shares = tuple(
        sum(point in points_of for point in together) / len(together) if together else 0.0
        for points_of in own
    )
    return MultiplesInfo(info, together, shares)
