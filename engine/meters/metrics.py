"""The metrics of the engine's own meters, but for the quality metrics of tasks."""

from engine.metrics import Metric, register
from engine.tasks.images.metrics import QUALITY_METRICS
from engine.tasks.int8_metrics import int8_metric

INT8_QUALITIES = tuple(map(int8_metric, QUALITY_METRICS))
"""The quality metrics of image classification in int8."""

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
LAT_INT8 = Metric(
    "lat_int8",
    "Latency in int8",
    "ms",
    "min",
    "measured",
    "Median time of one forward pass of the sub-network in int8, run by ONNX Runtime on this "
    "machine, after warm-up.",
    lowest=0.0,
)
SIZE_INT8 = Metric(
    "size_int8",
    "Size in int8",
    "MB",
    "min",
    "measured",
    "Bytes of the ONNX file of the sub-network in int8; a million bytes are a MB.",
    lowest=0.0,
)
register(*INT8_QUALITIES, MACS, PARAMS, LAT, LAT_SPREAD, SIZE, PEAK_MEMORY, LAT_INT8, SIZE_INT8)
