"""`python -m engine share`, `go-first` and `run-beside`: runs that want the same workers."""

from typing import TYPE_CHECKING, Annotated, cast

import typer

from engine.command_options import DataDir, RunId

if TYPE_CHECKING:
    from engine.runs.share import Workers

app = typer.Typer()


@app.command()
def share(
    run: RunId,
    data_dir: DataDir = None,
    workers: Annotated[
        str | None, typer.Option(metavar="NUMBER|all", help="How many workers it may have.")
    ] = None,
    priority: Annotated[
        int | None, typer.Option(help="Runs of a larger priority come first; 0 is usual.")
    ] = None,
) -> None:
    """Change what a run may have of the workers that runs share; print what that is."""
    from engine.runs.existing_folder import service_of

    service = service_of(run, data_dir)
    number = int(workers) if workers and workers.isdecimal() else workers
    service.set_share(run, cast("Workers | None", number), priority)
    share = service.history(run).share
    typer.echo(f"{share.workers_text}, priority {share.priority}")


@app.command("go-first")
def go_first(run: RunId, data_dir: DataDir = None) -> None:
    """Let a queued run come before all others that wait for its workers."""
    from engine.runs.existing_folder import service_of

    service_of(run, data_dir).go_first(run)


@app.command("run-beside")
def run_beside(run: RunId, data_dir: DataDir = None) -> None:
    """Let a queued run begin at once, beside those that have the workers; all are slower then."""
    from engine.runs.existing_folder import service_of

    service_of(run, data_dir).run_beside(run)
