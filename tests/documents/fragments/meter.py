"""What the meter in docs/metrics.md leaves out."""

from dynas_studio import Meter, Metric  # noqa: F401


def joules_of(module, inputs):
    """A made-up energy: ten for each input."""
    return 10.0 * len(inputs)
