"""The answer to a goal such as *best accuracy with MACs ≤ 300 M*, from the measurements of a run.

All measured sub-networks of the run are considered, not its front alone. The run's own constraints
hold as well, except on metrics that the goal limits itself. Of sub-networks that are equally good
in the metric, the one that is better in the objectives of the run is better: in the first that
differs, so that no other one within the limits dominates the answer. Then the one further within
the limits is better, then the one measured first.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.analysis.changed_limits import KINDS, Kind, changed_limit, is_within
from engine.analysis.equal_within_noise import leaner_of_run
from engine.analysis.metric_names import in_config_order, subnetwork_noun
from engine.analysis.number_text import metric_value_bare
from engine.bound_text import metric_called, quantity_text
from engine.constraints import Constraint, Limits, missed_constraints, parse_constraints, violations
from engine.errors import ConfigError, RunError, UnknownMetricError
from engine.evaluation.record import Evaluation
from engine.metrics import Metric
from engine.quoting import quoted
from engine.runs.history import RunHistory

Where = Limits
"""Limits as a text such as `macs <= 300M and Latency <= 20 ms`, as several texts, or by metric."""


@dataclass(frozen=True)
class Goal:
    """The metric to be the best in, and the limits to keep to."""

    metric: Metric
    limits: tuple[Constraint, ...] = ()

    @classmethod
    def parse(cls, metric: str, where: Where | None = "") -> "Goal":
        """The goal in words: a metric by name or label, and limits. Raises ConfigError."""
        if not isinstance(metric, str):
            raise ConfigError(
                f"{quoted(metric, 60)} is not the name of a metric. Write one such as 'acc'."
            )
        return cls(metric_called(metric), tuple(parse_constraints("" if where is None else where)))

    @classmethod
    def of_run(cls, history: RunHistory, metric: str, where: Where | None = "") -> "Goal":
        """As `parse`, for a run: the error for an unknown metric has the metrics of that run."""
        try:
            return cls.parse(metric, where)
        except UnknownMetricError as error:
            raise ConfigError(_unknown_text(history, error.words)) from None

    @property
    def metric_names(self) -> list[str]:
        """The metric to be the best in, then those with a limit."""
        return [self.metric.name, *(limit.metric.name for limit in self.limits)]

    @property
    def label(self) -> str:
        """Such as `best Top-1 accuracy with MACs ≤ 300 M and Latency ≤ 20 ms`."""
        limits = " and ".join(limit.label for limit in self.limits)
        return f"best {self.metric.label}" + (f" with {limits}" if limits else "")


@dataclass(frozen=True)
class Variant:
    """The best with one limit changed, by 10 % `more` or to `half`; None if nothing fits.

    `searched` is whether the search looked at all of what the changed limit allows.
    """

    kind: Kind
    old_limit: Constraint
    limit: Constraint
    best: Evaluation | None
    searched: bool = True


@dataclass(frozen=True)
class Answer:
    """The `best` within the limits of a goal, the `runner_up`, and the best with other limits.

    `fitting` of `measured` sub-networks are within the limits. Where none is, `nearest` is the one
    that misses them by the least, and `missed` the limits that it misses. Of the `weighed`
    metrics, the goal's and the objectives, `leaner` equals the best within noise and is better in
    others. `known_as` is what the run calls a sub-network that it has values of.
    """

    goal: Goal
    measured: int
    fitting: int
    best: Evaluation | None = None
    runner_up: Evaluation | None = None
    variants: tuple[Variant, ...] = ()
    nearest: Evaluation | None = None
    missed: tuple[Constraint, ...] = ()
    leaner: Evaluation | None = None
    weighed: tuple[Metric, ...] = ()
    known_as: str = "measured sub-network"


def usual_best(objectives: Sequence[Metric], limited: Collection[str]) -> Metric:
    """The metric to be the best in unless one is chosen: the first objective without a limit."""
    return next((o for o in objectives if o.name not in limited), objectives[0])


def best(history: RunHistory, metric: str, where: Where | None = "") -> Evaluation:
    """The best measured sub-network of a run in `metric` within the limits `where`, if any.

    Raises ConfigError for words that cannot be read or a metric that the run has no values of, and
    RunError, which names the nearest one, if nothing measured is within the limits.
    """
    result = answer(history, Goal.of_run(history, metric, where))
    if result.best is None:
        raise RunError(nothing_fits_text(history, result))
    return result.best


def answer(history: RunHistory, goal: Goal) -> Answer:
    """The answer to a goal; raises ConfigError for a metric that the run has no values of."""
    limited = {limit.metric.name for limit in goal.limits}
    others = [c for c in history.config.constraints if c.metric.name not in limited]
    measured = _measured(history, goal, others)
    limits = [*goal.limits, *others]
    known_as = subnetwork_noun(history)
    ranked = measured.ranked(goal.metric, limits)
    if not len(ranked):
        nearest = measured.nearest(goal.metric, limits)
        found = None if nearest is None else history.evaluations[nearest - 1]
        missed = missed_constraints(limits, found.metrics) if found else []
        return Answer(
            goal, len(measured.numbers), 0, nearest=found, missed=tuple(missed), known_as=known_as
        )
    variants = []
    for index, limit in enumerate(goal.limits):
        unchanged = [*limits[:index], *limits[index + 1 :]]
        for kind in KINDS:
            if (changed := changed_limit(limit, kind)) is not None:
                numbers = measured.ranked(goal.metric, [*unchanged, changed])
                found = history.evaluations[numbers[0] - 1] if len(numbers) else None
                is_searched = is_within(changed, history.config.constraints)
                variants.append(Variant(kind, limit, changed, found, is_searched))
    runner_up = measured.runner_up(ranked, [goal.metric.name, *limited])
    found = history.evaluations[ranked[0] - 1]
    weighed = (goal.metric, *(o for o in history.objectives if o.name != goal.metric.name))
    return Answer(
        goal,
        len(measured.numbers),
        len(ranked),
        found,
        None if runner_up is None else history.evaluations[runner_up - 1],
        tuple(variants),
        leaner=leaner_of_run(history, ranked, found, weighed),
        weighed=weighed,
        known_as=known_as,
    )


def nothing_fits_text(history: RunHistory, result: Answer) -> str:
    """Why there is no answer, and what comes nearest; a sentence or two."""
    if not result.measured:
        return f"The run '{history.name}' has evaluated nothing yet."
    limits = " and ".join(limit.label for limit in result.goal.limits)
    within = f" is within {limits}" if limits else " keeps to the constraints of the run"
    text = f"None of the {result.measured:,} {result.known_as}s{within}."
    if result.nearest is None:
        return text
    nearest = result.nearest
    misses = " and ".join(
        f"{limit.label} (it has {_value_text(limit, nearest)})" for limit in result.missed
    )
    return f"{text} The nearest is #{nearest.number}, which misses {misses}."


def limit_remarks(limits: Iterable[Constraint]) -> list[str]:
    """A sentence for each limit on a percentage that looks like a share, such as `acc >= 0.91`."""
    return [
        f"{limit.label} is less than one in a hundred. Did you mean {100 * limit.limit:.12g} %?"
        for limit in limits
        if limit.metric.unit == "%" and 0 < limit.limit <= 1
    ]


def _value_text(limit: Constraint, evaluation: Evaluation) -> str:
    """The value of a limited metric, with as many digits as it takes to differ from the limit."""
    name, value = limit.metric.name, evaluation.metrics[limit.metric.name]
    text = metric_value_bare(name, value)
    return (
        text if text != metric_value_bare(name, limit.limit) else quantity_text(value, limit.metric)
    )


@dataclass(frozen=True)
class _Measured:
    """The measured sub-networks that a goal chooses from: `(n,)` numbers, and values by metric.

    `objectives` are those of the run, which decide between equals; a value may be NaN, which is
    worse than any other. Methods return numbers of evaluations.
    """

    numbers: npt.NDArray[np.int64]
    values: Mapping[str, npt.NDArray[np.float64]]
    objectives: Sequence[Metric]

    def ranked(self, metric: Metric, limits: Sequence[Constraint]) -> list[int]:
        """Those within the limits, the best first."""
        within = np.broadcast_to(violations(limits, self.values) == 0, len(self.numbers))
        used = np.zeros(len(self.numbers))  # the share of the limits that each takes
        for limit in limits:
            sign = -1.0 if limit.at_least else 1.0
            used += sign * self.values[limit.metric.name] / (abs(limit.limit) or 1.0)
        order = np.lexsort((self.numbers, used, *self._worst_last(metric)))
        return [int(number) for number in self.numbers[order[within[order]]]]

    def nearest(self, metric: Metric, limits: Sequence[Constraint]) -> int | None:
        """The one that misses the limits by the least, as the sum of shares of the limits."""
        if not len(self.numbers):
            return None
        distance = np.broadcast_to(violations(limits, self.values), len(self.numbers))
        order = np.lexsort((self.numbers, *self._worst_last(metric), distance))
        return int(self.numbers[order[0]])

    def _worst_last(self, metric: Metric) -> list[npt.NDArray[np.float64]]:
        """Keys for `np.lexsort`: the objectives, the first of them last, then the metric."""
        ranking = [metric, *self.objectives]
        return [m.sign * self.values[m.name] for m in reversed(ranking)]

    def runner_up(self, ranked: Sequence[int], names: Sequence[str]) -> int | None:
        """The next of those ranked that differs from the first in one of the metrics `names`."""
        rows = np.searchsorted(self.numbers, ranked)
        values = np.stack([self.values[name][rows] for name in names])
        differs = np.flatnonzero((values != values[:, :1]).any(axis=0))
        return ranked[int(differs[0])] if len(differs) else None


def _measured(history: RunHistory, goal: Goal, others: Sequence[Constraint]) -> _Measured:
    """The evaluations with values of all metrics; raises ConfigError if the run has none of one."""
    columns = history.columns()
    bounded = [limit.metric.name for limit in (*goal.limits, *others)]
    needed = {name: columns.column(name) for name in dict.fromkeys([goal.metric.name, *bounded])}
    known = _known_metrics(history)
    for name, column in needed.items():
        if known and not np.isfinite(column).any():
            raise ConfigError(
                f"The run '{history.name}' has no values of {history.metric(name).label}. It has "
                f"{', '.join(known)}. Choose from these, or record '{name}' in a new search."
            )
    rows = np.flatnonzero(np.isfinite([*needed.values()]).all(axis=0))
    objectives = history.objectives
    values = {o.name: columns.column(o.name) for o in objectives} | needed
    return _Measured(rows + 1, {name: column[rows] for name, column in values.items()}, objectives)


def _known_metrics(history: RunHistory) -> list[str]:
    """The metrics of which a run has a value."""
    values = history.columns().values
    known = [n for n, column in values.items() if "." not in n and np.isfinite(column).any()]
    return in_config_order(known, history.config)


def _unknown_text(history: RunHistory, words: str) -> str:
    text = f"There is no metric {quoted(words, 60)}."
    if history.evaluations and words in history.evaluations[0].config:
        text = f"'{words}' is a part of configs, not a metric. Filter run.evaluations by it."
    known = ", ".join(_known_metrics(history)) or "no metric yet"
    return f"{text} The run '{history.name}' has {known}."
