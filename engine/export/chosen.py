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
from engine.errors import ConfigError, DataError
from engine.evaluation.record import Evaluation
from engine.export.bundle.parts import BUNDLE_PARTS, find_parts
from engine.export.bundle.process import export_bundle
from engine.export.bundle.request import BundleReport, BundleRequest
from engine.path_text import path_problem
from engine.quoting import quoted
from engine.runs.fine_tuning import fine_tune_here
from engine.runs.history import RunHistory
from engine.training.elastic.fine_tuning_record import FineTuned


@dataclass(frozen=True, repr=False)
class ChosenSubNetwork:
    """The evaluation of a run's sub-network; has the attributes of `Evaluation` as well.

    `remarks` say which latencies of the goal and the objectives other programs disturbed.

    >>> chosen = run.best("acc", where="macs <= 5M")
    >>> chosen.number in run.evaluations.index, sorted(chosen.metrics)
    (True, ['acc', 'macs', 'params'])
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
        parts: str | Sequence[str] = BUNDLE_PARTS,
        with_preprocessing: bool = False,
        shared_weights: bool = False,
    ) -> BundleReport:
        """Write the network to a new `folder` as model files, which are checked against it.

        `parts` are such as `onnx`; all of them by default. `with_preprocessing`: the ONNX file
        takes pixels from 0 to 255. A sub-network that was fine-tuned has its fine-tuned weights,
        or with `shared_weights` those that the run measured.

        Raises DataError for a folder that exists or cannot be written, ConfigError for an unknown
        part, and the errors of a measurement. The files are written in a process of their own,
        which does not run the script again.
        """
        new_folder, names = _checked_folder(folder), _checked_parts(parts)
        request = BundleRequest(
            self.history.config,
            self.evaluation,
            self.history.id,
            self.history.name,
            names,
            bool(with_preprocessing),
            bool(shared_weights),
        )
        with using(self.history.data_folder), self.history.own_metrics():
            return export_bundle(request, new_folder, _ignore_progress, threading.Event())

    def finetune(
        self,
        epochs: float | None = None,
        device: str = "auto",
        seed: int = 0,
        original_rate: float | None = None,
        again: bool = False,
    ) -> FineTuned:
        """Train the sub-network further and return what it brought; the run stays as it is.

        It begins with the shared weights of a network that was made elastic, and learns from labels
        and from the original network. `epochs` are passes over the data: by default they cost a
        quarter of the original network's own training, whose peak learning rate `original_rate`
        was. Record and weights are kept beside the run; the training runs in this process, and goes
        on where an interrupted one was. What was fine-tuned already is returned as it is, or with
        `again` trained anew: record and weights are replaced when the new ones are there.

        Raises DataError for another supernet, missing data, or if it was fine-tuned with other
        settings, but for `again`, and RunError if it is being fine-tuned.
        """
        options = {
            "passes": epochs, "device": device, "seed": seed, "original_rate": original_rate,
        }  # fmt: skip
        with using(self.history.data_folder), self.history.own_metrics():
            return fine_tune_here(self.history, self.evaluation, bool(again), **options)

    def __repr__(self) -> str:
        with self.history.own_metrics():
            values = ", ".join(
                f"{name} {metric_value(name, value, self.evaluation.sources.get(name, ''))}"
                for name, value in self.evaluation.metrics.items()
            )
        return f"<sub-network {self.evaluation.number} of {self.history.id}: {values}>"


def best_subnetwork(run: Run, metric: str, where: Where | None = "") -> ChosenSubNetwork:
    """The best measured sub-network of a run in `metric` within the limits `where`.

    `run` is a Run, what `NAS.search` or `load_run` returned, or the id of a run in the usual data
    folder. `metric` is the name or the label of one; `where` has limits such as `macs <= 300M and
    Latency <= 20 ms`, or the worst value by metric such as `{"macs": 300e6}`; None and an empty
    text are no limits. All measurements of the run are
    considered, not its front alone; its constraints hold, except on metrics that `where` limits
    itself.

    Raises ConfigError for words that cannot be read or a metric that the run has no values of, and
    RunError, which names the nearest sub-network, if nothing measured is within the limits.

    >>> best_subnetwork(run, "acc") == run.best("acc")
    True
    """
    history = history_of(run)
    with history.own_metrics():
        goal = Goal.of_run(history, metric, where)
        shown = [*goal.metric_names, *(objective.name for objective in history.objectives)]
        evaluation = best(history, metric, goal.limits)
        return ChosenSubNetwork(history, evaluation, tuple(disturbance_remarks(evaluation, shown)))


def _checked_folder(folder: object) -> Path:
    if not isinstance(folder, str | Path) or not str(folder).strip():
        raise DataError(f"The folder of a bundle is named by a path, not {quoted(folder, 60)}.")
    if problem := path_problem(str(folder)):
        raise DataError(f"The bundle cannot be written: {problem}. Give another folder.")
    return Path(folder)


def _checked_parts(parts: object) -> tuple[str, ...]:
    names = [parts] if isinstance(parts, str) else parts
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise ConfigError(f"The parts of a bundle are names such as 'onnx', not {quoted(parts)}.")
    find_parts(names)
    return tuple(names)


def _ignore_progress(what: str, done: int, total: int | None) -> None:
    pass
