"""What addresses lead to, and what the browser calls the pages."""

import pytest
from playwright.sync_api import expect

FORM = ".st-key-new_section_where"


@pytest.mark.parametrize("query", ["", "?kept=1&also=two words"])
def test_new_search_has_an_address_of_its_own(server, page, query):
    page.goto(f"{server.url}/new-search{query}", timeout=60_000)
    page.wait_for_selector(FORM, timeout=60_000)
    assert page.get_by_text("Page not found").count() == 0
    if query:
        page.wait_for_url(lambda url: "kept=1" in url and "also=two" in url)
    expect(page.get_by_role("link", name="New search")).to_have_count(1)


def test_a_link_to_live_leads_to_the_page_of_the_run(server, page, long_run):
    page.goto(f"{server.url}/live?run={long_run}&live_x=Parameters", timeout=60_000)
    page.wait_for_url(lambda url: f"/run?run={long_run}" in url and "live_x=Parameters" in url)
    expect(page).to_have_title("Run · DyNAS Studio")


def test_a_link_to_a_page_asks_for_nothing_that_is_not_there(server, page, long_run):
    missing = []
    page.on("response", lambda answer: answer.status >= 400 and missing.append(answer.url))
    page.goto(f"{server.url}/run?run={long_run}", timeout=60_000)
    page.wait_for_selector("[data-testid=plot-pareto][data-evaluations]", timeout=60_000)
    assert missing == []


def test_the_title_of_the_browser_names_the_page(server, page):
    page.goto(server.url, timeout=60_000)
    page.wait_for_selector(FORM, timeout=60_000)
    expect(page).to_have_title("New search · DyNAS Studio")
    page.get_by_role("link", name="Runs").click()
    expect(page).to_have_title("Runs · DyNAS Studio")


@pytest.fixture
def fresh(page):
    """A page without a history: that of another test may be as long as a browser lets it be."""
    fresh = page.context.new_page()
    yield fresh
    fresh.close()


def test_back_leads_to_the_page_before_at_once(server, fresh, long_run):
    page = fresh
    page.goto(f"{server.url}/runs", timeout=60_000)
    expect(page).to_have_title("Runs · DyNAS Studio", timeout=60_000)
    before = page.evaluate("history.length")
    for name in ("Run", "Explore", "Decide"):
        page.get_by_role("link", name=name, exact=True).click()
        expect(page).to_have_title(f"{name} · DyNAS Studio", timeout=60_000)
        page.wait_for_url(lambda url: "run=" in url, timeout=60_000)
        page.wait_for_timeout(500)  # for parameters that follow
    assert page.evaluate("history.length") == before + 3
    for name in ("Explore", "Run", "Runs"):
        page.go_back()
        expect(page).to_have_title(f"{name} · DyNAS Studio", timeout=60_000)
