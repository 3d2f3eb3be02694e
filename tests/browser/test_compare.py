"""Runs side by side and the table of runs, in a real browser."""

import re
import threading

import pytest
from playwright.sync_api import expect

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.browser.plotly_parts import PIXEL
from tests.browser.server import Server
from tests.browser.streamlit_parts import TAGS
from tests.engine.runs.fakes import InstantEvaluator

LONG = 60_000  # milliseconds


def search(service, approach, seed=0, evaluations=14):
    config = NASConfig(
        approach=approach,
        search={"seed": seed},
        dynas={"population": 4, "num_evals": evaluations, "workers": 1},
    )
    return service.start(config, f"{approach} search, seed {seed}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Five runs: three seeds of one configuration, one seed each of two others."""
    folder = tmp_path_factory.mktemp("compare") / "data"
    service = RunService(folder, InstantEvaluator)
    kinds = [("random", 0), ("random", 1), ("random", 2), ("dynas", 0), ("evolutionary", 0)]
    for approach, seed in kinds:
        service.wait(search(service, approach, seed), 60)
    service.close()
    return folder


@pytest.fixture(scope="module")
def server(folder):
    server = Server(folder)
    yield server
    server.kill()


@pytest.fixture
def runs(folder):
    """The ids by name."""
    service = RunService(folder, InstantEvaluator)
    ids_by_name = {summary.name: summary.id for summary in service.list()}
    service.close()
    return ids_by_name


def series(page):
    """The names of what the chart of fronts draws."""
    return page.evaluate(
        "() => document.querySelector('[data-testid=plot-fronts]').data"
        ".filter(trace => trace.mode === 'markers' && trace.name !== 'Selected')"
        ".map(trace => trace.name)"
    )


def wait_for_charts(page):
    page.wait_for_selector("[data-testid=plot-fronts][data-updates]", timeout=LONG)
    page.wait_for_selector("[data-testid=plot-hypervolumes][data-updates]", timeout=LONG)


def test_a_pasted_link_shows_the_same_comparison(server, runs, page, another):
    page.goto(f"{server.url}/compare")
    page.locator(".st-key-compare_suggested_0 button").click(timeout=LONG)
    wait_for_charts(page)
    page.locator(".st-key-compare_x [role=combobox], .st-key-compare_x input").first.click()
    page.get_by_role("option", name="Parameters").click()
    expect(page.locator("[data-testid=plot-fronts]")).to_have_attribute(
        "aria-label", re.compile("over Parameters"), timeout=LONG
    )
    page.locator(".st-key-all_settings label").first.click()
    expect(page.get_by_test_id("compare-differences")).to_contain_text("population", timeout=LONG)
    assert len(series(page)) == 3
    another.goto(page.url)
    wait_for_charts(another)
    assert series(another) == series(page)
    expect(another.locator("[data-testid=plot-fronts]")).to_have_attribute(
        "aria-label", re.compile("over Parameters"), timeout=LONG
    )
    expect(another.get_by_test_id("compare-differences")).to_contain_text("population")
    expect(another.get_by_text("random's final hypervolume").first).to_be_visible(timeout=LONG)


def test_a_click_on_a_point_leads_to_its_sub_network(server, runs, page):
    runs_in_chart = [runs["random search, seed 0"], runs["dynas search, seed 0"]]
    page.goto(f"{server.url}/compare?runs={','.join(runs_in_chart)}")
    page.locator("[data-testid=plot-fronts][data-updates]").wait_for(timeout=LONG)
    expect(page.get_by_text("Click a point to see its sub-network.")).to_be_visible()
    point = page.evaluate(
        "() => { const plot = document.querySelector('[data-testid=plot-fronts]');"
        f" const trace = plot.data[3], [x, y] = {PIXEL}(plot, trace.x[0], trace.y[0]);"
        " return { x, y, number: trace.customdata[0] } }"
    )
    page.mouse.move(point["x"], point["y"])
    page.mouse.click(point["x"], point["y"])
    page.wait_for_url(f"**point={runs_in_chart[1]}.{point['number']}**", timeout=LONG)
    line = page.locator(".st-key-compare_selected")
    expect(line).to_contain_text(f"#{point['number']} of dynas search, seed 0", timeout=LONG)
    page.reload()
    line.get_by_role("button", name="Open").click(timeout=LONG)
    page.wait_for_url(f"**/sub-network?run={runs_in_chart[1]}&n={point['number']}", timeout=LONG)


def test_runs_are_found_tagged_deleted_and_restored(server, runs, page, another):
    first = runs["dynas search, seed 0"]
    page.goto(f"{server.url}/runs")
    page.locator(f'tr[data-run="{first}"] [data-part=more]').click(timeout=LONG)
    page.get_by_role("menuitem", name="Tags and note").click()
    tags = page.get_by_role("dialog").locator(TAGS)
    tags.fill("keep", timeout=LONG)
    tags.press("Enter")
    page.get_by_role("dialog").locator("textarea").fill("**The** one")
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.locator(f'tr[data-run="{first}"] .tag')).to_have_text("keep", timeout=LONG)
    expect(page.locator(f'tr[data-run="{first}"]')).to_contain_text("The one")

    page.get_by_placeholder("Name, tag, note, supernet").fill("keep")
    expect(page.locator("[data-testid=table-runs] tbody tr")).to_have_count(1, timeout=LONG)
    page.wait_for_url("**find=keep**", timeout=LONG)
    another.goto(page.url)
    expect(another.locator("[data-testid=table-runs] tbody tr")).to_have_count(1, timeout=LONG)
    page.get_by_placeholder("Name, tag, note, supernet").fill("")
    expect(page.locator("[data-testid=table-runs] tbody tr")).to_have_count(5, timeout=LONG)

    for name in ("random search, seed 1", "random search, seed 2"):
        page.get_by_label(f"Select {name}").check()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("Deleted 2 runs.")).to_be_visible(timeout=LONG)
    expect(page.locator("[data-testid=table-runs] tbody tr")).to_have_count(3, timeout=LONG)
    page.locator(".st-key-runs_undo button").click()
    expect(page.locator("[data-testid=table-runs] tbody tr")).to_have_count(5, timeout=LONG)


