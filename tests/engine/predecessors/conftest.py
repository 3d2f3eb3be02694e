"""Searches that measure at once."""

import pytest

from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search is measured by an evaluator that answers at once."""
    monkeypatch.setattr(
        RunService.__init__, "__defaults__", (InstantEvaluator, lambda config: None)
    )
