"""How the dashboard bears long runs, seen in a browser, against the targets that it is built for.

The runs are synthetic: genotypes of a supernet with 45 genes, their true MACs and made-up accuracy,
written with the log's own API. To one of 20,000 evaluations this process, holding the run's lease,
adds one a second. Measured are one tab on it, ten tabs on it, and the first view of every page of a
run of 100,000. Writes benchmarks/results/dashboard.json.
"""

import json
import os
import statistics
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks import dashboard_peer
from benchmarks.command_line import given_numbers
from benchmarks.sample_efficiency import RESULTS
from engine.log.evaluation_log import DiskLog
from engine.runs.lease import Lease
from tests.browser.chromium import FLAGS, find_or_install
from tests.browser.server import Server
from tests.long_log import write_long_log

SUPERNET = "ofa_mbv3_d234_e346_k357_w1.0"  # 45 genes; neither weights nor images are needed
TARGETS = {  # name: (largest value, unit)
    "server time for each evaluation": (50, "ms"),
    "sent for each evaluation": (20, "kB"),
    "first load of points and page": (1500, "kB"),
    "longest main-thread gap in an update": (200, "ms"),
    "first view": (3, "s"),
    "ten tabs, from append to drawn": (2, "s"),
}
_TABS = 10
_JOINS = 10  # one of so many that are added joins the front
_SETTLED = 4000  # milliseconds after which a page that was opened has come to rest
_WATCH = """() => {
    window.gap = 0
    let last = performance.now()
    setInterval(() => {
        const now = performance.now()
        window.gap = Math.max(window.gap, now - last - 10)
        last = now
    }, 10)
    window.drawn = []
    const plot = document.querySelector('[data-testid=plot-pareto]')
    new MutationObserver(() =>
        window.drawn.push([Number(plot.dataset.evaluations), Date.now() / 1000]))
        .observe(plot, {attributes: true, attributeFilter: ['data-evaluations']})
}"""
_FETCHED = """() => {
    const entries = performance.getEntriesByType('resource').filter(e => e.name.includes('/feed/'))
    performance.clearResourceTimings()
    return entries.reduce((sum, e) => sum + e.transferSize, 0)
}"""
_PAGES = {  # what is there when a page can be used
    "Run": ("run?run={run}", "[data-testid=plot-pareto][data-evaluations]"),
    "Explore": ("explore?run={run}", "[data-testid=plot-front][data-updates]"),
    "Decide": ("decide?run={run}", "[data-testid=plot-choice][data-updates]"),
    "Compare": ("compare?runs={run}", "[data-testid=plot-fronts][data-updates]"),
    "Sub-network": ("sub-network?run={run}&n=5", ".st-key-subnetwork_metrics"),
    "Runs": ("runs", "[data-testid=table-runs] tbody tr"),
}


class Tab:
    """A tab, and how many bytes came over its connection."""

    def __init__(self, browser: Browser) -> None:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        self.page: Page = context.new_page()
        self.page.set_default_timeout(300_000)
        self._came = 0
        self.page.on("websocket", self._follow)

    def _follow(self, socket: Any) -> None:
        def came(data: str | bytes) -> None:
            self._came += len(data)

        socket.on("framereceived", came)

    def came(self) -> int:
        """Bytes since this was asked last: of the connection, and of the points fetched beside."""
        sent, self._came = self._came, 0
        return sent + int(self.page.evaluate(_FETCHED))

    def open(self, address: str, selector: str) -> float:
        """Open a page; seconds until it can be used."""
        start = time.perf_counter()
        self.page.goto(address)
        self.page.wait_for_selector(selector)
        return time.perf_counter() - start


class Appender:
    """A second writer: one evaluation a second while the context lasts; `added` by number."""

    def __init__(self, folder: Path) -> None:
        self._log, self._lease = DiskLog(folder / "log"), Lease(folder)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._append)
        self.added: dict[int, float] = {}

    def __enter__(self) -> "Appender":
        self._lease.acquire()
        self._log.append_event("state", {"state": "running", "message": ""})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._log.close()
        self._lease.release()

    def _append(self) -> None:
        known = self._log.read()
        best = max(e.metrics["acc"] for e in known if e.ok)
        measured = [e for e in known if e.ok]
        for i, template in enumerate(measured[-2000:]):
            if self._ended.wait(1.0):
                return
            better = {"acc": best + 0.01 * i} if i % _JOINS == 0 else {}
            fresh = self._log.append(
                replace(
                    template,
                    cycle=known[-1].cycle + 1,
                    finished=time.time(),
                    metrics={**template.metrics, **better},
                )
            )
            self.added[fresh.number] = time.time()


def _cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _delays(tabs: list[Tab], added: dict[int, float]) -> list[float]:
    """Seconds from each append to the drawing, in each tab, that had it."""
    found = []
    for tab in tabs:
        drawn = tab.page.evaluate("window.drawn")
        for number, at in added.items():
            when = next((time for evaluations, time in drawn if evaluations >= number), None)
            if when is not None and when >= at:
                found.append(when - at)
    return found


