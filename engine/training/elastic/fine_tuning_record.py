"""FineTuned: the record of what fine-tuning has brought."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from engine import regular_file
from engine.errors import DataError

RECORD, WEIGHTS = "record.json", "weights.pt"
"""The record and the fine-tuned weights, in the folder of the fine-tuning."""
_MAX_BYTES = 10 * regular_file.MB

Qualities = dict[str, dict[str, float]]
"""By part of the data, then by metric."""


class FineTuned(BaseModel):
    """The record of a sub-network that was fine-tuned: never an evaluation of its run.

    `before` and `after` hold its quality. `supernet_digest` is that of the weights it began with.

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

    @classmethod
    def begun(cls, folder: Path) -> "FineTuned | None":
        """The record in the folder of a fine-tuning, maybe not finished; None if there is none."""
        try:
            return cls.model_validate_json(regular_file.read_text(folder / RECORD, _MAX_BYTES))
        except (OSError, ValidationError):
            return None

    @classmethod
    def read(cls, folder: Path) -> "FineTuned | None":
        """The record in the folder of a fine-tuning; None unless it is finished."""
        try:
            record = cls.model_validate_json(regular_file.read_text(folder / RECORD, _MAX_BYTES))
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            raise DataError(
                f"{folder / RECORD} cannot be read. Delete {folder}, and fine-tune anew."
            ) from error
        return record if record.finished is not None else None

    def sentence(self, metric: str, label: str, unit: str) -> str:
        """What it brought, in words."""
        changes = [
            f"{self.before[part][metric]:.4g} to {self.after[part][metric]:.4g} {unit}".rstrip()
            + f" on {part.replace(' ', '-')} data"
            for part in self.after
        ]
        return f"{label}: from {', from '.join(changes)}."
