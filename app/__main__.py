"""`python -m app` starts the dashboard."""

import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, NoReturn
from urllib.parse import quote

import typer

from app.access import policy as access
from app.access.arguments import (
    AllowCode,
    AllowedHostNames,
    AllowUsers,
    Clusters,
    DataRoots,
    Insecure,
    Login,
    TokenText,
)
from app.access.listen_address import AddressError, ListenAddress, resolve_listen_address
from app.access.options import AccessOptions, OptionError
from app.access.policy import Policy
from app.compat import streamlit
from engine import program
from engine.data_dir import DEFAULT_PATH, VARIABLE, DataFolder, use

FOLDER = Path(__file__).resolve().parent

_log = logging.getLogger("dynas.app")


def _exit_with_error(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


def prepare_data_dir(folder: Path) -> Path:
    """The absolute path of `folder`, created with mode 0700 if it does not exist.

    Prints a sentence and raises typer.Exit(2) if it cannot be created or written to.
    """
    path = folder.expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        _exit_with_error(f"{path} is not a folder. Choose another one with --data-dir.")
    except OSError as error:
        _exit_with_error(
            f"The data folder {path} cannot be made ({error.strerror}). "
            "Choose another one with --data-dir."
        )
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        _exit_with_error(
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
        from app.session import close_resources

        close_resources()


def configure(port: int, address: ListenAddress, browser: bool) -> dict[str, object]:
    """Configure Streamlit for the whole process, and return the settings.

    They are those of `streamlit.toml`, unless the environment overrides them, and the arguments.
    """
    settings = {
        **streamlit.settings_in(FOLDER / "streamlit.toml"),
        "server.port": port,
        "server.address": address.ip,
        "server.headless": not browser,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "viewer",
        # The welcome message would print the address without the token.
        "logger.hideWelcomeMessage": True,
    }
    streamlit.configure(settings)
    return settings


def serve(
    address: ListenAddress, data_dir: Path, policy: Policy, settings: dict[str, object]
) -> None:
    """Run the server until it is stopped."""
    import streamlit as st
    from starlette.middleware import Middleware
    from starlette.routing import Route

    from app import browser_files
    from app.browser_cookie import BrowserCookieMiddleware
    from app.charts import plotly_script
    from app.charts.preload import PreloadMiddleware
    from app.documentation import site_files
    from app.downloads import routes as download_routes
    from app.live import routes as live_routes
    from app.server_address import ServerAddressMiddleware

    use(DataFolder(data_dir))
    access.use(policy)
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    prefix = f"/{base}" if base else ""  # Streamlit puts it before its own routes alone
    routes = [
        plotly_script.route(),
        browser_files.route(),
        *live_routes.routes(),
        *download_routes.routes(),
        *site_files.routes(),
    ]
    secure = bool(st.get_option("server.sslCertFile"))
    server = st.App(
        FOLDER / "main.py",
        routes=[Route(f"{prefix}{route.path}", route.endpoint) for route in routes],
        middleware=[
            *policy.middleware(prefix),
            Middleware(BrowserCookieMiddleware, base=prefix),
            Middleware(ServerAddressMiddleware, base=prefix),
            Middleware(PreloadMiddleware, base=prefix),
        ],
        lifespan=_lifespan,
        on_script_error=_on_script_error,
    )
    for line in startup_lines(
        int(st.get_option("server.port")),
        address,
        policy,
        f"{'https' if secure else 'http'}://",
        base,
    ):
        typer.echo(line)
    try:
        with streamlit.without_arguments():
            server.run(config=settings)
    except KeyboardInterrupt:  # Ctrl-C ends it
        raise program.StoppedError(128 + signal.SIGINT) from None


def startup_lines(
    port: int, address: ListenAddress, policy: Policy, scheme: str, base: str = ""
) -> list[str]:
    """The lines printed at start: the address with the token, and a warning if unprotected."""
    url = f"{scheme}{address.url_host}:{port}{f'/{base}' if base else ''}"
    token = f"/?token={quote(policy.token.text, safe='')}" if policy.token else ""
    lines = [f"DyNAS Studio is at {url}{token} (Ctrl-C ends it)."]
    if address.is_unspecified:
        lines.append(
            "From another machine, replace localhost by the name or address of this machine."
        )
    if policy.is_unprotected:
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
        bool, typer.Option(help="Open the dashboard in a browser, unless it needs a token.")
    ] = True,
    token: TokenText = None,
    insecure: Insecure = False,
    login: Login = False,
    allow_users: AllowUsers = None,
    allowed_hosts: AllowedHostNames = None,
    data_roots: DataRoots = None,
    clusters: Clusters = None,
    allow_code: AllowCode = False,
) -> None:
    """Start the dashboard of DyNAS Studio."""
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    os.environ.pop("DYNAS_TOKEN", None)  # hidden from child processes
    folder = prepare_data_dir(data_dir or Path(os.environ.get(VARIABLE, DEFAULT_PATH)))
    options = AccessOptions(
        token,
        insecure,
        login,
        [text if "@" in text else str(_absolute(Path(text))) for text in allow_users or ()],
        allowed_hosts or (),
        [_absolute(root) for root in data_roots or ()],
        clusters or (),
        allow_code,
    )
    try:
        listen_address = resolve_listen_address(address, port)
        # A browser opened by Streamlit would have no token.
        settings = configure(
            port, listen_address, browser and options.needs_no_token(listen_address)
        )
        policy = options.policy(listen_address, folder)
    except (AddressError, OptionError) as error:
        _exit_with_error(str(error))
    serve(listen_address, folder, policy, settings)


def _absolute(path: Path) -> Path:
    """`path` relative to the folder in which the program was started, as an absolute path."""
    with contextlib.suppress(RuntimeError):  # there may be no such user
        path = path.expanduser()
    return path.absolute()


if __name__ == "__main__":
    program.run_function(main, program.FROM_CHECKOUT, "python -m app")
