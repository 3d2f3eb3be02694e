"""The columns of tables with the repeated measurements of evaluations."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.evaluation.record import Evaluation
from engine.evaluation.uncertainty import error_column
from engine.runs.confirmations import Confirmations, Standing, confirmed_column
from engine.runs.history import RunHistory

_STANDING = "confirmation"


@dataclass(frozen=True)
class ConfirmationColumns:
    """What became of places on the front, then a mean and its standard error for each metric.

    There are no columns without repeated measurements.
    """

    confirmations: Confirmations = field(default_factory=Confirmations)
    standings: Mapping[int, Standing] = field(default_factory=dict)

    @classmethod
    def of(cls, history: RunHistory) -> "ConfirmationColumns":
        """The columns of a run as it is now."""
        return cls(history.confirmations, history.standings())

    def cells(self, evaluation: Evaluation) -> dict[str, str | float | None]:
        """The cells of an evaluation by column; None for numbers that are not known."""
        if not len(self.confirmations):
            return {}
        cells: dict[str, str | float | None] = {
            _STANDING: self.standings.get(evaluation.number, "")
        }
        for name in self.confirmations.metrics:
            confirmed = self.confirmations.confirmed(name, evaluation)
            column = confirmed_column(name)
            cells[column] = confirmed.value if confirmed else None
            cells[error_column(column)] = confirmed.error if confirmed else None
        return cells

    @property
    def header(self) -> list[str]:
        """The headings in order."""
        names = map(confirmed_column, self.confirmations.metrics)
        pairs = [column for name in names for column in (name, error_column(name))]
        return [_STANDING, *pairs] if len(self.confirmations) else []
