"""A real Chromium for the tests of this folder, driven by Playwright."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import FLAGS, NoChromiumError, find_or_install

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Chromium that starts. Without one, tests are skipped; where CI is true, they fail."""
    try:
        # Of the processes that test at the same time, one installs.
        with FileLock(tmp_path_factory.getbasetemp().parent / "chromium.lock"):
            return find_or_install()
    except NoChromiumError as reason:
        message = f"No Chromium to test with: {reason}."
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)


@pytest.fixture(scope="module")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """The browser. Ends with the module: other tests must not find Playwright's event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of 1280 x 800 pixels without cookies or storage."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    yield context.new_page()
    context.close()


@pytest.fixture
def another(browser: Browser) -> Iterator[Page]:
    """A page of another visitor."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    yield context.new_page()
    context.close()
