"""What this package can tell of a sub-network that DyNAS Studio does not know of."""

from engine.metrics import Metric

LOG_LOSS = Metric(
    name="log_loss",
    label="Log loss",
    unit="nats",
    direction="min",
    source="measured",
    description="Mean of -log p, with p the probability that the network gives to an image's true "
    "class. It tells networks apart that classify the same images correctly.",
)