def live(browser: Browser, server: Server, run: str, seconds: int) -> dict[str, Any]:
    """One tab on a run that grows, then ten."""
    page, drawn = _PAGES["Run"]
    address = f"{server.url}/{page.format(run=run)}"
    Tab(browser).open(f"{server.url}/supernets", ".st-key-supernets_decoded")
    with Appender(server.folder / "runs" / run) as appender:
        while not appender.added:
            time.sleep(0.2)
        tab = Tab(browser)
        first = tab.open(address, drawn)
        tab.page.wait_for_timeout(_SETTLED)
        load = tab.came()
        tab.page.evaluate(_WATCH)
        cpu, start = _cpu(server.process.pid), len(appender.added)
        gaps = []
        for _ in range(seconds):
            tab.page.wait_for_timeout(1000)
            gaps.append(tab.page.evaluate("() => { const g = gap; window.gap = 0; return g }"))
        spent, updates = _cpu(server.process.pid) - cpu, len(appender.added) - start
        size = tab.came()
        again = Tab(browser)
        second = again.open(address, drawn)
        tabs = [tab, again, *(Tab(browser) for _ in range(_TABS - 2))]
        for other in tabs[2:]:
            other.open(address, drawn)
        tab.page.wait_for_timeout(2 * _SETTLED)
        for other in tabs:
            other.page.evaluate(_WATCH)
        start = time.time()
        tab.page.wait_for_timeout(1000 * seconds)
        delays = _delays(tabs, {n: t for n, t in appender.added.items() if t > start})
    for other in tabs:
        other.page.context.close()
    return {
        "server_ms": 1000 * spent / updates,
        "update_bytes": size / updates,
        "first_bytes": load,
        "gap_ms": statistics.median(gaps),
        "gap_ms_longest": max(gaps),
        "first_view_s": first,
        "next_view_s": second,
        "ten_tabs_s": statistics.median(delays),
        "ten_tabs_s_p95": statistics.quantiles(delays, n=20)[-1],
    }


def every_page(browser: Browser, server: Server, run: str) -> dict[str, Any]:
    """Seconds until each page of a run can be used, at first and then again, in a new tab each."""
    found = {}
    for name, (page, selector) in _PAGES.items():
        first, again = (
            Tab(browser).open(f"{server.url}/{page.format(run=run)}", selector) for _ in range(2)
        )
        found[name] = {"first_s": first, "again_s": again}
    return found


def _print(result: dict[str, Any], peer: dict[str, Any] | None) -> None:
    units = {"ms": 1.0, "kB": 1e-3, "s": 1.0}
    keys = ("server_ms", "update_bytes", "first_bytes", "gap_ms_longest", "first_view_s",
            "ten_tabs_s_p95")  # fmt: skip
    print(f"{'':38}{'here':>10}  {'target':>10}  {'':4}{'Optuna Dashboard':>18}")
    for (name, (most, unit)), key in zip(TARGETS.items(), keys, strict=True):
        value = result["live"][key] * units[unit]
        verdict = "met" if value <= most else "MISSED"
        other = f"{peer[key] * units[unit]:,.1f} {unit}" if peer and key in peer else ""
        print(f"{name:38}{value:>7,.1f} {unit:2}  {most:>7,} {unit:2}  {verdict:6}{other:>16}")
    for name, times in result["pages"].items():
        print(f"{name:14} first {times['first_s']:5.1f} s   again {times['again_s']:5.1f} s")


def main(count: int = 20_000, many: int = 100_000, seconds: int = 30) -> None:
    """Measure a live run of `count` evaluations and every page of a run of `many`."""
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        folder = Path(made) / "data"
        folder.mkdir(mode=0o700)
        run = write_long_log(folder, count, SUPERNET)
        rows = [
            ([e.metrics["acc"], e.metrics["macs"]], list(e.genotype))
            for e in DiskLog(folder / "runs" / run / "log").read()
            if e.ok
        ]
        browser = playwright.chromium.launch(
            executable_path=find_or_install(), args=list(FLAGS), headless=True
        )
        server = Server(folder)
        try:
            result = {"live": live(browser, server, run, seconds)}
            longest = write_long_log(folder, many, SUPERNET)
            result["pages"] = every_page(browser, server, longest)
        finally:
            server.kill()
        peer = dashboard_peer.measure(browser, rows) if dashboard_peer.installed() else None
        browser.close()
    print(f"A synthetic live run of {count:,} evaluations; below, the pages of one of {many:,}")
    _print(result, peer)
    if peer is None:
        print("Optuna Dashboard is not installed: nothing is compared with it.")
    RESULTS.mkdir(exist_ok=True)
    found = {**result, "optuna_dashboard": peer}
    (RESULTS / "dashboard.json").write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main(*given_numbers(__doc__, evaluations=20_000, of_the_long_run=100_000, seconds=30))
