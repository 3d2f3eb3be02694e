"""What an ImageNet supernet needs for each source of accuracy, and how each thing is checked."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.digest import git_blob
from engine.supernets.base import EvaluationSettings, Progress, Requirement
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor
from engine.supernets.ofa.catalogue import Model
from engine.supernets.ofa.official_file import OfficialFile
from engine.tasks.images import validation_folders

if TYPE_CHECKING:
    from engine.space import SearchSpace

IMAGES = "ImageNet"


def requirements(model: Model, space: "SearchSpace", classes: int) -> Sequence[Requirement]:
    """Weights and images to measure accuracy; a predictor to do without, if there is one."""
    needed = [_weights(model), _images(classes)]
    return [*needed, _predictor(model.predictor, space)] if model.predictor else needed


def _weights(model: Model) -> Requirement:
    file = model.weights

    def check(settings: EvaluationSettings, progress: Progress) -> str:
        from engine.supernets.ofa import weights

        path = file.located(settings.weights_path)
        progress("Loading the weights", 0, None)
        net = model.build()
        weights.load(net, path, file.url)
        return f"{_identity(file, path)}; all {len(net.state_dict()):,} tensors fit the network"

    return Requirement(
        key=file.name,
        title="Weights",
        origin="The official checkpoint, or one of yours.",
        serves="measured",
        locate=lambda settings: str(file.located(settings.weights_path)),
        check=check,
        setting="weights_path",
        download=file.url,
    )


def _images(classes: int) -> Requirement:
    def check(settings: EvaluationSettings, progress: Progress) -> str:
        progress("Listing images", 0, None)
        split = validation_folders.split(settings.dataset_path, 1.0, classes)
        return split.describe(progress).removesuffix(".")

    return Requirement(
        key=IMAGES,
        title="Images",
        origin=f"Your folder with ImageNet, or other images in {classes:,} class folders.",
        serves="measured",
        locate=lambda settings: str(validation_folders.look(settings.dataset_path, classes)),
        check=check,
        setting="dataset_path",
    )


def _predictor(file: OfficialFile, space: "SearchSpace") -> Requirement:
    def check(settings: EvaluationSettings, progress: Progress) -> str:
        path = file.located(settings.predictor_path)
        top1 = AccuracyPredictor.read(path, file.url).top1(space, space.largest)[0]
        said = f"it predicts {top1:.1f} % top-1 for the largest sub-network, uncalibrated"
        return f"{_identity(file, path)}; {said}"

    return Requirement(
        key=file.name,
        title="Published predictor",
        origin="Tells ImageNet top-1 without weights and images.",
        serves="published predictor",
        locate=lambda settings: str(file.located(settings.predictor_path)),
        check=check,
        setting="predictor_path",
        download=file.url,
    )


def _identity(file: OfficialFile, path: Path) -> str:
    """Whether a file is the published one, byte for byte."""
    if file.blob is None:
        return "No published digest to compare with"
    same = git_blob(path) == file.blob
    return "The published file, byte for byte" if same else "Another file than the published one"
