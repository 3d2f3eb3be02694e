"""Figures that Python draws are those of the pages, trace by trace."""

import base64
import math
from functools import partial

import numpy as np
import pytest
from playwright.sync_api import expect

from engine import (
    load_run,
    plot_contour,
    plot_correlation,
    plot_distribution,
    plot_front,
    plot_fronts,
    plot_hypervolume,
    plot_hypervolumes,
    plot_importance,
    plot_live_front,
    plot_parallel,
    plot_prediction,
    plot_predictor_quality,
    plot_slice,
    plot_suggestions,
    plot_timeline,
    plot_workers,
)
from engine.analysis.figures.plotly_figure import TITLE
from engine.config import NASConfig
from engine.runs.service import RunService
from tests.engine.runs.fakes import InstantEvaluator
from tests.long_log import write_long_log

# Their markers follow the width of the page; `test_marker_density.py` compares both copies of that.
FOLLOW_THE_WIDTH = {
    "Filtered out", "Infeasible", "Dominated", "Newest cycle", "On the front", "Top-1 accuracy",
}  # fmt: skip
IMPORTANCE_TAKES = 120_000  # milliseconds
SHOWN = """name => {
    const plain = value => ArrayBuffer.isView(value) ? [...value]
        : Array.isArray(value) ? value.map(plain)
        : value && typeof value === "object"
            ? Object.fromEntries(Object.entries(value).map(([key, own]) => [key, plain(own)]))
            : value
    const plot = document.querySelector(`[data-testid=plot-${name}]`)
    const title = plot.closest(".dynas-chart").querySelector(".dynas-chart-title").textContent
    return { title, data: plain(plot.data), layout: plain(plot.layout) }
}"""


@pytest.fixture(scope="module")
def run(folder, long_run):
    return load_run(long_run, folder)


@pytest.fixture(scope="module")
def another_run(folder):
    return load_run(write_long_log(folder, 120), folder)


def figure_on_page(page, address, name, timeout=60_000):
    """The figure of a page once its browser has drawn it."""
    page.goto(address)
    page.wait_for_selector(f"[data-testid=plot-{name}][data-updates]", timeout=timeout)
    return page.evaluate(SHOWN, name)


