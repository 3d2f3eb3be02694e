"""A sub-network that was chosen from a run by a goal, ready to be exported."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.analysis.disturbed_latencies import disturbance_remarks
from engine.analysis.figures.run_arguments import Run, history_of
from engine.analysis.goal import Goal, Where, best
from engine.analysis.number_text import metric_value
from engine.data_dir import using
from engine.evaluation.record import Evaluation
from engine.export.bundle.parts import BUNDLE_PARTS
from engine.export.bundle.process import export_bundle
from engine.export.bundle.request import BundleReport, BundleRequest
from engine.runs.history import RunHistory


@dataclass(frozen=True, repr=False)
class ChosenSubNetwork:
    """The evaluation of a run's sub-network; has the attributes of `Evaluation` as well.

    `remarks` say which latencies of the goal and the objectives other programs disturbed.
    """

    history: RunHistory
    evaluation: Evaluation
    remarks: tuple[str, ...] = ()

    def __getattr__(self, name: str) -> Any:
        """An attribute of the evaluation, such as `number`, `config` or `metrics`."""
        if name.startswith("__") or name == "evaluation":
            raise AttributeError(name)
        return getattr(self.evaluation, name)

    def export(
        self,
        folder: str | Path,
        parts: Sequence[str] = BUNDLE_PARTS,
        with_preprocessing: bool = False,
    ) -> BundleReport:
        """Write the network to a new `folder` as model files, which are checked against it.

        `parts` are such as `onnx`; all of them by default. `with_preprocessing`: the ONNX file
        takes pixels from 0 to 255. Raises DataError for a folder that exists or cannot be written,
        ConfigError for an unknown part, and the errors of a measurement. Call it below
        `if __name__ == "__main__":`, since the files are written in a process of their own.
        """
        request = BundleRequest(
            self.history.config,
            self.evaluation,
            self.history.id,
            self.history.name,
            tuple(parts),
            with_preprocessing,
        )
        with using(self.history.data_folder):
            return export_bundle(request, Path(folder), _ignore_progress, threading.Event())

    def __repr__(self) -> str:
        values = ", ".join(
            metric_value(name, value, self.evaluation.sources.get(name, ""))
            for name, value in self.evaluation.metrics.items()
        )
        return f"<sub-network {self.evaluation.number} of {self.history.id}: {values}>"


def best_subnetwork(run: Run, metric: str, where: Where | None = "") -> ChosenSubNetwork:
    """The best measured sub-network of a run in `metric` within the limits `where`.

    `run` is what `NAS.search` or `load_run` returned, or the id of a run in the usual data folder.
    `metric` is the name or the label of one; `where` has limits such as `macs <= 300M and Latency
    <= 20 ms`; None and an empty text are no limits. All measurements of the run are considered,
    not its front alone; its constraints hold, except on metrics that `where` limits itself.

    Raises ConfigError for words that cannot be read or a metric that the run has no values of, and
    RunError, which names the nearest sub-network, if nothing measured is within the limits.
    """
    history = history_of(run)
    goal = Goal.parse(metric, where)
    shown = [*goal.metric_names, *(objective.name for objective in history.objectives)]
    evaluation = best(history, metric, goal.limits)
    return ChosenSubNetwork(history, evaluation, tuple(disturbance_remarks(evaluation, shown)))


def _ignore_progress(what: str, done: int, total: int | None) -> None:
    pass
