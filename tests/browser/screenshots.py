"""Draw the pictures in docs/images anew: `make screenshots`.

`--width 1920 --into FOLDER` draws the same for a wide screen, to be looked at.
Without `--data-dir` a search of 120 evaluations, and random and further searches to compare with,
are run first, which takes minutes.
"""

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import Browser, Page, sync_playwright

from engine.config import NASConfig
from engine.runs.service import RunService
from tests.browser.chromium import FLAGS, find_or_install
from tests.browser.server import Server
from tests.browser.streamlit_parts import MAIN

_IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
_RATIO = 1.6  # of width to height
_DRAWN = "() => document.querySelectorAll('[data-testid=plot-pareto][data-updates]').length > 0"
_SETTLED = 2500  # milliseconds until fonts, charts and fades have come to rest


def search(data_dir: Path) -> None:
    """Fill the data folder with runs that have ended."""
    service = RunService(data_dir)
    searches: dict[str, dict[str, object]] = {
        f"{name}, seed {seed}": {**config, "search": {"seed": seed}}
        for name, config in {
            "Random baseline": {"approach": "random", "dynas": {"num_evals": 40}},
            "Small search": {"dynas": {"num_evals": 40, "population": 24}},
        }.items()
        for seed in range(3)
    }
    searches["First search"] = {"dynas": {"num_evals": 120, "population": 30}}
    for name, config in searches.items():
        typer.echo(f"Running '{name}'")
        run = service.start(NASConfig.from_dict(config), name)
        service.wait(run)
        service.label(run, tags=["baseline"] if "random" in name.lower() else ["paper"])
    service.label(run, note="The one to choose from.")
    service.close()


def picture(page: Page, name: str, into: Path) -> None:
    """Save what the page shows once it has come to rest."""
    page.mouse.move(640, 4)  # away from buttons, which would show their tooltips
    page.wait_for_timeout(_SETTLED)
    path = into / f"{name}.png"
    page.screenshot(path=path)
    typer.echo(path)


def pictures(browser: Browser, url: str, scheme: str, width: int, into: Path) -> None:
    """All pages in one colour scheme."""
    context = browser.new_context(
        viewport={"width": width, "height": round(width / _RATIO)}, color_scheme=scheme
    )
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(f"{url}/")
    page.wait_for_selector(".st-key-new_section_where")
    picture(page, f"new-search-{scheme}", into)
    page.goto(f"{url}/runs")
    page.wait_for_selector("[data-testid=table-runs] tbody tr")
    picture(page, f"runs-{scheme}", into)
    page.goto(f"{url}/compare")
    page.locator(".st-key-compare_suggested_0 button").click()
    page.wait_for_selector("[data-testid=plot-hypervolumes][data-updates]")
    picture(page, f"compare-{scheme}", into)
    page.goto(f"{url}/runs")
    page.get_by_test_id("run-open").first.click()
    page.wait_for_function(_DRAWN)
    rows = page.locator("[data-testid=table-front] tbody tr")
    rows.nth(rows.count() // 2).click()
    page.wait_for_selector("[data-testid=subnetwork-metrics]")
    page.locator(MAIN).evaluate("node => node.scrollTo(0, 0)")
    picture(page, f"live-{scheme}", into)
    explore(page, scheme, into)
    page.locator(".st-key-explore_open_subnetwork button").click()
    page.wait_for_selector(".st-key-subnetwork_metrics")
    picture(page, f"sub-network-{scheme}", into)
    page.goto(f"{url}/supernets")
    page.wait_for_selector(".st-key-supernets_decoded")
    picture(page, f"supernets-{scheme}", into)
    decide(page, scheme, into)
    context.close()


def decide(page: Page, scheme: str, into: Path) -> None:
    """Decide with all that is suggested on the shortlist, and the comparison further down."""
    page.get_by_role("link", name="Decide").click()
    page.wait_for_selector("[data-testid=plot-choice][data-updates]")
    add = page.locator(".st-key-decide_suggestions button:enabled:visible")
    while add.count():
        add.first.click()
        page.wait_for_timeout(_SETTLED)
    page.locator(MAIN).evaluate("node => node.scrollTo(0, 0)")
    picture(page, f"decide-{scheme}", into)
    page.get_by_test_id("compared-metrics").scroll_into_view_if_needed()
    picture(page, f"decide-comparison-{scheme}", into)


def explore(page: Page, scheme: str, into: Path) -> None:
    """Explore with the sub-network that is selected on Run, and its views further down."""
    page.locator(".st-key-live_explore button").first.click()
    page.wait_for_selector("[data-testid=plot-front][data-updates]")
    picture(page, f"explore-{scheme}", into)
    for view, name in (("Parallel coordinates", "parallel"), ("Importance", "importance")):
        page.get_by_role("radio", name=view).or_(page.get_by_text(view, exact=True)).first.click()
        page.wait_for_selector(f"[data-testid=plot-{name}][data-updates]")
        if name == "importance":
            page.get_by_text("Permutation importance").wait_for(timeout=120_000)
        page.get_by_test_id(f"plot-{name}").scroll_into_view_if_needed()
        picture(page, f"explore-{name}-{scheme}", into)


def main(
    data_dir: Annotated[Path | None, typer.Option(help="Use the runs that are there.")] = None,
    width: Annotated[int, typer.Option(min=400, help="Pixels of the window's width.")] = 1280,
    into: Annotated[Path, typer.Option(help="Where the pictures go.")] = _IMAGES,
) -> None:
    """Draw every page, light and dark."""
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary_folder, sync_playwright() as playwright:
        folder = data_dir or Path(temporary_folder) / "data"
        if data_dir is None:
            search(folder)
        server = Server(folder)
        browser = playwright.chromium.launch(executable_path=find_or_install(), args=list(FLAGS))
        try:
            for scheme in ("light", "dark"):
                pictures(browser, server.url, scheme, width, into)
        finally:
            browser.close()
            server.kill()


if __name__ == "__main__":
    typer.run(main)