def test_the_table_is_sorted_and_run_from_the_keyboard(server, page):
    page.goto(f"{server.url}/runs")
    title = page.locator("[data-part=sort-name]")
    title.focus(timeout=LONG)
    page.keyboard.press("Enter")
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Run", timeout=LONG)
    page.wait_for_url("**order=name**", timeout=LONG)
    names = page.get_by_test_id("run-open").all_inner_texts()
    assert names == sorted(names)
    expect(title).to_be_focused()
    page.locator("tbody [data-part=more]").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem", name="Tags and note")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem", name="Rename")).to_be_hidden()
    page.get_by_test_id("run-open").first.press("Enter")
    page.wait_for_url("**/run?run=*", timeout=LONG)


def test_a_run_of_another_process_is_shown_as_it_grows(server, folder, page):
    gate = threading.Semaphore(2)
    gate.wait = gate.acquire
    other_service = RunService(folder, lambda s, w: InstantEvaluator(s, w, gate=gate))
    run = search(other_service, "random", seed=9)
    try:
        page.goto(f"{server.url}/runs")
        row = page.locator(f'tr[data-run="{run}"]')
        expect(row.get_by_test_id("run-state")).to_have_text("running", timeout=LONG)
        expect(row).to_contain_text("elsewhere")
        expect(row).to_contain_text("2 / 14", timeout=LONG)
        page.goto(f"{server.url}/run?run={run}")
        expect(page.get_by_test_id("run-count")).to_have_text("2 / 14", timeout=LONG)
        expect(page.get_by_text("Another process drives this run.")).to_be_visible()
        page.get_by_role("button", name="Pause").click()
        expect(page.get_by_test_id("run-state")).to_have_text("pausing", timeout=LONG)
        gate.release(1)
        expect(page.get_by_test_id("run-state")).to_have_text("paused", timeout=LONG)
        page.get_by_role("button", name="Resume").click()
        expect(page.get_by_test_id("run-state")).to_have_text("running", timeout=LONG)
        gate.release(2)
        expect(page.get_by_test_id("run-count")).to_have_text("5 / 14", timeout=LONG)
        gate.release(20)
        expect(page.get_by_test_id("run-state")).to_have_text("finished", timeout=LONG)
    finally:
        gate.release(100)
        other_service.close()
