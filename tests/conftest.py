"""Settings shared by all tests."""

from pathlib import Path

import pytest
from hypothesis import settings

# A busy machine makes single examples slow; what an example finds must not depend on that.
settings.register_profile("studio", deadline=None, print_blob=True)
settings.load_profile("studio")


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty data folder as the dashboard makes it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    return folder
