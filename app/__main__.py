"""`python -m app` starts the dashboard."""

import contextlib
import logging
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import quote

import typer

from app.access import policy as access
from app.access.arguments import (
    AllowedHostNames,
    AllowUsers,
    DataRoots,
    Insecure,
    Login,
    TokenText,
)
from app.access.listening import AddressError, Listening, listening
from app.access.options import OptionError, Options
from app.access.policy import Policy
from app.compat import streamlit
from engine import program
from engine.data_dir import DEFAULT_PATH, VARIABLE, DataFolder, use

FOLDER = Path(__file__).resolve().parent

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


def configure(port: int, where: Listening, browser: bool) -> dict[str, object]:
    """Let Streamlit's settings be ours for the whole process, and return them.

    They are those of `streamlit.toml`, unless the environment has others, with what was asked for
    above them.
    """
    settings = {
        **streamlit.settings_in(FOLDER / "streamlit.toml"),
        "server.port": port,
        "server.address": where.ip,
        "server.headless": not browser,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "viewer",
        # It names the address, but also offers to write files for assistants that program.
        "logger.hideWelcomeMessage": True,
    }
    streamlit.configure(settings)
    return settings


def serve(where: Listening, data_dir: Path, policy: Policy, settings: dict[str, object]) -> None:
    """Run the server until it is told to stop."""
    import streamlit as st
    from starlette.routing import Route

    from app import browser_files
    from app.charts import plotly_script
    from app.live import feed

    use(DataFolder(data_dir))
    access.use(policy)
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    prefix = f"/{base}" if base else ""  # Streamlit puts it before its own routes alone
    routes = [plotly_script.route(), browser_files.route(), *feed.routes()]
    secure = bool(st.get_option("server.sslCertFile"))
    server = st.App(
        FOLDER / "main.py",
        routes=[Route(f"{prefix}{route.path}", route.endpoint) for route in routes],
        middleware=policy.middleware(prefix),
        lifespan=_lifespan,
        on_script_error=_on_script_error,
    )
    for line in told(
        int(st.get_option("server.port")),
        where,
        policy,
        f"{'https' if secure else 'http'}://",
        base,
    ):
        typer.echo(line)
    with streamlit.without_arguments():
        server.run(config=settings)


def told(port: int, where: Listening, policy: Policy, scheme: str, base: str = "") -> list[str]:
    """What is printed at start: the address, the token once, and what is not as it should be."""
    address = f"{scheme}{where.shown}:{port}{f'/{base}' if base else ''}"
    token = f"/?token={quote(policy.token.text, safe='')}" if policy.token else ""
    lines = [f"DyNAS Studio is at {address}{token} (Ctrl-C ends it)."]
    if where.everywhere:
        lines.append("From another machine, put the name or address of this one for localhost.")
    if policy.open_door:
        lines.append(
            "Anyone who can reach this address can use it, start searches and read their results: "
            "it asks for no token, because of --insecure."
        )
    return lines


def main(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port to listen on.")] = 8501,
    address: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    data_dir: Annotated[
        Path | None,
        typer.Option(
            help="Folder for runs, weights and settings; $DYNAS_DATA_DIR or ~/.dynas-studio if "
            "left out."
        ),
    ] = None,
    browser: Annotated[
        bool, typer.Option(help="Open the dashboard in a browser, where it asks for no token.")
    ] = True,
    token: TokenText = None,
    insecure: Insecure = False,
    login: Login = False,
    allow_users: AllowUsers = None,
    allowed_hosts: AllowedHostNames = None,
    data_roots: DataRoots = None,
) -> None:
    """Start the dashboard of DyNAS Studio."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    os.environ.pop("DYNAS_TOKEN", None)  # the programs that this one starts need not know it
    folder = prepare_data_dir(data_dir or Path(os.environ.get(VARIABLE, DEFAULT_PATH)))
    options = Options(
        token,
        insecure,
        login,
        [text if "@" in text else str(_absolute(Path(text))) for text in allow_users or ()],
        allowed_hosts or (),
        [_absolute(root) for root in data_roots or ()],
    )
    try:
        where = listening(address, port)
        # A browser that is opened here would have no token.
        settings = configure(port, where, browser and options.needs_no_token(where))
        policy = options.policy(where, folder)
    except (AddressError, OptionError) as error:
        _refuse(str(error))
    serve(where, folder, policy, settings)


def _absolute(path: Path) -> Path:
    """As it is meant where the program was started."""
    with contextlib.suppress(RuntimeError):  # there may be no such user
        path = path.expanduser()
    return path.absolute()


if __name__ == "__main__":
    program.use(program.FROM_CHECKOUT)
    typer.run(main)
