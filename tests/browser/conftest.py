"""A real Chromium and a real server for the tests of this folder, started once and shared."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import FLAGS, NoChromiumError, find_or_install
from tests.browser.server import Server
from tests.examples.conftest import ROOT
from tests.examples.conftest import installed as installed
from tests.long_log import write_long_log

_HERE = Path(__file__).parent
_TIMEOUT = 120_000  # milliseconds: the machine may be busy with other tests


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder drives a browser; the longest is the first that begins."""
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.browser)
    items.sort(key=lambda item: item.path != _HERE / "test_tour.py")


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


@pytest.fixture(scope="package")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """The browser. Ends with the folder: other tests must not find Playwright's event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def tabs(browser: Browser) -> tuple[Page, Page]:
    """A tab of each of two visitors: from its second visit on, the dashboard loads faster."""
    return browser.new_context().new_page(), browser.new_context().new_page()


def _emptied(tab: Page) -> Iterator[Page]:
    """The tab as it is before a first visit: 1280 x 800 pixels, no cookies, nothing stored."""
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.emulate_media(color_scheme="light")
    tab.set_default_timeout(_TIMEOUT)
    yield tab
    if tab.url.startswith("http"):
        tab.evaluate("() => { localStorage.clear(); sessionStorage.clear() }")
    tab.context.clear_cookies()
    tab.goto("about:blank")


@pytest.fixture
def page(tabs: tuple[Page, Page]) -> Iterator[Page]:
    """An empty page."""
    yield from _emptied(tabs[0])


@pytest.fixture
def another(tabs: tuple[Page, Page]) -> Iterator[Page]:
    """An empty page of another visitor."""
    yield from _emptied(tabs[1])


@pytest.fixture(scope="package")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the server that tests share."""
    folder = tmp_path_factory.mktemp("studio") / "data"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="package")
def long_run(folder: Path) -> str:
    """The id of a run of 250 evaluations there, two of which have failed."""
    return write_long_log(folder, 250)


@pytest.fixture(scope="package")
def server(folder: Path) -> Iterator[Server]:
    """A server for tests that take away nothing from each other."""
    server = Server(folder)
    yield server
    server.kill()


@pytest.fixture(scope="package")
def server_with_examples(
    installed: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A server on an empty data folder that finds the example packages."""
    path = os.pathsep.join([str(installed), str(ROOT)])
    folder = tmp_path_factory.mktemp("with_examples") / "data"
    server = Server(folder, environment={"PYTHONPATH": path})
    yield server
    server.kill()
