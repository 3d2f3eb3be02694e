"""The documentation site, built once as `make docs` builds it."""

from pathlib import Path

import pytest

from docs_site.build import build_site


@pytest.fixture(scope="session")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("documentation")
    build_site(folder / "site", folder / "site.zip")
    return folder / "site.zip"


@pytest.fixture(scope="session")
def site(archive: Path) -> Path:
    """The folder with the pages."""
    return archive.with_suffix("")
