"""`dynas-studio`: the dashboard and every command of the engine as one program."""

from typing import TYPE_CHECKING, Annotated

if TYPE_CHECKING:
    import typer


def main(called: str = "dynas-studio") -> None:
    """Run the command that the arguments of this process give; `called` is how it was started."""
    # A worker process imports this module again and needs nothing of these.
    from engine import program

    with program.cancellable(program.NOTHING_WRITTEN):
        whole = commands()
    program.run(whole, called)


def commands() -> "typer.Typer":
    """All commands, to be called."""
    import typer

    from app.__main__ import main as dashboard
    from engine.__main__ import app as engine_commands

    whole = typer.Typer(
        add_completion=False,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        help="Search super-networks, watch it in a browser, and take the results away.",
    )

    @whole.callback()
    def options(
        version: Annotated[
            bool,
            typer.Option(
                "--version", help="Print the version and stop.", callback=_version, is_eager=True
            ),
        ] = False,
    ) -> None:
        """Take what stands before a command."""

    whole.command("dashboard")(dashboard)
    whole.add_typer(engine_commands)
    return whole


def _version(wanted: bool) -> None:
    if wanted:
        import typer

        from dynas_studio import __version__

        typer.echo(f"dynas-studio {__version__}")
        raise typer.Exit
