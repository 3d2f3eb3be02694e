"""TorchVisionReference: torchvision's network of a supernet's family, as a baseline.

It is measured as sub-networks are: MACs of one image with batch-norm folded, latency alone on the
machine by the median of timed passes, accuracy on the validation images of the supernet's task.
"""

import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from engine import devices, machine_lock
from engine.errors import ConfigError, DataError
from engine.evaluation_settings import EvaluationSettings
from engine.quoting import quoted
from engine.supernets import registry

if TYPE_CHECKING:
    from torch import nn

FAMILIES = {"ofa_resnet50": "resnet50", "ofa_mbv3_d234_e346_k357_w": "mobilenet_v3_large"}
"""Torchvision's network by the beginning of the names of supernets on ImageNet."""

PUBLISHED = {"ofa_mbv3": "ofa_mbv3_d234_e346_k357_w1.2"}
"""The supernet by a shorter name that Neural Compressor gives its family here alone."""

_WEIGHTS = "IMAGENET1K_V1"
_CHANNELS = 3
_TOP = 5


class ReferenceLatency(NamedTuple):
    """Milliseconds of a forward pass: the median and the interquartile range."""

    median: float
    spread: float


class ReferenceQuality(NamedTuple):
    """Mean cross-entropy, and the share of images in % whose class is among the best 1 and 5."""

    loss: float
    top1: float
    top5: float


class TorchVisionReference:
    """Torchvision's network of the family of a supernet on ImageNet.

    `model_name` is a supernet such as `ofa_resnet50`, or `ofa_mbv3`. `dataset_path` is the folder
    of ImageNet, which only `validate_top1` reads. `batch_size` is the number of images in a pass,
    `input_size` their height and width in pixels. Raises ConfigError for a supernet that
    torchvision has no counterpart of.

    >>> from dynas_studio import TorchVisionReference
    >>> reference = TorchVisionReference("ofa_resnet50", batch_size=64)
    >>> reference.validate_macs()
    4089284608
    """

    def __init__(
        self,
        model_name: str,
        dataset_path: str | None = None,
        batch_size: int = 1,
        input_size: int = 224,
        num_workers: int | None = None,
    ) -> None:
        self.model_name = _counterpart(model_name)
        self.supernet = PUBLISHED.get(model_name, model_name)
        self.dataset_path = dataset_path
        self.batch_size = _positive("batch_size", batch_size)
        self.input_size = _positive("input_size", input_size)
        if num_workers is not None:
            _warn("num_workers", "images are decoded once and kept")

    def validate_macs(self, device: str = "cpu") -> int:
        """The multiply-accumulates of one image, counted as those of sub-networks.

        They follow from the layers alone: no weights are downloaded, and `device` has no effect.
        """
        from engine.supernets.cost_table import count

        return count(self._network(), (_CHANNELS, self.input_size, self.input_size))[0]

    def measure_latency(
        self, device: str = "cpu", warmup_steps: int | None = None, measure_steps: int | None = None
    ) -> ReferenceLatency:
        """Time a forward pass of `batch_size` images in ms, while nothing else is measured.

        The weights are random, since they do not change the time. The numbers of passes are those
        of every latency here: the arguments for them have no effect. Raises DataError for a
        `device` that this machine does not have.
        """
        import torch

        from engine.meters.latency import measure_latency

        for name, value in (("warmup_steps", warmup_steps), ("measure_steps", measure_steps)):
            if value is not None:
                _warn(name, "latency is timed until its median is reliable")
        devices.check(device, "fp32")
        images = torch.zeros(self.batch_size, _CHANNELS, self.input_size, self.input_size)
        with machine_lock.exclusive():
            timed = measure_latency(self._network().to(device), images.to(device))
        return ReferenceLatency(timed.median, timed.spread)

    def validate_top1(self) -> ReferenceQuality:
        """Loss, top-1 and top-5 accuracy on the validation images of the supernet's task.

        The images are those that sub-networks are measured on. Torchvision downloads its weights of
        version `IMAGENET1K_V1`. Raises DataError without images or weights.
        """
        if self.dataset_path is None:
            raise DataError(
                "validate_top1 needs images: give dataset_path, a folder with ImageNet's val in it."
            )
        task = registry.load(self.supernet).task
        settings = EvaluationSettings(
            batch_size=self.batch_size, task={"dataset_path": self.dataset_path}
        )
        batches = task.batches("validation", settings, self.input_size)  # type: ignore[attr-defined]
        return _quality(self._network(_WEIGHTS), batches)

    def _network(self, weights: str | None = None) -> "nn.Module":
        import torch
        from torchvision import models

        try:
            network: nn.Module = models.get_model(self.model_name, weights=weights)
        except (OSError, RuntimeError) as error:
            file = models.get_model_weights(self.model_name)[_WEIGHTS].url.rpartition("/")[2]
            raise DataError(
                f"The weights of torchvision's {self.model_name} cannot be downloaded ({error}). "
                f"Put the file {file} in {torch.hub.get_dir()}/checkpoints."
            ) from None
        return network.eval()


def _counterpart(supernet: str) -> str:
    for beginning, name in FAMILIES.items():
        if isinstance(supernet, str) and PUBLISHED.get(supernet, supernet).startswith(beginning):
            return name
    raise ConfigError(
        f"Torchvision has no counterpart of {quoted(supernet, 60)}. Name a supernet on ImageNet: "
        "ofa_resnet50, ofa_mbv3, ofa_mbv3_d234_e346_k357_w1.0 or ofa_mbv3_d234_e346_k357_w1.2."
    )


def _quality(network: "nn.Module", batches: Any) -> ReferenceQuality:
    import torch
    from torch.nn import functional

    loss, count = 0.0, 0
    correct = torch.zeros(_TOP, dtype=torch.int64)
    with torch.inference_mode():
        for images, labels in batches:
            logits = network(images)
            loss += float(functional.cross_entropy(logits, labels, reduction="sum"))
            correct += (logits.topk(_TOP, dim=1).indices == labels[:, None]).sum(0)
            count += len(labels)
    top1, *_, top5 = (100.0 * correct.cumsum(0) / count).tolist()
    return ReferenceQuality(loss / count, top1, top5)


def _positive(name: str, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigError(f"{name} must be a whole number of at least 1, not {quoted(value, 60)}.")
    return value


def _warn(name: str, reason: str) -> None:
    warnings.warn(f"{name} is ignored: {reason}.", UserWarning, stacklevel=3)
