"""Every page of the documentation works when it is followed from its first line to its last."""

import re
from pathlib import Path

import pytest

from tests.documents.page_blocks import pages
from tests.documents.page_script import has_something_to_run, run_script, script
from tests.documents.page_settings import RUN, SETTINGS, STOPPED, PageSettings

FOLLOWED = [page for page in pages() if has_something_to_run(page)]


def _settings(page: str) -> PageSettings:
    return SETTINGS.get(page, PageSettings())


def _parameters():
    parameters = []
    for page in FOLLOWED:
        marks = [pytest.mark.slow] if _settings(page).slow else []
        parameters.append(pytest.param(page, marks=marks, id=page))
    return parameters


@pytest.mark.parametrize("page", _parameters())
def test_a_page_can_be_followed(
    page: str, tmp_path: Path, shared_runs, page_environment: dict[str, str]
) -> None:
    settings = _settings(page)
    folder = tmp_path / "page"
    folder.mkdir()
    if settings.files:
        settings.files(folder)
    text = re.sub(RUN, shared_runs.finished, script(page, settings))
    text = re.sub(STOPPED, shared_runs.stopped, text)
    run_script(text, folder, page_environment)
