"""The cost metrics of the engine's own meters."""

from engine.metrics import Metric, register

MACS = Metric(
    "macs",
    "MACs",
    "MACs",
    "min",
    "exact",
    "Multiply-accumulate operations for one input, batch-norm folded away.",
    lowest=0.0,
)
PARAMS = Metric(
    "params",
    "Parameters",
    "params",
    "min",
    "exact",
    "Trainable parameters of the sub-network.",
    lowest=0.0,
)
LAT = Metric(
    "lat",
    "Latency",
    "ms",
    "min",
    "measured",
    "Median time of one forward pass on this machine, after warm-up.",
    lowest=0.0,
)
LAT_SPREAD = Metric(
    "lat_spread",
    "Latency spread",
    "ms",
    "min",
    "measured",
    "Distance between the quartiles of the timed forward passes.",
    lowest=0.0,
)
SIZE = Metric(
    "size",
    "Size",
    "MB",
    "min",
    "exact",
    "Bytes of the parameters and buffers of the sub-network as exported, in fp32; a million bytes "
    "are a MB.",
    lowest=0.0,
)
PEAK_MEMORY = Metric(
    "peak_memory",
    "Peak memory",
    "MB",
    "min",
    "measured",
    "Weights and activations that are alive at once in one forward pass, batch-norm folded away.",
    lowest=0.0,
)
register(MACS, PARAMS, LAT, LAT_SPREAD, SIZE, PEAK_MEMORY)
