"""The same search once more: with another approach, or with further seeds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.session import service
from engine import search_methods
from engine.analysis.comparison.series import Series, group_title
from engine.config import NASConfig
from engine.runs.comparison import configuration_key
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary

APPROACHES = {a.name: a.short_label for a in search_methods.APPROACHES.values() if not a.exhaustive}
"""The approaches that a search can be repeated with, as buttons call them."""

MORE_SEEDS = 4

_SEED = re.compile(r"[\s,·]*\bseed\s*\d+$", re.IGNORECASE)


@dataclass(frozen=True)
class Launch:
    """Searches to be started: each a name and its configuration."""

    searches: tuple[tuple[str, NASConfig], ...]


def with_approach(series: Series, approach: str) -> Launch:
    """The same search, for each seed of the series, with another approach."""
    title = _without_seed(series)
    return Launch(
        tuple(
            (_named(title, approach, history, len(series.histories)), _again(history, approach))
            for history in series.histories
        )
    )


def more_seeds(
    series: Series, everything: Sequence[RunHistory | RunSummary], count: int = MORE_SEEDS
) -> Launch:
    """The same search with `count` seeds that no run among `everything` has had."""
    key, first = configuration_key(series.first), series.first
    used = {h.config.search.seed for h in everything if configuration_key(h) == key}
    start = max(used | {first.config.search.seed}) + 1
    title = _without_seed(series)
    seeds = range(start, start + count)
    return Launch(tuple((f"{title}, seed {n}", _again(first, seed=n)) for n in seeds))


def _without_seed(series: Series) -> str:
    title = group_title(series.histories)
    return _SEED.sub("", title) or title


def _named(title: str, approach: str, history: RunHistory, runs: int) -> str:
    seed = f", seed {history.config.search.seed}" if runs > 1 else ""
    return f"{title}, {APPROACHES[approach].lower()}{seed}"


def _again(history: RunHistory, approach: str | None = None, seed: int | None = None) -> NASConfig:
    """The configuration of a run with the budget that it has now, and no results file to share."""
    data = history.config.to_dict()["nas"]
    data["approach"] = approach or data["approach"]
    data["dynas"] = {**data["dynas"], "num_evals": max(1, history.num_evals)}
    data["dynas"].pop("results_csv_path", None)
    if seed is not None:
        data["search"] = {**data["search"], "seed": seed}
    return NASConfig.from_dict(data)


def start(launch: Launch) -> list[str]:
    """Start the searches; their ids. Raises DynasError for one that cannot be started."""
    return [service().start(config, name[:80]) for name, config in launch.searches]
