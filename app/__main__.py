"""`python -m app` starts the dashboard."""

import contextlib
import errno
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, NoReturn

import typer

ROOT = Path(__file__).resolve().parent.parent
DEFAULT_DATA_DIR = Path("~/.dynas-studio")

_log = logging.getLogger("dynas.app")


def _refuse(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def prepare_data_dir(folder: Path) -> Path:
    """The absolute path of `folder`, made with mode 0700 if it was not there.

    Raises typer.Exit(2) with one sentence when it cannot be written to.
    """
    path = folder.expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        _refuse(f"{path} is not a folder. Choose another one with --data-dir.")
    except OSError as error:
        _refuse(
            f"The data folder {path} cannot be made ({error.strerror}). "
            "Choose another one with --data-dir."
        )
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        _refuse(
            f"The data folder {path} cannot be written to. Change its permissions or choose "
            "another one with --data-dir."
        )
    return path


def check_address(address: str, port: int) -> None:
    """Raise typer.Exit(2) with one sentence unless a server can listen on `address:port`."""
    try:
        family, kind, protocol, _, target = socket.getaddrinfo(
            address, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(target)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            _refuse(
                f"Port {port} on {address} is in use. Stop the program that uses it, or choose "
                "another port with --port."
            )
        _refuse(
            f"{address}:{port} cannot be listened on ({error.strerror}). "
            "Choose another one with --address and --port."
        )


def _on_script_error(error: Exception) -> bool:
    import streamlit as st

    _log.exception("A page failed", exc_info=error)
    st.error(
        "This page could not be drawn. Reload it; if that does not help, the log that the server "
        "prints says why.",
        icon=":material/error:",
    )
    return True


@contextlib.asynccontextmanager
async def _lifespan(_server: object) -> AsyncIterator[None]:
    try:
        yield
    finally:
        from app.session import close_service

        close_service()


@contextlib.contextmanager
def _without_arguments() -> "AsyncIterator[None]":  # type: ignore[misc]
    """Streamlit takes what follows the program's name for arguments of the script."""
    saved, sys.argv = sys.argv, sys.argv[:1]
    try:
        yield
    finally:
        sys.argv = saved


def serve(port: int, address: str, data_dir: Path, browser: bool) -> None:
    """Run the server until it is told to stop."""
    import streamlit as st

    from app import components
    from app.charts import plotly_script
    from app.live import feed

    os.environ["DYNAS_DATA_DIR"] = str(data_dir)
    os.chdir(ROOT)  # .streamlit/config.toml is looked up from here
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    server = st.App(
        ROOT / "app" / "main.py",
        routes=[plotly_script.route(), components.route(), *feed.routes()],
        lifespan=_lifespan,
        on_script_error=_on_script_error,
    )
    with _without_arguments():
        server.run(
            config={
                "server.port": port,
                "server.address": address,
                "server.headless": not browser,
                "browser.gatherUsageStats": False,
                "client.toolbarMode": "viewer",
                # It names the address, but also offers to write files for assistants that program.
                "logger.hideWelcomeMessage": True,
            }
        )


def _for_url(address: str) -> str:
    """An address as it stands in a URL: one of IPv6 in brackets."""
    return f"[{address}]" if ":" in address else address


def main(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data_dir: Annotated[
        Path, typer.Option(help="Folder for runs, weights and settings.")
    ] = DEFAULT_DATA_DIR,
    browser: Annotated[bool, typer.Option(help="Open the dashboard in a browser.")] = True,
) -> None:
    """Start the dashboard of DyNAS Studio."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    folder = prepare_data_dir(data_dir)
    check_address(address, port)
    typer.echo(f"DyNAS Studio is at http://{_for_url(address)}:{port} (Ctrl-C ends it).")
    serve(port, address, folder, browser)


if __name__ == "__main__":
    typer.run(main)
