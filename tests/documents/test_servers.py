"""The commands of the documentation that start the dashboard start it."""

import re
import shlex
import subprocess

import pytest

from tests.browser.server import Server
from tests.documents.page_blocks import ROOT


def started_by(command: str) -> list[str]:
    """The words of the command that `make` would run."""
    done = subprocess.run(
        ["make", "--dry-run", *shlex.split(command)[1:]],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    (line,) = re.findall(r"^exec .*/python -m app (.*)$", done.stdout, re.MULTILINE)
    return shlex.split(line)


def test_make_run_gives_the_server_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ann")
    words = started_by("make run PORT=8600 DATA_DIR=~/searches")
    given = dict(zip(words[::2], words[1::2], strict=True))
    assert given["--port"] == "8600"
    assert given["--address"] == "127.0.0.1"
    assert given["--data-dir"] in ("~/searches", "/home/ann/searches")


def test_the_dashboard_starts_and_answers(tmp_path) -> None:
    server = Server(tmp_path / "data")  # waits until its health check answers
    try:
        assert server.process.poll() is None
    finally:
        server.kill()
