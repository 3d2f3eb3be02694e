"""The options of the command line about who may come in."""

from pathlib import Path
from typing import Annotated

import typer

TokenText = Annotated[
    str | None,
    typer.Option(
        envvar="DYNAS_TOKEN",
        help="Token to ask for, of 16 characters at least; one is made where others can reach the "
        "server. Other users of this machine can read the option in the list of processes, the "
        "variable they cannot.",
    ),
]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Ask for no token although others can come in.")
]
Login = Annotated[
    bool,
    typer.Option("--login", help="Let people sign in as secrets.toml says, instead of a token."),
]
AllowUsers = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-user", help="E-mail of somebody who may sign in, or a file with one a line."
    ),
]
AllowedHostNames = Annotated[
    list[str] | None,
    typer.Option(
        "--allowed-host", help="Further name under which browsers reach the server, as by a proxy."
    ),
]
DataRoots = Annotated[
    list[Path] | None,
    typer.Option(
        "--data-root",
        help="Folder that the browser may name files of. Without one: any on this machine alone, "
        "the data folder where others can come in.",
    ),
]
