"""The layout at 1280 pixels: titles, tables and rows of buttons are not cut."""

import pytest
from playwright.sync_api import expect

from engine.config import NASConfig
from engine.runs.service import RunService
from engine.sources import CALIBRATED_ON_PUBLISHED
from tests.browser.server import Server
from tests.made_predictor import write_predictor
from tests.sourced_run import write_sourced_run

SUPERNET = "ofa_mbv3_d234_e346_k357_w1.0"
TITLES = """() => [...document.querySelectorAll(".dynas-chart-title")]
    .filter((title) => title.scrollWidth > title.clientWidth + 1 || !title.textContent)
    .map((title) => title.textContent)"""
OVERFLOW = "table => table.parentElement.scrollWidth - table.parentElement.clientWidth"
ROWS_OF_BUTTONS = """new Set([...document.querySelectorAll("[class*=st-key-compare_launch_]")]
    .map((button) => Math.round(button.getBoundingClientRect().top))).size"""
SCROLLBAR = 15  # pixels that one takes where it is always shown


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A run of several sources, and a search of ImageNet by a calibrated predictor."""
    folder = tmp_path_factory.mktemp("layout") / "data"
    folder.mkdir(mode=0o700)
    write_sourced_run(
        folder, "sources", [{}, {"acc": CALIBRATED_ON_PUBLISHED}, {"lat": "imported"}] * 3
    )
    service = RunService(folder)
    dynas = {
        "supernet": SUPERNET, "accuracy_source": "published predictor", "population": 8,
        "predictor_path": write_predictor(folder / "predictor.pth"), "num_evals": 12,
    }  # fmt: skip
    for seed in (0, 1):
        config = NASConfig.from_dict({"search": {"seed": seed}, "dynas": dynas})
        service.wait(service.start(config, f"ImageNet, seed {seed}"), 120)
    service.close()
    return folder


@pytest.fixture(scope="module")
def server(folder):
    server = Server(folder)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def imagenet(folder):
    service = RunService(folder)
    runs = sorted(s.id for s in service.list() if s.name.startswith("ImageNet"))
    service.close()
    return runs


@pytest.mark.parametrize(
    ("page_name", "plot"), [("run", "pareto"), ("explore", "front"), ("decide", "choice")]
)
def test_the_title_of_a_front_of_several_sources_is_not_cut(page, server, page_name, plot):
    page.goto(f"{server.url}/{page_name}?run=sources")
    page.wait_for_selector(f"[data-testid=plot-{plot}][data-updates]")
    title = page.locator(f"[data-testid=chart-{plot}] .dynas-chart-title")
    expect(title).to_contain_text("measured or imported or predicted")
    assert page.evaluate(TITLES) == []


def test_explore_shows_the_source_of_each_row(page, server):
    page.goto(f"{server.url}/explore?run=sources")
    rows = page.locator("[data-testid=table-evaluations] tbody tr")
    expect(rows.nth(0)).to_contain_text("80.00 % measured")
    expect(rows.nth(1)).to_contain_text("81.00 % predicted, calibrated")
    expect(rows.nth(2)).to_contain_text("7 ms imported")


def test_the_table_of_the_front_shows_the_last_column(page, server, imagenet):
    page.goto(f"{server.url}/run?run={imagenet[0]}")
    table = page.get_by_test_id("table-front")
    expect(table.locator("th").last).to_contain_text("Depth")
    assert table.evaluate(OVERFLOW) == 0
    table.evaluate(f"table => {{ table.parentElement.style.paddingRight = '{SCROLLBAR}px' }}")
    assert table.evaluate(OVERFLOW) == 0


def test_the_launch_buttons_are_in_one_row(page, server, imagenet):
    page.goto(f"{server.url}/compare?runs={imagenet[0]}~")
    buttons = page.locator("[class*=st-key-compare_launch_]")
    expect(buttons).to_have_count(4)
    page.wait_for_function(ROWS_OF_BUTTONS + " === 1", timeout=10_000)
