"""The supernets and images on which `evaluation_speed` times evaluations, by `ofa`'s way and ours.

At 224 x 224 weights are random and images are made: they take as long as others.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from ofa.imagenet_classification.run_manager import RunManager
from PIL import Image
from torch import Tensor

from engine.meters import pipeline
from engine.space import Config
from engine.supernets import cost_table
from engine.supernets.base import EvaluationSettings, Supernet
from engine.supernets.builtin import fashion_mnist
from engine.supernets.builtin.supernet import FashionSupernet
from engine.supernets.ofa.adapter import CLASSES, ImageNetSupernet
from engine.supernets.ofa.catalogue import MODELS
from engine.supernets.registry import DEFAULT, load
from engine.tasks.images import pixel_files, validation_folders
from engine.tasks.quality_protocol import CALIBRATION_BATCH

SUPERNETS = [DEFAULT, "ofa_mbv3_d234_e346_k357_w1.0", "ofa_resnet50"]
DEVICES = ("cpu", "cuda")
_IMAGES_A_CLASS = {"cpu": 1, "cuda": 8}
_SHARE = {"cpu": 0.125, "cuda": 0.625}  # of them measure accuracy

Batches = list[tuple[Tensor, Tensor]]


class StockManager(RunManager):
    """`RunManager` for a network that is only measured: without folders, data and optimiser."""

    def __init__(self, device: str) -> None:
        self.device = torch.device(device)
        self.test_criterion = torch.nn.CrossEntropyLoss()


@dataclass(frozen=True)
class Case:
    """A supernet, the same network for `ofa`, and the same images for both."""

    title: str
    supernet: Supernet
    settings: EvaluationSettings
    elastic: Any
    calibration: Batches
    validation: Batches

    @property
    def images(self) -> int:
        """How many images pass through the network."""
        return sum(len(labels) for _, labels in [*self.calibration, *self.validation])

    def ours(self, config: Config, **settings: Any) -> float:
        """Top-1 in %."""
        self.supernet.macs_params(self.supernet.space.encode(config))
        changed = replace(self.settings, **settings)
        return pipeline.measure(self.supernet, config, ["acc"], changed)["acc"]

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Channels, height and width of an input."""
        return tuple(self.supernet.task.example_inputs(1).shape[1:])

    def forget(self) -> bool:
        """Drop what sub-networks have in common; False for a supernet that keeps nothing."""
        if not isinstance(self.supernet, FashionSupernet):
            return False
        self.supernet.clear_cache()
        return True

    def stock(self, config: Config) -> float:
        """Top-1 in %, by `ofa`."""
        self.elastic.set_active_subnet(**config)
        network = self.elastic.get_active_subnet()
        manager = StockManager(self.settings.device)
        manager.reset_running_statistics(net=network, data_loader=self.calibration)
        _, (top1, _) = manager.validate(net=network, data_loader=self.validation, no_logs=True)
        cost_table.count(network.cpu(), self.input_shape)
        return float(top1)


def batched(images: Tensor, labels: Tensor, size: int) -> Batches:
    """Batches in the memory format that a data loader gives."""
    return list(zip(images.contiguous().split(size), labels.split(size), strict=True))


def built_in(device: str) -> Case:
    """The built-in supernet on its own images."""
    from engine.supernets.builtin.network import FashionMobileNetV3

    supernet = load(DEFAULT)
    elastic = FashionMobileNetV3()
    weights = torch.load(supernet.weights, weights_only=True)  # type: ignore[attr-defined]
    elastic.load_state_dict({name: value.float() for name, value in weights.items()})

    def images(split: str) -> tuple[Tensor, Tensor]:
        data = fashion_mnist.load_shipped(split)
        x = torch.from_numpy(data.images.astype(np.float32) / 255).unsqueeze(1)
        normalised = (x - fashion_mnist.PIXEL_MEAN) / fashion_mnist.PIXEL_STD
        return normalised, torch.from_numpy(data.labels.astype(np.int64))

    settings = EvaluationSettings(device=device)
    return Case(
        "built-in, 28 px",
        supernet,
        settings,
        elastic.eval().to(device),
        batched(*images("calibration"), CALIBRATION_BATCH),
        batched(*images("validation"), settings.batch_size),
    )


def imagenet_case(name: str, folder: Path, device: str) -> Case:
    """An ImageNet supernet with random weights."""
    torch.manual_seed(0)
    elastic, weights = MODELS[name].build(), folder / f"{name}.weights"
    torch.save(elastic.state_dict(), weights)
    settings = EvaluationSettings(
        dataset_path=str(folder),
        weights_path=str(weights),
        test_fraction=_SHARE[device],
        device=device,
    )
    split = validation_folders.split(str(folder), _SHARE[device], CLASSES)

    def images(part: validation_folders.Images, augmented: bool, size: int) -> Batches:
        stacked = torch.cat(
            list(pixel_files.batches(pixel_files.open_pixels(part, 224, augmented), 100))
        )
        return batched(stacked, torch.from_numpy(part.labels), size)

    return Case(
        f"{name}, 224 px",
        ImageNetSupernet(name),
        settings,
        elastic.eval().to(device),
        images(split.calibration, True, CALIBRATION_BATCH),
        images(split.validation, False, settings.batch_size),
    )


def write_images(folder: Path, each: int) -> None:
    """`each` made images of 256 x 256 for each of 1,000 classes."""

    def write(label: int) -> None:
        home, rng = folder / "val" / f"n{label:04}", np.random.default_rng(label)
        home.mkdir(parents=True)
        for number in range(each):
            coarse = rng.integers(0, 256, (16, 16, 3), dtype=np.uint8)
            Image.fromarray(coarse).resize((256, 256)).save(home / f"{number}.jpg")

    with ThreadPoolExecutor() as pool:
        list(pool.map(write, range(CLASSES)))


def cases(names: list[str], folder: Path, device: str) -> Iterable[Case]:
    """One after the other, for the memory."""
    write_images(folder, _IMAGES_A_CLASS[device])
    for name in names:
        yield built_in(device) if name == DEFAULT else imagenet_case(name, folder, device)
