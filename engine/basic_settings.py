"""The settings of Neural Compressor's `basic` approach, in the words of this product.

A `basic` search tries combinations of choices by `grid`, `random` or `bo`, a search with a model.
"""

from collections.abc import Mapping
from typing import Any

BASIC = "basic"
APPROACH_BY_ALGORITHM = {"grid": "grid", "random": "random", "bo": "dynas"}
"""The approach that searches as each algorithm of `basic` does."""

USUAL_APPROACH = APPROACH_BY_ALGORITHM["bo"]
USUAL_TRIALS = 3
"""The published default of `max_trials`."""

MOVED = {"max_trials": "num_evals", "metrics": "metrics"}
"""The setting of the section `dynas` by its published name in the section `search`."""


def is_basic(approach: Any) -> bool:
    """Whether an approach is `basic`, in small or capital letters."""
    return isinstance(approach, str) and approach.casefold() == BASIC


def searches_choices(settings: Mapping[str, Any]) -> bool:
    """Whether plain settings ask for a search of choices, which are there or may follow."""
    return is_basic(settings.get("approach")) or _has_choices(settings)


def reads_as_basic(settings: Mapping[str, Any]) -> bool:
    """Whether plain settings are those of a `basic` search: choices without an approach are."""
    approach = settings.get("approach")
    return is_basic(approach) or (approach is None and _has_choices(settings))


def in_basic_words(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The plain settings of a `basic` search, with `basic` and its algorithm for the approach."""
    algorithms = {approach: algorithm for algorithm, approach in APPROACH_BY_ALGORITHM.items()}
    search, approach = dict(settings["search"]), settings["approach"]
    if approach != USUAL_APPROACH:
        search["search_algorithm"] = algorithms[approach]
    return {**settings, "approach": BASIC, "search": search}


def without_basic(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings with those of a `basic` search moved to where this product has them.

    `search` may hold `metrics` and `max_trials`, which become objectives and the budget. Settings
    of other searches do not change. What is no mapping is left for the validation to refuse.
    """
    moved, search = dict(settings), settings.get("search")
    if not searches_choices(settings):
        return moved
    if isinstance(search, Mapping):
        moved["search"] = search = dict(search)
    else:
        search = {}
    if reads_as_basic(settings):
        moved["approach"] = _approach(search)
    for name, target in MOVED.items():
        _move(search, name, moved, target)
    return moved


LEFT_TO_FUNCTIONS = frozenset({"metrics", "record", "workers"})
"""The settings of `dynas` that functions of choices decide unless they are given.

A file must not have them then, since what stands in a file is given.
"""


def _has_choices(settings: Mapping[str, Any]) -> bool:
    search = settings.get("search")
    return isinstance(search, Mapping) and search.get("search_space") is not None


def _approach(search: dict[str, Any]) -> str:
    """The approach of the algorithm, which is taken away if it is one of `basic`."""
    algorithm = search.get("search_algorithm")
    if isinstance(algorithm, str) and algorithm.casefold() in APPROACH_BY_ALGORITHM:
        del search["search_algorithm"]
        return APPROACH_BY_ALGORITHM[algorithm.casefold()]
    return USUAL_APPROACH


def _move(search: dict[str, Any], name: str, settings: dict[str, Any], target: str) -> None:
    """Move a setting to the section `dynas`, unless it is given there."""
    value = search.pop(name, None)
    dynas = settings.get("dynas")
    if value is not None and (dynas is None or isinstance(dynas, Mapping)):
        settings["dynas"] = {target: value, **(dynas or {})}
