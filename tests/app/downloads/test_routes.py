import asyncio

import pytest
from starlette.requests import Request

from app import session
from app.downloads import routes
from app.downloads.archive_store import ArchiveKey, ArchiveStore


@pytest.fixture
def store(bundles, tmp_path, monkeypatch):
    store = ArchiveStore(tmp_path / "downloads")
    monkeypatch.setattr(session, "archives", lambda: store)
    yield store
    store.close()


def get(token):
    """What the route answers: status, headers and body."""
    (route,) = routes.routes()
    messages = []

    async def send(message):
        messages.append(message)

    async def receive():
        await asyncio.Event().wait()  # the visitor stays

    async def answer():
        scope = {"type": "http", "method": "GET", "headers": [], "path_params": {"token": token}}
        response = await route.endpoint(Request(scope))
        await response(scope, receive, send)

    asyncio.run(answer())
    start, *parts = messages
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    return start["status"], headers, b"".join(part.get("body", b"") for part in parts)


def test_an_archive_is_downloaded_under_its_name(store, requests):
    job = store.make(ArchiveKey("run", (1,)), "größe.zip", requests[:1])
    archive = job.result(timeout=30)
    assert routes.archive_url(archive) == f"downloads/{archive.token}"
    status, headers, body = get(archive.token)
    assert status == 200
    assert headers["content-length"] == str(archive.size)
    assert headers["content-disposition"] == "attachment; filename*=utf-8''gr%C3%B6%C3%9Fe.zip"
    assert headers["cache-control"] == "no-store"
    assert body == archive.path.read_bytes()


@pytest.mark.parametrize("token", ["", "unknown", "../folders.lock"])
def test_nothing_else_is_downloaded(store, requests, token):
    store.make(ArchiveKey("run", (1,)), "a.zip", requests[:1]).result(timeout=30)
    status, _, body = get(token)
    assert status == 404
    assert b"Make it again" in body
