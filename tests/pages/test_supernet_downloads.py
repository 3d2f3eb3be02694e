"""Official weights from the page to the disk; a server on this machine plays the official one."""

import hashlib
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch

from app.supernets.checklist import clear_cache
from engine.supernets import registry
from engine.supernets.ofa.catalogue import MODELS
from tests.pages.test_supernets import W10, text_of, wait_for_jobs


class Handler(BaseHTTPRequestHandler):
    """Sends `server.content`, of which a whole transfer breaks off after half."""

    def do_GET(self) -> None:
        wish, body = self.headers["Range"], self.server.content  # type: ignore[attr-defined]
        self.server.asked.append(wish)  # type: ignore[attr-defined]
        start = int(wish.removeprefix("bytes=").removesuffix("-")) if wish else 0
        self.send_response(206 if wish else 200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        self.wfile.write(body[start:] if wish else body[: len(body) // 2])

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture(scope="module")
def checkpoint() -> bytes:
    """Random weights in the form of the official ones."""
    torch.manual_seed(0)
    file = io.BytesIO()
    torch.save({"state_dict": MODELS[W10].build().state_dict()}, file)
    return file.getvalue()


@pytest.fixture
def server(checkpoint) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.content, server.asked = checkpoint, []  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(app, server, monkeypatch):
    """Supernets & data, where the weights of one supernet come from `server`."""
    url = f"http://127.0.0.1:{server.server_port}/weights"
    blob = hashlib.sha1(b"blob %d\0" % len(server.content) + server.content).hexdigest()
    serve(monkeypatch, url=url, git_blob_id=blob)
    return app.switch_page("../pages/supernets.py").run()


def serve(monkeypatch, **changes):
    supernet = registry.load(W10)
    weights = replace(supernet.model.weights, **changes)
    monkeypatch.setattr(supernet, "model", replace(supernet.model, weights=weights))


def test_a_download_that_breaks_off_goes_on_and_the_file_is_checked_and_kept(
    page, server, data_dir
):
    weights = data_dir / "weights" / MODELS[W10].weights.name
    part = weights.with_name(f"{weights.name}.part")
    size, half = len(server.content), len(server.content) // 2
    page.button(key=f"download_{W10}").click().run()
    wait_for_jobs(page)
    assert f"the transfer ended after {half:,} of {size:,} bytes. Try again" in page.error[0].value
    assert part.stat().st_size == half
    assert not weights.exists()

    page.button(key=f"download_{W10}").click().run()
    wait_for_jobs(page)
    assert server.asked == [None, f"bytes={half}-"]
    assert weights.read_bytes() == server.content
    assert not part.exists()
    clear_cache()  # as a browser does, which draws the card until the work has ended
    page.run()
    assert not page.error
    assert "tensors fit the network · checked just now" in text_of(page)
    assert page.text_input(key=f"path_{W10}_text").label == "Images: path on this machine"


def test_a_file_with_another_hash_is_not_kept(page, server, data_dir, monkeypatch):
    serve(monkeypatch, git_blob_id="0" * 40)
    for _ in range(2):
        page.button(key=f"download_{W10}").click().run()
        wait_for_jobs(page)
    assert "is not the published file" in page.error[0].value
    assert not [p for p in (data_dir / "weights").iterdir() if p.suffix != ".lock"]
    assert page.button(key=f"download_{W10}").label == "Download the weights"


def test_an_address_that_cannot_be_reached_says_how_to_do_without(page, server, data_dir):
    server.shutdown()
    server.server_close()
    page.button(key=f"download_{W10}").click().run()
    wait_for_jobs(page)
    said = page.error[0].value
    assert "/weights could not be downloaded: " in said
    assert f"save it as {data_dir / 'weights' / MODELS[W10].weights.name}" in said
