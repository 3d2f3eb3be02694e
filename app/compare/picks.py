"""What is compared: runs, and configurations with all their seeds, as the address names them.

A run stands in the address by its id. A configuration is any of its runs with a `~` after the id:
it takes in seeds that are started later.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.names import distinct
from engine.analysis.comparison.series import group_by_configuration, group_title
from engine.analysis.name_text import truncate
from engine.runs.history import RunHistory
from engine.runs.run_summary import RunSummary

ALL_SEEDS = "~"
Run = RunHistory | RunSummary
_LONGEST = 24  # characters of a name in a suggestion


@dataclass(frozen=True)
class Choice:
    """Something that can be picked: `token` is its name in the address."""

    token: str
    label: str
    runs: tuple[str, ...]


def choices(histories: Sequence[Run]) -> dict[str, Choice]:
    """Configurations that have several seeds, then single runs, by token."""
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
    every = {choice.token: choice for choice in [*configurations, *runs]}
    labels = distinct({token: choice.label for token, choice in every.items()})
    return {token: replace(choice, label=labels[token]) for token, choice in every.items()}


def _token(group: Sequence[Run]) -> str:
    """The run itself if it is alone, else the oldest, so that further seeds change nothing."""
    oldest = min(group, key=lambda history: (history.created, history.id))
    return oldest.id + ALL_SEEDS if len(group) > 1 else oldest.id


def _with_approach(name: str, history: Run) -> str:
    approach = history.config.approach
    told = approach in name.lower() or approach.replace("_", " ") in name.lower()
    return name if told else f"{name} · {approach}"


def known_tokens(text: str, there: dict[str, Choice]) -> list[str]:
    """The tokens of an address that stand for something; any run of a configuration names it."""
    by_run = {run: c.token for c in there.values() if c.token.endswith(ALL_SEEDS) for run in c.runs}
    known = []
    for token in text.split(","):
        run = token.removesuffix(ALL_SEEDS)
        if token.endswith(ALL_SEEDS):
            token = by_run.get(run, run)
        if token in there and token not in known:
            known.append(token)
    return known


def missing(text: str, histories: Sequence[Run]) -> list[str]:
    """The runs that an address names and that are not there."""
    ids = {history.id for history in histories}
    named = [token.removesuffix(ALL_SEEDS) for token in text.split(",") if token]
    return [run for run in named if run not in ids]


def picked_runs(tokens: Sequence[str], there: dict[str, Choice]) -> list[str]:
    """The ids of all runs that tokens stand for, each once."""
    return list(dict.fromkeys(run for token in tokens for run in there[token].runs))


def with_added(tokens: Sequence[str], added: Sequence[str], there: dict[str, Choice]) -> list[str]:
    """`tokens` and then those `added`; a configuration takes the place of its runs."""
    merged = []
    for token in tokens:
        runs = set(there[token].runs)
        merged.append(next((a for a in added if runs <= set(there[a].runs)), token))
    return list(dict.fromkeys([*merged, *added]))


def suggestions(histories: Sequence[Run], most: int = 3) -> list[tuple[str, list[str]]]:
    """Sets of runs that can be compared, the most recent first: what to call each, and its tokens.

    Each is of one supernet and the same objectives, whose numbers came about in the same way, holds
    at least two configurations, and nothing that has measured nothing yet.
    """
    sets: dict[tuple[object, ...], list[tuple[Run, ...]]] = {}
    for group in group_by_configuration([history for history in histories if history.evaluations]):
        sets.setdefault(_comparable(group[0]), []).append(group)
    found = []
    for groups in sets.values():
        if len(groups) > 1:
            taken = groups[:4]
            tokens = [_token(group) for group in taken]
            found.append(
                (" · ".join(truncate(group_title(group), _LONGEST) for group in taken), tokens)
            )
    return found[:most]


def _comparable(run: Run) -> tuple[object, ...]:
    """What runs have in common whose fronts can be held against each other."""
    labels = run.objective_labels if isinstance(run, RunSummary) else ()
    told = labels or tuple(objective.label for objective in run.objectives)
    options = json.dumps(run.config.dynas.supernet_options, sort_keys=True, default=str)
    return run.supernet_name, options, *sorted(told)
