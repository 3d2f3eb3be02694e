"""A metric that a package of the tests adds, and that no supernet or meter gives."""

from engine.metrics import Metric

ERROR = Metric("error", "Error", "", "min", "measured", "Of nothing.", lowest=0.0)
