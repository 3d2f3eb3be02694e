"""What tells numbers that were measured in different ways apart."""

from engine.supernets.base import EvaluationSettings

_VERSION = 3  # raise it when the way of measuring changes: cached numbers are then not reused


def protocol(settings: EvaluationSettings) -> str:
    """The way of measuring accuracy under `settings`, for a fingerprint."""
    kind, _, _ = settings.device.partition(":")
    return f"protocol {_VERSION} {kind} {settings.precision} "
