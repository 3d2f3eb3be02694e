"""`python -m engine log`: check, repair and export the logs of runs."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.command_options import DataDir, RunId
from engine.errors import DynasError

if TYPE_CHECKING:
    from engine.runs.service import RunService

app = typer.Typer(
    no_args_is_help=True, help="Check the logs of runs, repair them, keep what can be read."
)


class OutputFormat(StrEnum):
    """The formats of exported records."""

    JSON = "json"
    CSV = "csv"


@app.command()
def check(
    run: Annotated[str | None, typer.Argument(help="The run's id; all runs if left out.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Read every record of a run's log, or of all; exit status 1 if one cannot be read."""
    from engine.runs.existing_folder import no_runs, service_of, service_with_runs

    service = service_of(run, data_dir) if run else service_with_runs(data_dir)
    unreadable_count = 0
    ids = [run] if run else service.ids() if service else []
    if service is None or not ids:
        typer.echo(no_runs(data_dir), err=True)
        return
    for run_id in ids:
        damaged_run = service.damaged.find(run_id)
        if damaged_run is None:
            typer.echo(f"{run_id}  ok")
        else:
            unreadable_count += 1
            typer.echo(f"{run_id}  {damaged_run.state}  {damaged_run.reason}")
    if unreadable_count:
        raise DynasError(
            f"{unreadable_count} of {len(ids)} logs cannot be read. `log repair RUN` keeps what "
            "can be read."
        )


@app.command()
def repair(run: RunId, data_dir: DataDir = None) -> None:
    """Rebuild a damaged run from its readable records; the damaged run moves to the trash."""
    typer.echo(_service_of(run, data_dir).damaged.repair(run).sentence)


@app.command()
def export(
    run: RunId,
    output_format: Annotated[
        OutputFormat, typer.Option("--format", help="The output format.")
    ] = OutputFormat.JSON,
    data_dir: DataDir = None,
) -> None:
    """Print the readable records of a run's log, damaged or not."""
    from engine.export.recovered_log import recovered_csv, recovered_json

    records = _service_of(run, data_dir).damaged.recover(run)
    if records.lost:
        typer.echo(f"lost: {', '.join(records.lost)}", err=True)
    typer.echo(
        recovered_json(run, records)
        if output_format is OutputFormat.JSON
        else recovered_csv(records),
        nl=False,
    )


def _service_of(run: str, data_dir: Path | None) -> "RunService":
    from engine.runs.existing_folder import service_of

    return service_of(run, data_dir)
