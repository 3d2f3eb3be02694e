"""Front: the Pareto front of a run, as searches return it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from engine.analysis.goal import Where
from engine.evaluation.record import Config, Evaluation
from engine.export.chosen import ChosenSubNetwork, best_subnetwork
from engine.metrics import exported_value
from engine.runs.history import RunHistory
from engine.sources import source_column, source_remarks, uncalibrated_column

if TYPE_CHECKING:
    import pandas as pd


class Front(Sequence[Evaluation]):
    """The measured non-dominated sub-networks of a run, by their last objective.

    `history` holds the complete run.
    """

    def __init__(self, history: RunHistory) -> None:
        self.run_id = history.id
        self.history = history
        self._front = history.front()
        self._ending = _ending(history)
        names = dict.fromkeys(name for e in self._front for name in e.metrics)
        self._remarks = source_remarks(history.metric(name) for name in names)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return self._front[index]

    def __len__(self) -> int:
        return len(self._front)

    def __iter__(self) -> Iterator[Evaluation]:
        return iter(self._front)

    @property
    def remarks(self) -> list[str]:
        """A sentence for each metric whose numbers the search did not measure."""
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

        `front.best("acc", where="macs <= 5M").export("folder")` writes it as model files.
        """
        return best_subnetwork(self.history, metric, where)

    def to_dataframe(self) -> "pd.DataFrame":
        """One row for each sub-network: its metrics, its config, the source of each metric.

        If a predictor was calibrated, the last columns hold the uncalibrated predictions.
        """
        import pandas as pd

        return pd.DataFrame([_row(e) for e in self._front])

    def __repr__(self) -> str:
        return str(self.to_dataframe().to_string())

    def _repr_html_(self) -> str:
        return str(self.to_dataframe().to_html())


def _ending(history: RunHistory) -> str:
    if history.message or history.state == "finished":
        return history.message
    count, budget = len(history.evaluations), history.budget
    return f"The run was {history.state} after {count:,} of {budget:,} evaluations."


def _row(e: Evaluation) -> dict[str, object]:
    return {
        **{name: exported_value(name, value) for name, value in e.metrics.items()},
        "config": e.config,
        **{source_column(name): e.sources.get(name, "") for name in e.metrics},
        **{uncalibrated_column(name): value for name, value in e.uncalibrated.items()},
    }
