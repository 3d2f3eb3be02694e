"""The documentation site, built once as `make docs` builds it."""

from pathlib import Path

import pytest

from docs_site.build import build_site
from tests.shared_folder import made_once


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    def make(folder: Path) -> None:
        folder.mkdir()
        build_site(folder / "site", folder / "site.zip")

    return made_once(tmp_path_factory, worker_id, "documentation", make) / "site.zip"


@pytest.fixture(scope="session")
def site(archive: Path) -> Path:
    """The folder with the pages."""
    return archive.with_suffix("")
