"""Report: what a training tells of itself while it works."""

from typing import Protocol

from engine.training.elastic.session import Progress


class Report(Protocol):
    """Receives what a training does, what it decided, and how far it is."""

    def doing(self, activity: str) -> None:
        """What is being done before or after the steps, such as `Analysing the network`."""

    def note(self, sentence: str) -> None:
        """A sentence that a user should read, such as on the length of the training."""

    def progress(self, progress: Progress) -> None:
        """How far the training is, after each step."""


class _Silent:
    def doing(self, activity: str) -> None:
        pass

    def note(self, sentence: str) -> None:
        pass

    def progress(self, progress: Progress) -> None:
        pass


SILENT: Report = _Silent()
"""Tells nobody."""
