"""What tells qualities that were measured in different ways apart."""

from engine.evaluation_settings import EvaluationSettings

CALIBRATION_BATCH = 200  # inputs whose statistics are averaged, as Once-for-All does
# Raise them when the way of measuring changes: cached numbers are then not reused.
_VERSIONS = {"cpu": 3, "cuda": 4, "mps": 3}


def quality_protocol(settings: EvaluationSettings) -> str:
    """The way of measuring quality under `settings`, for a fingerprint."""
    kind, _, _ = settings.device.partition(":")
    return f"protocol {_VERSIONS[kind]} {kind} {settings.precision} "


def inputs_at_once(settings: EvaluationSettings) -> int:
    """How many inputs a network gets at once under `settings`.

    A GPU takes no fewer than for statistics: cuDNN plans convolutions for each size of a batch.
    """
    if settings.device.startswith("cuda"):
        return max(settings.batch_size, CALIBRATION_BATCH)
    return settings.batch_size
