"""A task for user packages, made of data loaders and a score function."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.errors import DataError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.notes import add_quality_notes
from engine.tasks.base import DataNames, DataSplit, Inputs, Network, Task, digest_of

if TYPE_CHECKING:
    from torch import Tensor

Loader = Callable[[], Iterable[tuple[Inputs, Any]]]
"""Returns new batches of inputs and targets at each call, such as one epoch of a `DataLoader`.

Inputs are the arguments of the network: a tensor, or a tuple or a mapping of tensors.
"""

Score = Callable[[list[Any], list[Any]], Mapping[str, float]]
"""Returns the quality by metric from the outputs and the targets of all batches, in order."""


class LoaderTask(Task):
    """Quality by a user's score function on batches of a user's loaders.

    `metrics` describe the values of `score`. `example` returns a batch of so many inputs without
    data; `validation`, `held_out` and `calibration` return batches; targets for calibration are
    ignored. `score` receives outputs on the CPU. `digest` identifies the data; without it, each
    process reads every batch of validation and calibration once. `preprocessing` and `classes`
    describe the network to its users.

    >>> import torch
    >>> def share_correct(outputs, targets):
    ...     return {"acc": 100 * (outputs[0].argmax(1) == targets[0]).float().mean().item()}
    >>> def batches():
    ...     inputs = torch.randn(60, 4, generator=torch.Generator().manual_seed(0))
    ...     return [(inputs, inputs[:, :3].argmax(1))]
    >>> task = LoaderTask([ACC], share_correct, lambda count: torch.zeros(count, 4), batches)
    >>> task.quality(lambda inputs: inputs[:, :3], "validation", ["acc"], EvaluationSettings())
    {'acc': 100.0}
    """

    name = "loaders"

    def __init__(
        self,
        metrics: Sequence[Metric],
        score: Score,
        example: Callable[[int], Inputs],
        validation: Loader,
        held_out: Loader | None = None,
        calibration: Loader | None = None,
        data_names: DataNames | None = None,
        origin: str = "",
        digest: Callable[[], str] | None = None,
        preprocessing: Mapping[str, Any] | None = None,
        classes: Sequence[str] = (),
    ) -> None:
        self.metrics, self.classes, self.origin = tuple(metrics), tuple(classes), origin
        self._score, self._example = score, example
        self._loaders = {"validation": validation, "held out": held_out}
        self._calibration, self._digest = calibration, digest
        self._preprocessing = dict(preprocessing or {})
        held_out_name = DataNames.held_out if held_out else ""
        self.data_names = data_names or DataNames(held_out=held_out_name)
        self._cached_digest = ""

    def example_inputs(self, count: int, resolution: int | None = None) -> Inputs:
        """The batch of `example`."""
        return self._example(count)

    def quality(
        self,
        network: Network,
        part: DataSplit,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        resolution: int | None = None,
    ) -> Mapping[str, float]:
        """The values of `score` for all batches; raises EvaluationError for a missing metric.

        The loader determines the batches: `batch_size` has no effect.
        """
        import torch

        from engine.tasks.inputs import input_count

        loader = self._loaders[part]
        if loader is None:
            raise EvaluationError(f"The task '{self.name}' has no held-out data for a test.")
        outputs, targets, count = [], [], 0
        with torch.inference_mode():
            for inputs, target in loader():
                outputs.append(_to_cpu(network(inputs)))
                targets.append(target)
                count += input_count(inputs)
        if not outputs:
            raise DataError(
                f"The task '{self.name}' gives no batches for the {part} part. Its loader has to "
                "return all of them each time that it is called."
            )
        if part == "validation":
            add_quality_notes(inputs=count)
        values = self._score(outputs, targets)
        if missing := [name for name in metrics if name not in values]:
            raise EvaluationError(
                f"The score function of the task '{self.name}' gives no {', '.join(missing)}. "
                f"It has to give every metric of the task."
            )
        return {name: _number(values[name]) for name in metrics}

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """The inputs of the calibration loader's batches."""
        return (inputs for inputs, _ in self._calibration()) if self._calibration else ()

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """The user's digest, or a digest of all batches."""
        if not self._cached_digest:
            self._cached_digest = self._digest() if self._digest else self._digest_of_batches()
        return self._cached_digest

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """The user's description of the preprocessing."""
        return self._preprocessing

    def _digest_of_batches(self) -> str:
        from engine.tasks.inputs import tensors_in

        parts: list[bytes | str | Tensor] = []
        for loader in (self._loaders["validation"], self._calibration):
            parts.extend(digest_of(*tensors_in(batch)) for batch in (loader() if loader else ()))
        return digest_of(*parts)


def _to_cpu(outputs: Any) -> Any:
    from engine.compat.torch import tree_map

    return tree_map(lambda v: v.cpu() if hasattr(v, "cpu") else v, outputs)


def _number(value: Any) -> Any:
    """A float for a tensor of one element; other values are returned for the metric to refuse."""
    return float(value) if hasattr(value, "__float__") and not isinstance(value, bool) else value