def plain(part):
    """A part of Plotly's own figure as a browser would write it in JSON."""
    if isinstance(part, dict) and "bdata" in part:
        return np.frombuffer(base64.b64decode(part["bdata"]), part["dtype"]).tolist()
    if isinstance(part, dict):
        return {name: plain(inner) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [plain(inner) for inner in part]
    return part.tolist() if isinstance(part, np.generic | np.ndarray) else part


def differences(drawn, on_page, where):
    """Where what Python has drawn is not on the page, to which a height and defaults are added."""
    if isinstance(drawn, dict) and isinstance(on_page, dict):
        return [
            line
            for name in drawn
            for line in differences(drawn[name], on_page.get(name), f"{where}.{name}")
        ]
    if isinstance(drawn, list) and isinstance(on_page, list) and len(drawn) == len(on_page):
        pairs = enumerate(zip(drawn, on_page, strict=True))
        return [line for i, (a, b) in pairs for line in differences(a, b, f"{where}[{i}]")]
    numbers = isinstance(drawn, int | float) and isinstance(on_page, int | float)
    same = math.isclose(drawn, on_page, rel_tol=1e-9) if numbers else drawn == on_page
    same = same or (numbers and math.isnan(drawn) and math.isnan(on_page))
    return [] if same else [f"{where}: {drawn!r} is {on_page!r} on the page"]


def _fonts(figure):
    family = figure["layout"]["font"]["family"]
    return [font.strip(" '\"") for font in family.split(",")]


def assert_same(figure, on_page):
    drawn = plain(figure.to_plotly_json())
    assert "layout" not in drawn["layout"].pop("template")  # Plotly's own changes nothing
    assert _fonts(on_page)[: len(_fonts(drawn))] == _fonts(drawn)  # Streamlit adds some of its own
    drawn["layout"]["font"].pop("family")
    assert drawn["layout"].pop("title")["text"] == on_page["title"]  # a page has it above the chart
    drawn["layout"]["margin"]["t"] -= TITLE
    for trace in drawn["data"]:
        if trace["name"] in FOLLOW_THE_WIDTH:
            for name in ("size", "opacity", "line"):
                trace.get("marker", {}).pop(name, None)
    assert len(drawn["data"]) == len(on_page["data"])
    assert differences(drawn["data"], on_page["data"], "data") == []
    assert differences(drawn["layout"], on_page["layout"], "layout") == []
    points = [len(trace.get("x", ())) for trace in drawn["data"]]
    assert points == [len(trace.get("x", ())) for trace in on_page["data"]]


@pytest.mark.parametrize("style", ["light", "dark"])
def test_the_live_front(server, page, run, style):
    page.emulate_media(color_scheme=style)
    on_page = figure_on_page(page, f"{server.url}/run?run={run.id}", "pareto")
    assert_same(plot_live_front(run, style=style), on_page)


def test_the_hypervolume_with_the_marks_of_cycles(server, page, run):
    on_page = figure_on_page(page, f"{server.url}/run?run={run.id}", "hypervolume")
    assert_same(plot_hypervolume(run), on_page)


@pytest.mark.parametrize(
    ("view", "draw"),
    [
        ("Ranking", plot_predictor_quality),
        ("Error", lambda run: plot_predictor_quality(run, "acc", "rmse")),
        ("Scatter", plot_prediction),
    ],
)
def test_predictors_and_predictions(server, page, run, view, draw):
    address = f"{server.url}/run?run={run.id}&predictions={view}"
    assert_same(draw(run), figure_on_page(page, address, "predictor"))


def test_the_workers_with_what_each_has_done(server, page, folder):
    service = RunService(folder, partial(InstantEvaluator, seconds=0.05, fail_every=5))
    config = NASConfig(approach="random", dynas={"num_evals": 12, "workers": 2})
    run_id = service.start(config)
    service.wait(run_id, 60)
    service.close()
    page.goto(f"{server.url}/run?run={run_id}")
    page.locator(".st-key-live_utilisation summary").click()
    page.wait_for_selector("[data-testid=plot-workers][data-updates]")
    assert_same(plot_workers(load_run(run_id, folder)), page.evaluate(SHOWN, "workers"))
    row = page.get_by_test_id("workers-table").locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("here")
    cells = row.locator("td").all_inner_texts()
    assert cells[:2] == ["10", "2"]
    expect(page.get_by_test_id("workers-failed")).to_have_text("2")
    expect(page.get_by_text("of the running time")).to_be_visible()


@pytest.mark.parametrize(
    ("address", "options"),
    [
        ("", {}),
        ("&scale=log x&scale=no outliers", {"log": "x", "outliers": False}),
        ("&at=60", {"at": 60}),
        ("&filter=macs < 5M and acc > 86", {"where": "macs < 5M and acc > 86"}),
        ("&infeasible=false", {"infeasible": False}),
        ("&view=3-D", {"z": "params"}),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)
def test_the_front_of_explore(server, page, run, address, options):
    on_page = figure_on_page(page, f"{server.url}/explore?run={run.id}{address}", "front")
    assert_same(plot_front(run, **options), on_page)


def test_the_hypervolume_under_a_cursor(server, page, run):
    on_page = figure_on_page(page, f"{server.url}/explore?run={run.id}&at=60", "hypervolume")
    assert_same(plot_hypervolume(run, at=60), on_page)


def test_parallel_coordinates(server, page, run):
    address = f"{server.url}/explore?run={run.id}&tab=Parallel coordinates&filter=acc > 86"
    assert_same(plot_parallel(run, where="acc > 86"), figure_on_page(page, address, "parallel"))


def test_importance(server, page, run):
    address = f"{server.url}/explore?run={run.id}&tab=Importance&importance=MACs"
    page.goto(address)
    expect(page.get_by_text("Permutation importance")).to_be_visible(timeout=IMPORTANCE_TAKES)
    assert_same(plot_importance(run, "macs"), figure_on_page(page, address, "importance"))


@pytest.mark.parametrize(
    ("view", "draw"),
    [
        ("slice", plot_slice),
        ("slice&slice_metric=MACs&slice_gene=Stage 2 depth&filter=acc > 86",
         lambda run: plot_slice(run, "macs", "d2", where="acc > 86")),
        ("contour", plot_contour),
        ("distribution&distribution_metric=Parameters",
         lambda run: plot_distribution(run, "params")),
        ("correlation", plot_correlation),
        ("timeline", plot_timeline),
    ],
    ids=lambda part: part if isinstance(part, str) else None,
)  # fmt: skip
def test_the_views_of_genes_metrics_and_time(server, page, run, view, draw):
    tab, _, choices = view.partition("&")
    address = f"{server.url}/explore?run={run.id}&tab={tab.capitalize()}&{choices}"
    assert_same(draw(run), figure_on_page(page, address, tab))


def test_suggestions(server, page, run, folder):
    address = (
        f"{server.url}/decide?run={run.id}&best=params&limits=macs:9000000&weights=acc:9,macs:2"
    )
    service = RunService(folder, InstantEvaluator)
    shortlist = service.labels(run.id).shortlist  # which other tests may have filled
    service.close()
    figure = plot_suggestions(
        run, best="params", limits={"macs": 9e6}, weights={"acc": 9, "macs": 2}, shortlist=shortlist
    )
    assert_same(figure, figure_on_page(page, address, "choice"))


def test_fronts_and_hypervolumes_of_several_runs(server, page, run, another_run):
    runs = [run, another_run]
    address = f"{server.url}/compare?runs={run.id},{another_run.id}&seeds_apart=true"
    assert_same(plot_fronts(runs, apart=True), figure_on_page(page, address, "fronts"))
    assert_same(plot_hypervolumes(runs, apart=True), figure_on_page(page, address, "hypervolumes"))
