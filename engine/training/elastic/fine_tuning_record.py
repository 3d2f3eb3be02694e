"""FineTuned: the record of what fine-tuning has brought."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine import regular_file
from engine.errors import DataError

RECORD, WEIGHTS = "record.json", "weights.pt"
"""The record and the weights of the first fine-tuning in a folder; records name the weights."""
BEGUN = "begun.json"
"""The record of a fine-tuning that has not finished: what was measured before it."""
_MAX_BYTES = 10 * regular_file.MB

Qualities = dict[str, dict[str, float]]
"""By part of the data, then by metric."""


class FineTuned(BaseModel):
    """The record of a sub-network that was fine-tuned: never an evaluation of its run.

    `before` and `after` hold its quality. `supernet_digest` is that of the weights it began with.
    `request` is the identity of what was asked for, and `weights` the file with what was learned,
    beside the record.

    >>> record = FineTuned(
    ...     run="1", number=12, supernet="mine", supernet_digest="", genotype=(0, 2), steps=300,
    ...     before={"validation": {"acc": 88.0}}, after={"validation": {"acc": 89.5}},
    ... )
    >>> record.sentence("acc", "Top-1 accuracy", "%")
    'Top-1 accuracy: from 88 to 89.5 % on validation data.'
    """

    model_config = ConfigDict(frozen=True)

    run: str
    number: int | None
    supernet: str
    supernet_digest: str
    genotype: tuple[int, ...]
    steps: int
    before: Qualities
    after: Qualities = {}
    finished: float | None = None
    request: str = ""
    weights: str = Field(default=WEIGHTS, pattern=r"^weights(-[0-9]{1,9})?\.pt$")

    @classmethod
    def begun(cls, folder: Path) -> "FineTuned | None":
        """The record of a fine-tuning that has not finished; None if there is none."""
        try:
            return cls.model_validate_json(regular_file.read_text(folder / BEGUN, _MAX_BYTES))
        except (OSError, ValidationError):
            return None

    @classmethod
    def read(cls, folder: Path) -> "FineTuned | None":
        """The record in the folder of a fine-tuning; None until one has finished there."""
        try:
            record = cls.model_validate_json(regular_file.read_text(folder / RECORD, _MAX_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise DataError(
                f"{folder / RECORD} cannot be read. Delete {folder}, and fine-tune anew."
            ) from error
        return record if record.finished is not None else None

    @property
    def next_weights(self) -> str:
        """The file for the weights of a fine-tuning that replaces this one."""
        number = self.weights.removeprefix("weights").removesuffix(".pt").removeprefix("-")
        return f"weights-{int(number or 1) % 10**8 + 1}.pt"

    def sentence(self, metric: str, label: str, unit: str) -> str:
        """What it brought, in words."""
        changes = [
            f"{self.before[part][metric]:.4g} to {self.after[part][metric]:.4g} {unit}".rstrip()
            + f" on {part.replace(' ', '-')} data"
            for part in self.after
        ]
        return f"{label}: from {', from '.join(changes)}."
