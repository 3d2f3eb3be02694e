"""Front: the Pareto front of a run, as searches return it."""

from collections.abc import Iterator, Sequence
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from engine.analysis.goal import Where
from engine.errors import RunError
from engine.evaluation.record import Config, Evaluation
from engine.export.chosen import ChosenSubNetwork, best_subnetwork
from engine.pareto.front import minimised, non_dominated
from engine.python_api.dataframe import front_dataframe
from engine.python_api.front_evaluation import FrontEvaluation
from engine.python_api.known_attributes import KnownAttributes
from engine.python_api.written_files import write_front
from engine.runs.history import RunHistory
from engine.runs.sibling_start import sibling_sentence
from engine.sources import source_remarks

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go


class Front(KnownAttributes, Sequence[Evaluation]):
    """The feasible measured sub-networks of a run that no other one dominates.

    A sequence of `Evaluation`, sorted by the last objective of the run, each of which can be
    exported and fine-tuned: `front[3].finetune(epochs=3)`. It does not change while the run goes
    on. A slice is a Front too, and two are equal if they hold the same evaluations of one run.
    `run_id` is the id of the run, `history` the complete run.

    >>> front = NAS(config).search(progress=False)
    >>> len(front[:3]), front[0].metrics["macs"] < front[-1].metrics["macs"]
    (3, True)
    >>> front.best("acc", where="macs <= 5M").metrics["macs"] <= 5e6
    True
    >>> front.export("front.csv").name
    'front.csv'
    """

    _settable = ("run_id", "history")

    def __init__(
        self,
        history: RunHistory,
        evaluations: Sequence[Evaluation] | None = None,
        at: int | None = None,
    ) -> None:
        self.run_id = history.id
        self._at = at
        self.history = history
        self._front = history.front() if evaluations is None else list(evaluations)
        self._ending = _ending(history)
        names = dict.fromkeys(name for e in self._front for name in e.metrics)
        sentence = sibling_sentence(history.events)
        self._remarks = [
            *source_remarks(history.metric(name) for name in names), *filter(None, [sentence])
        ]  # fmt: skip

    @overload
    def __getitem__(self, index: int) -> FrontEvaluation: ...
    @overload
    def __getitem__(self, index: slice) -> "Front": ...
    def __getitem__(self, index: int | slice) -> "FrontEvaluation | Front":
        if isinstance(index, slice):
            return Front(self.history, self._front[index], self._at)
        return FrontEvaluation.of(self.history, self._front[index])

    def __len__(self) -> int:
        return len(self._front)

    def __iter__(self) -> Iterator[FrontEvaluation]:
        return (FrontEvaluation.of(self.history, e) for e in self._front)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Front):
            return NotImplemented
        return self._identity == other._identity

    def __hash__(self) -> int:
        return hash(self._identity)

    @property
    def _identity(self) -> tuple[object, ...]:
        return (self.history.data_folder, self.run_id, *(e.number for e in self._front))

    @property
    def remarks(self) -> list[str]:
        """Sentences on metrics that the search did not measure, and on a sibling it began with."""
        return list(self._remarks)

    @property
    def ending(self) -> str:
        """Why the run ended before its budget was spent, a sentence; empty if it was spent."""
        return self._ending

    @property
    def configs(self) -> list[Config]:
        """The configs of the sub-networks, in the notation of `ofa`."""
        return [dict(e.config) for e in self._front]

    def best(self, metric: str, where: Where | None = "") -> ChosenSubNetwork:
        """The best of the run in `metric` within the limits `where`, see `best_subnetwork`.

        `front.best("acc", where="macs <= 5M").export("folder")` writes it as model files. All
        measurements of the run are considered, not the front alone.
        """
        return best_subnetwork(self.history, metric, where)

    def knee(self) -> ChosenSubNetwork:
        """The sub-network at which the front bends most: the page *Decide* calls it good balance.

        Raises RunError for a run with one objective, and for a front that does not bend, such as
        one with fewer than three sub-networks.

        >>> front.knee().number in [evaluation.number for evaluation in front]
        True
        """
        from engine.analysis.suggestions import no_knee_reason  # load pymoo, which takes a while
        from engine.pareto.decision_making import knee

        objectives = self.history.objectives
        if len(objectives) == 1:
            best = f"best('{objectives[0].name}')"
            raise RunError(f"A front of one objective has no knee. Take {best} instead.")
        index = knee(minimised(self._front, objectives))
        if index is None:
            raise RunError(no_knee_reason(len(self._front)))
        return ChosenSubNetwork(self.history, self._front[index])

    def to_dataframe(self) -> "pd.DataFrame":
        """One row for each sub-network: its metrics, its config, the source of each metric.

        The index holds the numbers of the evaluations. If a latency was timed or a quality
        measured, columns say on what and with what; if a predictor was calibrated, the last columns
        hold the uncalibrated predictions.

        >>> list(front.to_dataframe().columns)[:3]
        ['acc', 'macs', 'params']
        """
        return front_dataframe(self.history, self._front)

    def plot(self, x: str | None = None, y: str | None = None, **options: Any) -> "go.Figure":
        """The figure of `plot_front`, with its arguments: the run and its front, `y` over `x`.

        A front after some evaluations is shown as it was then. Raises FigureError as `plot_front`.
        """
        from engine.analysis.figures.plots import plot_front

        return plot_front(self.history, x, y, **{"at": self._at, **options})

    def export(self, path: str | Path, format: str | None = None) -> Path:
        """Write the sub-networks to `path`, which must not exist; returns the absolute path.

        `format` is `csv`, `json`, `yaml` or `zip` for a file; `bundle` for a folder that has a
        folder with model files of each sub-network, such as `subnetwork-12`; or a part of bundles
        such as `onnx`. By default the suffix of `path` decides; a path without one is that of a
        folder with bundles. What a bundle lacks is a warning.

        Raises ConfigError for an unknown format, DataError for a path that exists or cannot be
        written, and the errors of a measurement.
        """
        chosen = [ChosenSubNetwork(self.history, e) for e in self._front]
        return write_front(self.history, chosen, path, format)

    def __repr__(self) -> str:
        return str(self.to_dataframe().to_string())

    def _repr_html_(self) -> str:
        return str(self.to_dataframe().to_html())


def front_after(history: RunHistory, count: int) -> Front:
    """The front of the first `count` evaluations of a run."""
    first = history.evaluations[:count]
    feasible = list(compress(first, history.all_feasible(first)))
    is_on_front = non_dominated(minimised(feasible, history.objectives))
    last_objective = history.objectives[-1].name
    members = sorted(compress(feasible, is_on_front), key=lambda e: e.metrics[last_objective])
    return Front(history, members, at=count)


def _ending(history: RunHistory) -> str:
    if history.message or history.state == "finished":
        return history.message
    summary = history.summary()
    counts = f"{summary.count_text(' of ')} {summary.unit}"
    return f"The run was {history.state} after {counts}."
