"""ElasticTask: the data, the loss and the metric with which a user's network is made elastic."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import DataError
from engine.metrics import Metric
from engine.tasks.base import DataNames, Inputs
from engine.tasks.loaders import Loader, LoaderTask, Score
from engine.tasks.network_outputs import main_output

if TYPE_CHECKING:
    from torch import Tensor

Loss = Callable[[Any, Any], "Tensor"]
"""A scalar to minimise, from the outputs of a network and what they are compared with."""

LOSS = Metric(
    "loss", "Loss", "", "min", "measured",
    "The loss of the task on validation data, averaged over batches.", lowest=0.0,
)  # fmt: skip
_IMAGE_DIMENSIONS = 4
_MAX_EXAMPLES = 8
_CALIBRATION_BATCHES = 8


def distance_of_logits(outputs: Any, original_outputs: Any) -> "Tensor":
    """How far the classes that a network predicts are from those of the original network.

    The Kullback-Leibler divergence in nats, the mean over the batch. Classes are the second
    dimension of outputs for images (`(n, classes)` or `(n, classes, h, w)`) and the last one of
    sequences. For a single output it is the mean squared difference. Source: Hinton et al.,
    "Distilling the Knowledge in a Neural Network", 2015.
    """
    import torch.nn.functional as F

    own, original = main_output(outputs), main_output(original_outputs).detach()
    classes = 1 if own.ndim in (2, _IMAGE_DIMENSIONS) else -1
    if own.ndim < 2 or own.shape[classes] == 1:
        return F.mse_loss(own, original)
    own, original = (x.movedim(classes, -1).flatten(0, -2).log_softmax(1) for x in (own, original))
    return F.kl_div(own, original, reduction="batchmean", log_target=True)


@dataclass(frozen=True)
class ElasticTask:
    """What `make_task()` beside `make_model()` returns, for data of any kind.

    `training`, `validation`, `held_out` and `calibration` are functions that return new batches
    `(inputs, target)` at each call, such as a `DataLoader`. `inputs` are the arguments of the
    network: a tensor, or a tuple or a mapping by name of tensors. A search measures on
    `validation`; `held_out` is for the final numbers. Without `calibration`, the first batches of
    `training` are those on which batch-norm statistics are recomputed.

    `loss(outputs, target)` is minimised. `metrics` and `score(outputs, targets)` measure quality
    from the outputs of all batches, as those of `LoaderTask`; without them, quality is the loss.
    `distance(outputs, original_outputs)` is small if two networks agree: by default
    `distance_of_logits`, which is for classes; give another one for a regression of several
    numbers. `example(count)` returns inputs without data; by default the first of `validation`.

    >>> import torch
    >>> def batches():
    ...     inputs = torch.randn(60, 4, generator=torch.Generator().manual_seed(0))
    ...     return [(inputs, inputs[:, :3].argmax(1))]
    >>> task = ElasticTask(batches, batches, torch.nn.functional.cross_entropy)
    >>> [metric.name for metric in task.quality_task().metrics]
    ['loss']
    """

    training: Loader
    validation: Loader
    loss: Loss
    metrics: Sequence[Metric] = ()
    score: Score | None = None
    held_out: Loader | None = None
    calibration: Loader | None = None
    distance: Loss = distance_of_logits
    example: Callable[[int], Inputs] | None = None
    digest: Callable[[], str] | None = None
    classes: Sequence[str] = ()
    origin: str = "Measured on your validation data."
    data_names: DataNames | None = None
    preprocessing: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if bool(self.metrics) != (self.score is not None):
            lacking = "score" if self.metrics else "metrics"
            raise DataError(
                f"The task has no {lacking}. Give both metrics and score, or none of them: the "
                "quality is then the loss."
            )

    def quality_task(self) -> LoaderTask:
        """The task of a supernet, which measures quality."""
        return LoaderTask(
            self.metrics or (LOSS,),
            self.quality_score,
            self.example_inputs,
            self.validation,
            self.held_out,
            self.calibration or self.calibration_batches,
            self.data_names,
            self.origin,
            self.digest,
            self.preprocessing,
            self.classes,
        )

    def example_inputs(self, count: int) -> Inputs:
        """A batch of `count` inputs; raises DataError if `validation` gives none."""
        from engine.tasks.inputs import input_count, split_inputs

        if self.example is not None:
            return self.example(count)
        inputs = first_inputs(self.validation)
        repeated = repeated_inputs(inputs, -(-count // input_count(inputs)))
        return next(iter(split_inputs(repeated, count)))

    def training_batches(
        self, seed: int, epoch: int, first: int = 0
    ) -> Iterator[tuple[Inputs, Any]]:
        """The batches of one epoch from number `first` on.

        Their order follows from `seed` and `epoch`, as far as it is drawn from torch, numpy or
        random; drawing it does not change what other code draws.
        """
        batches = _RandomStream(self.training, seed, epoch)
        for number, batch in enumerate(batches):
            if number >= first:
                yield batch

    def quality_score(self, outputs: list[Any], targets: list[Any]) -> Mapping[str, float]:
        """The quality by metric: that of `score`, or else the mean loss."""
        if self.score is not None:
            return self.score(outputs, targets)
        losses = [float(self.loss(o, t)) for o, t in zip(outputs, targets, strict=True)]
        return {LOSS.name: sum(losses) / len(losses)}

    def calibration_batches(self) -> Iterator[tuple[Inputs, Any]]:
        """The first batches of `training`."""
        for number, batch in enumerate(self.training_batches(0, 0)):
            if number == _CALIBRATION_BATCHES:
                return
            yield batch


def first_inputs(loader: Loader) -> Inputs:
    """Up to 8 inputs of the first batch; raises DataError for anything but `(inputs, target)`."""
    from engine.tasks.inputs import split_inputs

    batch = next(iter(loader()), None)
    if not isinstance(batch, tuple | list) or len(batch) != 2:
        found = "no batch" if batch is None else f"a batch of type {type(batch).__name__}"
        raise DataError(
            f"The validation loader of make_task gives {found}. Let it give (inputs, target) pairs."
        )
    return next(iter(split_inputs(batch[0], _MAX_EXAMPLES)))


def repeated_inputs(inputs: Inputs, times: int) -> Inputs:
    """A batch that holds the inputs several times."""
    import torch

    from engine.compat.torch import tree_map
    from engine.tasks.inputs import input_count

    count = input_count(inputs)

    def repeat(value: Any) -> Any:
        is_batched = isinstance(value, torch.Tensor) and value.ndim and len(value) == count
        return torch.cat([value] * times) if is_batched else value

    return tree_map(repeat, inputs) if times > 1 else inputs


class _RandomStream:
    """Iterates over a loader with random states of its own for torch, numpy and random."""

    def __init__(self, loader: Loader, seed: int, epoch: int) -> None:
        self._loader, self._seed = loader, (seed, epoch)

    def __iter__(self) -> Iterator[tuple[Inputs, Any]]:
        import torch

        number = int(np.random.SeedSequence(self._seed).generate_state(1)[0])
        own = (
            torch.Generator().manual_seed(number).get_state(),
            np.random.RandomState(number).get_state(),
            random.Random(number).getstate(),
        )
        batches: Iterator[tuple[Inputs, Any]] | None = None
        while True:
            others = _random_states()
            _set_random_states(own)
            try:
                batches = iter(self._loader()) if batches is None else batches
                batch = next(batches, None)
                own = _random_states()
            finally:
                _set_random_states(others)
            if batch is None:
                return
            yield batch


def _random_states() -> tuple[Any, Any, Any]:
    import torch

    return torch.get_rng_state(), np.random.get_state(), random.getstate()  # noqa: NPY002


def _set_random_states(states: tuple[Any, Any, Any]) -> None:
    import torch

    torch.set_rng_state(states[0])
    np.random.set_state(states[1])  # noqa: NPY002
    random.setstate(states[2])
