"""FrontEvaluation: an evaluation of a front, which knows its run and acts on its sub-network."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.evaluation.record import Evaluation
from engine.export.bundle.parts import BUNDLE_PARTS
from engine.export.bundle.request import BundleReport
from engine.export.chosen import ChosenSubNetwork
from engine.runs.history import RunHistory
from engine.training.elastic.fine_tuning_record import FineTuned

_FIELDS = tuple(Evaluation.__dataclass_fields__)


class FrontEvaluation(Evaluation):
    """An `Evaluation` whose sub-network can be exported and fine-tuned; equal to the plain one.

    Pickled or copied, it is the plain evaluation.

    >>> front[0] == front.history.evaluations[front[0].number - 1]
    True
    """

    __slots__ = ("_history",)
    _history: RunHistory

    @classmethod
    def of(cls, history: RunHistory, evaluation: Evaluation) -> "FrontEvaluation":
        """That of an evaluation of a run."""
        member = cls(**_values(evaluation))
        object.__setattr__(member, "_history", history)
        return member

    def export(
        self,
        folder: str | Path,
        parts: str | Sequence[str] = BUNDLE_PARTS,
        with_preprocessing: bool = False,
        shared_weights: bool = False,
    ) -> BundleReport:
        """Write the network as model files; see `ChosenSubNetwork.export`."""
        return self._chosen.export(folder, parts, with_preprocessing, shared_weights)

    def finetune(
        self,
        epochs: float | None = None,
        device: str = "auto",
        seed: int = 0,
        original_rate: float | None = None,
        again: bool = False,
    ) -> FineTuned:
        """Train the sub-network further; see `ChosenSubNetwork.finetune`."""
        return self._chosen.finetune(epochs, device, seed, original_rate, again)

    @property
    def _chosen(self) -> ChosenSubNetwork:
        return ChosenSubNetwork(self._history, self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Evaluation):
            return NotImplemented
        return _values(self) == _values(other)

    __hash__ = Evaluation.__hash__

    def __repr__(self) -> str:
        return repr(_evaluation(_values(self)))

    def __reduce__(self) -> tuple[object, ...]:
        return _evaluation, (_values(self),)


def _values(evaluation: Evaluation) -> dict[str, Any]:
    return {name: getattr(evaluation, name) for name in _FIELDS}


def _evaluation(values: dict[str, Any]) -> Evaluation:
    return Evaluation(**values)
