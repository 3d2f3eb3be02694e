"""Optuna Dashboard on the evaluations that `benchmarks.dashboard` shows, where it is installed.

It is no requirement: `pip install optuna optuna-dashboard` makes the comparison run. The study is
held in memory, the fastest of Optuna's storages, and served by a process of its own.
"""

import importlib
import importlib.util
import multiprocessing
import socket
import time
import urllib.request
from contextlib import contextmanager
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from playwright.sync_api import Browser

from tests.browser.plotly_parts import CHART, TRACES

_DRAWN = f"() => document.querySelectorAll('{CHART} {TRACES}').length > 0"
_PATIENCE = 300  # seconds


def installed() -> bool:
    """Whether both packages can be imported."""
    return all(importlib.util.find_spec(name) for name in ("optuna", "optuna_dashboard"))


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_args: object) -> None:
        pass


def _serve(port: int, rows: list[tuple[list[float], list[int]]]) -> None:
    """Serve one study whose trials have these values and parameters."""
    optuna = importlib.import_module("optuna")
    optuna_dashboard = importlib.import_module("optuna_dashboard")

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = optuna.storages.InMemoryStorage()
    study = optuna.create_study(storage=storage, directions=["maximize", "minimize"])
    names = [f"gene{i}" for i in range(len(rows[0][1]))]
    choices = optuna.distributions.CategoricalDistribution(tuple(range(8)))
    study.add_trials(
        optuna.trial.create_trial(
            values=values,
            params=dict(zip(names, genes, strict=True)),
            distributions=dict.fromkeys(names, choices),
        )
        for values, genes in rows
    )
    app = optuna_dashboard.wsgi(storage)
    make_server("127.0.0.1", port, app, handler_class=_Quiet).serve_forever()


@contextmanager
def _served(rows: list[tuple[list[float], list[int]]]):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(port, rows), daemon=True
    )
    process.start()
    url, end = f"http://127.0.0.1:{port}", time.monotonic() + _PATIENCE
    try:
        while True:
            try:
                urllib.request.urlopen(f"{url}/api/studies", timeout=5).close()
                break
            except OSError:
                if time.monotonic() > end or not process.is_alive():
                    raise SystemExit("Optuna Dashboard did not start.") from None
                time.sleep(0.5)
        yield url
    finally:
        process.kill()
        process.join()


def _asked(address: str) -> tuple[float, int]:
    """Seconds and bytes of one answer."""
    start = time.perf_counter()
    with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:
        size = len(answer.read())
    return time.perf_counter() - start, size


def measure(browser: Browser, rows: list[tuple[list[float], list[int]]]) -> dict[str, Any]:
    """The same quantities as for our own dashboard: seconds, bytes and milliseconds."""
    with _served(rows) as url:
        _asked(f"{url}/api/studies/0?after=0")
        whole, whole_bytes = _asked(f"{url}/api/studies/0?after=0")
        last, last_bytes = min(_asked(f"{url}/api/studies/0?after={len(rows) - 1}") for _ in "123")
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(1000 * _PATIENCE)
        start = time.perf_counter()
        page.goto(f"{url}/dashboard/studies/0")
        page.wait_for_function(_DRAWN)
        drawn = time.perf_counter() - start
        page.close()
    return {
        "server_ms": 1000 * last,
        "update_bytes": last_bytes,
        "first_bytes": whole_bytes,
        "first_answer_s": whole,
        "first_view_s": drawn,
    }
