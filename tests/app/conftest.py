"""A run that has ended, for tests of what the dashboard shows of one."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from engine.config import NASConfig
from engine.runs.history import RunHistory
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunHistory]:
    """Twelve evaluations of the built-in supernet, the fifth and the tenth of which failed."""
    folder: Path = tmp_path_factory.mktemp("data")
    service = RunService(folder, partial(InstantEvaluator, fail_every=5))
    config = NASConfig.from_dict({"dynas": {"population": 4, "num_evals": 12, "workers": 1}})
    run = service.start(config, "twelve")
    service.wait(run, timeout=120)
    yield service.history(run)
    service.close()
