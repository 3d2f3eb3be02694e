"""A run of twelve evaluations that has ended, as fixtures for tests of what is shown of one."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.runs.history import RunHistory
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator


def _twelve(folder: Path, **dynas: object) -> Iterator[RunHistory]:
    service = RunService(folder, partial(InstantEvaluator, fail_every=5))
    config = NASConfig(dynas={"population": 4, "num_evals": 12, "workers": 1, **dynas})
    run = service.start(config, "twelve")
    service.wait(run, timeout=120)
    yield service.history(run)
    service.close()


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunHistory]:
    """Twelve evaluations of the built-in supernet, the fifth and the tenth of which failed."""
    yield from _twelve(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def constrained_history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunHistory]:
    """The same with an accuracy that not all sub-networks reach."""
    yield from _twelve(tmp_path_factory.mktemp("data"), constraints=["acc >= 89"])


@pytest.fixture(scope="module")
def history_of_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunHistory]:
    """The same with one objective, the accuracy."""
    yield from _twelve(tmp_path_factory.mktemp("data"), metrics=["acc"])
