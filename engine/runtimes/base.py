"""The base class of inference runtimes, which run ONNX models on the processor."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any, ClassVar

import numpy.typing as npt

from engine.devices import Precision
from engine.runtimes.packages import missing_packages, require_packages

Arrays = Mapping[str, npt.NDArray[Any]]
"""Inputs by name."""

Run = Callable[[Arrays], "list[npt.NDArray[Any]]"]
"""Returns the outputs, in the order of the model's."""


class Runtime(ABC):
    """Loads models for the processor of this machine.

    `name` stands in configurations, `package` is what it imports and `distribution` the name of
    its version; `extra` is the optional part of this program that brings it. It computes models in
    float32 in one of the `precisions`.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    package: ClassVar[str]
    distribution: ClassVar[str]
    extra: ClassVar[str]
    precisions: ClassVar[tuple[Precision, ...]] = ("fp32",)

    def refusal(self) -> str:
        """A sentence on why it cannot be used here; empty if it can."""
        return missing_packages(self.label, (self.package,), self.extra)

    def require(self) -> None:
        """Raise DataError if it cannot be used here."""
        require_packages(self.label, (self.package,), self.extra)

    @cached_property
    def version(self) -> str:
        """The version of the installed package; raises DataError if it is not installed."""
        self.require()
        return version(self.distribution)

    @abstractmethod
    def load(
        self, model: bytes | Path, threads: int | None = None, precision: Precision = "fp32"
    ) -> Run:
        """The network of an ONNX file or of its content, computing with `threads`.

        By default it has one thread per core. `precision` is one of its `precisions`. Raises
        EvaluationError for a model that it cannot run.
        """
