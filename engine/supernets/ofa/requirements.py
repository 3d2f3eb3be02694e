"""The requirements of an ImageNet supernet for each source of accuracy, and their checks."""

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


OptionsReader = Callable[[EvaluationSettings], OfaOptions]


def requirements(
    model: OfaModel, space: "SearchSpace", task: Task, read_options: OptionsReader
) -> Sequence[Requirement]:
    """Weights and images, to measure accuracy, and the published predictor, if there is one.

    `read_options` returns the options of the supernet.
    """
    result = [_weights(model, read_options), *task.requirements()]
    if model.predictor:
        result.append(_predictor(model.predictor, space, read_options))
    return result


def _weights(model: OfaModel, read_options: OptionsReader) -> Requirement:
    file = model.weights

    def check(settings: EvaluationSettings, progress: Progress) -> str:
        from engine.supernets.ofa import weights

        path = file.locate(read_options(settings).weights_path)
        progress("Loading the weights", 0, None)
        net = model.build()
        weights.load(net, path, file.url)
        return f"{_identity(file, path)}; all {len(net.state_dict()):,} tensors fit the network"

    return Requirement(
        key=file.name,
        title="Weights",
        origin="The official checkpoint, or one of yours.",
        serves="measured",
        locate=lambda settings: str(file.locate(read_options(settings).weights_path)),
        check=check,
        option="supernet.weights_path",
        download=file.url,
    )


def _predictor(
    file: OfficialFile, space: "SearchSpace", read_options: OptionsReader
) -> Requirement:
    def check(settings: EvaluationSettings, progress: Progress) -> str:
        path = file.locate(read_options(settings).predictor_path)
        top1 = AccuracyPredictor.read(path, file.url).top1(space, space.largest)[0]
        prediction = f"it predicts {top1:.1f} % top-1 for the largest sub-network, uncalibrated"
        return f"{_identity(file, path)}; {prediction}"

    return Requirement(
        key=file.name,
        title="Published predictor",
        origin="Predicts ImageNet top-1 without weights and images.",
        serves=PREDICTOR,
        locate=lambda settings: str(file.locate(read_options(settings).predictor_path)),
        check=check,
        option="supernet.predictor_path",
        download=file.url,
    )


def _identity(file: OfficialFile, path: Path) -> str:
    """Whether a file is the published one, byte for byte."""
    if file.git_blob_id is None:
        return "No published digest to compare with"
    is_published = git_blob(path) == file.git_blob_id
    return (
        "The published file, byte for byte"
        if is_published
        else "Another file than the published one"
    )
