"""The versions of the protocol that quality is measured with."""

from engine.evaluation_settings import EvaluationSettings

CALIBRATION_BATCH = 200  # inputs whose statistics are averaged, as Once-for-All does
INT8_CALIBRATION_INPUTS = 500  # whose activations determine the scales of a network in int8
# Raise a version when the protocol changes: cached values are then not reused.
_VERSIONS = {"cpu": 3, "cuda": 4, "mps": 3}


def quality_protocol(settings: EvaluationSettings) -> str:
    """The protocol of quality measurements under `settings`, for a fingerprint."""
    kind, _, _ = settings.device.partition(":")
    return f"protocol {_VERSIONS[kind]} {kind} {settings.precision} "


def inputs_at_once(settings: EvaluationSettings) -> int:
    """The batch size of quality measurements under `settings`.

    On a GPU it is at least that of calibration: cuDNN plans convolutions for each batch size.
    """
    if settings.device.startswith("cuda"):
        return max(settings.batch_size, CALIBRATION_BATCH)
    return settings.batch_size
