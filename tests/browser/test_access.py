"""A server that others can reach, in a real browser: the token, the cookie, and what follows."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.server import Server
from tests.long_log import write_long_log

TOKEN = "a-token-for-the-tests-of-the-browser"
FORM = ".st-key-new_section_where"
_TIMEOUT = 120_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Listens as a container does."""
    folder = tmp_path_factory.mktemp("open") / "data"
    server = Server(folder, "--address", "0.0.0.0", environment={"DYNAS_TOKEN": TOKEN})
    yield server
    server.kill()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Somebody without any cookie, and what the browser had to say against a page."""
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(_TIMEOUT)
    yield page
    context.close()


def test_the_printed_address_opens_the_dashboard_for_good(server, visitor):
    refused = []
    visitor.on(
        "console", lambda message: refused.append(message.text) if message.type == "error" else None
    )
    visitor.goto(f"{server.url}/?token={TOKEN}")
    visitor.wait_for_selector(FORM)
    assert TOKEN not in visitor.url
    assert TOKEN not in visitor.evaluate("document.cookie"), "scripts do not see it"
    visitor.reload()
    visitor.wait_for_selector(FORM)
    second = visitor.context.new_page()
    second.goto(f"{server.url}/runs")
    expect(second.get_by_role("heading", name="Runs")).to_be_visible(timeout=_TIMEOUT)
    assert not refused, "the page loads nothing that its own policy forbids"

    server.kill()
    server.start()
    second.goto(f"{server.url}/supernets")
    expect(second.get_by_role("heading", name="Supernets & data")).to_be_visible(timeout=_TIMEOUT)


def test_a_link_asks_for_the_token_and_then_leads_where_it_should(server, visitor):
    visitor.goto(f"{server.url}/runs?kept=1")
    field = visitor.get_by_label("Token")
    field.fill("not-the-right-token")
    visitor.get_by_role("button", name="Open").click()
    expect(visitor.get_by_role("alert")).to_have_text("That is not the token of this dashboard.")
    field.fill(TOKEN)
    visitor.get_by_role("button", name="Open").click()
    expect(visitor.get_by_role("heading", name="Runs")).to_be_visible(timeout=_TIMEOUT)
    assert "kept=1" in visitor.url


def test_a_visitor_cannot_start_a_search_on_files_outside_the_data_folder(server, visitor):
    visitor.goto(f"{server.url}/?token={TOKEN}")
    visitor.wait_for_selector(FORM)
    field = visitor.get_by_role("textbox", name="Results file")
    field.fill("/tmp/written-by-a-visitor.csv")
    field.press("Enter")
    problem = visitor.locator(".st-key-new_problem")
    expect(problem).to_contain_text("cannot be written by a visitor", timeout=_TIMEOUT)
    expect(problem.get_by_role("button", name="Start search")).to_be_disabled()


def test_no_other_page_can_frame_the_dashboard(server, visitor):
    visitor.goto("about:blank")
    visitor.set_content(f'<iframe src="{server.url}/_stcore/health"></iframe>')
    visitor.wait_for_function("window.frames.length === 1")
    visitor.wait_for_function("document.querySelector('iframe').contentDocument === null")
    assert visitor.frames[-1].url.startswith("chrome-error:")


@pytest.fixture
def server_below_path(tmp_path) -> Iterator[Server]:
    """A server whose pages a proxy shows below a path of its own."""
    settings = tmp_path / ".streamlit" / "config.toml"
    settings.parent.mkdir()
    settings.write_text('[server]\nbaseUrlPath = "studio"\n')
    environment = {"DYNAS_TOKEN": TOKEN, "HOME": str(tmp_path)}
    folder = tmp_path / "data"
    server = Server(folder, "--address", "0.0.0.0", environment=environment, base="/studio")
    yield server
    server.kill()


def test_charts_are_drawn_below_a_path_and_load_each_script_once(server_below_path, visitor):
    run = write_long_log(server_below_path.folder, 30)
    loaded = []
    visitor.on("response", lambda answer: loaded.append((answer.status, answer.url)))
    visitor.goto(f"{server_below_path.url}/run?run={run}&token={TOKEN}")
    visitor.wait_for_selector("[data-testid=plot-pareto][data-evaluations='30']")
    visitor.wait_for_selector("[data-testid=plot-hypervolume][data-evaluations='30']")
    scripts = [url for _, url in loaded if "/browser/" in url]
    assert all(url.startswith(f"{server_below_path.url}/browser/") for url in scripts)
    assert sorted(scripts) == sorted(set(scripts))
    assert {status for status, url in loaded if "/browser/" in url} == {200}
    for shared in ("charts/run_progress.js", "browser/elements.js", "charts/chart.css"):
        assert sum(url.endswith(f"/{shared}") for url in scripts) == 1
