"""Command-line options for access control."""

from pathlib import Path
from typing import Annotated

import typer

TokenText = Annotated[
    str | None,
    typer.Option(
        envvar="DYNAS_TOKEN",
        help="Access token of at least 16 characters; generated if other machines can reach the "
        "server. Other users of this machine can see the option in the list of processes, but not "
        "the environment variable.",
    ),
]
Insecure = Annotated[
    bool, typer.Option("--insecure", help="Require no token, even if other machines can connect.")
]
Login = Annotated[
    bool,
    typer.Option(
        "--login", help="Let users sign in with the provider in secrets.toml, instead of a token."
    ),
]
AllowUsers = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-user",
        help="E-mail address of a user who may sign in, or a file with one per line.",
    ),
]
AllowedHostNames = Annotated[
    list[str] | None,
    typer.Option(
        "--allowed-host", help="Additional host name of the server, such as that of a proxy."
    ),
]
Clusters = Annotated[
    list[str] | None,
    typer.Option(
        "--cluster",
        envvar="DYNAS_CLUSTERS",
        help="Address of a cluster that New search offers. If other machines can connect, "
        "searches run on no other cluster.",
    ),
]
DataRoots = Annotated[
    list[Path] | None,
    typer.Option(
        "--data-root",
        help="Folder whose files the browser may name. Default: all files if only this machine can "
        "connect, else the data folder.",
    ),
]
AllowCode = Annotated[
    bool,
    typer.Option(
        "--allow-code",
        envvar="DYNAS_ALLOW_CODE",
        help="Run Python files that the browser names or uploads, such as networks of users, even "
        "if other machines can connect.",
    ),
]
