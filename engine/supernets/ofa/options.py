"""The options of an ImageNet supernet: its source of accuracy, and its files."""

from typing import Literal

from engine.options import Options, option
from engine.requirements import QualitySource
from engine.supernets.predictor_calibration import Calibration

PREDICTOR: QualitySource = "published predictor"
_PREDICTED = ("accuracy_source", PREDICTOR)


class OfaOptions(Options):
    """The source of accuracy, and files in place of the official ones.

    Predictions are calibrated to the scale of measurements unless `calibrate` is false: with
    published measurements, or with those in the results CSV in `calibration_path`. `calibration` is
    the line that was fitted to this CSV when the run was created.
    """

    accuracy_source: Literal["measured", "published predictor"] = option(
        "measured",
        "Accuracy",
        "*Measured* runs each sub-network with the official weights on the images of the data "
        "folder. The *published predictor* predicts ImageNet top-1 without weights or images; its "
        "values are marked as predictions.",
        choice_labels=("Measured on my images", "Published predictor, no images"),
    )
    weights_path: str | None = option(
        None,
        "Weights file",
        "A checkpoint of this supernet that you have already.",
        path=True,
        hint="The official weights, downloaded once",
        when=("accuracy_source", "measured"),
    )
    predictor_path: str | None = option(
        None,
        "Predictor file",
        "The file of the published predictor, if you have it already.",
        path=True,
        hint="The published predictor, downloaded once",
        when=_PREDICTED,
    )
    calibrate: bool = option(
        True,
        "Calibrate the predictor",
        "The predictor reads some points above what ImageNet measures. A straight line, fitted to "
        "measured sub-networks, brings it to their scale. Both numbers are kept.",
        when=_PREDICTED,
    )
    calibration_path: str | None = option(
        None,
        "Measured results",
        "A results CSV on the server with measured top-1 accuracies of this supernet, at least ten "
        "different ones: the line is then fitted to them.",
        path=True,
        hint="The published measurements, where there are any",
        when=("calibrate", True),
    )
    calibration: Calibration | None = option(
        None,
        "Calibration",
        "The line that was fitted when the run was made.",
        form=False,
        when=("calibrate", True),
        made_from=("calibration_path", "predictor_path"),
    )
