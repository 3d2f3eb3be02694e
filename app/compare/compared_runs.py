"""The runs and configurations that can be compared, and their tokens in the URL.

The token of a run is its id. The token of a configuration with all its seeds is the id of any of
its runs and a `~`: it includes seeds that are started later.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.display_names import distinct_labels
from engine.analysis.comparison.series import group_by_configuration, group_title
from engine.analysis.name_text import truncate
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary

ALL_SEEDS = "~"
Run = RunHistory | RunSummary
_MAX_NAME_LENGTH = 24  # characters of a name in a suggestion


@dataclass(frozen=True)
class Choice:
    """A run or configuration that can be selected; `token` is its name in the URL."""

    token: str
    label: str
    runs: tuple[str, ...]


def choices(histories: Sequence[Run]) -> dict[str, Choice]:
    """Configurations with several seeds, then single runs, by token."""
    groups = [group for group in group_by_configuration(histories) if len(group) > 1]
    configurations = [
        Choice(
            _token(group),
            f"{_with_approach(group_title(group), group[0])} · {len(group)} seeds",
            tuple(h.id for h in group),
        )
        for group in groups
    ]
    runs = [Choice(h.id, _with_approach(h.name, h), (h.id,)) for h in histories]
    by_token = {choice.token: choice for choice in [*configurations, *runs]}
    labels = distinct_labels({token: choice.label for token, choice in by_token.items()})
    return {token: replace(choice, label=labels[token]) for token, choice in by_token.items()}


def _token(group: Sequence[Run]) -> str:
    """The token of a group: that of its oldest run, so that further seeds do not change it."""
    oldest = min(group, key=lambda history: (history.created, history.id))
    return oldest.id + ALL_SEEDS if len(group) > 1 else oldest.id


def _with_approach(name: str, history: Run) -> str:
    approach = history.config.approach
    names_approach = approach in name.lower() or approach.replace("_", " ") in name.lower()
    return name if names_approach else f"{name} · {approach}"


def valid_tokens(text: str, available_choices: dict[str, Choice]) -> list[str]:
    """The valid tokens of a URL; any run of a configuration names it."""
    by_run = {
        run: c.token
        for c in available_choices.values()
        if c.token.endswith(ALL_SEEDS)
        for run in c.runs
    }
    tokens = []
    for token in text.split(","):
        run = token.removesuffix(ALL_SEEDS)
        if token.endswith(ALL_SEEDS):
            token = by_run.get(run, run)
        if token in available_choices and token not in tokens:
            tokens.append(token)
    return tokens


def missing_runs(text: str, histories: Sequence[Run]) -> list[str]:
    """The ids in a URL that no run has."""
    ids = {history.id for history in histories}
    named_runs = [token.removesuffix(ALL_SEEDS) for token in text.split(",") if token]
    return [run for run in named_runs if run not in ids]


def selected_runs(tokens: Sequence[str], available_choices: dict[str, Choice]) -> list[str]:
    """The ids of all runs of the tokens, each once."""
    return list(dict.fromkeys(run for token in tokens for run in available_choices[token].runs))


def merged_tokens(
    tokens: Sequence[str], added: Sequence[str], available_choices: dict[str, Choice]
) -> list[str]:
    """`tokens` and then those `added`; a configuration replaces its runs."""
    merged = []
    for token in tokens:
        runs = set(available_choices[token].runs)
        replacements = [a for a in added if runs <= set(available_choices[a].runs)]
        merged.append(replacements[0] if replacements else token)
    return list(dict.fromkeys([*merged, *added]))


def suggestions(histories: Sequence[Run], limit: int = 3) -> list[tuple[str, list[str]]]:
    """Sets of comparable runs, the most recent first, as pairs of title and tokens.

    The runs of a set have the same supernet, weights and data, objectives from the same sources,
    and limits: their hypervolumes are shares of one box. A set has at least two configurations.
    """
    sets: dict[tuple[object, ...], list[tuple[Run, ...]]] = {}
    for group in group_by_configuration([run for run in histories if _has_hypervolume(run)]):
        sets.setdefault(_comparison_key(group[0]), []).append(group)
    suggested = []
    for groups in sets.values():
        if len(groups) > 1:
            first_groups = groups[:4]
            tokens = [_token(group) for group in first_groups]
            names = [truncate(group_title(group), _MAX_NAME_LENGTH) for group in first_groups]
            suggested.append((" · ".join(names), tokens))
    return suggested[:limit]


def _comparison_key(run: Run) -> tuple[object, ...]:
    """A key that is equal for runs whose hypervolumes can be compared."""
    own_labels = run.objective_labels if isinstance(run, RunSummary) else ()
    objective_labels = sorted(own_labels or (objective.label for objective in run.objectives))
    options = json.dumps(run.config.dynas.supernet_options, sort_keys=True, default=str)
    limits = sorted(map(str, run.config.constraints))
    is_computed = isinstance(run, RunSummary) and run.computed is not None
    return run.supernet_name, options, run.fingerprint, is_computed, *limits, *objective_labels


def _has_hypervolume(run: Run) -> bool:
    values = [run.hypervolume] if isinstance(run, RunSummary) else run.hypervolume
    return any(value > 0 for value in values)
