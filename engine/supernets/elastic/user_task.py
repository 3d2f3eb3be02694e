"""UserTask: the task of a user's `make_task`, whose code runs when its data are needed."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.supernets.elastic.model_source import ModelSource
from engine.supernets.elastic.user_code import sentences
from engine.tasks.base import DataNames, DataSplit, Inputs, Network, Task
from engine.tasks.loaders import LoaderTask


class UserTask(Task):
    """Measures with the loaders of a `source`; what is known without them needs none of its code.

    Whatever the user's code raises becomes one sentence.
    """

    name = "loaders"

    def __init__(
        self, source: ModelSource, metrics: tuple[Metric, ...], held_out_name: str, origin: str
    ) -> None:
        self._source, self.metrics, self.origin = source, metrics, origin
        self.data_names = DataNames(held_out=held_out_name)

    @cached_property
    def _loaders(self) -> LoaderTask:
        try:
            task = self._source.task()
        except ConfigError as error:
            raise DataError(str(error)) from error
        if task is None:
            raise DataError(f"There is no make_task in {self._source.place} any more. Restore it.")
        return task.quality_task()

    def example_inputs(self, count: int, resolution: int | None = None) -> Inputs:
        """Those of the user's task."""
        with self._sentences():
            return self._loaders.example_inputs(count, resolution)

    def quality(
        self,
        network: Network,
        part: DataSplit,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        resolution: int | None = None,
    ) -> Mapping[str, float]:
        """What the user's score says of all batches."""
        with self._sentences():
            return self._loaders.quality(network, part, metrics, settings, resolution)

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """The inputs of the user's calibration or training batches."""
        with self._sentences():
            yield from self._loaders.calibration(settings, resolution)

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """The user's digest, or one of all batches."""
        with self._sentences():
            return self._loaders.fingerprint(settings)

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """The user's description of the preprocessing."""
        with self._sentences():
            return self._loaders.preprocessing(resolution)

    def class_names(self, settings: EvaluationSettings) -> Sequence[str]:
        """The classes that the user's task names."""
        with self._sentences():
            return self._loaders.class_names(settings)

    def bounds(self, metric: Metric) -> tuple[float | None, float]:
        """Measured, and the best possible value, which may be infinite."""
        best = metric.highest if metric.direction == "max" else metric.lowest
        return None, metric.sign * -np.inf if best is None else best

    def _sentences(self) -> Any:
        folders = [Path(self._source.place).parent]
        return sentences(f"The task in {self._source.place} failed", folders)
