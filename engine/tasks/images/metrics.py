"""The quality metrics of image classifiers."""

from engine.metrics import Metric, register

ACC = Metric(
    "acc",
    "Top-1 accuracy",
    "%",
    "max",
    "measured",
    "Share of validation images classified correctly, after batch-norm statistics were recomputed "
    "for the sub-network on calibration images.",
    highest=100.0,
    lowest=0.0,
)
ACC_TOP5 = Metric(
    "acc_top5",
    "Top-5 accuracy",
    "%",
    "max",
    "measured",
    "Share of validation images whose class is among the five that the network takes for most "
    "likely.",
    highest=100.0,
    lowest=0.0,
)
QUALITY_METRICS = (ACC, ACC_TOP5)
"""All quality metrics of image classification, the main one first."""

register(*QUALITY_METRICS)
