"""What of a training's plan other programs show: a plan itself needs torch."""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import BaseModel, ValidationError

from engine import regular_file
from engine.training.elastic.training_state import PLAN

_MAX_BYTES = 10 * regular_file.MB


class PlanFacts(BaseModel):
    """The label `metric` of logged qualities with its `unit`, and what tells costs.

    `plain_steps` are those of the network's own training. A step of the first stage costs
    `multiple` of them; 0 if that is not known.
    """

    metric: str = ""
    unit: str = ""
    plain_steps: float = 0.0
    steps_per_epoch: int = 0
    multiple: float = 0.0

    @classmethod
    def read(cls, folder: Path) -> "PlanFacts":
        """Those of the training in a folder; empty ones until it is planned."""
        try:
            return cls.model_validate_json(regular_file.read_text(folder / PLAN, _MAX_BYTES))
        except (OSError, ValidationError):
            return cls()

    def plain_seconds(self, entries: Sequence[dict[str, Any]]) -> float | None:
        """Seconds of a plain step, from the log of the training; None if it does not tell."""
        logged = [e for e in entries if e["stage"] == 0 and "seconds" in e]
        steps = [
            (after["seconds"] - before["seconds"]) / (after["done"] - before["done"])
            for before, after in pairwise(logged)
            if after["seconds"] > before["seconds"] and after["done"] > before["done"]
        ]
        return median(steps) / self.multiple if steps and self.multiple else None
