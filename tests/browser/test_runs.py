"""The table of runs: its pages, its order by each column, and what leads on from it."""

import shutil

import pytest
from playwright.sync_api import expect

from app.tables.runs import COLUMNS
from engine.config import NASConfig
from engine.runs.service import RunService
from tests.browser.server import Server
from tests.engine.runs.fakes import InstantEvaluator

LONG = 60_000  # milliseconds
ROWS = "[data-testid=table-runs] tbody tr"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sixty runs: copies of two, whose hypervolumes cannot be compared."""
    folder = tmp_path_factory.mktemp("many") / "data"
    service = RunService(folder, InstantEvaluator)
    for constraints in ([], ["macs <= 4M"]):
        dynas = {"population": 4, "num_evals": 8, "workers": 1, "constraints": constraints}
        service.wait(service.start(NASConfig(approach="random", dynas=dynas)), 60)
    service.close()
    for run in list((folder / "runs").iterdir()):
        for number in range(29):
            shutil.copytree(run, run.with_name(f"{run.name}-{number}"))
    return folder


@pytest.fixture(scope="module")
def server(folder):
    server = Server(folder)
    yield server
    server.kill()


def test_runs_are_shown_page_by_page_and_the_address_keeps_the_page(server, page, another):
    page.goto(f"{server.url}/runs")
    expect(page.locator(ROWS)).to_have_count(50, timeout=LONG)
    expect(page.get_by_text("1–50 of 60")).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(page.locator(ROWS)).to_have_count(10, timeout=LONG)
    page.wait_for_url("**page=2**")
    another.goto(page.url)
    expect(another.locator(ROWS)).to_have_count(10, timeout=LONG)
    search = page.locator("input[aria-label=Search]")
    search.fill("≤")
    expect(page.locator(ROWS)).to_have_count(30, timeout=LONG)


@pytest.mark.parametrize("title", COLUMNS.values())
def test_each_column_sorts(server, page, title):
    page.goto(f"{server.url}/runs?order=-name")
    heading = page.locator("[data-testid=table-runs] th").filter(has_text=title).first
    heading.locator("button").click()
    page.wait_for_url(lambda url: "order=-name" not in url)
    expect(page.locator("th[aria-sort=ascending], th[aria-sort=descending]")).to_contain_text(
        title, timeout=LONG
    )


def test_an_order_by_hypervolume_keeps_together_what_can_be_compared(server, page):
    page.goto(f"{server.url}/runs?order=-hypervolume")
    expect(page.locator(ROWS)).to_have_count(50, timeout=LONG)
    names = page.locator("[data-testid=run-open]").all_inner_texts()
    assert len(set(names[:30])) == 1
    assert names[30] != names[0]
    expect(page.locator(ROWS).first).to_contain_text("best of 30")


def test_a_name_says_what_the_run_does_and_new_search_is_at_hand(server, page):
    page.goto(f"{server.url}/runs")
    row = page.locator(ROWS).filter(has_text="≤ 4 M").first
    expect(row).to_contain_text("Fashion-MNIST · accuracy × MACs ≤ 4 M, random", timeout=LONG)
    page.get_by_role("button", name="New search").click()
    page.wait_for_selector(".st-key-new_section_where", timeout=LONG)


def test_the_longest_words_of_a_row_fit_in_their_cells(server, page, another):
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{server.url}/runs", timeout=60_000)
    page.wait_for_selector("[data-testid=run-state]", timeout=60_000)
    cut = page.evaluate(
        """() => {
          const row = document.querySelector('.dynas-runs tbody tr')
          row.querySelector('[data-testid=run-state]').textContent = 'interrupted'
          const name = row.querySelector('[data-testid=run-open]')
          name.textContent = 'a_name_without_spaces_as_that_of_a_file_of_results_20261128'
          const standing = document.createElement('div')
          standing.className = 'minor'
          standing.textContent = '98.4 % of best'
          row.querySelector('.grown > :last-child').append(standing)
          return [...row.cells].filter((cell) => cell.scrollWidth > cell.clientWidth)
            .map((cell) => `${cell.textContent} ${cell.scrollWidth} > ${cell.clientWidth}`)
        }"""
    )
    assert cut == []
