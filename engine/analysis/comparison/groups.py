"""Groups of series that had the same task, so that their fronts can be held against each other."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.analysis.comparison.series import Series
from engine.analysis.palette import LINE_STYLES
from engine.runs.comparison import why_not_together

_PLURAL = {
    "it searched": "they searched",
    "it optimises": "they optimise",
    "it measured": "they measured",
    "it keeps": "they keep",
    "its ": "their ",
}


@dataclass(frozen=True)
class SeriesGroup:
    """Series that can be compared; `reason` says why not with the first group.

    It is a clause on all of them; empty for the first group.
    """

    series: tuple[Series, ...]
    reason: str = ""


def comparable_groups(all_series: Sequence[Series]) -> list[SeriesGroup]:
    """The series by what they can be compared with: the largest group, then the others in order.

    Of groups of one size the one of the first series is the first. Styles begin anew with the
    first group, so that its series look as different as possible.

    >>> from engine.analysis.comparison.series import series_of
    >>> (group,) = comparable_groups(series_of([run.history]))
    >>> group.reason
    ''
    """
    groups: list[list[Series]] = []
    for series in all_series:
        for group in groups:
            if not why_not_together(group[0].first, series.first):
                group.append(series)
                break
        else:
            groups.append([series])
    if not groups:
        return []
    main = max(groups, key=len)
    ordered = [main, *(group for group in groups if group is not main)]
    found, number = [], 0
    for group in ordered:
        styles = [LINE_STYLES[(number + i) % len(LINE_STYLES)] for i in range(len(group))]
        number += len(group)
        found.append(
            SeriesGroup(
                tuple(replace(s, style=style) for s, style in zip(group, styles, strict=True)),
                "" if group is main else _reason(main[0], group),
            )
        )
    return found


def _reason(first: Series, group: Sequence[Series]) -> str:
    """Why the series of a group cannot be compared with the first one, as a clause."""
    reason = why_not_together(first.first, group[0].first)
    for one, several in _PLURAL.items():
        if len(group) > 1 and reason.startswith(one):
            return several + reason.removeprefix(one)
    return reason
