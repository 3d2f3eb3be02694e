"""How long a page takes to run again while a search keeps every core busy, seen in a browser.

Starts the dashboard and a default search on the built-in supernet, with as many workers as there
are cores, in a Chromium beside them. A rerun lasts from the moment the browser says that the page's
script runs to the moment it says that it has ended and all it drew has arrived. Prints the median,
the 90th percentile and the maximum for each page, and the time from a key press in the form to the
changed YAML. Writes benchmarks/results/page_rerun.json.
"""

import json
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.command_line import given_numbers
from benchmarks.sample_efficiency import RESULTS
from tests.browser.chromium import FLAGS, find_or_install
from tests.browser.server import Server
from tests.browser.streamlit_parts import APP, STATE

BAR = 300  # milliseconds
_BETWEEN = 800  # milliseconds from one change to the next
_UNDER_WAY = 25  # evaluations measured before the first rerun is timed
_WATCH = f"""() => {{
    const app = document.querySelector('{APP}');
    const state = '{STATE}';
    let since = null;
    window.reruns = [];
    new MutationObserver(() => {{
        const running = app.getAttribute(state) === 'running';
        if (running && since === null) since = performance.now();
        if (!running && since !== null) {{
            window.reruns.push(performance.now() - since);
            since = null;
        }}
    }}).observe(app, {{attributes: true, attributeFilter: [state]}});
}}"""


def _spread(milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        "median": statistics.median(ordered),
        "p90": ordered[round(0.9 * (len(ordered) - 1))],
        "max": ordered[-1],
        "reruns": len(ordered),
    }


def _time(page: Page, change: Callable[[int], None], times: int) -> list[float]:
    """The longest rerun after each of so many changes, in milliseconds."""
    found = []
    for number in range(times):
        page.evaluate("() => { window.reruns.length = 0 }")
        change(number)
        page.wait_for_timeout(_BETWEEN)
        found.append(page.evaluate("() => Math.max(0, ...window.reruns)"))
    return [milliseconds for milliseconds in found if milliseconds]


def _evaluations(page: Page) -> int:
    return int(page.get_by_test_id("run-count").inner_text().split("/")[0])


def _new_search(page: Page, times: int) -> dict[str, Any]:
    page.get_by_role("link", name="New search").click()
    page.wait_for_selector(".st-key-new_yaml code")
    page.wait_for_timeout(3000)
    seed, answers = page.locator(".st-key-new_seed input"), list[float]()

    def change(number: int) -> None:
        seed.fill(str(1000 + number))
        start = page.evaluate("performance.now()")
        seed.press("Enter")
        page.wait_for_function(
            "seed => document.querySelector('.st-key-new_yaml code').innerText"
            ".includes(`seed: ${seed}`)",
            arg=1000 + number,
        )
        answers.append(page.evaluate("performance.now()") - start)

    found = {"New search": _spread(_time(page, change, times))}
    return {**found, "New search, key press to YAML": _spread(answers)}


def _subnetwork(page: Page, times: int) -> dict[str, Any]:
    page.get_by_role("link", name="Sub-network").click()
    page.wait_for_selector(".st-key-subnetwork_metrics")
    page.wait_for_timeout(3000)
    steps = page.locator(
        ".st-key-subnetwork_next button:enabled, .st-key-subnetwork_previous button:enabled"
    )

    def change(_number: int) -> None:
        steps.locator("visible=true").first.click()

    return {"Sub-network": _spread(_time(page, change, times))}


def _live(page: Page, times: int) -> dict[str, Any]:
    page.get_by_role("link", name="Run", exact=True).first.click()
    page.wait_for_selector("[data-testid=run-count]")
    page.wait_for_timeout(3000)
    return {"Run, every 0.7 s": _spread(_time(page, lambda _: None, times))}


def main(times: int = 25) -> None:
    """Time `times` reruns of each page."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(Path(folder) / "data")
        browser = playwright.chromium.launch(
            executable_path=find_or_install(), args=list(FLAGS), headless=True
        )
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(120_000)
            page.goto(server.url)
            page.get_by_role("button", name="Start search").click()
            page.wait_for_url("**/run?run=*")
            page.wait_for_selector("[data-testid=run-count]")
            while _evaluations(page) < _UNDER_WAY:
                page.wait_for_timeout(500)
            page.evaluate(_WATCH)
            result = {**_live(page, times), **_new_search(page, times), **_subnetwork(page, times)}
            page.get_by_role("link", name="Run", exact=True).first.click()
            page.wait_for_selector("[data-testid=run-count]")
            if page.get_by_test_id("run-state").inner_text() != "running":
                raise SystemExit("The search ended before all was timed; time fewer reruns.")
        finally:
            browser.close()
            server.kill()
    print(f"Reruns under a search of the same server, in ms (bar: {BAR})")
    for name, spread in result.items():
        print(
            f"{name:32} median {spread['median']:4.0f}   90 % {spread['p90']:4.0f}   "
            f"max {spread['max']:4.0f}   ({spread['reruns']})"
        )
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "page_rerun.json").write_text(json.dumps(result, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, reruns=25))
