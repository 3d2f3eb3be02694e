"""A task of a user's own: loaders of batches, and a function that tells how good outputs are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.errors import DataError, EvaluationError
from engine.evaluation_settings import EvaluationSettings
from engine.metrics import Metric
from engine.tasks.base import DataNames, Inputs, Network, Part, Task, digest_of

if TYPE_CHECKING:
    from torch import Tensor

Loader = Callable[[], Iterable[tuple[Inputs, Any]]]
"""Gives batches of inputs and targets anew each time, such as one epoch of a `DataLoader`.

Inputs are what the network is called with: a tensor, or a tuple or a mapping of tensors.
"""

Score = Callable[[list[Any], list[Any]], Mapping[str, float]]
"""The quality by metric of the outputs and the targets of all batches, in their order."""


class LoaderTask(Task):
    """Quality by a function of a user's, on batches of a user's loaders.

    `metrics` name what `score` gives. `example` makes a batch of so many inputs without data;
    `validation`, `held_out` and `calibration` give batches, the last of inputs and anything. The
    outputs that `score` gets are on the processor. `digest` tells data from other data; without it
    every batch of validation and calibration is read once a process. `preprocessing` and `classes`
    are what a user of the network has to know.
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
        self._known_digest = ""

    def example_inputs(self, count: int, resolution: int | None = None) -> Inputs:
        """What `example` makes."""
        return self._example(count)

    def quality(
        self,
        network: Network,
        part: Part,
        metrics: Sequence[str],
        settings: EvaluationSettings,
        resolution: int | None = None,
    ) -> Mapping[str, float]:
        """What `score` says of all batches; raises EvaluationError for a metric that it leaves out.

        The batches are the loader's: `batch_size` does not change them.
        """
        import torch

        loader = self._loaders[part]
        if loader is None:
            raise EvaluationError(f"The task '{self.name}' holds no data out for a test.")
        outputs, targets = [], []
        with torch.inference_mode():
            for inputs, target in loader():
                outputs.append(_on_processor(network(inputs)))
                targets.append(target)
        if not outputs:
            raise DataError(
                f"The task '{self.name}' gives no batches for the {part} part. Its loader has to "
                "give all of them anew each time that it is called."
            )
        found = self._score(outputs, targets)
        if lacking := [name for name in metrics if name not in found]:
            raise EvaluationError(
                f"The score function of the task '{self.name}' gives no {', '.join(lacking)}. "
                f"It has to give every metric of the task."
            )
        return {name: _number(found[name]) for name in metrics}

    def calibration(
        self, settings: EvaluationSettings, resolution: int | None = None
    ) -> Iterable[Inputs]:
        """The inputs of the calibration loader's batches."""
        return (inputs for inputs, _ in self._calibration()) if self._calibration else ()

    def fingerprint(self, settings: EvaluationSettings) -> str:
        """The digest that was given, or one of all batches."""
        if not self._known_digest:
            self._known_digest = self._digest() if self._digest else self._digest_of_batches()
        return self._known_digest

    def preprocessing(self, resolution: int | None = None) -> Mapping[str, Any]:
        """What was given."""
        return self._preprocessing

    def _digest_of_batches(self) -> str:
        from engine.tasks.inputs import tensors

        parts: list[bytes | str | Tensor] = []
        for loader in (self._loaders["validation"], self._calibration):
            parts.extend(digest_of(*tensors(batch)) for batch in (loader() if loader else ()))
        return digest_of(*parts)


def _on_processor(outputs: Any) -> Any:
    from engine.compat.torch import tree_map

    return tree_map(lambda v: v.cpu() if hasattr(v, "cpu") else v, outputs)


def _number(value: Any) -> Any:
    """A number for a tensor of one; what is no number stays, to be refused by its metric."""
    return float(value) if hasattr(value, "__float__") and not isinstance(value, bool) else value
