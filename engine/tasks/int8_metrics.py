"""Names and definitions of quality metrics of sub-networks in int8."""

from dataclasses import replace

from engine.metrics import Metric

_SUFFIX = "_int8"
_LABEL_LENGTH = 52  # characters of a label that leave room for what follows
_DESCRIPTION_LENGTH = 900


def int8_name(metric: str) -> str:
    """The name of a quality metric of the quantised sub-network, such as `acc_int8`."""
    return f"{metric}{_SUFFIX}"


def int8_quality(name: str) -> str | None:
    """The quality metric behind a name of `int8_name`; None for another name."""
    return name.removesuffix(_SUFFIX) if name.endswith(_SUFFIX) else None


def int8_metric(quality: Metric) -> Metric:
    """The quality metric `quality` of the sub-network after quantisation to int8."""
    description = str(quality.description)[:_DESCRIPTION_LENGTH]
    return replace(
        quality,
        name=int8_name(quality.name),
        label=f"{str(quality.label)[:_LABEL_LENGTH].rstrip()} in int8",
        source="measured",
        description=f"{description} Measured after the sub-network was quantised to int8.",
    )
