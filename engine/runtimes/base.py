"""The base class of inference runtimes, which run ONNX models on the processor."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import numpy.typing as npt

from engine.runtimes.onnx_model import Arrays
from engine.runtimes.packages import missing_packages, require_packages

Run = Callable[[Arrays], "list[npt.NDArray[Any]]"]
"""Returns the outputs, in the order of the model's, for inputs by name."""


class Runtime(ABC):
    """Loads models for the processor of this machine.

    `name` stands in configurations, `package` is what it imports and `distribution` the name of
    its version; `extra` is the optional part of this program that brings it.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    package: ClassVar[str]
    distribution: ClassVar[str]
    extra: ClassVar[str]

    def refusal(self) -> str:
        """A sentence on why it cannot be used here; empty if it can."""
        return missing_packages(self.label, (self.package,), self.extra)

    def require(self) -> None:
        """Raise DataError if it cannot be used here."""
        require_packages(self.label, (self.package,), self.extra)

    @property
    def version(self) -> str:
        """The version of the installed package."""
        return version(self.distribution)

    @abstractmethod
    def load(self, model: bytes | Path, threads: int | None = None) -> Run:
        """The network of an ONNX file or of its content, computing with `threads`.

        By default it has one thread per core. Raises EvaluationError for a model that it cannot
        run.
        """
