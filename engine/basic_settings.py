"""The settings of Neural Compressor's `basic` approach, in the words of this product.

A `basic` search tries combinations of choices by `grid`, `random` or `bo`, a search with a model.
"""

from collections.abc import Collection, Mapping
from typing import Any

BASIC = "basic"
APPROACH_BY_ALGORITHM = {"grid": "grid", "random": "random", "bo": "dynas"}
"""The approach that searches as each algorithm of `basic` does."""

USUAL_APPROACH = APPROACH_BY_ALGORITHM["bo"]
USUAL_TRIALS = 3
"""The published default of `max_trials`."""


class BasicMark:
    """Whether a configuration was given as `basic`. All marks compare equal.

    What such a configuration asks for stands in other settings.
    """

    def __init__(self, is_set: bool = False) -> None:
        self._is_set = is_set

    def __bool__(self) -> bool:
        return self._is_set

    def __eq__(self, other: object) -> bool:
        return isinstance(other, BasicMark)

    def __hash__(self) -> int:
        return 0


def is_basic(approach: Any) -> bool:
    """Whether an approach is `basic`, in small or capital letters."""
    return isinstance(approach, str) and approach.casefold() == BASIC


def without_basic(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with those of a `basic` search moved to where this product has them.

    `search` may hold `metrics` and `max_trials`, which become objectives and the budget. Settings
    of other searches do not change. What is no mapping is left for the validation to refuse.
    """
    search = settings.get("search")
    search = dict(search) if isinstance(search, Mapping) else {}
    approach = settings.get("approach")
    has_choices = settings.get("search_space") is not None or search.get("search_space") is not None
    if not is_basic(approach) and not has_choices:
        return dict(settings)
    moved = {name: value for name, value in settings.items() if name != "search_space"}
    if settings.get("search_space") is not None:
        search["search_space"] = settings["search_space"]
    if approach is None or is_basic(approach):
        moved["approach"] = _approach(moved, search)
        _move(search, "max_trials", moved, "num_evals", USUAL_TRIALS)
    else:
        _move(search, "max_trials", moved, "num_evals")
    _move(search, "metrics", moved, "metrics")
    return {**moved, "search": search}


def left_to_functions(search_space: object, given: Collection[str]) -> set[str]:
    """The settings of `dynas` that are not `given`, and that the functions of choices decide.

    None without a `search_space`: the supernet decides them. A file must not have them, since what
    stands in a file is given.
    """
    return set() if search_space is None else {"metrics", "record", "workers"}.difference(given)


def _approach(settings: dict[str, Any], search: dict[str, Any]) -> str:
    """The approach of the algorithm, which is taken away if it is one of `basic`."""
    for section in (search, settings):
        algorithm = section.get("search_algorithm")
        if isinstance(algorithm, str) and algorithm.casefold() in APPROACH_BY_ALGORITHM:
            del section["search_algorithm"]
            return APPROACH_BY_ALGORITHM[algorithm.casefold()]
    return USUAL_APPROACH


def _move(
    search: dict[str, Any], name: str, settings: dict[str, Any], target: str, usual: Any = None
) -> None:
    """Move a setting to the section `dynas`, unless it is given there."""
    value = search.pop(name, None)
    dynas = settings.get("dynas")
    value = usual if value is None else value
    if value is not None and (dynas is None or isinstance(dynas, Mapping)):
        settings["dynas"] = {target: value, **(dynas or {})}
