"""Repetition of a search with another approach, or with further seeds."""

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

APPROACHES = {
    a.name: a.short_label
    for a in search_methods.APPROACHES.values()
    if not (a.exhaustive or a.computes)
}
"""The approaches that a search can be repeated with: name to label."""

MORE_SEEDS = 4

_SEED = re.compile(r"[\s,·]*\bseed\s*\d+$", re.IGNORECASE)


@dataclass(frozen=True)
class Launch:
    """Searches to be started: pairs of name and configuration."""

    searches: tuple[tuple[str, NASConfig], ...]


def with_approach(series: Series, approach: str) -> Launch:
    """The searches of the series, one for each seed, with another approach."""
    title = _without_seed(series)
    return Launch(
        tuple(
            (
                _search_name(title, approach, history, len(series.histories)),
                _repeated_config(history, approach),
            )
            for history in series.histories
        )
    )


def more_seeds(
    series: Series, all_runs: Sequence[RunHistory | RunSummary], count: int = MORE_SEEDS
) -> Launch:
    """The same search with `count` seeds that no run among `all_runs` has used."""
    key, first = configuration_key(series.first), series.first
    used_seeds = {h.config.search.seed for h in all_runs if configuration_key(h) == key}
    first_seed = max(used_seeds | {first.config.search.seed}) + 1
    title = _without_seed(series)
    seeds = range(first_seed, first_seed + count)
    return Launch(tuple((f"{title}, seed {n}", _repeated_config(first, seed=n)) for n in seeds))


def _without_seed(series: Series) -> str:
    title = group_title(series.histories)
    return _SEED.sub("", title) or title


def _search_name(title: str, approach: str, history: RunHistory, runs: int) -> str:
    seed = f", seed {history.config.search.seed}" if runs > 1 else ""
    return f"{title}, {APPROACHES[approach].lower()}{seed}"


def _repeated_config(
    history: RunHistory, approach: str | None = None, seed: int | None = None
) -> NASConfig:
    """The configuration of a run with its current budget and without its results file."""
    data = history.config.to_dict()["nas"]
    data["approach"] = approach or data["approach"]
    data["dynas"] = {**data["dynas"], "num_evals": max(1, history.num_evals)}
    for setting in ("results_csv_path", "results_csv_format"):
        data["dynas"].pop(setting, None)
    if seed is not None:
        data["search"] = {**data["search"], "seed": seed}
    return NASConfig.from_dict(data)


def start(launch: Launch) -> list[str]:
    """Start the searches; returns their ids. Raises DynasError if one cannot be started."""
    return [service().start(config, name[:80]) for name, config in launch.searches]
