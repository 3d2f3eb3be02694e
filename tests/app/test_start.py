"""What `python -m app` refuses, in one sentence and without a traceback."""

import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from app.__main__ import main as dashboard
from app.access import policy as access
from app.access.listen_address import ListenAddress
from app.access.policy import Policy
from app.access.token import Token

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app", "--no-browser", *arguments],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def error_of(process: subprocess.CompletedProcess[str]) -> str:
    assert process.returncode == 2
    assert "Traceback" not in process.stdout + process.stderr
    assert len(process.stderr.strip().splitlines()) == 1
    return process.stderr


@pytest.fixture
def in_this_process(monkeypatch):
    """Streamlit is not configured for all tests that follow."""
    monkeypatch.setattr("app.__main__.configure", lambda *_: {})


def refusal_of(*arguments: str) -> str:
    """The same without a program of its own, which takes a second to start."""
    command = typer.Typer(pretty_exceptions_enable=False)
    command.command()(dashboard)
    done = CliRunner().invoke(command, ["--no-browser", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_a_port_in_use(data_dir):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        message = error_of(start("--port", str(port), "--data-dir", str(data_dir)))
    assert f"Port {port} on 127.0.0.1 is in use" in message
    assert "--port" in message


def test_a_data_folder_that_is_a_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    assert "is not a folder" in error_of(start("--data-dir", str(path)))


def test_a_data_folder_below_a_file(tmp_path):
    path = tmp_path / "file"
    path.write_text("")
    assert "--data-dir" in error_of(start("--data-dir", str(path / "below")))


def test_a_data_folder_is_made_for_its_owner_alone(tmp_path, monkeypatch):
    from app import __main__ as command

    folder = command.prepare_data_dir(tmp_path / "new")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_data_folder_without_permission(tmp_path, monkeypatch, capsys):
    import typer

    from app import __main__ as command

    monkeypatch.setattr(command.os, "access", lambda *_: False)
    with pytest.raises(typer.Exit) as refusal:
        command.prepare_data_dir(tmp_path / "new")
    assert refusal.value.exit_code == 2
    assert "cannot be written to" in capsys.readouterr().err


def test_the_welcome_message_of_streamlit_is_off_and_the_address_is_printed(
    data_dir, monkeypatch, capsys
):
    import streamlit as st

    from app import __main__ as command

    given = {}
    monkeypatch.setattr(st.App, "run", lambda self, config: given.update(config))
    monkeypatch.setattr(access, "_current", access.current())  # the command sets it: put it back
    monkeypatch.chdir(ROOT)
    command.main(8507, "127.0.0.1", data_dir, True)
    assert "http://127.0.0.1:8507 " in capsys.readouterr().out
    assert given["logger.hideWelcomeMessage"], "it would offer to install skills for assistants"
    assert given["client.toolbarMode"] == "viewer"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--token", "short"], "The token has 5 characters"),
        (["--token", ""], "The token has 0 characters"),
        (["--address", ""], "--address is empty"),
        (["--token", "a-token-of-some-length", "--insecure"], "exclude each other"),
        (["--data-root", "/no/such/folder"], "--data-root: there is no folder"),
        (["--allowed-host", "http://studio.example"], "is no host"),
        (["--login"], "--login needs a list of users"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    data_dir, arguments, words, in_this_process
):
    message = refusal_of("--data-dir", str(data_dir), *arguments)
    assert words in message
    assert "a-token-of-some-length" not in message


def test_of_options_a_program_says_the_same(data_dir, in_this_process):
    message = error_of(start("--data-dir", str(data_dir), "--token", "short"))
    assert message == refusal_of("--data-dir", str(data_dir), "--token", "short")


def test_startup_lines_hold_the_address_the_token_and_a_warning():
    from app.__main__ import startup_lines

    token = Token("a/token+of some length".replace(" ", "&"))
    everywhere = ListenAddress("0.0.0.0", "0.0.0.0")
    lines = startup_lines(8501, everywhere, Policy(token=token), "https://", "studio")
    assert "https://localhost:8501/studio/?token=a%2Ftoken%2Bof%26some%26length " in lines[0]
    assert "From another machine" in lines[1]
    (line,) = startup_lines(8501, ListenAddress("::1", "::1"), Policy(), "http://")
    assert line.startswith("DyNAS Studio is at http://[::1]:8501 ")
    unprotected_lines = startup_lines(
        8501, ListenAddress("10.0.0.1", "10.0.0.1"), Policy(is_unprotected=True), "http://"
    )
    assert "because of --insecure" in unprotected_lines[-1]
