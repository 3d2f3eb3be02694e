"""What an ImageNet supernet needs for each source of accuracy, and how each thing is checked."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.digest import git_blob
from engine.evaluation_settings import EvaluationSettings
from engine.requirements import Progress, Requirement
from engine.supernets.ofa.accuracy_predictor import AccuracyPredictor
from engine.supernets.ofa.catalogue import OfaModel
from engine.supernets.ofa.official_file import OfficialFile
from engine.supernets.ofa.options import PREDICTOR, OfaOptions
from engine.tasks.base import Task

if TYPE_CHECKING:
    from engine.space import SearchSpace

IMAGES = "ImageNet"


Read = Callable[[EvaluationSettings], OfaOptions]


def requirements(
    model: OfaModel, space: "SearchSpace", task: Task, read: Read
) -> Sequence[Requirement]:
    """Weights and images to measure accuracy; a predictor to do without, if there is one.

    `read` gives the options of the supernet.
    """
    needed = [_weights(model, read), *task.requirements()]
    return [*needed, _predictor(model.predictor, space, read)] if model.predictor else needed


def _weights(model: OfaModel, read: Read) -> Requirement:
    file = model.weights

    def check(settings: EvaluationSettings, progress: Progress) -> str:
        from engine.supernets.ofa import weights

        path = file.located(read(settings).weights_path)
        progress("Loading the weights", 0, None)
        net = model.build()
        weights.load(net, path, file.url)
        return f"{_identity(file, path)}; all {len(net.state_dict()):,} tensors fit the network"

    return Requirement(
        key=file.name,
        title="Weights",
        origin="The official checkpoint, or one of yours.",
        serves="measured",
        locate=lambda settings: str(file.located(read(settings).weights_path)),
        check=check,
        option="supernet.weights_path",
        download=file.url,
    )


def _predictor(file: OfficialFile, space: "SearchSpace", read: Read) -> Requirement:
    def check(settings: EvaluationSettings, progress: Progress) -> str:
        path = file.located(read(settings).predictor_path)
        top1 = AccuracyPredictor.read(path, file.url).top1(space, space.largest)[0]
        said = f"it predicts {top1:.1f} % top-1 for the largest sub-network, uncalibrated"
        return f"{_identity(file, path)}; {said}"

    return Requirement(
        key=file.name,
        title="Published predictor",
        origin="Tells ImageNet top-1 without weights and images.",
        serves=PREDICTOR,
        locate=lambda settings: str(file.located(read(settings).predictor_path)),
        check=check,
        option="supernet.predictor_path",
        download=file.url,
    )


def _identity(file: OfficialFile, path: Path) -> str:
    """Whether a file is the published one, byte for byte."""
    if file.blob is None:
        return "No published digest to compare with"
    same = git_blob(path) == file.blob
    return "The published file, byte for byte" if same else "Another file than the published one"
