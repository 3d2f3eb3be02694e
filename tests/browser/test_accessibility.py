"""axe-core on every page, light and dark: nothing serious or critical in what we draw."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.browser.streamlit_parts import APP, CODE
from tests.engine.runs.fakes import InstantEvaluator

GRAVE = {"serious", "critical"}
FRAMEWORK = {  # findings in Streamlit's own widgets that a page cannot change, by rule
    # The box of `st.code` scrolls; browsers let the keyboard scroll it, axe expects a mark.
    "scrollable-region-focusable": CODE,
}
PAGES = {  # address, and what is there once all of the page is
    "elastic": ("elastic", ".st-key-elastic_check"),
    "new-search": ("", ".st-key-new_section_where"),
    "live": ("run?run={run}", "[data-testid=plot-pareto][data-evaluations]"),
    "explore": ("explore?run={run}", "[data-testid=plot-front][data-updates]"),
    "explore-parallel": (
        "explore?run={run}&tab=Parallel+coordinates",
        "[data-testid=plot-parallel][data-updates]",
    ),
    "explore-importance": (
        "explore?run={long}&tab=Importance",
        "[data-testid=plot-importance][data-updates]",
    ),
    "explore-slice": (
        "explore?run={long}&tab=Slice&selected=3",
        "[data-testid=plot-slice][data-updates]",
    ),
    "explore-contour": (
        "explore?run={long}&tab=Contour",
        "[data-testid=plot-contour][data-updates]",
    ),
    "explore-timeline": (
        "explore?run={long}&tab=Timeline",
        "[data-testid=plot-timeline][data-updates]",
    ),
    "explore-predictors": (
        "explore?run={long}&tab=Predictors",
        "[data-testid=plot-predictor][data-updates]",
    ),
    "decide": ("decide?run={run}", "[data-testid=plot-choice][data-updates]"),
    "compare": ("compare?runs={run},{long}", "[data-testid=plot-fronts][data-updates]"),
    "compare-multiples": (
        "compare?runs={run},{long}&arrangement=Small+multiples",
        "[data-testid=plot-multiples][data-updates]",
    ),
    "sub-network": ("sub-network?run={run}&n=2", ".st-key-subnetwork_metrics"),
    "runs": ("runs", "[data-testid=table-runs] tbody tr"),
    "supernets": ("supernets", ".st-key-supernets_decoded"),
}
SETTLED = 1500  # milliseconds until fades have come to rest


@pytest.fixture(scope="module")
def runs(folder, long_run):
    """Two runs: one that was searched, and a long one that was made up."""
    service = RunService(folder, InstantEvaluator)
    config = {"dynas": {"num_evals": 10, "population": 5, "workers": 1}}
    searched = service.start(NASConfig.from_dict(config), "A small search")
    service.wait(searched)
    service.label(searched, tags=["first"], note="A note.")
    service.close()
    return {"run": searched, "long": long_run}


def is_own_finding(page, rule, node):
    """Whether a finding is in what we draw."""
    selector = FRAMEWORK.get(rule)
    element = page.locator(node["target"][0]).first
    return not selector or not element.evaluate("(e, selector) => e.matches(selector)", selector)


def grave_findings(page):
    """What is wrong, and in which elements, as text."""
    report = Axe().run(page)
    return [
        f"{violation['id']}: {node['target']} {node['html'][:200]} {node['failureSummary']}"
        for violation in report.response["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
        if is_own_finding(page, violation["id"], node)
    ]


def show(page, scheme):
    """Let the browser prefer a colour scheme; the page follows."""
    page.emulate_media(color_scheme=scheme)
    page.wait_for_function(
        f"scheme => getComputedStyle(document.querySelector('{APP}')).colorScheme === scheme",
        arg=scheme,
    )
    page.wait_for_timeout(SETTLED)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", PAGES)
def test_no_page_has_a_serious_finding(server, runs, page, name):
    address, drawn = PAGES[name]
    page.goto(f"{server.url}/{address.format(**runs)}")
    page.wait_for_selector(drawn)
    for scheme in ("light", "dark"):
        show(page, scheme)
        assert grave_findings(page) == [], scheme
